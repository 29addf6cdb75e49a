"""Checking in with a participant's code: whose it is, and the session that is on now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.courses.models import CourseSession
from app.participation import roll_queries as queries
from app.participation.models import Mark
from app.participation.refusals import NoSeat, NoSessionNow
from app.participation.rolls import OPENS_BEFORE, mark_present
from app.people.staff import Staff
from app.registrations.models import Registration, State

PURPOSE = "check_in"
"""What the code is signed for; it opens nothing else."""


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Somebody at the door, and what is on now."""

    registration: Registration
    run_id: int
    session: CourseSession | None
    """The session that is on now, from an hour before it begins until it ends."""
    following: CourseSession | None
    """The next one, when none is on."""
    mark: Mark | None

    @property
    def has_seat(self) -> bool:
        """Whether the person has a seat in the group."""
        return self.registration.state is State.CONFIRMED


def check_in_of(db: Session, who: Staff, link_key: str, moment: datetime) -> CheckIn:
    """Whose code it is; one that belongs to another provider's group is not known here."""
    registration = queries.by_code(db, who, link_key)
    sessions = [] if registration.run.cancelled_at else queries.sessions_of(db, registration.run_id)
    ahead = [one for one in sessions if one.cancelled_at is None and moment < one.ends_at]
    following = ahead[0] if ahead else None
    is_on = following is not None and following.starts_at - OPENS_BEFORE <= moment
    session = queries.own_session(db, who, following.id) if following is not None and is_on else None
    mark = None
    if session is not None and (known := queries.marks(db, session.id, [registration.id])):
        mark = known[registration.id].mark
    return CheckIn(registration, registration.run_id, session, None if is_on else following, mark)


def check_in(db: Session, who: Staff, link_key: str, moment: datetime) -> int:
    """The person is marked as here at the session that is on now; its number."""
    found = check_in_of(db, who, link_key, moment)
    if not found.has_seat:
        raise NoSeat
    if found.session is None:
        raise NoSessionNow
    mark_present(db, who, found.session.id, found.registration.id)
    return found.session.id
