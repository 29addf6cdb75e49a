"""The feed of changes: what a course and its runs tell in public is compared with what was told before, after each change.

Numbers are given by whoever holds the turn until the commit, so that no lower number can appear after a higher one: who
reads on from a number misses nothing. The worker does it, so a change has its number about a second later.
"""

import hashlib
import json
from collections.abc import Collection

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.catalogue import change_queries as queries
from app.catalogue.change_models import CatalogueChange
from app.clock import now
from app.courses.models import Course, CourseRun, CourseState

_TURN = 7_026_132
"""The lock in PostgreSQL at which those who number changes wait for each other."""


def note_changes(db: Session, course_ids: Collection[int]) -> int:
    """Keep what is different now about these courses and their runs; how many changes there were."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    there = {course.id: course for course in queries.courses_with_runs(db, course_ids)}
    keys = [f"run:{run.id}" for course in there.values() for run in course.runs]
    known = {one.key: one for one in queries.changes_about(db, course_ids, keys)}
    number = highest = db.scalar(select(func.max(CatalogueChange.number))) or 0
    moment = now()
    for course_id in course_ids:
        for one in _told(course_id, there.get(course_id), known):
            before = known.get(one.key)
            if before is None and one.is_gone:
                continue  # Nobody was ever told of it.
            if before is not None and before.digest == one.digest:
                continue
            number += 1
            if before is None:
                one.number, one.changed_at = number, moment
                db.add(one)
            else:
                before.number, before.changed_at = number, moment
                before.course_id, before.code = one.course_id, one.code
                before.is_gone, before.digest = one.is_gone, one.digest
    db.flush()
    return number - highest


def _told(course_id: int, course: Course | None, known: dict[str, CatalogueChange]) -> list[CatalogueChange]:
    """The course and its runs as they are told now; those that were told before and are no longer there are gone."""
    found: dict[str, CatalogueChange] = {}
    if course is not None and course.state is CourseState.PUBLISHED:
        key = f"course:{course_id}"
        found[key] = CatalogueChange(key=key, course_id=course_id, code=course.code, digest=_course_digest(course))
        for run in course.runs:
            key = f"run:{run.id}"
            digest = _run_digest(run)
            found[key] = CatalogueChange(key=key, course_id=course_id, code=course.code, run_id=run.id, digest=digest)
    for one in found.values():
        one.is_gone = False
    for key, before in known.items():
        if before.course_id == course_id and key not in found:
            found[key] = CatalogueChange(
                key=key, course_id=course_id, code=before.code, run_id=before.run_id, digest="", is_gone=True
            )
    return [*found.values()]


def _course_digest(course: Course) -> str:
    texts = {
        locale: [
            one.title,
            one.summary,
            one.description,
            one.outcomes,
            one.prerequisites,
            one.keywords,
            one.picture_alt,
        ]
        for locale, one in course.texts.items()
    }
    audiences = sorted(one.audience.value for one in course.audiences)
    own = [getattr(course, name) for name in _OF_COURSE]
    return _digest([course.code, course.slug, texts, audiences, own])


def _run_digest(run: CourseRun) -> str:
    sessions = [
        [one.starts_at, one.ends_at, one.venue_id, one.cancelled_at, one.moved_from]
        for one in sorted(run.sessions, key=lambda one: one.id)
    ]
    return _digest([[getattr(run, name) for name in _OF_RUN], sessions])


def _digest(facts: object) -> str:
    return hashlib.sha256(json.dumps(facts, default=str, sort_keys=True).encode()).hexdigest()


_OF_COURSE = (
    "group_id", "permit_id", "level", "language", "format", "funding", "certificate", "academic_hours", "price",
    "contact_email", "contact_phone", "picture",
)  # fmt: skip
_OF_RUN = (
    "venue_id", "seats", "min_participants", "decision_at", "decided_at", "registration_opens_at",
    "registration_closes_at", "has_waiting_list", "teacher", "bring", "starts_at", "ends_at", "cancelled_at",
    "cancel_reason",
)  # fmt: skip
