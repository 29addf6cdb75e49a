"""The index: search documents follow the records, and each process's embedded engine follows the documents."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock, Thread
from typing import NamedTuple

import structlog
from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session

from app.catalogue.known import tell_newest
from app.clock import now
from app.courses.models import Course, CourseState
from app.outbox.models import Message
from app.search.documents import Document
from app.search.embedded import EmbeddedEngine
from app.search.engine import SearchEngine
from app.search.models import SearchDocument, SynonymLine
from app.search.records import documents_of
from app.search.synonym_queries import kept_synonyms

Progress = Callable[[str, int, int], None]
"""Told the name of a part, how much of it is done, and how much there is."""
BATCH = 200
"""Documents made at once."""
MUCH = 100
"""More changes than this, and a search goes on with what is known while they are learned: 2 to 20 ms each."""
_WRITERS = 7_026_131
"""The lock in PostgreSQL at which those who write documents wait for each other."""
log = structlog.get_logger()


def sync_course(db: Session, course_id: int) -> bool:
    """Make the course's document follow its records; whether it changed."""
    return sync_courses(db, [course_id], now()) > 0


def sync_due(db: Session, moment: datetime) -> int:
    """Make documents follow the clock where their time has come; how many changed."""
    changed = 0
    while due := db.scalars(_DUE.where(SearchDocument.changes_at <= moment)).all():
        changed += sync_courses(db, due, moment)
    return changed


def rebuild_index(db: Session, progress: Progress | None = None) -> int:
    """Make every document anew, and empty those of courses that are gone; how many courses can be found.

    A document that comes out the same keeps its number, so that engines read only what differs.
    """
    moment = now()
    course_ids = db.scalars(_EVERY_COURSE).all()
    for done in range(0, len(course_ids), BATCH):
        sync_courses(db, course_ids[done : done + BATCH], moment)
        if progress:
            progress("search", min(done + BATCH, len(course_ids)), len(course_ids))
    return db.scalar(select(func.count()).where(SearchDocument.document != "")) or 0


def sync_courses(db: Session, course_ids: Collection[int], moment: datetime) -> int:
    """Make the documents of these courses follow their records at that moment; how many changed."""
    _take_turn(db)
    wanted = select(SearchDocument).where(SearchDocument.course_id.in_(course_ids))
    kept = {row.course_id: row for row in db.scalars(wanted.execution_options(populate_existing=True))}
    number = highest = db.scalar(_HIGHEST) or 0
    made = documents_of(db, course_ids, moment)
    for course_id in course_ids:
        row, new = kept.get(course_id), made.get(course_id)
        document = _to_text(new.document) if new else ""
        changes_at = new.changes_at if new else None
        if row is None:
            if new:
                number += 1
                db.add(SearchDocument(course_id=course_id, number=number, document=document, changes_at=changes_at))
            continue
        if row.document != document:
            number += 1
            row.number, row.document = number, document
        row.changes_at = changes_at
    db.flush()
    return number - highest


def outdated(db: Session, course_ids: Collection[int], moment: datetime) -> list[int]:
    """Which of these courses have a document that does not follow their records at that moment; nothing is written."""
    kept = {
        row.course_id: row for row in db.scalars(select(SearchDocument).where(SearchDocument.course_id.in_(course_ids)))
    }
    made = documents_of(db, course_ids, moment)
    return [
        course_id
        for course_id in course_ids
        if (kept[course_id].document if course_id in kept else "")
        != (_to_text(made[course_id].document) if course_id in made else "")
    ]


