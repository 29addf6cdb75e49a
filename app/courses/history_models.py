"""What happened to a course: its steps between states, and the times in which it was public."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.courses.models import CourseState
from app.db import Base, choices


class CourseStep(Base):
    """One step of a course between its states: who took it, when, and what was said."""

    __tablename__ = "course_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    state: Mapped[CourseState] = mapped_column(choices(CourseState))
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    comment: Mapped[str] = mapped_column(Text, default="")


class Publication(Base):
    """One stretch of time in which a course was public; the year's count of courses is made from these."""

    __tablename__ = "course_publications"
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
