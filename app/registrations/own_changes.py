"""Changes of a run by its provider's staff: what is not theirs is not found, and rooms in use are not taken.

Each gives the clashes that are only warned about.
"""

from collections.abc import Callable, Collection

from sqlalchemy.orm import Session

from app.clock import now
from app.courses.clashes import Clash, Wanted, clashes, refuse_taken_rooms
from app.courses.models import CourseRun, CourseSession
from app.courses.own_queries import own_run
from app.courses.planning_queries import hold_venues
from app.courses.queries import lock_timetable
from app.courses.wall_clock import Span, span, weekly
from app.i18n import DEFAULT
from app.people.staff import Staff
from app.registrations import run_changes
from app.registrations.run_inputs import AddForm, MoveForm, PlaceForm, SessionChangeForm
from app.registrations.seats import SeatRules


def move_session(db: Session, who: Staff, run_id: int, asked: MoveForm, rules: SeatRules) -> list[Clash]:
    """Hold a session at another time."""
    own_run(db, who, run_id)
    to = span(asked.day, asked.begins, asked.ends)
    run_changes.move_session(db, run_id, asked.session, to, who.actor, rules, reason=asked.reason)
    return _clashes(db, who, run_id, lambda one: one.id == asked.session)


def cancel_session(db: Session, who: Staff, run_id: int, asked: SessionChangeForm, rules: SeatRules) -> list[Clash]:
    """Do not hold a session."""
    own_run(db, who, run_id)
    run_changes.cancel_session(db, run_id, asked.session, who.actor, rules, reason=asked.reason)
    return []


def restore_session(db: Session, who: Staff, run_id: int, asked: SessionChangeForm, rules: SeatRules) -> list[Clash]:
    """Hold a cancelled session after all."""
    own_run(db, who, run_id)
    run_changes.restore_session(db, run_id, asked.session, who.actor, rules, reason=asked.reason)
    return _clashes(db, who, run_id, lambda one: one.id == asked.session)


def add_sessions(db: Session, who: Staff, run_id: int, asked: AddForm, rules: SeatRules) -> list[Clash]:
    """Hold further sessions: one, or one every week until a day."""
    own_run(db, who, run_id)
    before = _session_ids(lock_timetable(db, run_id))
    spans: list[Span] = weekly(asked.day, asked.last_day, asked.begins, asked.ends)
    run_changes.add_sessions(db, run_id, spans, who.actor, rules, link=asked.link, reason=asked.reason)
    return _clashes(db, who, run_id, lambda one: one.id not in before)


def change_venue(db: Session, who: Staff, run_id: int, asked: PlaceForm, rules: SeatRules) -> list[Clash]:
    """Hold the run, or one of its sessions, elsewhere."""
    own_run(db, who, run_id)
    run_changes.change_venue(
        db, run_id, asked.venue_id, who.actor, rules, session_id=asked.session, reason=asked.reason
    )
    return _clashes(db, who, run_id, lambda one: asked.session is None or one.id == asked.session)


def _session_ids(run: CourseRun) -> Collection[int]:
    return {one.id for one in run.sessions}


def _clashes(db: Session, who: Staff, run_id: int, is_changed: Callable[[CourseSession], bool]) -> list[Clash]:
    """What the changed sessions clash with; a room that is certainly in use is refused."""
    db.flush()
    run = lock_timetable(db, run_id)
    moment = now()
    wanted = [
        Wanted(Span(one.starts_at, one.ends_at), one.venue_id or run.venue_id)
        for one in run.sessions
        if is_changed(one) and one.cancelled_at is None and one.ends_at > moment
    ]
    venues = hold_venues(db, [one.venue_id for one in wanted if one.venue_id is not None])
    found = clashes(db, wanted, venues, run.teacher, who.provider, but_run=run.id, locale=DEFAULT)
    refuse_taken_rooms(found)
    return found
