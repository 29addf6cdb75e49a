"""Seats: the only place where a registration gets, keeps or loses one. Every function needs the run locked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.audit.record import SYSTEM, record
from app.clock import now
from app.courses.models import CourseRun
from app.links import new_key
from app.outbox.messages import HoldExpired, OfferExpired, SeatFreeLate, SeatOffered
from app.outbox.post import post
from app.registrations import queries, queue_queries
from app.registrations.models import Answer, Registration, SeatOffer, State
from app.registrations.queries import Occupancy
from app.registrations.queue_queries import Waiting
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class SeatRules:
    """The city's rules about seats, from the settings."""

    hold: timedelta = timedelta(hours=24)
    offer: timedelta = timedelta(hours=24)
    provider_decides: timedelta = timedelta(hours=24)
    undo: timedelta = timedelta(minutes=10)
    change_notice: timedelta = timedelta(minutes=10)
    reminder: timedelta = timedelta(hours=48)
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
            change_notice=timedelta(minutes=settings.change_notice_minutes),
            reminder=timedelta(hours=settings.reminder_hours),
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


class Turn(NamedTuple):
    """Whose turn it is."""

    chosen: list[int]
    """Registrations that get a seat, in the order of the queue."""
    skipped: list[tuple[int, int]]
    """Who stood before somebody chosen and could not be, and who was chosen: two together where one seat was left."""


def whose_turn(queue: Iterable[Waiting], free: int) -> Turn:
    """Whose turn it is when so many seats are free: first come, first served, and two who come together only together."""
    parties: dict[int, list[int]] = {}
    for one in queue:
        parties.setdefault(-one.id if one.party is None else one.party, []).append(one.id)
    chosen: list[int] = []
    passed: list[int] = []
    skipped: list[tuple[int, int]] = []
    for ids in parties.values():
        if free <= 0:
            break
        if len(ids) > free:
            passed.append(ids[0])
            continue
        chosen += ids
        skipped += [(one, ids[0]) for one in passed]
        free -= len(ids)
    return Turn(chosen, skipped)


def record_skips(db: Session, actor: str, turn: Turn) -> None:
    """Whoever is passed over can read why: two who come together waited for two seats."""
    for passed, chosen in turn.skipped:
        record(db, actor, "skipped", "registration", passed, {"reason": "needs_two_seats", "chosen": chosen})


def is_written_to(registration: Registration) -> bool:
    """Whether letters about a place go to it: who was registered along is written to at an address of their own only."""
    return registration.party in {None, registration.id} or registration.email is not None


def clear_and_pass_on(
    db: Session, run: CourseRun, rules: SeatRules, moment: datetime | None = None, found: Occupancy | None = None
) -> Occupancy:
    """End the run's holds and offers that are over, offer every free seat to the queue, first come first served.

    Close to the start nothing is offered: the provider is told that a seat is free for somebody, once for each.
    `found` says how the seats stand, when the caller knows. Tells how they stand after that.
    """
    moment = moment or now()
    found = found or queries.occupancy_of(db, run, moment)
    if found.over:
        for registration in queries.over(db, run, moment):
            _run_out(db, run, registration, moment)
        db.flush()
        found = queries.occupancy_of(db, run, moment)
    offered = _pass_on(db, run, rules, moment, found)
    return Occupancy(found.taken + offered, found.waiting - offered, 0)


def end(db: Session, registration: Registration, state: State, moment: datetime) -> None:
    """The registration stands no more; an open offer ends with it."""
    registration.state = state
    registration.ended_at = moment
    if offer := queries.open_offer(registration):
        offer.answer = _CLOSES_OFFER.get(state, Answer.DECLINED)
        offer.answered_at = moment


def _run_out(db: Session, run: CourseRun, registration: Registration, moment: datetime) -> None:
    was = registration.state
    if was is State.OFFERED:
        registration.state = State.DECLINED
        registration.ended_at = moment
        if offer := queries.open_offer(registration):
            offer.answer = Answer.EXPIRED
            offer.answered_at = moment
        if is_written_to(registration):
            post(db, OfferExpired(registration.id, run.course_id))
    else:
        end(db, registration, State.EXPIRED, moment)
        if is_written_to(registration):
            post(db, HoldExpired(registration.id, run.course_id))
    record(db, SYSTEM, "registration_ran_out", "registration", registration.id, {"was": was.value})


def _pass_on(db: Session, run: CourseRun, rules: SeatRules, moment: datetime, found: Occupancy) -> int:
    """Offer each free seat to whoever waits longest, or ask the provider close to the start; how many were offered."""
    free = max(0, run.seats - found.taken if run.seats else found.waiting)
    told = min(run.seats_told or 0, free)
    offered = 0
    if free and found.waiting and run.cancelled_at is None and moment < run.ends_at:
        turn = whose_turn(queue_queries.queue(db, run), free)
        if rules.offers_by_itself(run, moment):
            offered = _offer(db, run, turn, rules.offer_until(run, moment), moment)
        elif turn.chosen and free > told:
            told = free
            post(db, SeatFreeLate(run.id, run.course_id))
    if told != (run.seats_told or 0):
        _keep_told(db, run, told)
    return offered


def _offer(db: Session, run: CourseRun, turn: Turn, deadline: datetime, moment: datetime) -> int:
    if not turn.chosen:
        return 0
    record_skips(db, SYSTEM, turn)
    for registration in queue_queries.by_ids(db, turn.chosen):
        registration.state = State.OFFERED
        db.add(SeatOffer(registration_id=registration.id, offered_at=moment, deadline=deadline))
        if is_written_to(registration):
            post(db, SeatOffered(registration.id, run.course_id))
        record(db, SYSTEM, "seat_offered", "registration", registration.id, {"deadline": deadline.isoformat()})
    db.flush()
    return len(turn.chosen)


def _keep_told(db: Session, run: CourseRun, told: int) -> None:
    """Remember of how many free seats the provider was told; the run may be a copy, so the row itself is changed."""
    link_key = run.link_key or new_key()
    db.execute(_TOLD, {"run": run.id, "told": told, "key": link_key})
    set_committed_value(run, "seats_told", told)
    set_committed_value(run, "link_key", link_key)


_TOLD = (
    update(CourseRun.__table__)  # type: ignore[arg-type]
    .where(CourseRun.__table__.c.id == bindparam("run"))
    .values(seats_told=bindparam("told"), link_key=bindparam("key"))
)


_CLOSES_OFFER = {State.EXPIRED: Answer.EXPIRED, State.CANCELLED_BY_PROVIDER: Answer.REVOKED}
"""What becomes of an open offer when the registration ends so; else its person declined it."""
