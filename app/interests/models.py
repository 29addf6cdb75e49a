"""“Tell me about the next dates”, “tell me when there is such a course”: an address, what it waits for, one letter."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.courses.models import Course
from app.db import Base, personal


class CourseInterest(Base):
    """Somebody wants one letter when the course takes place again; it ends with that letter, or after a year."""

    __tablename__ = "course_interests"
    __table_args__ = (
        Index(
            "uq_course_interests_active",
            "course_id",
            "email_key",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    email: Mapped[str | None] = mapped_column(info=personal("interest"))
    email_key: Mapped[str | None] = mapped_column(info=personal("interest"))
    locale: Mapped[str] = mapped_column(default="lv")
    link_key: Mapped[str] = mapped_column(unique=True, doc="Random part of the private link; a signature completes it.")
    created_at: Mapped[datetime] = mapped_column(index=True, doc="Only what opens later is news.")
    confirmed_at: Mapped[datetime | None] = mapped_column(doc="Only a confirmed address is written to.")
    told_run_id: Mapped[int | None] = mapped_column(ForeignKey("course_runs.id"))
    ended_at: Mapped[datetime | None] = mapped_column(doc="When it was told, left or had aged out.")
    course: Mapped[Course] = relationship(lazy="raise")


class SearchAlert(Base):
    """Somebody wants one letter when a course is published that fits a search; it ends with that letter, or after a year."""

    __tablename__ = "search_alerts"
    __table_args__ = (
        Index(
            "uq_search_alerts_active",
            "email_key",
            "words",
            "filters",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(
        info=personal("interest"), doc="What was searched for; empty where filters say it."
    )
    filters: Mapped[str] = mapped_column(doc="The chosen filters as an address writes them.")
    shown: Mapped[str] = mapped_column(info=personal("interest"), doc="Words and filters as its letters say them.")
    email: Mapped[str | None] = mapped_column(info=personal("interest"))
    email_key: Mapped[str | None] = mapped_column(info=personal("interest"), index=True)
    locale: Mapped[str] = mapped_column(default="lv")
    link_key: Mapped[str] = mapped_column(unique=True, doc="Random part of the private link; a signature completes it.")
    created_at: Mapped[datetime] = mapped_column(index=True, doc="Only what is published later is news.")
    confirmed_at: Mapped[datetime | None] = mapped_column(doc="Only a confirmed address is written to.")
    told_course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    ended_at: Mapped[datetime | None] = mapped_column(doc="When it was told, left or had aged out.")
