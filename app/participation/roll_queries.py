"""What is looked up about rolls: whose session it is, who stands on its roll, and what waits to be marked."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, null, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.courses.models import Course, CourseRun, CourseSession
from app.courses.own_queries import is_own_run
from app.participation.models import CAME, Attendance, FinishedRoll, HeadCount, Mark, RollTick
from app.people.staff import Staff
from app.refusals import NotFound
from app.registrations.models import Registration, State


class Marked(NamedTuple):
    """Somebody on a roll, with the mark so far."""

    registration_id: int
    name: str | None
    mark: Mark | None


def own_session(db: Session, who: Staff, session_id: int) -> CourseSession:
    """The session of their provider with that number, with its run, course and venue."""
    found = db.scalar(
        _sessions(who)
        .where(CourseSession.id == session_id)
        .options(
            contains_eager(CourseSession.run).contains_eager(CourseRun.course).selectinload(Course.texts),
            contains_eager(CourseSession.run).joinedload(CourseRun.venue),
            joinedload(CourseSession.venue),
        )
    )
    if found is None:
        raise NotFound
    return found


def lock_session(db: Session, who: Staff, session_id: int) -> CourseSession:
    """The session of their provider, freshly read with its run; nobody else changes its roll until the transaction ends."""
    found = db.scalar(
        _sessions(who)
        .where(CourseSession.id == session_id)
        .options(contains_eager(CourseSession.run))
        .with_for_update(of=CourseSession)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def by_code(db: Session, who: Staff, link_key: str) -> Registration:
    """The registration behind a participant's code, with its run, if the run is theirs."""
    found = db.scalar(
        select(Registration)
        .join(Registration.run)
        .join(CourseRun.course)
        .where(Registration.link_key == link_key, is_own_run(who))
        .options(contains_eager(Registration.run))
    )
    if found is None:
        raise NotFound
    return found


def _sessions(who: Staff) -> Select[CourseSession]:
    """The sessions of runs that are theirs."""
    return select(CourseSession).join(CourseSession.run).join(CourseRun.course).where(is_own_run(who))


def place_of(db: Session, session: CourseSession) -> tuple[int, int]:
    """Which of the run's sessions it is, and how many there are; cancelled ones are not counted."""
    before = func.sum(case((CourseSession.starts_at <= session.starts_at, 1), else_=0))
    row = db.execute(
        select(func.coalesce(before, 0), func.count()).where(
            CourseSession.run_id == session.run_id, CourseSession.cancelled_at.is_(None)
        )
    ).one()
    return int(row[0]), int(row[1])


def on_roll(db: Session, session: CourseSession, *, named: bool = False) -> list[Marked]:
    """Everybody who has a seat, and whoever was marked there and has left or moved since; with their names where those may be shown."""
    rows = db.execute(
        select(Registration.id, Registration.name if named else null(), Attendance.mark)
        .outerjoin(Attendance, and_(Attendance.registration_id == Registration.id, Attendance.session_id == session.id))
        .where(or_(_has_seat(session.run_id), Attendance.id.is_not(None)))
    )
    return [Marked(number, name, mark) for number, name, mark in rows]


def seated(db: Session, run_id: int, registrations: Collection[int]) -> set[int]:
    """Which of these registrations have a seat on the run."""
    return set(db.scalars(select(Registration.id).where(Registration.id.in_(registrations), _has_seat(run_id))))


def marks(db: Session, session_id: int, registrations: Collection[int]) -> dict[int, Attendance]:
    """The marks of these registrations at the session."""
    rows = db.scalars(
        select(Attendance).where(Attendance.session_id == session_id, Attendance.registration_id.in_(registrations))
    )
    return {one.registration_id: one for one in rows}


def taken_ticks(db: Session, session_id: int, ticks: Collection[str]) -> set[tuple[int, str]]:
    """Which of these ticks were taken before."""
    rows = db.execute(
        select(RollTick.registration_id, RollTick.tick).where(
            RollTick.session_id == session_id, RollTick.tick.in_(ticks)
        )
    )
    return {(number, tick) for number, tick in rows}


def unmarked(db: Session, session: CourseSession) -> list[int]:
    """Who has a seat and no mark yet."""
    return [one.registration_id for one in on_roll(db, session) if one.mark is None]


def head_count(db: Session, session_id: int) -> HeadCount | None:
    """How many came to the session without registering, if that was counted."""
    return db.scalar(select(HeadCount).where(HeadCount.session_id == session_id))


def finished_at(db: Session, session_id: int) -> datetime | None:
    """When the roll was finished, if it is."""
    return db.scalar(select(FinishedRoll.finished_at).where(FinishedRoll.session_id == session_id))


def saved_at(db: Session, session_id: int) -> datetime | None:
    """When the roll was changed last."""
    return db.scalar(select(func.max(Attendance.marked_at)).where(Attendance.session_id == session_id))


class Counted(NamedTuple):
    """How far the roll of a session is."""

    marked: int
    came: int


