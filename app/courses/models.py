"""Courses, their texts, runs and sessions: what is taught, when and where."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship

from app.db import Base, choices
from app.i18n import DEFAULT
from app.permits.models import Permit
from app.providers.models import Provider, ThematicGroup, Venue


class CourseState(StrEnum):
    """Where a course stands between an idea and the catalogue."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Audience(StrEnum):
    """For whom a course is."""

    EVERYONE = "everyone"
    SENIORS = "seniors"
    TEACHERS = "teachers"
    EMPLOYEES = "employees"
    YOUTH = "youth"
    JOBSEEKERS = "jobseekers"
    PARENTS = "parents"
    ENTREPRENEURS = "entrepreneurs"
    UKRAINIANS = "ukrainians"
    PEOPLE_WITH_DISABILITIES = "people_with_disabilities"


class Level(StrEnum):
    """How much one knows before; `none` suits any."""

    NONE = "none"
    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Format(StrEnum):
    """How a course is held."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"
    SELF_STUDY = "self_study"


class Funding(StrEnum):
    """Who pays."""

    FREE = "free"
    MUNICIPAL = "municipal"
    SELF_PAID = "self_paid"
    STATE_EU = "state_eu"
    EMPLOYER = "employer"


class CertificateKind(StrEnum):
    """What one receives at the end."""

    NONE = "none"
    ATTENDANCE = "attendance"
    CERTIFICATE = "certificate"
    QUALIFICATION = "qualification"


class RunState(StrEnum):
    """A run's state, derived from its dates and seats, never typed."""

    UPCOMING = "upcoming"
    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Course(Base):
    """What is taught: one provider, one thematic group, any number of runs (schema.org Course)."""

    __tablename__ = "courses"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("academic_hours >= 0", name="academic_hours"),
        Index("ix_courses_state_published_at", "state", "published_at"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("thematic_groups.id"), index=True)
    permit_id: Mapped[int | None] = mapped_column(ForeignKey("permits.id"), index=True)
    state: Mapped[CourseState] = mapped_column(choices(CourseState), default=CourseState.DRAFT)
    level: Mapped[Level] = mapped_column(choices(Level), default=Level.NONE)
    language: Mapped[str] = mapped_column(default="lv", doc="Language of teaching, apart from the page's.")
    format: Mapped[Format] = mapped_column(choices(Format), default=Format.IN_PERSON)
    funding: Mapped[Funding] = mapped_column(choices(Funding), default=Funding.FREE)
    certificate: Mapped[CertificateKind] = mapped_column(choices(CertificateKind), default=CertificateKind.NONE)
    academic_hours: Mapped[Decimal] = mapped_column(doc="Hours of 45 minutes.")
    price: Mapped[Decimal] = mapped_column(
        default=Decimal(0), doc="What a participant pays, euros; 0 is free of charge."
    )
    needs_permit: Mapped[bool] = mapped_column(default=False)
    no_permit_reason: Mapped[str] = mapped_column(default="", doc="The board's reason for publishing without a permit.")
    contact_email: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    picture: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1, doc="Raised by every change that a reader could see.")
    edition: Mapped[int] = mapped_column(
        default=1,
        server_default="1",
        doc="Raised by every change of the course or its draft; who saves says which they saw.",
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(doc="When the public first saw it.")
    provider: Mapped[Provider] = relationship(lazy="raise")
    group: Mapped[ThematicGroup] = relationship(lazy="raise")
    permit: Mapped[Permit | None] = relationship(lazy="raise")
    texts: Mapped[dict[str, "CourseText"]] = relationship(
        collection_class=attribute_keyed_dict("locale"), cascade="all, delete-orphan", lazy="raise"
    )
    audiences: Mapped[list["CourseAudience"]] = relationship(cascade="all, delete-orphan", lazy="raise")
    runs: Mapped[list["CourseRun"]] = relationship(
        back_populates="course", order_by="CourseRun.starts_at", lazy="raise"
    )

    def title_in(self, locale: str) -> str:
        """The title in this language, or in Latvian where it is not translated; the texts must be loaded."""
        return (self.texts.get(locale) or self.texts[DEFAULT]).title


IS_PUBLISHED = Course.state.not_in([state for state in CourseState if state is not CourseState.PUBLISHED])
"""In the catalogue. Said by what a course is not: so the databases begin with what else is asked, not with every public course."""


class CourseText(Base):
    """A course's words in one language; Latvian is required, the others fall back to it."""

    __tablename__ = "course_texts"
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="", doc="At most 160 characters.")
    description: Mapped[str] = mapped_column(Text, default="", doc="Markdown.")
    outcomes: Mapped[list[str]] = mapped_column(default=list)
    prerequisites: Mapped[str] = mapped_column(default="")
    keywords: Mapped[list[str]] = mapped_column(default=list)
    picture_alt: Mapped[str] = mapped_column(default="")


class CourseAudience(Base):
    """One of the audiences a course is for."""

    __tablename__ = "course_audiences"
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True)
    audience: Mapped[Audience] = mapped_column(choices(Audience), primary_key=True)


