"""Registrations, offers of freed seats, and what makes a form count only once."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.courses.models import CourseRun
from app.db import Base, choices, personal


class State(StrEnum):
    """Where a registration stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED_BY_PROVIDER = "cancelled_by_provider"


SEATED = (State.PENDING, State.CONFIRMED, State.OFFERED)
"""States that hold a seat; a pending one only until its hold is over."""
ACTIVE = (*SEATED, State.WAITLISTED)
"""States of which one person may have only one on a run."""
_TWO_SQL = "party IS NOT NULL"
_ACTIVE_SQL = "state IN ('pending', 'confirmed', 'offered', 'waitlisted')"


class Channel(StrEnum):
    """How a registration reached us."""

    WEB = "web"
    DESK = "desk"
    PHONE = "phone"
    IMPORT = "import"
    API = "api"


class WithdrawReason(StrEnum):
    """Why somebody gave a place up; saying so is optional."""

    TIME = "time"
    HEALTH = "health"
    OTHER_COURSE = "other_course"
    PRICE = "price"
    DISTANCE = "distance"
    PLANS = "plans"
    OTHER = "other"


class Registration(Base):
    """One person's place, or waiting-list place, on one run. The queue's order is the order of ids."""

    __tablename__ = "registrations"
    __table_args__ = (
        Index(
            "uq_registrations_active",
            "run_id",
            "email_key",
            unique=True,
            sqlite_where=text(_ACTIVE_SQL),
            postgresql_where=text(_ACTIVE_SQL),
        ),
        Index("ix_registrations_seats", "run_id", "state", "hold_until"),
        Index("ix_registrations_party", "party", sqlite_where=text(_TWO_SQL), postgresql_where=text(_TWO_SQL)),
        CheckConstraint("state != 'pending' OR hold_until IS NOT NULL", name="pending_has_hold"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("course_runs.id"))
    state: Mapped[State] = mapped_column(choices(State))
    channel: Mapped[Channel] = mapped_column(choices(Channel))
    name: Mapped[str | None] = mapped_column(info=personal("contact"))
    email: Mapped[str | None] = mapped_column(info=personal("contact"))
    email_key: Mapped[str | None] = mapped_column(
        index=True, info=personal("contact"), doc="The address as it is compared: folded, without case."
    )
    phone: Mapped[str | None] = mapped_column(info=personal("contact"))
    person_token: Mapped[str | None] = mapped_column(
        index=True, info=personal("pseudonym"), doc="Keyed hash of the address: counts people of a year once."
    )
    locale: Mapped[str] = mapped_column(default="lv")
    link_key: Mapped[str] = mapped_column(unique=True, doc="Random part of the private link; a signature completes it.")
    created_at: Mapped[datetime]
    hold_until: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    queued_at: Mapped[datetime | None] = mapped_column(doc="When it joined the waiting list, if it ever did.")
    ended_at: Mapped[datetime | None] = mapped_column(doc="When it was declined, withdrawn, cancelled or ran out.")
    withdraw_reason: Mapped[WithdrawReason | None] = mapped_column(choices(WithdrawReason))
    cancel_reason: Mapped[str] = mapped_column(default="")
    party: Mapped[int | None] = mapped_column(
        doc="Two who come together or not at all carry the id of the one who registered both."
    )
    special_needs: Mapped[str | None] = mapped_column(
        info=personal("special_needs"), doc="Written with a consent of its own; only the run's provider reads it."
    )
    reminded_at: Mapped[datetime | None] = mapped_column(doc="When the reminder of the first session was posted.")
    undone: Mapped[int] = mapped_column(
        default=0,
        server_default="0",
        doc="Cancellations taken back and moves: each raises the calendar file's SEQUENCE by two.",
    )
    erased_at: Mapped[datetime | None]
    run: Mapped[CourseRun] = relationship(lazy="raise")
    offers: Mapped[list["SeatOffer"]] = relationship(order_by="SeatOffer.id", lazy="raise")

    def holds_seat(self, moment: datetime) -> bool:
        """Whether it takes one of the run's seats at that moment."""
        if self.state is State.PENDING:
            return self.hold_until is not None and moment < self.hold_until
        return self.state in SEATED

    def is_active(self, moment: datetime) -> bool:
        """Whether it still stands for a place or a place in the queue."""
        return self.state is State.WAITLISTED or self.holds_seat(moment)

    def is_too_late(self, moment: datetime) -> bool:
        """Whether only the provider can end it now, because the course is under way; `run` must be loaded."""
        return self.run.ends_at <= moment or (self.run.starts_at <= moment and self.state is State.CONFIRMED)


class Answer(StrEnum):
    """What became of an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REVOKED = "revoked"


class SeatOffer(Base):
    """A freed seat, kept for the first in the queue until a deadline. Nobody is offered twice."""

    __tablename__ = "seat_offers"
    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), unique=True)
    offered_at: Mapped[datetime]
    deadline: Mapped[datetime] = mapped_column(index=True)
    answer: Mapped[Answer | None] = mapped_column(choices(Answer))
    answered_at: Mapped[datetime | None]


class GivenAnswer(Base):
    """What a person answered to one of the provider's own questions."""

    __tablename__ = "given_answers"
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("run_questions.id"), primary_key=True)
    answer: Mapped[str] = mapped_column(info=personal("contact"), doc="Text; the code of a choice; “yes” for a tick.")


