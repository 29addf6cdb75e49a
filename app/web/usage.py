"""The beacon that counts use: no cookie, no name, and the same empty answer to everything."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy.orm import Session

from app.clock import today
from app.dependencies import Db, Engine, settings_of
from app.limits import BEACONS, SAME_SEARCH, sender_of
from app.search.engine import SearchEngine
from app.search.filters import TEXT_LIMIT
from app.search.searched import telling
from app.usage.actions import Use, count_use
from app.usage.searches import count_search, key_of

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SEARCHES = {Use.SEARCH, Use.SEARCH_WITHOUT_RESULT}

router = APIRouter(include_in_schema=False)


@router.post("/lietojums", status_code=204, dependencies=[Depends(BEACONS)])
def count(
    request: Request,
    db: Db,
    engine: Engine,
    kind: str = "",
    subject: str = "",
    q: Annotated[str, Form()] = "",
) -> Response:
    """Counts one view of a course, one registration begun, one result opened or one search; what is unknown counts nothing.

    The words of a search come in the body, so that no log holds them.
    """
    if kind in {use.value for use in Use}:
        use = Use(kind)
        count_use(db, use, subject if _CODE.fullmatch(subject) else "", today())
        if use in _SEARCHES and 0 < len(q) <= TEXT_LIMIT:
            _count_words(request, db, engine, q, found=use is Use.SEARCH)
    return Response(status_code=204)


def _count_words(request: Request, db: Session, engine: SearchEngine, typed: str, *, found: bool) -> None:
    """Which search it was, where its words are the catalogue's own and one sender has not sent it again and again."""
    told = telling(db, engine, typed)
    if told is None:
        return
    key = key_of(settings_of(request).secret_key.get_secret_value(), told.stems)
    if SAME_SEARCH.takes(request, db, f"{sender_of(request)} {key}"):
        count_search(db, key, told.text, today(), found=found)
