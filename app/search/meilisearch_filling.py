"""How an index of Meilisearch is filled: in batches, each with the mark that tells how far it follows; rebuilt and swapped."""

from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import cast

from app.clock import now
from app.search.documents import Document, Json
from app.search.meilisearch_client import Client, MeilisearchAway
from app.search.meilisearch_documents import MARK, SETTINGS, VERSION, mark, to_meilisearch

INDEX = "muzizglitiba"
Numbered = tuple[int, Document]
"""A document and its number in the table of search documents."""
PAGE = 20_000
_LEFT_BEHIND = timedelta(hours=2)
_UNDER_WAY = 4
"""So many batches wait at Meilisearch while the next one is made: it takes those that wait together."""


@dataclass(slots=True)
class Filling:
    """One index and the key that may fill it."""

    client: Client
    index: str = INDEX

    def put(self, documents: Sequence[Numbered]) -> None:
        """Make these findable, in place of earlier versions."""
        self._add(self.index, [to_meilisearch(document, of) for of, document in documents])

    def follow(self, documents: Sequence[Numbered], gone: Sequence[int], number: int) -> None:
        """Make these findable and those no longer, and tell in the same breath how far that is."""
        tasks: list[int] = []
        if gone:
            tasks.append(self._begin(self.index, "documents/delete-batch", [*gone]))
        added = [to_meilisearch(document, of) for of, document in documents]
        tasks.append(self._begin(self.index, "documents", [*added, mark(number)]))
        for task in tasks:
            self.client.finish(task)

    def tell(self, number: int) -> None:
        """Tell up to which number the index follows the catalogue."""
        self._add(self.index, [mark(number)])

    def remove(self, course_ids: Iterable[int]) -> None:
        """Make these no longer findable."""
        if gone := [*course_ids]:
            self.client.finish(self._begin(self.index, "documents/delete-batch", gone))

    def follows(self) -> int | None:
        """Up to which number the index follows; None when there is no index, or one of another version."""
        try:
            told = self.client.ask("GET", f"/indexes/{self.index}/documents/{MARK}?fields=number,version")
        except MeilisearchAway as away:
            if away.status == 404:
                return None
            raise
        return cast("int", told["number"]) if told.get("version") == VERSION else None

    def numbers(self) -> dict[int, int]:
        """The number of each course's document in the index, by course id."""
        found: dict[int, int] = {}
        while True:
            asked: dict[str, Json] = {"fields": ["id", "number"], "limit": PAGE, "offset": len(found)}
            told = self.client.ask("POST", f"/indexes/{self.index}/documents/fetch", asked)
            rows = cast("list[dict[str, int]]", told["results"])
            found |= {row["id"]: row["number"] for row in rows}
            if len(rows) < PAGE:
                break
        found.pop(MARK, None)
        return found

    def rebuild(self, batches: Iterable[Sequence[Numbered]], number: int) -> None:
        """Fill a new index, swap it for the present one in one step, then remove what was there before."""
        coming = f"{self.index}_{token_hex(4)}"
        self._drop_leftovers()
        try:
            self._fill(coming, batches, number)
        except MeilisearchAway:
            with suppress(MeilisearchAway):
                self._drop(coming)
            raise

    def _fill(self, coming: str, batches: Iterable[Sequence[Numbered]], number: int) -> None:
        self.client.work("POST", "/indexes", {"uid": coming, "primaryKey": "id"})
        self.client.work("PATCH", f"/indexes/{coming}/settings", dict(SETTINGS))
        under_way: deque[int] = deque()
        for batch in batches:
            added = [to_meilisearch(document, of) for of, document in batch]
            under_way.append(self._begin(coming, "documents", added))
            if len(under_way) > _UNDER_WAY:
                self.client.finish(under_way.popleft())
        for task in under_way:
            self.client.finish(task)
        self._add(coming, [mark(number)])
        try:
            self.client.ask("GET", f"/indexes/{self.index}")
        except MeilisearchAway as away:
            if away.status != 404:
                raise
            self.client.work("POST", "/indexes", {"uid": self.index, "primaryKey": "id"})
        self.client.work("POST", "/swap-indexes", [{"indexes": [self.index, coming]}])
        self._drop(coming)

    def _drop_leftovers(self) -> None:
        """Remove what rebuilds left behind that were cut off long ago."""
        told = self.client.ask("GET", "/indexes?limit=1000")
        for one in cast("list[dict[str, str]]", told["results"]):
            began = datetime.fromisoformat(one["createdAt"][:19] + "+00:00")
            if one["uid"].startswith(f"{self.index}_") and now() - began > _LEFT_BEHIND:
                self._drop(one["uid"])

    def _drop(self, index: str) -> None:
        try:
            self.client.work("DELETE", f"/indexes/{index}")
        except MeilisearchAway as away:
            if away.status != 404 and away.kind != "index_not_found":
                raise

    def _add(self, index: str, documents: Sequence[dict[str, Json]]) -> None:
        self.client.finish(self._begin(index, "documents", documents))

    def _begin(self, index: str, what: str, body: Sequence[Json]) -> int:
        return self.client.begin("POST", f"/indexes/{index}/{what}", list(body))
