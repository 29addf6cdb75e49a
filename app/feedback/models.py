"""Feedback: the right to answer stands apart from the answer, so that nobody can join them."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

_MARKS = ("content", "teacher", "organisation", "usefulness", "recommend")


class FeedbackRight(Base):
    """The right of somebody who attended to answer once; it does not know the answer."""

    __tablename__ = "feedback_rights"
    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), unique=True)
    link_key: Mapped[str] = mapped_column(unique=True)
    valid_until: Mapped[date]
    is_used: Mapped[bool] = mapped_column(default=False)


class FeedbackAnswer(Base):
    """Five marks from 1 to 5 and some words about a run; its key is random, its time no finer than a day."""

    __tablename__ = "feedback_answers"
    __table_args__ = tuple(CheckConstraint(f"{mark} BETWEEN 1 AND 5", name=mark) for mark in _MARKS)
    key: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("course_runs.id"), index=True)
    given_on: Mapped[date]
    content: Mapped[int]
    teacher: Mapped[int]
    organisation: Mapped[int]
    usefulness: Mapped[int]
    recommend: Mapped[int]
    words: Mapped[str] = mapped_column(Text, default="", doc="For the provider and the board only.")


class FeedbackRead(Base):
    """How many of a run's answers its provider has read."""

    __tablename__ = "feedback_reads"
    __table_args__ = (CheckConstraint("answers >= 0", name="answers"),)
    run_id: Mapped[int] = mapped_column(ForeignKey("course_runs.id", ondelete="CASCADE"), primary_key=True)
    answers: Mapped[int]
