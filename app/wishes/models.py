"""Wishes for courses that nobody offers yet, those who join them, and the answers."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.courses.models import Course
from app.db import Base, choices, personal
from app.providers.models import Provider, ThematicGroup


class WishState(StrEnum):
    """Where a wish stands; `unread` is not public yet."""

    UNREAD = "unread"
    NEW = "new"
    UNDER_REVIEW = "under_review"
    PLANNED = "planned"
    FULFILLED = "fulfilled"
    DECLINED = "declined"
    MERGED = "merged"


PUBLIC = tuple(state for state in WishState if state is not WishState.UNREAD)
WAITING = (WishState.NEW, WishState.UNDER_REVIEW)
"""States in which a wish still waits for a course or an honest no."""
JOINABLE = (*WAITING, WishState.PLANNED)
"""States in which others can still join."""
NEXT: Mapping[WishState, frozenset[WishState]] = {
    WishState.UNREAD: frozenset({WishState.NEW}),
    WishState.NEW: frozenset(WishState) - {WishState.UNREAD, WishState.NEW},
    WishState.UNDER_REVIEW: frozenset(WishState) - {WishState.UNREAD, WishState.NEW},
    WishState.PLANNED: frozenset(WishState) - {WishState.UNREAD, WishState.NEW, WishState.PLANNED},
    WishState.FULFILLED: frozenset(),
    WishState.DECLINED: frozenset({WishState.UNDER_REVIEW, WishState.PLANNED, WishState.MERGED}),
    WishState.MERGED: frozenset({WishState.UNDER_REVIEW, WishState.PLANNED}),
}
"""Which state may follow which. Under review, one answer may follow another; what was joined can be separated again."""


class WishRequest(Base):
    """A wish for a course, moderated before it becomes public."""

    __tablename__ = "wishes"
    __table_args__ = (
        CheckConstraint("people >= 1", name="people"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_has_target"),
        Index("ix_wishes_state_created_at", "state", "created_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    details: Mapped[str] = mapped_column(Text, default="")
    group_id: Mapped[int | None] = mapped_column(ForeignKey("thematic_groups.id"), index=True)
    times: Mapped[list[str]] = mapped_column(default=list, doc="When it suits: morning, afternoon, evening, weekend.")
    format: Mapped[str] = mapped_column(default="")
    audience: Mapped[str] = mapped_column(default="")
    people: Mapped[int] = mapped_column(default=1, doc="For how many people the writer asks.")
    state: Mapped[WishState] = mapped_column(choices(WishState), default=WishState.UNREAD)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("providers.id"), doc="Who took it up.")
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"), index=True, doc="What it became.")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("wishes.id"), index=True)
    created_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    first_answered_at: Mapped[datetime | None]
    fulfilled_at: Mapped[datetime | None]
    group: Mapped[ThematicGroup | None] = relationship(lazy="raise")
    provider: Mapped[Provider | None] = relationship(lazy="raise")
    course: Mapped[Course | None] = relationship(lazy="raise")
    answers: Mapped[list["WishAnswer"]] = relationship(order_by="WishAnswer.id.desc()", lazy="raise")

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.state in PUBLIC

    @property
    def can_be_joined(self) -> bool:
        """Whether others can still say that they want this too."""
        return self.state in JOINABLE

    def can_become(self, state: WishState) -> bool:
        """Whether this state may follow the present one."""
        return state in NEXT[self.state]


class WishSupport(Base):
    """One person behind a wish: its writer or somebody who joined; once each, counted when the address is confirmed."""

    __tablename__ = "wish_supports"
    __table_args__ = (UniqueConstraint("wish_id", "email_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id", ondelete="CASCADE"), index=True)
    email: Mapped[str | None] = mapped_column(info=personal("wish"))
    email_key: Mapped[str | None] = mapped_column(info=personal("wish"))
    person_key: Mapped[str] = mapped_column(info=personal("pseudonym"), doc="Keyed hash: counts joined wishes once.")
    is_writer: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(default="lv")
    link_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    wish: Mapped[WishRequest] = relationship(lazy="raise")

    @property
    def counts(self) -> bool:
        """Whether the person stands behind the wish: the address is confirmed and the support not taken back."""
        return self.confirmed_at is not None and self.withdrawn_at is None


class WishAnswer(Base):
    """A public, dated, short answer to a wish and the state it brought."""

    __tablename__ = "wish_answers"
    id: Mapped[int] = mapped_column(primary_key=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id", ondelete="CASCADE"), index=True)
    state: Mapped[WishState] = mapped_column(choices(WishState))
    text: Mapped[str] = mapped_column(Text)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("providers.id"), doc="Empty: the board answered.")
    answered_at: Mapped[datetime]
    provider: Mapped[Provider | None] = relationship(lazy="raise")
