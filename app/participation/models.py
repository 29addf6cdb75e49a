"""Attendance, head counts, activities outside the catalogue, and certificates."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choices, personal


class Mark(StrEnum):
    """Whether a participant was there; never a state of the registration."""

    PRESENT = "present"
    PARTLY = "partly"
    ABSENT_EXCUSED = "absent_excused"
    ABSENT = "absent"


CAME = (Mark.PRESENT, Mark.PARTLY)
"""Who was there; whoever came for a part of it counts as there, in figures and for certificates alike."""


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
    marked_at: Mapped[datetime] = mapped_column(doc="When the mark was made, perhaps before it reached us.")


class RollTick(Base):
    """One tick on a roll as a device made it: taken once, however often it is sent."""

    __tablename__ = "roll_ticks"
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    tick: Mapped[str] = mapped_column(primary_key=True, doc="Drawn by lot on the device.")
    taken_at: Mapped[datetime]


class FinishedRoll(Base):
    """The roll of a session is complete; until then the session waits to be marked."""

    __tablename__ = "finished_rolls"
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    finished_at: Mapped[datetime]


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


class Measure(StrEnum):
    """What a share of is needed for a certificate."""

    SESSIONS = "sessions"
    HOURS = "hours"


class CertificateRule(Base):
    """Who gets a course's certificate, where its provider has changed the usual rule."""

    __tablename__ = "certificate_rules"
    __table_args__ = (CheckConstraint("share BETWEEN 1 AND 100", name="share"),)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True)
    measure: Mapped[Measure] = mapped_column(choices(Measure))
    share: Mapped[int] = mapped_column(doc="Per cent.")


class Certificate(Base):
    """A certificate or a confirmation of attendance, with a number and a code by which it can be checked."""

    __tablename__ = "certificates"
    __table_args__ = (
        Index(
            "uq_certificates_valid",
            "registration_id",
            unique=True,
            sqlite_where=text("revoked_on IS NULL"),
            postgresql_where=text("revoked_on IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(doc="Drawn by lot: whoever holds the paper knows it, nobody guesses it.")
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), index=True)
    name: Mapped[str | None] = mapped_column(info=personal("contact"))
    printed: Mapped[dict[str, str] | None] = mapped_column(
        JSON(none_as_null=True), doc="What stood on it when it was issued; none: what its course says."
    )
    issued_on: Mapped[date] = mapped_column(index=True)
    revoked_on: Mapped[date | None]
    revoke_reason: Mapped[str] = mapped_column(default="", server_default="", info=personal("contact"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"), doc="The revoked one it replaces.")
