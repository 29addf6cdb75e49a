"""Who waits for a seat, who stands together, and where a free seat and somebody waiting have met."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, selectinload

from app.courses.models import Course, CourseRun
from app.providers.models import Provider
from app.registrations.models import ACTIVE, Registration, State
from app.registrations.queries import holds_seat
from app.registrations.refusals import LinkUnknown


class Waiting(NamedTuple):
    """One place in a queue."""

    id: int
    party: int | None
    """Shared by two who come together or not at all."""


def queue(db: Session, run: CourseRun) -> list[Waiting]:
    """Everybody who waits for a seat on the run, in the order of the queue."""
    return [Waiting(*row) for row in db.execute(_QUEUE, {"run": run.id})]


def by_ids(db: Session, ids: Sequence[int]) -> list[Registration]:
    """These registrations with their offers, freshly read, in the order of the queue; the caller holds their run."""
    rows = db.scalars(
        select(Registration)
        .where(Registration.id.in_(ids))
        .options(selectinload(Registration.offers))
        .order_by(Registration.id)
        .execution_options(populate_existing=True)
    )
    return [*rows]


def standing_together(db: Session, registration: Registration) -> list[Registration]:
    """The registration and whoever stands or falls with it, with their offers, in the order of the queue."""
    if registration.party is None:
        return [registration]
    rows = db.scalars(
        select(Registration)
        .where(
            Registration.party == registration.party,
            or_(Registration.state.in_(ACTIVE), Registration.id == registration.id),
        )
        .options(selectinload(Registration.offers))
        .order_by(Registration.id)
        .execution_options(populate_existing=True)
    )
    return [*rows]


def runs_with_seats_to_pass_on(db: Session, moment: datetime, provider_decides: timedelta) -> list[int]:
    """Runs where a seat is free for somebody who waits, and nobody has been offered it or, late, been asked about it."""
    taken = (
        select(func.count())
        .select_from(Registration)
        .where(Registration.run_id == CourseRun.id, holds_seat(moment))
        .scalar_subquery()
    )
    somebody = select(Registration.id).where(_WAITS_THERE).exists()
    free, told = CourseRun.seats - taken, func.coalesce(CourseRun.seats_told, 0)
    found = db.scalars(
        select(CourseRun.id).where(
            CourseRun.ends_at > moment,
            CourseRun.cancelled_at.is_(None),
            somebody,
            or_(CourseRun.seats == 0, free >= 2, and_(free == 1, somebody_alone())),
            or_(
                CourseRun.starts_at > moment + provider_decides,
                and_(CourseRun.seats == 0, told == 0),
                and_(CourseRun.seats > 0, free > told),
            ),
        )
    )
    return [*found]


def somebody_alone() -> ColumnElement[bool]:
    """Whether somebody waits for a run in the statement around whom one free seat is enough."""
    other = aliased(Registration)
    pair = select(other.id).where(
        other.party == Registration.party, other.id != Registration.id, other.state == State.WAITLISTED
    )
    return select(Registration.id).where(_WAITS_THERE, ~pair.exists()).correlate(CourseRun).exists()


def run_of_provider_link(db: Session, link_key: str, *, lock: bool = False) -> CourseRun:
    """The run that a provider's private link opens, with its course and provider; `lock` holds it until the commit."""
    wanted = _WITH_PROVIDER.where(CourseRun.link_key == link_key)
    if lock:
        wanted = wanted.with_for_update(of=CourseRun).execution_options(populate_existing=True)
    if found := db.scalar(wanted):
        return found
    raise LinkUnknown


def run_with_provider(db: Session, run_id: int) -> CourseRun | None:
    """A run with what a letter to its provider says."""
    return db.scalar(_WITH_PROVIDER.where(CourseRun.id == run_id))


_WAITS_THERE = and_(
    Registration.run_id == CourseRun.id,
    Registration.state == State.WAITLISTED,
    Registration.erased_at.is_(None),
)
_QUEUE = (
    select(Registration.id, Registration.party)
    .where(
        Registration.run_id == bindparam("run"),
        Registration.state == State.WAITLISTED,
        Registration.erased_at.is_(None),
    )
    .order_by(Registration.id)
)
_WITH_PROVIDER = (
    select(CourseRun)
    .join(CourseRun.course)
    .join(Course.provider)
    .options(
        contains_eager(CourseRun.course).options(
            selectinload(Course.texts), contains_eager(Course.provider).selectinload(Provider.texts)
        )
    )
)
