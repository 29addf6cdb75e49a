"""What changes a run's sessions: moved, cancelled, restored, added, held elsewhere. The caller holds the run.

Every function takes a run with its sessions and venues loaded. Who is registered is none of this room's business.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.courses.models import CourseRun, CourseSession
from app.courses.refusals import DateFar, DatePast, LastSession, SessionOff, SessionOver, SessionsOverlap
from app.courses.wall_clock import Span
from app.i18n import local
from app.providers.models import Venue
from app.refusals import NotFound

FARTHEST = timedelta(days=2 * 365)
"""A session farther away than that is a slip in the year."""
_DAY = timedelta(days=1)


def move_session(run: CourseRun, session_id: int, to: Span, moment: datetime) -> None:
    """Hold the session at another time; where it was first announced stays known, until it is there again."""
    session = _still_ahead(run, session_id, moment)
    if session.cancelled_at is not None:
        raise SessionOff
    was = session.starts_at
    if (was, session.ends_at) == to:
        return
    _refuse_wrong_times(run, [to], moment, but=session)
    session.starts_at, session.ends_at = to
    if to.starts_at != was:
        announced = session.moved_from or was
        session.moved_from = None if announced == to.starts_at else announced


def cancel_session(run: CourseRun, session_id: int, moment: datetime) -> None:
    """Do not hold the session; the last one that is left cannot go without the whole run."""
    session = _still_ahead(run, session_id, moment)
    if session.cancelled_at is not None:
        return
    if sum(one.cancelled_at is None for one in run.sessions) == 1:
        raise LastSession
    session.cancelled_at = moment


def restore_session(run: CourseRun, session_id: int, moment: datetime) -> None:
    """Hold a cancelled session after all."""
    session = _still_ahead(run, session_id, moment)
    if session.cancelled_at is None:
        return
    _refuse_wrong_times(run, [Span(session.starts_at, session.ends_at)], moment, but=session)
    session.cancelled_at = None


def add_sessions(run: CourseRun, spans: Sequence[Span], moment: datetime, *, link: str = "") -> None:
    """Hold further sessions: one, or a weekly pattern; `link` is where they are joined online."""
    _refuse_wrong_times(run, spans, moment)
    run.sessions.extend(
        CourseSession(starts_at=one.starts_at, ends_at=one.ends_at, link=link, venue=None) for one in spans
    )


def hold_elsewhere(run: CourseRun, venue: Venue | None, moment: datetime, session_id: int | None = None) -> None:
    """Hold the run, or only one of its sessions, at another venue; a session without its own is where the run is."""
    if session_id is None:
        run.venue = venue
        return
    session = _still_ahead(run, session_id, moment)
    if session.cancelled_at is not None:
        raise SessionOff
    session.venue = venue


def follow_sessions(run: CourseRun, moment: datetime) -> None:
    """The run's own dates follow its sessions, and its windows never reach past the new start."""
    was = run.starts_at
    held = [one for one in run.sessions if one.cancelled_at is None]
    if held:
        run.starts_at = min(one.starts_at for one in held)
        run.ends_at = max(one.ends_at for one in held)
        run.session_count = len(held)
        run.weekdays = ",".join(str(day) for day in sorted({local(one.starts_at).weekday() for one in held}))
    run.sequence += 1
    if run.registration_closes_at <= was:
        run.registration_closes_at = min(run.registration_closes_at, run.starts_at)
        run.registration_opens_at = min(run.registration_opens_at, run.registration_closes_at)
    if run.decision_at is not None and run.decision_at >= run.starts_at > moment:
        run.decision_at = max(moment, run.starts_at - _DAY)


def _still_ahead(run: CourseRun, session_id: int, moment: datetime) -> CourseSession:
    """The run's session of this number, if it is not over."""
    found = next((one for one in run.sessions if one.id == session_id), None)
    if found is None:
        raise NotFound
    if found.ends_at <= moment:
        raise SessionOver
    return found


def _refuse_wrong_times(
    run: CourseRun, spans: Sequence[Span], moment: datetime, *, but: CourseSession | None = None
) -> None:
    """Times must be ahead, within reach, and overlap neither each other nor the run's other sessions."""
    for one in spans:
        if one.starts_at <= moment:
            raise DatePast
        if one.starts_at > moment + FARTHEST:
            raise DateFar
    others = [Span(one.starts_at, one.ends_at) for one in run.sessions if one.cancelled_at is None and one is not but]
    for place, new in enumerate(spans):
        for other in (*others, *spans[:place]):
            if new.starts_at < other.ends_at and other.starts_at < new.ends_at:
                first, second = sorted((new, other))
                raise SessionsOverlap(first.starts_at, second.starts_at)
