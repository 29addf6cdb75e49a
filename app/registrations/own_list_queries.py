"""What is looked up for a mailed one-time link: the link itself, and all registrations of its address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.courses.models import Course, CourseRun
from app.registrations.models import OneTimeLink, Registration
from app.registrations.standing import Standing, standing_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A registration of the list, in the reader's language."""

    registration: Registration
    title: str
    untranslated: bool
    standing: Standing
    is_active: bool


def link(db: Session, token_hash: str, *, lock: bool = False) -> OneTimeLink | None:
    """The link or ticket of this hash; `lock` holds it until the commit."""
    wanted = select(OneTimeLink).where(OneTimeLink.token_hash == token_hash)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return db.scalar(wanted)


def is_under(address_key: str) -> ColumnElement[bool]:
    """SQL of a registration that the address stands for, or that is written to there for want of an address of its own."""
    contact_only = and_(Registration.email_key.is_(None), func.lower(Registration.email) == address_key)
    return or_(Registration.email_key == address_key, contact_only)


def entries_of(db: Session, address_key: str, locale: str, moment: datetime) -> list[Entry]:
    """Every registration under the address: those that still stand first, the nearest run first; then the past ones."""
    rows = db.scalars(
        select(Registration)
        .where(is_under(address_key))
        .options(
            selectinload(Registration.offers),
            joinedload(Registration.run).joinedload(CourseRun.course).selectinload(Course.texts),
        )
    )
    found = [_entry(registration, locale, moment) for registration in rows]
    standing = sorted((one for one in found if one.is_active), key=lambda one: one.registration.run.starts_at)
    past = sorted(
        (one for one in found if not one.is_active), key=lambda one: one.registration.run.starts_at, reverse=True
    )
    return standing + past


def _entry(registration: Registration, locale: str, moment: datetime) -> Entry:
    run = registration.run
    return Entry(
        registration,
        run.course.title_in(locale),
        locale not in run.course.texts,
        standing_of(registration, moment, place=1, next_session=None),
        registration.is_active(moment) and run.cancelled_at is None and moment < run.ends_at,
    )
