"""The roll of a session: who was there, who came without registering, and that nobody is left out.

Each tick carries an id drawn by lot and the time at which it was made. It is taken once, however often it is sent; the
mark that was made last stands, in whatever order ticks arrive.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.courses.models import CourseSession
from app.db import insert_once
from app.participation import roll_queries as queries
from app.participation.inputs import HeadCountForm, Tick
from app.participation.models import Attendance, FinishedRoll, HeadCount, Mark, RollTick
from app.participation.refusals import NoSeat, RollNotOpen, SessionCancelled, StillUnmarked
from app.people.staff import Staff

OPENS_BEFORE = timedelta(hours=1)
"""So long before a session its roll can be marked: people come early."""


def take_ticks(db: Session, who: Staff, session_id: int, ticks: Sequence[Tick]) -> int:
    """Take what a device has ticked, each once; an older tick does not undo a newer mark, whoever made it.

    Tells how many people were left out because they have no seat (any more): they must not keep the others waiting.
    """
    session = _open_roll(db, who, session_id)
    people = {one.registration for one in ticks}
    known = queries.marks(db, session_id, people)
    seated = queries.seated(db, session.run_id, people) | known.keys()
    if people and not people & seated:
        raise NoSeat
    taken = queries.taken_ticks(db, session_id, {one.tick for one in ticks})
    moment = now()
    for one in sorted(ticks, key=lambda tick: tick.made):
        if one.registration not in seated or (one.registration, one.tick) in taken:
            continue
        taken.add((one.registration, one.tick))
        db.add(RollTick(session_id=session_id, registration_id=one.registration, tick=one.tick, taken_at=moment))
        made_at = min(_instant(one.made), moment)
        known[one.registration] = _mark(
            db, who, session, known.get(one.registration), one.registration, one.mark, made_at
        )
    db.flush()
    return len(people - seated)


def mark_as_shown(
    db: Session, who: Staff, session_id: int, shown: Mapping[int, Mark | None], given: Mapping[int, Mark]
) -> None:
    """A whole page of the roll came back: what differs from what was shown is marked now, the rest is left alone.

    Whoever has no seat (any more) is left out.
    """
    session = _open_roll(db, who, session_id)
    changed = {person: mark for person, mark in given.items() if shown.get(person) is not mark}
    known = queries.marks(db, session_id, changed)
    seated = queries.seated(db, session.run_id, changed) | known.keys()
    if changed and not changed.keys() & seated:
        raise NoSeat
    moment = now()
    for person in changed.keys() & seated:
        mark = changed[person]
        _mark(db, who, session, known.get(person), person, mark, moment)
    db.flush()


def mark_the_rest(db: Session, who: Staff, session_id: int) -> None:
    """Whoever has no mark yet is here."""
    session = _open_roll(db, who, session_id)
    moment = now()
    for person in queries.unmarked(db, session):
        _mark(db, who, session, None, person, Mark.PRESENT, moment)
    db.flush()


def mark_present(db: Session, who: Staff, session_id: int, registration_id: int) -> None:
    """One person who has a seat is here."""
    mark_as_shown(db, who, session_id, {}, {registration_id: Mark.PRESENT})


def count_heads(db: Session, who: Staff, session_id: int, asked: HeadCountForm) -> None:
    """How many came without registering, and how they were counted; nobody is no record."""
    session = _open_roll(db, who, session_id)
    known, people = queries.head_count(db, session.id), asked.people or 0
    was = known.people if known else 0
    if (was, known.counted_how if known else None) == (people, asked.counted_how if people else None):
        return
    if people == 0:
        db.execute(delete(HeadCount).where(HeadCount.session_id == session.id))
    elif known is None:
        db.add(HeadCount(session_id=session.id, people=people, counted_how=asked.counted_how, counted_at=now()))
    else:
        known.people, known.counted_how, known.counted_at = people, asked.counted_how, now()
    db.flush()
    facts = {"was": was, "people": people, "counted_how": asked.counted_how.value}
    record(db, who.actor, "heads_counted", "session", session.id, facts)


def finish_roll(db: Session, who: Staff, session_id: int) -> None:
    """The roll is complete; refused while somebody who has a seat is not marked."""
    session = _open_roll(db, who, session_id)
    if left := queries.unmarked(db, session):
        raise StillUnmarked(len(left))
    if queries.finished_at(db, session.id) is not None:
        return
    insert_once(db, FinishedRoll, session_id=session.id, finished_at=now())
    record(db, who.actor, "roll_finished", "session", session.id)


def forget_ticks(db: Session, before: datetime) -> None:
    """Erase which ticks came before that moment; the marks stay."""
    db.execute(delete(RollTick).where(RollTick.taken_at < before))


def opens_at(session: CourseSession) -> datetime:
    """From when the session's roll can be marked."""
    return session.starts_at - OPENS_BEFORE


def _open_roll(db: Session, who: Staff, session_id: int) -> CourseSession:
    """The session, held; refused when it does not take place or nobody can be there yet."""
    session = queries.lock_session(db, who, session_id)
    if session.cancelled_at is not None or session.run.cancelled_at is not None:
        raise SessionCancelled
    if now() < opens_at(session):
        raise RollNotOpen(opens_at(session))
    return session


def _mark(
    db: Session,
    who: Staff,
    session: CourseSession,
    known: Attendance | None,
    registration_id: int,
    mark: Mark,
    made_at: datetime,
) -> Attendance:
    """The mark stands unless a newer one does; whatever changes, or comes too late to change anything, is recorded."""
    facts = {"session": session.id, "mark": mark.value}
    if known is None:
        known = Attendance(registration_id=registration_id, session_id=session.id, mark=mark, marked_at=made_at)
        db.add(known)
        record(db, who.actor, "marked", "registration", registration_id, facts)
    elif made_at < known.marked_at:
        if known.mark is not mark:
            stands = {**facts, "stands": known.mark.value}
            record(db, who.actor, "mark_came_late", "registration", registration_id, stands)
    else:
        known.marked_at = made_at
        if known.mark is not mark:
            record(db, who.actor, "mark_changed", "registration", registration_id, {**facts, "was": known.mark.value})
            known.mark = mark
    return known


def _instant(milliseconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError):
        return datetime.max.replace(tzinfo=UTC)
