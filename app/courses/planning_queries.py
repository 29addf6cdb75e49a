"""What is looked up when runs are planned: venues, and who else needs the same room or the same teacher at that time."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from app.courses.models import Course, CourseRun, CourseSession, CourseState, CourseText
from app.courses.planning_inputs import RunForm
from app.courses.wall_clock import Span
from app.people.staff import Staff
from app.providers.models import Venue
from app.refusals import NotFound
from app.translated import in_language

TITLE: ColumnElement[str] = in_language(CourseText.title, CourseText.locale, CourseText.course_id == Course.id)
"""The course's title in the reader's language, in a statement with `:locale`."""
HELD_IN: ColumnElement[int | None] = func.coalesce(CourseSession.venue_id, CourseRun.venue_id)
"""Where a session is held: at its own venue, else at the run's."""

Meeting = Row[int, str, datetime, datetime, int | None, str, str, int, str]


def venues(db: Session) -> list[Venue]:
    """All venues by name."""
    return [*db.scalars(select(Venue).order_by(Venue.is_online.desc(), Venue.name, Venue.room, Venue.id))]


def hold_venues(db: Session, venue_ids: Collection[int]) -> dict[int, Venue]:
    """These venues by number, held so that nobody else takes them meanwhile; refuses a number that is none."""
    wanted = {*venue_ids}
    if not wanted:
        return {}
    held = select(Venue).where(Venue.id.in_(wanted)).order_by(Venue.id).with_for_update()
    found = {venue.id: venue for venue in db.scalars(held.execution_options(populate_existing=True))}
    if {*found} != wanted:
        raise NotFound
    return found


def venue_called(db: Session, name: str, address: str) -> Venue | None:
    """The venue of that name at that address."""
    return db.scalar(select(Venue).where(Venue.name == name, Venue.address == address))


def venue_codes(db: Session, beginning: str) -> set[str]:
    """The codes that begin like this."""
    return {*db.scalars(select(Venue.code).where(Venue.code.startswith(beginning, autoescape=True)))}


def meetings_between(
    db: Session,
    begins: datetime,
    ends: datetime,
    *,
    venue_ids: Collection[int],
    teacher: str,
    provider_id: int,
    but_run: int | None,
    locale: str,
) -> Sequence[Meeting]:
    """Sessions of other runs in that time at one of these venues, or of the provider's with that teacher."""
    same_teacher = and_(CourseRun.teacher == teacher, CourseRun.teacher != "", Course.provider_id == provider_id)
    wanted = (
        select(
            CourseRun.id,
            TITLE,
            CourseSession.starts_at,
            CourseSession.ends_at,
            HELD_IN,
            CourseRun.teacher,
            Course.state,
            Course.provider_id,
            Course.code,
        )
        .join(CourseSession.run)
        .join(CourseRun.course)
        .where(
            CourseSession.starts_at < ends,
            CourseSession.ends_at > begins,
            CourseSession.cancelled_at.is_(None),
            CourseRun.cancelled_at.is_(None),
            or_(HELD_IN.in_([*venue_ids]), same_teacher),
        )
        .order_by(CourseSession.starts_at, CourseSession.id)
    )
    if but_run is not None:
        wanted = wanted.where(CourseRun.id != but_run)
    return db.execute(wanted, {"locale": locale}).all()


def course_title(db: Session, course_id: int, locale: str) -> str:
    """The course's title in that language, else in Latvian."""
    return db.scalar(select(TITLE).select_from(Course).where(Course.id == course_id), {"locale": locale}) or ""


def latest_run(db: Session, course_id: int) -> CourseRun | None:
    """The course's latest run that was not cancelled, with its sessions."""
    return db.scalar(
        select(CourseRun)
        .where(CourseRun.course_id == course_id, CourseRun.cancelled_at.is_(None))
        .options(selectinload(CourseRun.sessions))
        .order_by(CourseRun.starts_at.desc(), CourseRun.id.desc())
        .limit(1)
    )


def hold_course(db: Session, course_id: int) -> None:
    """Hold the course until the transaction ends."""
    db.execute(select(Course.id).where(Course.id == course_id).with_for_update())


def run_like(db: Session, course_id: int, times: Span, asked: RunForm, since: datetime) -> CourseRun | None:
    """A run of the course at that time, as it is asked for, that was planned since then; a new venue has no number yet."""
    there = CourseRun.venue_id.is_(asked.venue_id) if asked.venue_id is None else CourseRun.venue_id == asked.venue_id
    return db.scalar(
        select(CourseRun)
        .where(
            CourseRun.course_id == course_id,
            CourseRun.starts_at == times.starts_at,
            CourseRun.ends_at == times.ends_at,
            CourseRun.teacher == asked.teacher,
            CourseRun.seats == asked.seats,
            there if asked.new_venue is None else true(),
            CourseRun.created_at >= since,
            CourseRun.cancelled_at.is_(None),
        )
        .limit(1)
    )


def runs_begun_between(
    db: Session, who: Staff, begins: datetime, ends: datetime, locale: str, limit: int
) -> list[tuple[CourseRun, str]]:
    """The provider's runs that began in that time and were not cancelled, with sessions and titles, in order of time."""
    return _with_titles(
        db,
        _OWN_WITH_SESSIONS.where(
            Course.provider_id == who.provider,
            Course.state != CourseState.ARCHIVED,
            CourseRun.starts_at >= begins,
            CourseRun.starts_at < ends,
            CourseRun.cancelled_at.is_(None),
        ).limit(limit),
        locale,
    )


def own_runs(db: Session, who: Staff, run_ids: Collection[int], locale: str) -> list[tuple[CourseRun, str]]:
    """The provider's runs with these numbers, with sessions and titles; those of others are left out."""
    wanted = _OWN_WITH_SESSIONS.where(Course.provider_id == who.provider, CourseRun.id.in_([*run_ids]))
    return _with_titles(db, wanted, locale)


def _with_titles(db: Session, wanted: Select[CourseRun, str], locale: str) -> list[tuple[CourseRun, str]]:
    return [(run, title) for run, title in db.execute(wanted, {"locale": locale})]


_OWN_WITH_SESSIONS = (
    select(CourseRun, TITLE)
    .join(CourseRun.course)
    .options(selectinload(CourseRun.sessions))
    .order_by(CourseRun.starts_at, CourseRun.id)
)
