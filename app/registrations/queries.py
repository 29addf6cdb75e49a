"""What is looked up about registrations: seats taken, queues, one's own registration."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.audit.models import AuditEntry
from app.courses.models import Course, CourseRun, CourseSession, CourseState
from app.courses.run_models import RunQuestion
from app.db import UtcDateTime, connection_of
from app.providers.models import Provider
from app.registrations.models import ACTIVE, SEATED, CountingKey, Registration, SeatOffer, SentForm, State
from app.registrations.refusals import DataErased, LinkUnknown


def in_state(*states: State) -> ColumnElement[bool]:
    """Whether a registration is in one of these states. They are written into the statement, not sent along with it
    each time; and only so can the database answer from the index of the active ones."""
    return Registration.state.in_([literal_column(f"'{state.value}'") for state in states])


def holds_seat(moment: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """SQL of `Registration.holds_seat`, in the form that the index on run and state answers."""
    return and_(in_state(*SEATED), or_(not_(in_state(State.PENDING)), Registration.hold_until > moment))


def waits() -> ColumnElement[bool]:
    """SQL of a place in the queue; one whose person was erased, long after the start, can be offered nothing."""
    return and_(in_state(State.WAITLISTED), Registration.erased_at.is_(None))


def is_over(moment: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """SQL of a hold or an offer that has run out and waits to be cleared."""
    unanswered = (
        select(SeatOffer.id)
        .where(SeatOffer.registration_id == Registration.id, SeatOffer.answer.is_(None), SeatOffer.deadline <= moment)
        .exists()
    )
    return or_(
        and_(in_state(State.PENDING), Registration.hold_until <= moment),
        and_(in_state(State.OFFERED), unanswered),
    )


class Occupancy(NamedTuple):
    """How the seats of a run stand at one moment."""

    taken: int
    waiting: int
    over: int
    """Holds and offers that have run out and wait to be cleared."""


def occupancy(db: Session, run_ids: Sequence[int], moment: datetime) -> dict[int, tuple[int, int]]:
    """For each run the seats taken and the people waiting at that moment; runs without either are left out."""
    taken = func.sum(case((holds_seat(moment), 1), else_=0))
    waiting = func.sum(case((waits(), 1), else_=0))
    rows = db.execute(
        select(Registration.run_id, taken, waiting)
        .where(Registration.run_id.in_(run_ids), Registration.state.in_(ACTIVE))
        .group_by(Registration.run_id)
    )
    return {run_id: (int(seats), int(queue)) for run_id, seats, queue in rows}


def occupancy_of(db: Session, run: CourseRun, moment: datetime) -> Occupancy:
    """How the run's seats stand at that moment."""
    return Occupancy(*connection_of(db).execute(_AT_MOMENT, {"run": run.id, "moment": moment}).one())


class FormFacts(NamedTuple):
    """Everything that decides on one person's form for one run, as it is now."""

    occupancy: Occupancy
    course_state: CourseState
    fingerprint: str | None
    """Of what was sent under the same key before."""
    answer: str | None
    """What was answered to that, as JSON."""
    active: int | None
    """The id of the address's active registration on the run."""
    recent: int
    """Registrations that the address sent since the moment asked for; who was registered along sent none."""
    counting_key: str | None
    """The key by which people of the year are counted; none before it is made and once it is destroyed."""
    asks: bool
    """Whether the provider asks questions of their own."""


def facts_of_form(
    db: Session, run: CourseRun, sent_key: str, address_key: str, *, moment: datetime, since: datetime, year: int
) -> FormFacts:
    """What decides on a form, in one statement; the caller holds the run."""
    asked = {"run": run.id, "course": run.course_id, "sent": sent_key, "key": address_key, "since": since, "year": year}
    row = connection_of(db).execute(_FORM, asked | {"moment": moment}).one()
    return FormFacts(Occupancy(*row[:3]), *row[3:])


def active_registration(db: Session, run: CourseRun, address_key: str) -> Registration | None:
    """The person's one active registration on the run, if there is one."""
    return db.scalar(
        select(Registration).where(
            Registration.run_id == run.id, Registration.email_key == address_key, Registration.state.in_(ACTIVE)
        )
    )


def count_sent(db: Session, address_key: str, since: datetime) -> int:
    """How many registrations came from the address since then."""
    return (
        db.scalar(
            select(func.count())
            .select_from(Registration)
            .where(Registration.email_key == address_key, Registration.created_at >= since)
        )
        or 0
    )


def count_repeated(db: Session, registration_id: int, since: datetime) -> int:
    """How often a form was sent for this registered address since then."""
    found = db.scalar(
        select(func.count())
        .select_from(AuditEntry)
        .where(
            AuditEntry.object_kind == "registration",
            AuditEntry.object_id == str(registration_id),
            AuditEntry.act == "registration_repeated",
            AuditEntry.at >= since,
        )
    )
    return found or 0


