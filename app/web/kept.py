"""Pages kept as long as nothing has happened: the next reader of the same address gets what the last one got.

Whatever a reader could see changing is posted in the same transaction, so the numbers of the newest message and the
newest search document tell whether a page may have changed; time changes pages too, so none is kept for longer than a few seconds.
"""

import gzip
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import TypeVar

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.search.index import newest_numbers
from app.web.reading import reading_of

Fact = TypeVar("Fact")
SECONDS = 15.0
PAGES = 160
"""At most so many pages are kept, each of some 8 kB compressed or 40 kB plain."""
BYTES = 8 * 1024 * 1024
"""So much they may take together: a long question that a page repeats in every link must not fill the memory."""
LONGEST_QUESTION = 1000
"""Characters; what is asked at greater length nobody else asks a moment later."""
_SMALLEST = 700
"""Bytes below which compressing is not worth it."""
_PARTS = ("hx-request", "hx-boosted", "hx-history-restore-request", "hx-trigger", "hx-target")


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it was answered, and until when it may be answered again."""

    number: tuple[int, int, int]
    until: float
    headers: list[tuple[bytes, bytes]]
    body: bytes
    """Compressed for those who accept that."""

    @property
    def size(self) -> int:
        """Bytes it takes."""
        return len(self.body)


@dataclass(slots=True)
class KeptPages:
    """The pages of this process."""

    _pages: OrderedDict[tuple[str, ...], Kept] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)
    size: int = 0
    """Bytes of all of them."""

    def find(self, key: tuple[str, ...], number: tuple[int, int, int]) -> Kept | None:
        """The page, if nothing has happened since it was made."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.number != number or page.until < monotonic():
                return None
            self._pages.move_to_end(key)
            return page

    def keep(self, key: tuple[str, ...], page: Kept) -> None:
        """Keep a page, and forget those that were asked for least recently."""
        with self._lock:
            if before := self._pages.pop(key, None):
                self.size -= before.size
            self._pages[key] = page
            self.size += page.size
            while len(self._pages) > PAGES or self.size > BYTES:
                _key, gone = self._pages.popitem(last=False)
                self.size -= gone.size


def kept(request: Request, db: Session, make: Callable[[], Response]) -> Response:
    """The page that `make` makes, or the one it made for somebody else a moment ago.

    Only for pages that tell everybody the same: their words depend on the address, on how it is read, and on records
    whose changes are posted.
    """
    if "lang" in request.query_params:  # It sets a cookie.
        return make()
    pages: KeptPages = request.app.state.kept_pages
    reading = reading_of(request)
    parts = (request.headers.get(name, "") for name in _PARTS)
    question: str = request.scope["query_string"].decode("latin-1")  # As it came: it need not be text.
    compressed = "gzip" in request.headers.get("accept-encoding", "")
    encoding = "gzip" if compressed else ""
    key = (request.scope["path"], question, reading.language.code, reading.classes, encoding, *parts)
    if sum(map(len, key)) > LONGEST_QUESTION:
        return make()
    number = newest_numbers(db)
    page = pages.find(key, number)
    if page is None:
        made = make()
        if made.status_code != 200 or "set-cookie" in made.headers:
            return made
        page = Kept(number, monotonic() + SECONDS, *_encoded(made, compressed))
        pages.keep(key, page)
    response = Response(page.body)
    response.raw_headers = [*page.headers]
    return response


def _encoded(made: Response, compressed: bool) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The headers and the body of an answer, as they leave."""
    body = bytes(made.body)
    if compressed and len(body) > _SMALLEST:
        body = gzip.compress(body, 6, mtime=0)
        made.headers["Content-Encoding"] = "gzip"
    made.headers.add_vary_header("Accept-Encoding")
    made.headers["Content-Length"] = str(len(body))
    return made.raw_headers, body


def remembered(request: Request, name: str, make: Callable[[], Fact]) -> Fact:
    """A fact that hardly ever changes, such as the names of providers: asked for again after a few seconds."""
    facts: dict[str, tuple[float, Fact]] = request.app.state.remembered
    until, fact = facts.get(name, (0.0, None))
    if fact is None or until < monotonic():
        fact = make()
        facts[name] = (monotonic() + SECONDS, fact)
    return fact
