"""Erasing what is known of a person from a registration: the row stays, as one among those that are counted."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.audit.record import record
from app.courses.models import CourseRun
from app.outbox.messages import PersonErased, SeatGivenUp
from app.outbox.post import post
from app.registrations.erasure_queries import forms_about, without_address
from app.registrations.models import Erasure, GivenAnswer, Registration, State
from app.registrations.openings import forget_searches
from app.registrations.parties import come_apart
from app.registrations.queue_queries import standing_together
from app.registrations.seats import SeatRules, clear_and_pass_on, end

ASKED = "asked"
"""Why something is erased: the person asked for it."""


def leave_and_erase(
    db: Session, run: CourseRun, registration: Registration, actor: str, why: str, rules: SeatRules, moment: datetime
) -> list[Registration]:
    """A place that can still be given up is given up first and goes on; then the person's data go. The run is locked.

    A place on a course under way or over stays as it is: whoever took part is counted. Whoever came together with the
    person and has no address of their own goes too: nobody could write to them. Tells whose data went.
    """
    together = standing_together(db, registration)
    members = [registration, *without_address(db, registration)]
    going = [one for one in members if one.is_active(moment) and _can_go(run, one, moment)]
    for one in going:
        was = one.state
        end(db, one, State.WITHDRAWN, moment)
        post(db, SeatGivenUp(one.id, run.course_id))
        record(db, actor, "withdrawn", "registration", one.id, {"was": was.value})
    left = {one.id for one in members}
    if going and any(one.id not in left for one in together):
        come_apart(db, run, together, left, asked_by=registration.id, actor=actor)
    for one in members:
        empty(db, one, actor, why, moment)
    db.flush()
    clear_and_pass_on(db, run, rules, moment)
    return members


def _can_go(run: CourseRun, registration: Registration, moment: datetime) -> bool:
    if run.cancelled_at is not None or run.ends_at <= moment:
        return False
    return moment < run.starts_at or registration.state is not State.CONFIRMED


def empty(db: Session, registration: Registration, actor: str, why: str, moment: datetime) -> None:
    """Nothing that tells who it was is left in the registration, its answers and the forms it came by.

    The hash that counts a person once stays until the year's key is destroyed. Doing it twice changes nothing.
    """
    if registration.erased_at is not None:
        return
    for form in forms_about(db, registration):
        db.delete(form)
    db.execute(delete(GivenAnswer).where(GivenAnswer.registration_id == registration.id))
    registration.name = registration.email = registration.email_key = registration.phone = None
    registration.special_needs = None
    registration.erased_at = moment
    forget_searches(db)
    note_erasure(db, "registration", registration.id, why, moment)
    record(db, actor, "erased", "registration", registration.id, {"why": why})


def empty_needs(db: Session, registration: Registration, actor: str, why: str, moment: datetime) -> None:
    """What somebody needs to take part is forgotten, the rest stays."""
    registration.special_needs = None
    note_erasure(db, "special_needs", registration.id, why, moment)
    record(db, actor, "special_needs_erased", "registration", registration.id, {"why": why})


def note_erasure(db: Session, kind: str, number: int, why: str, moment: datetime) -> None:
    """Remember by number what was erased, here and outside the database: after a restore it is done again."""
    erasure = Erasure(object_kind=kind, object_id=number, why=why, erased_at=moment)
    db.add(erasure)
    db.flush()
    post(db, PersonErased(erasure.id))
