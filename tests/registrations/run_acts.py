"""Acts of providers on runs, short enough to tell stories with; each is a transaction of its own."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courses.models import CourseRun, CourseSession
from app.courses.run_models import RunNotice
from app.courses.wall_clock import Span, instant, span
from app.db import Database
from app.i18n import local
from app.registrations import notices, run_changes, run_decisions
from app.registrations.run_inputs import CancelForm, DecisionDayForm
from tests import make
from tests.registrations.acts import RULES

CLERK = "account:7"
_number = count(1)
QUIET = RULES.change_notice


def new_run(
    database: Database,
    *,
    seats: int = 5,
    starts_in: int | timedelta = 14,
    sessions: int = 3,
    minimum: int = 0,
    venue: str = "Bibliotēka",
    title_en: str | None = None,
) -> int:
    """A run of a published course at a venue, with its sessions a week apart."""
    with database.writing() as db:
        course = make.make_course(db, title_en=title_en)
        place = make.make_venue(db, name=venue, address=f"Saules iela {next(_number)}")
        run = make.make_run(
            db, course, seats=seats, starts_in=starts_in, sessions=sessions, min_participants=minimum, venue=place
        )
        return run.id


def run_of(database: Database, run_id: int) -> CourseRun:
    """The run as it is kept now."""
    with database.reading() as db:
        return db.get_one(CourseRun, run_id)


def sessions_of(database: Database, run_id: int) -> list[CourseSession]:
    """The run's sessions, in the order in which they were made."""
    with database.reading() as db:
        return [*db.scalars(select(CourseSession).where(CourseSession.run_id == run_id).order_by(CourseSession.id))]


def later(one: CourseSession, **by: int) -> Span:
    """The session's time, so much later by the clock on the wall."""
    begins, ends = local(one.starts_at), local(one.ends_at)
    moved = begins.replace(tzinfo=None) + timedelta(**by)
    over = moved + (ends.replace(tzinfo=None) - begins.replace(tzinfo=None))
    return Span(instant(moved.date(), moved.time()), instant(over.date(), over.time()))


def move(database: Database, run_id: int, place: int, to: Span | None = None, *, reason: str = "", **by: int) -> None:
    """Move the run's session of this place, from 0, to a time, or by so much."""
    one = sessions_of(database, run_id)[place]
    with database.writing() as db:
        run_changes.move_session(db, run_id, one.id, to or later(one, **by), CLERK, RULES, reason=reason)


def cancel_session(database: Database, run_id: int, place: int, *, reason: str = "") -> None:
    """Cancel the run's session of this place."""
    one = sessions_of(database, run_id)[place]
    with database.writing() as db:
        run_changes.cancel_session(db, run_id, one.id, CLERK, RULES, reason=reason)


def restore_session(database: Database, run_id: int, place: int) -> None:
    """Hold the cancelled session as planned."""
    one = sessions_of(database, run_id)[place]
    with database.writing() as db:
        run_changes.restore_session(db, run_id, one.id, CLERK, RULES)


def add(database: Database, run_id: int, *spans: Span) -> None:
    """Hold further sessions."""
    with database.writing() as db:
        run_changes.add_sessions(db, run_id, spans, CLERK, RULES)


def hold_at(database: Database, run_id: int, venue: str, *, place: int | None = None, reason: str = "") -> None:
    """Hold the run, or one session, at a new venue."""
    one = None if place is None else sessions_of(database, run_id)[place].id
    with database.writing() as db:
        there = make.make_venue(db, name=venue, address=f"Lielā iela {next(_number)}").id
        run_changes.change_venue(db, run_id, there, CLERK, RULES, session_id=one, reason=reason)


def give_seats(database: Database, run_id: int, seats: int) -> None:
    """More or fewer seats."""
    with database.writing() as db:
        run_changes.change_seats(db, run_id, seats, CLERK, RULES)


def cancel_run(database: Database, run_id: int, reason: str = "Pasniedzējs saslimis") -> None:
    """Call the whole run off."""
    with database.writing() as db:
        run_changes.cancel_run(db, run_id, CancelForm(reason=reason), CLERK, RULES)


def cancel_registration(database: Database, registration_id: int, reason: str = "Nav priekšzināšanu") -> None:
    """End one person's registration."""
    with database.writing() as db:
        run_changes.cancel_registration(db, registration_id, CancelForm(reason=reason), CLERK, RULES)


def tell(database: Database, run_id: int) -> None:
    """What the worker does when a notice is due."""
    with database.writing() as db:
        notices.tell_changes(db, run_id)


def ask(database: Database, run_id: int) -> None:
    """What the worker does when the day of decision has passed."""
    with database.writing() as db:
        run_decisions.ask_for_decision(db, run_id)


def decide(database: Database, act: Callable[[Session], None]) -> None:
    """The provider decides."""
    with database.writing() as db:
        act(db)


def start_all_the_same(database: Database, run_id: int) -> None:
    """The run starts with those it has."""
    decide(database, lambda db: run_decisions.start_all_the_same(db, run_id, CLERK))


def decide_later(database: Database, run_id: int, day: date) -> None:
    """The day of decision moves."""
    decide(database, lambda db: run_decisions.decide_later(db, run_id, DecisionDayForm(day=day), CLERK))


def call_off(database: Database, run_id: int) -> None:
    """The run is cancelled for lack of participants."""
    reason = CancelForm(reason="Par maz dalībnieku")
    decide(database, lambda db: run_decisions.call_off(db, run_id, reason, CLERK, RULES))


def notice_of(database: Database, run_id: int) -> RunNotice | None:
    """The run's latest notice."""
    with database.reading() as db:
        wanted = select(RunNotice).where(RunNotice.run_id == run_id).order_by(RunNotice.id.desc()).limit(1)
        return db.scalar(wanted)


def evening(day: date, hour: int = 18) -> Span:
    """An hour and a half on that day."""
    return span(day, time(hour), time(hour + 1, 30))


def day_of(moment: datetime) -> date:
    """The day in Riga."""
    return local(moment).date()
