"""Drafts: what is written of a course and not yet public, beside the version that residents see."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class CourseDraft(Base):
    """What waits to become public: the fields as they were typed, since a draft may be incomplete or wrong."""

    __tablename__ = "course_drafts"
    __table_args__ = (
        CheckConstraint("submitted_at IS NULL OR returned_at IS NULL", name="submitted_or_returned"),
        Index("ix_course_drafts_submitted_at", "submitted_at"),
        Index("ix_course_drafts_publish_on", "publish_on"),
    )
    course_id: Mapped[int] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    fields: Mapped[dict[str, list[str]]] = mapped_column(JSON, doc="By the form's fields; read as a CourseForm.")
    based_on: Mapped[int] = mapped_column(doc="Version of the course that it began from; 0 before the first is public.")
    page: Mapped[str] = mapped_column(
        default="", doc="Which open page saved it last: a save sent again is not somebody else's."
    )
    saved_at: Mapped[datetime] = mapped_column(index=True)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    returned_at: Mapped[datetime | None]
    returned_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), doc="None where the calendar did it.")
    comment: Mapped[str] = mapped_column(Text, default="", doc="Why it was returned.")
    publish_on: Mapped[date | None] = mapped_column(doc="The day in Riga on which it becomes public by itself.")
    no_permit_reason: Mapped[str] = mapped_column(
        default="", doc="The board's reason for publishing it without a permit on that day."
    )
    publish_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), doc="Who chose that day.")