def queue_place(db: Session, registration: Registration) -> int:
    """The person's place in the queue, from 1."""
    before = db.scalar(
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.run_id == registration.run_id,
            Registration.state == State.WAITLISTED,
            Registration.id <= registration.id,
        )
    )
    return before or 0


def by_link(db: Session, link_key: str, *, lock: bool = False) -> Registration:
    """The registration that a private link opens, with its run and course; `lock` holds it until the commit."""
    wanted = (
        select(Registration)
        .join(Registration.run)
        .where(Registration.link_key == link_key)
        .options(contains_eager(Registration.run), selectinload(Registration.offers))
    )
    if lock:
        wanted = wanted.with_for_update(of=Registration).execution_options(populate_existing=True)
    found = db.scalar(wanted)
    if found is None:
        raise LinkUnknown
    if found.erased_at is not None:
        raise DataErased
    return found


def registration(db: Session, registration_id: int) -> Registration | None:
    """A registration with its offers, freshly read; the caller holds its run."""
    return db.scalar(
        select(Registration)
        .where(Registration.id == registration_id)
        .options(selectinload(Registration.offers))
        .execution_options(populate_existing=True)
    )


def run_of_link(db: Session, link_key: str) -> int:
    """Which run a private link belongs to: the run is locked before its registrations."""
    run_id = db.scalar(select(Registration.run_id).where(Registration.link_key == link_key))
    if run_id is None:
        raise LinkUnknown
    return run_id


def for_letter(db: Session, registration_id: int) -> Registration | None:
    """A registration with everything a letter about it says."""
    return db.scalar(
        select(Registration)
        .where(Registration.id == registration_id)
        .options(
            selectinload(Registration.offers),
            joinedload(Registration.run).options(
                joinedload(CourseRun.venue),
                selectinload(CourseRun.sessions).joinedload(CourseSession.venue),
                joinedload(CourseRun.course).options(
                    selectinload(Course.texts), joinedload(Course.provider).selectinload(Provider.texts)
                ),
            ),
        )
    )


def open_offer(registration: Registration) -> SeatOffer | None:
    """The offer that still waits for an answer; `offers` must be loaded."""
    return next((offer for offer in registration.offers if offer.answer is None), None)


def sent_form(db: Session, key: str) -> SentForm | None:
    """What was answered to this form before."""
    return db.get(SentForm, key)


def runs_with_something_over(db: Session, moment: datetime, limit: int = 200) -> list[int]:
    """Runs on which a hold or an offer has run out and waits to be cleared."""
    return [*db.scalars(select(Registration.run_id).where(is_over(moment)).distinct().limit(limit))]


def over(db: Session, run: CourseRun, moment: datetime) -> list[Registration]:
    """The run's registrations whose hold or offer has run out, in the order of the queue."""
    rows = db.scalars(
        select(Registration)
        .where(Registration.run_id == run.id, is_over(moment))
        .options(selectinload(Registration.offers))
        .order_by(Registration.id)
    )
    return [*rows]


def counting_key(db: Session, year: int) -> str | None:
    """The key by which people of the year are counted once; none before it is made and once it is destroyed."""
    return db.scalar(_COUNTING_KEY, {"year": year})


_MOMENT: BindParameter[datetime] = bindparam("moment", type_=UtcDateTime)
_RUN: BindParameter[int] = bindparam("run", type_=Integer())
_KEY: BindParameter[str] = bindparam("key")
_AT_MOMENT = select(
    func.count().filter(holds_seat(_MOMENT)),
    func.count().filter(waits()),
    func.count().filter(is_over(_MOMENT)),
).where(Registration.run_id == _RUN, in_state(*ACTIVE))
_COUNTING_KEY = select(CountingKey.key).where(CountingKey.year == bindparam("year"))
_SEATS = _AT_MOMENT.subquery()
_SENT = SentForm.key == bindparam("sent")
_FORM = select(
    _SEATS,
    select(Course.state).where(Course.id == bindparam("course")).scalar_subquery(),
    select(SentForm.fingerprint).where(_SENT).scalar_subquery(),
    select(SentForm.answer).where(_SENT).scalar_subquery(),
    select(Registration.id)
    .where(Registration.run_id == _RUN, Registration.email_key == _KEY, in_state(*ACTIVE))
    .scalar_subquery(),
    select(func.count())
    .select_from(Registration)
    .where(
        Registration.email_key == _KEY,
        Registration.created_at >= bindparam("since", type_=UtcDateTime),
        or_(Registration.party.is_(None), Registration.party == Registration.id),
    )
    .scalar_subquery(),
    _COUNTING_KEY.scalar_subquery(),
    select(RunQuestion.id).where(RunQuestion.run_id == _RUN, RunQuestion.withdrawn_at.is_(None)).exists(),
)