def counted(db: Session, sessions: Collection[int]) -> Mapping[int, Counted]:
    """How many are marked at each of these sessions, and how many of them were there."""
    came = func.sum(case((Attendance.mark.in_(CAME), 1), else_=0))
    rows = db.execute(
        select(Attendance.session_id, func.count(), came)
        .where(Attendance.session_id.in_(sessions))
        .group_by(Attendance.session_id)
    )
    return {number: Counted(marked, int(there or 0)) for number, marked, there in rows}


def count_seated(db: Session, runs: Collection[int]) -> Mapping[int, int]:
    """How many have a seat on each of these runs."""
    rows = db.execute(
        select(Registration.run_id, func.count().label("people"))
        .where(Registration.run_id.in_(runs), Registration.state == State.CONFIRMED)
        .group_by(Registration.run_id)
    )
    return {one.run_id: one.people for one in rows}


def head_counts(db: Session, sessions: Collection[int]) -> Mapping[int, HeadCount]:
    """How many came without registering to each of these sessions."""
    rows = db.scalars(select(HeadCount).where(HeadCount.session_id.in_(sessions)))
    return {one.session_id: one for one in rows}


def finished(db: Session, sessions: Collection[int]) -> set[int]:
    """Which of these sessions have a finished roll."""
    return set(db.scalars(select(FinishedRoll.session_id).where(FinishedRoll.session_id.in_(sessions))))


def to_mark(db: Session, who: Staff, before: datetime, offset: int, most: int) -> Sequence[CourseSession]:
    """Sessions that began before that moment and whose roll is not finished, the latest first."""
    return db.scalars(
        _listed(_sessions(who).where(is_to_mark(before)))
        .order_by(CourseSession.starts_at.desc(), CourseSession.id.desc())
        .offset(offset)
        .limit(most)
    ).all()


def count_to_mark(db: Session, who: Staff, before: datetime) -> int:
    """How many sessions wait to be marked."""
    asked = select(func.count()).select_from(CourseSession).join(CourseSession.run).join(CourseRun.course)
    return db.scalars(asked.where(is_own_run(who), is_to_mark(before))).one()


def sessions_between(db: Session, who: Staff, begins: datetime, ends: datetime, most: int) -> Sequence[CourseSession]:
    """Sessions that take place in that time, in order."""
    return db.scalars(
        _listed(_sessions(who).where(CourseSession.starts_at >= begins, CourseSession.starts_at < ends, _STANDS))
        .order_by(CourseSession.starts_at, CourseSession.id)
        .limit(most)
    ).all()


def sessions_of(db: Session, run_id: int) -> Sequence[CourseSession]:
    """Every session of the run, cancelled ones too, in order."""
    return db.scalars(
        select(CourseSession).where(CourseSession.run_id == run_id).order_by(CourseSession.starts_at)
    ).all()


class Participant(NamedTuple):
    """Somebody of a run as the tables of attendance and certificates name them."""

    id: int
    name: str | None
    has_seat: bool


def participants(db: Session, run_id: int, *, named: bool) -> list[Participant]:
    """Everybody who has a seat on the run, and whoever was marked at one of its sessions and has left or moved since."""
    marked = (
        select(Attendance.registration_id)
        .join(CourseSession, CourseSession.id == Attendance.session_id)
        .where(CourseSession.run_id == run_id)
    )
    rows = db.execute(
        select(Registration.id, Registration.name if named else null(), _has_seat(run_id)).where(
            or_(_has_seat(run_id), Registration.id.in_(marked))
        )
    )
    return [Participant(number, name, bool(has_seat)) for number, name, has_seat in rows]


def _has_seat(run_id: int) -> ColumnElement[bool]:
    """Condition on a registration: it has a seat on that run."""
    return and_(Registration.run_id == run_id, Registration.state == State.CONFIRMED)


def marks_of_run(db: Session, run_id: int) -> Mapping[int, Mapping[int, Mark]]:
    """Every mark on the run's rolls: by registration, then by session."""
    rows = db.execute(
        select(Attendance.registration_id, Attendance.session_id, Attendance.mark)
        .join(CourseSession, CourseSession.id == Attendance.session_id)
        .where(CourseSession.run_id == run_id)
    )
    found: dict[int, dict[int, Mark]] = {}
    for person, session, mark in rows:
        found.setdefault(person, {})[session] = mark
    return found


def _listed(asked: Select[CourseSession]) -> Select[CourseSession]:
    return asked.options(
        contains_eager(CourseSession.run).contains_eager(CourseRun.course).selectinload(Course.texts),
        contains_eager(CourseSession.run).joinedload(CourseRun.venue),
        joinedload(CourseSession.venue),
    )


def is_to_mark(before: datetime) -> ColumnElement[bool]:
    """Whether a session, with its run in the statement around, began by that moment and its roll is not finished."""
    is_finished = select(FinishedRoll.session_id).where(FinishedRoll.session_id == CourseSession.id).exists()
    return and_(CourseSession.starts_at <= before, _STANDS, ~is_finished)


_STANDS = and_(CourseSession.cancelled_at.is_(None), CourseRun.cancelled_at.is_(None))
