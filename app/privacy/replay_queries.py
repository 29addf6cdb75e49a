"""What is looked up to erase again after a restore."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.interests.models import CourseInterest, SearchAlert
from app.registrations.models import CountingKey, Erasure, Registration
from app.wishes.models import WishSupport


def erasures(db: Session) -> Sequence[Erasure]:
    """Every erasure, in order."""
    return db.scalars(select(Erasure).order_by(Erasure.id)).all()


def erasure(db: Session, number: int) -> Erasure | None:
    """The erasure of this number."""
    return db.get(Erasure, number)


def registration(db: Session, number: int, until: datetime) -> Registration | None:
    """The registration of this number, if it was there at that time."""
    return db.scalar(select(Registration).where(Registration.id == number, Registration.created_at <= until))


def support(db: Session, number: int, until: datetime) -> WishSupport | None:
    """The support of this number, if it was there at that time."""
    return db.scalar(select(WishSupport).where(WishSupport.id == number, WishSupport.created_at <= until))


def interest(db: Session, number: int, until: datetime) -> CourseInterest | None:
    """The interest of this number, if it was there at that time."""
    return db.scalar(select(CourseInterest).where(CourseInterest.id == number, CourseInterest.created_at <= until))


def alert(db: Session, number: int, until: datetime) -> SearchAlert | None:
    """The alert of this number, if it was there at that time."""
    return db.scalar(select(SearchAlert).where(SearchAlert.id == number, SearchAlert.created_at <= until))


def counting_key(db: Session, year: int) -> CountingKey | None:
    """The year's counting key."""
    return db.get(CountingKey, year)
