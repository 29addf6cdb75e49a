"""Invariants of seats and queues: nobody too many, nobody passed over, no seat left free while somebody waits."""

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import aliased

from app.audit.models import AuditEntry
from app.courses.models import CourseRun
from app.db import UtcDateTime
from app.invariants.look import GRACE, Findings, Look, told
from app.registrations.models import SEATED, Registration, SeatOffer, State
from app.registrations.queries import holds_seat

_NO_LIMIT = 1_000_000
_CLOCKS_DIFFER = timedelta(seconds=5)
"""Several machines write the time when somebody joined; the order of ids is the order of the queue."""
_EXCUSED = ("skipped", "party_separated", "withdrawal_undone", "cancelling_undone")
"""Acts after which somebody may wait although a later one was offered a seat: the log says why."""


def seats(look: Look) -> Findings:
    """I2: no more seats are taken than there are, and none is free while somebody waits who could take it."""
    taken = func.count()
    oversold = (
        select(Registration.run_id)
        .join(CourseRun, CourseRun.id == Registration.run_id)
        .where(CourseRun.seats > 0, holds_seat(look.moment))
        .group_by(Registration.run_id, CourseRun.seats)
        .having(taken > CourseRun.seats)
        .order_by(Registration.run_id)
    )
    yield from told("runs with more seats taken than there are", look.db.scalars(oversold))
    yield from told("runs with a free seat and somebody who waits for it", _unfair(look))


def _unfair(look: Look) -> list[int]:
    """Runs that offer seats by themselves, and have not; two who come together need two."""
    held = (
        select(func.count())
        .select_from(Registration)
        .where(Registration.run_id == CourseRun.id, holds_seat(look.moment - GRACE))
        .correlate(CourseRun)
        .scalar_subquery()
    )
    waits = and_(Registration.state == State.WAITLISTED, Registration.erased_at.is_(None))
    rows = look.db.execute(
        select(CourseRun.id, CourseRun.seats - held, CourseRun.seats, Registration.party, Registration.id)
        .join(Registration, Registration.run_id == CourseRun.id)
        .where(
            waits,
            CourseRun.cancelled_at.is_(None),
            CourseRun.starts_at > look.moment + look.rules.provider_decides,
            or_(CourseRun.seats == 0, held < CourseRun.seats),
        )
        .order_by(CourseRun.id, Registration.id)
    )
    free: dict[int, int] = {}
    groups: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for run_id, left, limit, party, registration_id in rows:
        free[run_id] = left if limit else _NO_LIMIT
        groups[run_id][-registration_id if party is None else party] += 1
    return [run_id for run_id, sizes in groups.items() if min(sizes.values()) <= free[run_id]]


def queues(look: Look) -> Findings:
    """I3: queues are in the order in which people came, and seats were offered in that order, once to each."""
    before = func.lag(Registration.queued_at, type_=UtcDateTime()).over(
        partition_by=Registration.run_id, order_by=Registration.id
    )
    places = (
        select(Registration.id, Registration.queued_at, before.label("before"))
        .where(Registration.queued_at.is_not(None))
        .subquery()
    )
    late = look.db.execute(select(places).where(places.c.before > places.c.queued_at).order_by(places.c.id))
    yield from told(
        "registrations that joined a queue before those who stand before them",
        (row.id for row in late if row.before > row.queued_at + _CLOCKS_DIFFER),
    )
    yield from told("registrations passed over without a reason in the log", look.db.scalars(_passed_over()))
    twice = (
        select(SeatOffer.registration_id)
        .group_by(SeatOffer.registration_id)
        .having(func.count() > 1)
        .order_by(SeatOffer.registration_id)
    )
    yield from told("registrations that were offered a seat twice", look.db.scalars(twice))
    is_open = select(SeatOffer.id).where(SeatOffer.registration_id == Registration.id, SeatOffer.answer.is_(None))
    apart = or_(
        and_(Registration.state == State.OFFERED, ~is_open.exists()),
        and_(Registration.state != State.OFFERED, is_open.exists()),
    )
    yield from told(
        "registrations whose offer does not stand as they do",
        look.db.scalars(select(Registration.id).where(apart).order_by(Registration.id)),
    )
    one, other = aliased(Registration), aliased(Registration)
    parted = (
        select(one.party)
        .join(other, and_(other.party == one.party, other.run_id == one.run_id))
        .where(one.state == State.WAITLISTED, other.state.in_(SEATED))
        .distinct()
        .order_by(one.party)
    )
    yield from told("two who come together, of whom only one has a seat", look.db.scalars(parted))


def _passed_over() -> Select[int]:
    """Who waits although somebody behind them was offered a seat while they waited."""
    behind = aliased(Registration)
    reason = select(AuditEntry.id).where(
        AuditEntry.object_kind == "registration",
        AuditEntry.object_id.in_((cast(Registration.id, String), cast(Registration.party, String))),
        AuditEntry.act.in_(_EXCUSED),
    )
    return (
        select(Registration.id)
        .join(behind, and_(behind.run_id == Registration.run_id, behind.id > Registration.id))
        .join(SeatOffer, SeatOffer.registration_id == behind.id)
        .where(
            Registration.state == State.WAITLISTED,
            Registration.erased_at.is_(None),
            SeatOffer.offered_at > Registration.queued_at,
            ~reason.exists(),
        )
        .distinct()
        .order_by(Registration.id)
    )
