"""Invariants of registrations: their records are whole, and every act on them stands in the log once."""

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.audit.chain import verify_chain
from app.audit.models import AuditEntry
from app.invariants.look import Findings, Look, told
from app.outbox.models import Message
from app.registrations.models import Registration, SeatOffer, State

CAME = ("registered", "entered")
"""Acts by which a registration comes to be: a person's, or of staff who enter somebody."""
UNDONE = ("withdrawal_undone", "cancelling_undone")
"""Acts by which an ended registration stands again."""
LEADS_TO: dict[State, tuple[str, ...]] = {
    State.PENDING: ("registered", *UNDONE),
    State.WAITLISTED: ("registered", "entered", *UNDONE),
    State.CONFIRMED: (
        "confirmed",
        "confirmed_by_staff",
        "offer_accepted",
        "seat_given",
        "entered",
        "moved",
        *UNDONE,
    ),
    State.OFFERED: ("seat_offered", *UNDONE),
    State.DECLINED: ("offer_declined", "registration_ran_out"),
    State.WITHDRAWN: ("withdrawn", "address_given_up"),
    State.EXPIRED: ("registration_ran_out",),
    State.CANCELLED_BY_PROVIDER: ("cancelled_by_provider", "run_cancelled"),
}
"""Acts by which a registration comes into a state."""
STEPS = sorted({act for acts in LEADS_TO.values() for act in acts})


def whole(look: Look) -> Findings:
    """I1: a registration was kept together with its entry in the log and its message."""
    logged = select(AuditEntry.object_id).where(
        AuditEntry.object_kind == "registration",
        AuditEntry.object_id == cast(Registration.id, String),
        AuditEntry.act.in_(CAME),
    )
    unlogged = select(Registration.id).where(_in_log(look), ~logged.exists()).order_by(Registration.id)
    yield from told("registrations without an entry in the log", look.db.scalars(unlogged))
    first = aliased(Registration)
    along = select(first.id).where(
        first.run_id == Registration.run_id, first.created_at == Registration.created_at, first.id < Registration.id
    )
    posted = select(Message.about).where(Message.about.like("registration:%")).distinct().subquery()
    unposted = (
        select(Registration.id)
        .outerjoin(posted, posted.c.about == literal("registration:").concat(cast(Registration.id, String)))
        .where(_in_log(look), posted.c.about.is_(None), ~along.exists())
        .order_by(Registration.id)
    )
    yield from told("registrations without a message in the outbox", look.db.scalars(unposted))


def logged_once(look: Look) -> Findings:
    """I7: every step of a registration stands in the log once, and the chain over the log is unbroken."""
    steps = (
        select(
            AuditEntry.object_id,
            func.max(AuditEntry.id).label("last"),
            _times(*CAME).label("registered"),
            _times(*LEADS_TO[State.WITHDRAWN], *LEADS_TO[State.CANCELLED_BY_PROVIDER], "moved").label("given_up"),
            _times(*UNDONE, "moved").label("undone"),
            _times("seat_offered").label("offered"),
        )
        .where(AuditEntry.object_kind == "registration", AuditEntry.act.in_(STEPS))
        .group_by(AuditEntry.object_id)
        .subquery()
    )
    last = aliased(AuditEntry)
    offers = (
        select(func.count())
        .select_from(SeatOffer)
        .where(SeatOffer.registration_id == Registration.id)
        .scalar_subquery()
    )
    joined = (
        select(Registration.id)
        .outerjoin(steps, steps.c.object_id == cast(Registration.id, String))
        .outerjoin(last, last.id == steps.c.last)
        .where(_in_log(look))
        .order_by(Registration.id)
    )
    fits = or_(*(and_(Registration.state == state, last.act.in_(acts)) for state, acts in LEADS_TO.items()))
    yield from told(
        "registrations whose state is not what the last entry in the log led to",
        look.db.scalars(joined.where(or_(last.act.is_(None), ~fits))),
    )
    is_given_up = case((Registration.state.in_((State.WITHDRAWN, State.CANCELLED_BY_PROVIDER)), 1), else_=0)
    once = and_(
        steps.c.registered == 1,
        steps.c.given_up == steps.c.undone + is_given_up,
        steps.c.undone == Registration.undone,
        steps.c.offered == offers,
    )
    yield from told(
        "registrations with a step that is logged twice or not at all",
        look.db.scalars(joined.where(steps.c.last.is_not(None), ~once)),
    )
    yield from told("log of actions", verify_chain(look.db))


def _times(*acts: str) -> ColumnElement[int]:
    return func.count(case((AuditEntry.act.in_(acts), 1)))


def _in_log(look: Look) -> ColumnElement[bool]:
    return Registration.created_at >= look.log_begins()
