"""What is looked up to erase people's data from registrations."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from app.courses.models import CourseRun
from app.registrations.models import Registration, SentForm, State
from app.registrations.own_list_queries import is_under


def forms_about(db: Session, registration: Registration) -> Sequence[SentForm]:
    """The forms of the last day that brought the registration, or were sent for its address again."""
    wanted: ColumnElement[bool] = SentForm.registration_id == registration.id
    if registration.email:
        told = json.dumps(registration.email.lower(), ensure_ascii=False)  # In quotes: ana@ is not a@'s.
        wanted = or_(wanted, func.lower(SentForm.answer).contains(told, autoescape=True))
    return db.scalars(select(SentForm).where(wanted)).all()


def without_address(db: Session, registration: Registration) -> list[Registration]:
    """Whoever came together with the person and has no address of their own, with their offers; the run is held."""
    if registration.party is None:
        return []
    rows = db.scalars(
        select(Registration)
        .where(
            Registration.party == registration.party,
            Registration.id != registration.id,
            Registration.run_id == registration.run_id,
            Registration.email.is_(None),
            Registration.erased_at.is_(None),
        )
        .order_by(Registration.id)
        .options(selectinload(Registration.offers))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return [*rows]


def of_address(db: Session, address_key: str) -> list[tuple[int, int]]:
    """Every registration that the address stands for or is written to: its run and its number, in the order of locking."""
    rows = db.execute(
        select(Registration.run_id, Registration.id)
        .where(is_under(address_key))
        .order_by(Registration.run_id, Registration.id)
    )
    return [(run_id, number) for run_id, number in rows]


def held(db: Session, registration_id: int) -> Registration | None:
    """The registration with its offers and its run, held until the commit; the caller holds the run."""
    return db.scalar(
        select(Registration)
        .join(Registration.run)
        .where(Registration.id == registration_id)
        .options(contains_eager(Registration.run), selectinload(Registration.offers))
        .with_for_update(of=Registration)
        .execution_options(populate_existing=True)
    )


def _still_known() -> ColumnElement[bool]:
    return Registration.erased_at.is_(None)


def _batch(*why: ColumnElement[bool], most: int) -> Select[Registration]:
    """Registrations that a rule reaches, each taken by one worker only."""
    return (
        select(Registration)
        .join(CourseRun, Registration.run_id == CourseRun.id)
        .where(*why)
        .order_by(Registration.id)
        .limit(most)
        .with_for_update(of=Registration, skip_locked=True)
    )


_ENDED = (State.EXPIRED, State.WITHDRAWN, State.DECLINED, State.CANCELLED_BY_PROVIDER)


def long_over(db: Session, moment: datetime, after: timedelta, most: int) -> Sequence[Registration]:
    """Registrations whose run ended so long ago, or was called off and would have ended by then."""
    return db.scalars(_batch(_still_known(), CourseRun.ends_at < moment - after, most=most)).all()


def never_confirmed(db: Session, moment: datetime, after: timedelta, most: int) -> Sequence[Registration]:
    """Registrations whose address nobody confirmed, and which stand for no place any more."""
    return db.scalars(
        _batch(
            _still_known(),
            Registration.created_at < moment - after,
            Registration.confirmed_at.is_(None),
            Registration.queued_at.is_(None),
            Registration.state.in_(_ENDED),
            most=most,
        )
    ).all()


def waited_in_vain(db: Session, moment: datetime, after: timedelta, most: int) -> Sequence[Registration]:
    """Registrations that waited for a seat and got none, on runs that began so long ago."""
    return db.scalars(
        _batch(
            _still_known(),
            CourseRun.starts_at < moment - after,
            Registration.confirmed_at.is_(None),
            Registration.queued_at.is_not(None),
            most=most,
        )
    ).all()


def with_needs_over(db: Session, moment: datetime, after: timedelta, most: int) -> Sequence[Registration]:
    """Registrations that still say what somebody needed on a run that ended so long ago."""
    return db.scalars(
        _batch(Registration.special_needs.is_not(None), CourseRun.ends_at < moment - after, most=most)
    ).all()