def _take_turn(db: Session) -> None:
    """Wait until nobody else writes documents, so that they are committed in the order of their numbers.

    Who has read up to number 8 must never see a 7 appear. On SQLite there is one writer at a time anyway.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_WRITERS)))


class Kept(NamedTuple):
    """A search document as the table keeps it."""

    number: int
    course_id: int
    document: str


@dataclass(slots=True)
class Follower:
    """An engine of this process, and the number of the latest document it has read."""

    engine: SearchEngine
    number: int = 0
    synonyms: int = 0
    """The number of the latest change to the synonyms that it has read."""
    _reading: Lock = field(default_factory=Lock)

    def follow(self, db: Session) -> None:
        """Let the engine know what was committed since; the first time, everything.

        While one thread reads what is new, the others search what is known already. Nobody's search waits for much that is
        new, as after an import: a thread of its own learns that.
        """
        highest, synonyms = db.info.pop(_KNOWN, None) or newest_numbers(db)[1:]
        if highest <= self.number and synonyms <= self.synonyms:
            return
        if not self._reading.acquire(blocking=self.number == 0):
            return
        is_apart = False
        try:
            if synonyms > self.synonyms and isinstance(self.engine, EmbeddedEngine):
                self.engine.use_synonyms(kept_synonyms(db))
                self.synonyms = synonyms
            rows = _kept(db, _NEWS.where(SearchDocument.number > self.number)) if highest > self.number else []
            if self.number and len(rows) > MUCH:
                Thread(target=self._learn_apart, args=(rows,), daemon=True).start()
                is_apart = True
            elif rows:
                self._learn(rows)
        finally:
            if not is_apart:
                self._reading.release()

    def _learn_apart(self, rows: Sequence[Kept]) -> None:
        try:
            self._learn(rows)
        finally:
            self._reading.release()

    def _learn(self, rows: Sequence[Kept]) -> None:
        documents = _read_documents(row.document for row in rows if row.document)
        if self.number == 0:
            self.engine.rebuild(documents)
        else:
            self.engine.remove([row.course_id for row in rows if not row.document])
            self.engine.put(documents)
        self.number = rows[-1].number


def newest_numbers(db: Session) -> tuple[int, int, int]:
    """How far messages, documents and synonyms are, in one statement; the follower knows it too.

    Of messages it is not the newest number alone: one that was numbered before and committed after makes a difference too.
    """
    message, recent, document, synonyms = db.connection().execute(_NEWEST).one()
    db.info[_KNOWN] = document or 0, synonyms or 0
    messages = (message or 0) * _LATE + recent
    tell_newest(db, messages)
    return messages, document or 0, synonyms or 0


def highest_number(db: Session) -> int:
    """The number of the newest change to a search document."""
    return db.scalar(_HIGHEST) or 0


def changes_after(db: Session, number: int, limit: int) -> list[Kept]:
    """The next changes after a number, in order; withdrawn courses have an empty document."""
    return _kept(db, _NEWS.where(SearchDocument.number > number).limit(limit))


def documents_after(db: Session, course_id: int, limit: int) -> list[Kept]:
    """The next courses that can be found, by id."""
    alive = _DOCUMENTS.where(SearchDocument.document != "", SearchDocument.course_id > course_id)
    return _kept(db, alive.order_by(SearchDocument.course_id).limit(limit))


def documents_of_courses(db: Session, course_ids: Collection[int]) -> list[Kept]:
    """Those of these courses that can be found."""
    return _kept(db, _DOCUMENTS.where(SearchDocument.document != "", SearchDocument.course_id.in_(course_ids)))


def numbers(db: Session) -> dict[int, int]:
    """The number of the document of every course that can be found."""
    rows = db.execute(select(SearchDocument.course_id, SearchDocument.number).where(SearchDocument.document != ""))
    return {row.course_id: row.number for row in rows}


def read_document(text: str) -> Document | None:
    """The document; None when another version of this program wrote it differently."""
    try:
        return Document.from_json(json.loads(text))
    except (KeyError, ValueError):
        return None


def _kept(db: Session, wanted: Select[int, int, str]) -> list[Kept]:
    return [Kept(number, course_id, document) for number, course_id, document in db.execute(wanted)]


def _to_text(document: Document) -> str:
    return json.dumps(document.to_json(), ensure_ascii=False, separators=(",", ":"))


def _read_documents(texts: Iterable[str]) -> list[Document]:
    """The documents; those that another version of this program wrote differently wait for a rebuild."""
    read = [read_document(text) for text in texts]
    documents = [one for one in read if one is not None]
    if unreadable := len(read) - len(documents):
        log.warning("search documents cannot be read: rebuild the index", count=unreadable)
    return documents


_KNOWN = "newest search document"
_LATE = 128
"""A message is committed before so many others that were numbered after it."""
_newest_message = select(func.max(Message.id)).scalar_subquery()
_NEWEST = select(
    _newest_message,
    select(func.count()).select_from(Message).where(Message.id > _newest_message - _LATE).scalar_subquery(),
    select(func.max(SearchDocument.number)).scalar_subquery(),
    select(func.max(SynonymLine.number)).scalar_subquery(),
)
_HIGHEST = select(func.max(SearchDocument.number))
_DOCUMENTS = select(SearchDocument.number, SearchDocument.course_id, SearchDocument.document)
_NEWS = _DOCUMENTS.order_by(SearchDocument.number)
_DUE = select(SearchDocument.course_id).order_by(SearchDocument.changes_at).limit(BATCH)
_EVERY_COURSE = union(
    select(Course.id).where(Course.state == CourseState.PUBLISHED), select(SearchDocument.course_id)
).order_by("id")
