"""Attendance, head counts, activities outside the catalogue, and certificates."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choices, personal


class Mark(StrEnum):
    """Whether a participant was there; never a state of the registration."""

    PRESENT = "present"
    PARTLY = "partly"
    ABSENT_EXCUSED = "absent_excused"
    ABSENT = "absent"


class CountedHow(StrEnum):
    """How participants were counted."""

    REGISTERED = "registered"
    ON_THE_SPOT = "on_the_spot"
    ESTIMATED = "estimated"


class Attendance(Base):
    """One participant at one session."""

    __tablename__ = "attendances"
    __table_args__ = (UniqueConstraint("registration_id", "session_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    mark: Mapped[Mark] = mapped_column(choices(Mark))
    marked_at: Mapped[datetime]


class HeadCount(Base):
    """People who came to a session without registering, counted without names."""

    __tablename__ = "head_counts"
    __table_args__ = (CheckConstraint("people > 0", name="people"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), unique=True)
    people: Mapped[int]
    counted_how: Mapped[CountedHow] = mapped_column(choices(CountedHow), default=CountedHow.ON_THE_SPOT)
    counted_at: Mapped[datetime]


class Activity(Base):
    """A learning activity outside the catalogue whose participants count in the yearly figures."""

    __tablename__ = "activities"
    __table_args__ = (
        CheckConstraint("participants >= 0", name="participants"),
        CheckConstraint("academic_hours >= 0", name="academic_hours"),
        CheckConstraint("public_money >= 0", name="public_money"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("thematic_groups.id"), index=True)
    title: Mapped[str]
    held_on: Mapped[date] = mapped_column(index=True)
    audience: Mapped[str] = mapped_column(default="everyone")
    format: Mapped[str] = mapped_column(default="in_person")
    language: Mapped[str] = mapped_column(default="lv")
    participants: Mapped[int]
    counted_how: Mapped[CountedHow] = mapped_column(choices(CountedHow))
    academic_hours: Mapped[Decimal] = mapped_column(doc="Hours of 45 minutes.")
    public_money: Mapped[Decimal] = mapped_column(default=Decimal(0), doc="Public money spent, euros.")
    created_at: Mapped[datetime]


class Certificate(Base):
    """A certificate or a confirmation of attendance, with a number by which it can be checked."""

    __tablename__ = "certificates"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), index=True)
    name: Mapped[str | None] = mapped_column(info=personal("contact"))
    issued_on: Mapped[date] = mapped_column(index=True)
    revoked_on: Mapped[date | None]
