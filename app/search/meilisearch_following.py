"""Meilisearch follows the table of search documents: what is new at once, everything in a new index, and what has drifted."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import RLock
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from app.db import Database
from app.search import index
from app.search.meilisearch_filling import Filling, Numbered

log = structlog.get_logger()
BATCH = 1_000
Read = TypeVar("Read")


@dataclass(slots=True)
class Following:
    """An index at Meilisearch, and the database whose search documents it follows."""

    database: Database
    filling: Filling
    number: int = 0
    """The index follows up to this number, as far as this process knows."""
    _turn: RLock = field(default_factory=RLock)

    def follow(self) -> int:
        """Bring what is new; how many documents that were. An index that is missing or of another version is made anew."""
        with self.database.reading() as db:
            newest = index.highest_number(db)
        if newest == self.number:
            return 0
        return self.look()

    def look(self) -> int:
        """Ask the index how far it follows, and bring what it does not know; how many documents that were."""
        with self._turn:
            known = self.filling.follows()
            if known is None:
                return self.rebuild()
            brought = 0
            self.number = known
            while rows := self._read(partial(index.changes_after, number=self.number, limit=BATCH)):
                gone = [row.course_id for row in rows if not row.document]
                self.filling.follow(_numbered(rows), gone, rows[-1].number)
                brought += len(rows)
                self.number = rows[-1].number
            return brought

    def rebuild(self) -> int:
        """Make the whole index anew beside the present one and swap it in; how many documents it has."""
        with self._turn:
            begun = self._read(index.highest_number)
            made = 0

            def batches() -> Iterator[Sequence[Numbered]]:
                nonlocal made
                after = 0
                while rows := self._read(partial(index.documents_after, course_id=after, limit=BATCH)):
                    after = rows[-1].course_id
                    made += len(rows)
                    yield _numbered(rows)

            self.filling.rebuild(batches(), begun)
            log.info("search_index_rebuilt", documents=made)
            self.number = begun
            if self._read(index.highest_number) > begun:
                self.look()
            return made

    def repair(self) -> int:
        """Compare every document's number with the table, and repair what differs; how many did."""
        with self._turn:
            if self.filling.follows() is None:
                return self.rebuild()
            self.look()
            ours = self._read(index.numbers)
            theirs = self.filling.numbers()
            newer = self._read(index.highest_number)
            gone = [course_id for course_id in theirs if course_id not in ours]
            wrong = [course_id for course_id, number in ours.items() if theirs.get(course_id) != number]
            for first in range(0, len(wrong), BATCH):
                some = wrong[first : first + BATCH]
                self.filling.put(_numbered(self._read(partial(index.documents_of_courses, course_ids=some))))
            if gone:  # Perhaps published a moment ago, after our numbers were read.
                alive = {row.course_id for row in self._read(partial(index.documents_of_courses, course_ids=gone))}
                self.filling.remove([course_id for course_id in gone if course_id not in alive])
            if drifted := len(gone) + len(wrong):
                log.warning("search_index_repaired", documents=drifted, newest=newer)
            return drifted

    def _read(self, wanted: Callable[[Session], Read]) -> Read:
        with self.database.reading() as db:
            return wanted(db)


def _numbered(rows: Sequence[index.Kept]) -> list[Numbered]:
    return [(row.number, document) for row in rows if row.document and (document := index.read_document(row.document))]
