"""Seats: the only place where a registration gets, keeps or loses one. Every function needs the run locked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.audit.record import SYSTEM, record
from app.clock import now
from app.courses.models import CourseRun
from app.outbox.messages import HoldExpired, OfferExpired, SeatOffered
from app.outbox.post import post
from app.registrations import queries
from app.registrations.models import Answer, Registration, SeatOffer, State
from app.registrations.queries import Occupancy
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class SeatRules:
    """The city's rules about seats, from the settings."""

    hold: timedelta = timedelta(hours=24)
    offer: timedelta = timedelta(hours=24)
    provider_decides: timedelta = timedelta(hours=24)
    undo: timedelta = timedelta(minutes=10)
    registrations_a_week: int = 10
    help_phone: str = ""

    @staticmethod
    def of(settings: Settings) -> "SeatRules":
        """The rules these settings state."""
        return SeatRules(
            hold=timedelta(hours=settings.hold_hours),
            offer=timedelta(hours=settings.offer_hours),
            provider_decides=timedelta(hours=settings.provider_decides_hours),
            undo=timedelta(minutes=settings.undo_minutes),
            registrations_a_week=settings.registrations_a_week,
            help_phone=settings.contact_phone,
        )

    def hold_until(self, run: CourseRun, moment: datetime) -> datetime:
        """Until when a seat is held unconfirmed: never past the start; on a course under way, never past its end."""
        return min(moment + self.hold, run.starts_at if moment < run.starts_at else run.ends_at)

    def offer_until(self, run: CourseRun, moment: datetime) -> datetime:
        """By when an offered seat must be answered: never past the start."""
        return min(moment + self.offer, run.starts_at)

    def offers_by_itself(self, run: CourseRun, moment: datetime) -> bool:
        """Whether freed seats still go on by themselves; close to the start the provider decides."""
        return run.cancelled_at is None and moment < run.starts_at - self.provider_decides


def clear_and_pass_on(
    db: Session, run: CourseRun, rules: SeatRules, moment: datetime | None = None, found: Occupancy | None = None
) -> Occupancy:
    """End the run's holds and offers that are over, offer every free seat to the queue, first come first served.

    `found` says how the seats stand, when the caller knows. Tells how they stand after that.
    """
    moment = moment or now()
    found = found or queries.occupancy_of(db, run, moment)
    if found.over:
        for registration in queries.over(db, run, moment):
            _run_out(db, run, registration, moment)
        db.flush()
        found = queries.occupancy_of(db, run, moment)
    offered = _offer_free_seats(db, run, rules, moment, found)
    return Occupancy(found.taken + offered, found.waiting - offered, 0)


def end(db: Session, registration: Registration, state: State, moment: datetime) -> None:
    """The registration stands no more; an open offer ends with it."""
    registration.state = state
    registration.ended_at = moment
    if offer := queries.open_offer(registration):
        offer.answer = Answer.EXPIRED if state is State.EXPIRED else Answer.DECLINED
        offer.answered_at = moment


def _run_out(db: Session, run: CourseRun, registration: Registration, moment: datetime) -> None:
    was = registration.state
    if was is State.OFFERED:
        registration.state = State.DECLINED
        registration.ended_at = moment
        if offer := queries.open_offer(registration):
            offer.answer = Answer.EXPIRED
            offer.answered_at = moment
        post(db, OfferExpired(registration.id, run.course_id))
    else:
        end(db, registration, State.EXPIRED, moment)
        post(db, HoldExpired(registration.id, run.course_id))
    record(db, SYSTEM, "registration_ran_out", "registration", registration.id, {"was": was.value})


def _offer_free_seats(db: Session, run: CourseRun, rules: SeatRules, moment: datetime, found: Occupancy) -> int:
    """Offer each free seat to whoever waits longest; how many were offered."""
    free = found.waiting if run.seats == 0 else min(run.seats - found.taken, found.waiting)
    if free <= 0 or not rules.offers_by_itself(run, moment):
        return 0
    for registration in queries.first_waiting(db, run, free):
        deadline = rules.offer_until(run, moment)
        registration.state = State.OFFERED
        db.add(SeatOffer(registration_id=registration.id, offered_at=moment, deadline=deadline))
        post(db, SeatOffered(registration.id, run.course_id))
        record(db, SYSTEM, "seat_offered", "registration", registration.id, {"deadline": deadline.isoformat()})
    db.flush()
    return free