class OneTimeLink(Base):
    """A mailed link that shows all registrations of an address, once and soon."""

    __tablename__ = "one_time_links"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(info=personal("unconfirmed"))
    email_key: Mapped[str] = mapped_column(index=True, info=personal("unconfirmed"))
    locale: Mapped[str] = mapped_column(default="lv")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Erasure(Base):
    """A record that somebody's data were erased: ids only, to be done again after a restore from an older backup."""

    __tablename__ = "erasures"
    id: Mapped[int] = mapped_column(primary_key=True)
    object_kind: Mapped[str]
    object_id: Mapped[int]
    why: Mapped[str] = mapped_column(doc="“asked” by the person, or the name of the rule of retention.")
    erased_at: Mapped[datetime]


class SentForm(Base):
    """A form that was sent once: sending it again gives the same answer and changes nothing. Kept for 24 hours."""

    __tablename__ = "sent_forms"
    key: Mapped[str] = mapped_column(primary_key=True, doc="Scope and the sender's key, hashed.")
    fingerprint: Mapped[str] = mapped_column(doc="Hash of what was asked: another request under the key is refused.")
    answer: Mapped[str] = mapped_column(info=personal("unconfirmed"), doc="What was answered, as JSON.")
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"))
    created_at: Mapped[datetime]


class CountingKey(Base):
    """The key of a year by which people are counted once; destroyed when the year's report is approved."""

    __tablename__ = "counting_keys"
    year: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(info=personal("key"))
    destroyed_on: Mapped[date | None]


class Listing(StrEnum):
    """What a list of names is about."""

    RUN = "run"
    PROVIDER = "provider"
    REGISTRATION = "registration"


class ListOpening(Base):
    """A list of names that a signed-in device has opened: its pages show names for some hours, and never past the sign-in."""

    __tablename__ = "list_openings"
    sign_in: Mapped[str] = mapped_column(ForeignKey("sign_ins.token_hash", ondelete="CASCADE"), primary_key=True)
    listing: Mapped[Listing] = mapped_column(choices(Listing), primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ends_at: Mapped[datetime] = mapped_column(index=True)
    looked_for: Mapped[str] = mapped_column(
        default="", info=personal("looked_for"), doc="Whom its reader looks for: a name stands in no address of a page."
    )


class GroupLetter(Base):
    """A letter that staff wrote to people of a group; each of them gets it once."""

    __tablename__ = "group_letters"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("course_runs.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    key: Mapped[str] = mapped_column(unique=True, doc="The form's own key, hashed: sent twice, it is one letter.")
    subject: Mapped[str] = mapped_column(info=personal("letter"))
    words: Mapped[str] = mapped_column(Text, info=personal("letter"), doc="Markdown; empty once its days are over.")
    people: Mapped[int] = mapped_column(doc="To so many it was sent by mail.")
    written_at: Mapped[datetime] = mapped_column(index=True)


class GroupLetterRecipient(Base):
    """Somebody to whom a group's letter goes, or who has to be called instead."""

    __tablename__ = "group_letter_recipients"
    __table_args__ = (UniqueConstraint("letter_id", "registration_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("group_letters.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), index=True)
    is_called: Mapped[bool] = mapped_column(doc="There is no mail address: somebody calls.")
    sent_at: Mapped[datetime | None]