class CourseRun(Base):
    """One dated offering of a course: its days, its place, its seats (schema.org CourseInstance)."""

    __tablename__ = "course_runs"
    __table_args__ = (
        CheckConstraint("seats >= 0", name="seats"),
        CheckConstraint("min_participants >= 0", name="min_participants"),
        CheckConstraint("ends_at >= starts_at", name="dates_in_order"),
        CheckConstraint("registration_closes_at >= registration_opens_at", name="window_in_order"),
        CheckConstraint("public_money >= 0", name="public_money"),
        Index("ix_course_runs_starts_at", "starts_at"),
        Index("ix_course_runs_ends_at", "ends_at"),
        Index("uq_course_runs_link_key", "link_key", unique=True),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venues.id"), index=True)
    seats: Mapped[int] = mapped_column(doc="0 means no limit.")
    min_participants: Mapped[int] = mapped_column(default=0)
    decision_at: Mapped[datetime | None] = mapped_column(doc="By then the provider decides whether the run starts.")
    minimum_asked_at: Mapped[datetime | None] = mapped_column(doc="When the provider was asked to decide.")
    decided_at: Mapped[datetime | None] = mapped_column(doc="When the provider decided that it starts all the same.")
    registration_opens_at: Mapped[datetime]
    registration_closes_at: Mapped[datetime]
    has_waiting_list: Mapped[bool] = mapped_column(default=True)
    teacher: Mapped[str] = mapped_column(default="", doc="As printed in the catalogue.")
    bring: Mapped[str] = mapped_column(default="", doc="What to bring, as the reminder says it.")
    starts_at: Mapped[datetime] = mapped_column(doc="Start of the first session; of a self-study run, its first day.")
    ends_at: Mapped[datetime] = mapped_column(doc="End of the last session.")
    session_count: Mapped[int] = mapped_column(default=0, doc="Sessions that take place; follows the sessions.")
    weekdays: Mapped[str] = mapped_column(default="", doc="Riga weekdays of the sessions, 0 = Monday: “0,2”.")
    sequence: Mapped[int] = mapped_column(default=0, doc="iCalendar SEQUENCE: raised when sessions move.")
    public_money: Mapped[Decimal] = mapped_column(default=Decimal(0), doc="Public money spent on the run, euros.")
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="")
    link_key: Mapped[str | None] = mapped_column(
        doc="Random part of the provider's private links about the run, made for the first of them."
    )
    seats_told: Mapped[int | None] = mapped_column(
        doc="Close to the start: how many of the free seats the provider was told of, to decide."
    )
    created_at: Mapped[datetime]
    course: Mapped[Course] = relationship(back_populates="runs", lazy="raise")
    venue: Mapped[Venue | None] = relationship(lazy="raise")
    sessions: Mapped[list["CourseSession"]] = relationship(
        back_populates="run", order_by="CourseSession.starts_at", cascade="all, delete-orphan", lazy="raise"
    )

    def takes_registrations(self, moment: datetime) -> bool:
        """Whether the registration window is open and the run has not been called off."""
        return self.cancelled_at is None and self.registration_opens_at <= moment < self.registration_closes_at

    def state(self, moment: datetime, taken: int, waiting: int) -> RunState:
        """The run's state at that moment, with so many seats taken and so many people waiting."""
        return run_state(
            moment,
            opens_at=self.registration_opens_at,
            closes_at=self.registration_closes_at,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            cancelled_at=self.cancelled_at,
            has_room=self.has_room(taken, waiting),
        )

    def has_room(self, taken: int, waiting: int) -> bool:
        """Whether the next person gets a seat: one is free and nobody waits for it."""
        return has_room(self.seats, taken, waiting)


def has_room(seats: int, taken: int, waiting: int) -> bool:
    """Whether the next person gets a seat: one is free and nobody waits for it; 0 seats mean no limit."""
    return seats == 0 or (taken < seats and waiting == 0)


def run_state(
    moment: datetime,
    *,
    opens_at: datetime,
    closes_at: datetime,
    starts_at: datetime,
    ends_at: datetime,
    cancelled_at: datetime | None,
    has_room: bool,
) -> RunState:
    """A run's state at a moment, from its dates and from whether the next person gets a seat."""
    if cancelled_at is not None:
        return RunState.CANCELLED
    if ends_at <= moment:
        return RunState.FINISHED
    if opens_at <= moment < closes_at:
        return RunState.OPEN if has_room else RunState.FULL
    if starts_at <= moment:
        return RunState.RUNNING
    return RunState.UPCOMING if moment < opens_at else RunState.CLOSED


class CourseSession(Base):
    """One meeting of a run, made from local wall-clock time; it can be moved or cancelled on its own."""

    __tablename__ = "sessions"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="times_in_order"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("course_runs.id", ondelete="CASCADE"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venues.id"), doc="Only where it differs from the run's.")
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    link: Mapped[str] = mapped_column(default="", doc="Online meeting; only participants see it.")
    moved_from: Mapped[datetime | None] = mapped_column(doc="Its start before it was moved.")
    cancelled_at: Mapped[datetime | None]
    run: Mapped[CourseRun] = relationship(back_populates="sessions", lazy="raise")
    venue: Mapped[Venue | None] = relationship(lazy="raise")

    @property
    def academic_hours(self) -> Decimal:
        """Its length in academic hours of 45 minutes."""
        minutes = Decimal((self.ends_at - self.starts_at).total_seconds()) / 60
        return (minutes / 45).quantize(Decimal("0.01"))
