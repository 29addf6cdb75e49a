"""What belongs to a run beside its sessions: the provider's own questions, and notices of changes not yet told."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choices


class QuestionKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    CHOICE = "choice"
    CHECKBOX = "checkbox"


class RunQuestion(Base):
    """A question of the provider's own on the registration form; it may wait for a certain answer to an earlier one."""

    __tablename__ = "run_questions"
    __table_args__ = (
        CheckConstraint("(asked_when_id IS NULL) = (asked_when_answer IS NULL)", name="condition_is_whole"),
        Index("uq_run_questions_run_id_position", "run_id", "position", unique=True),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("course_runs.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(choices(QuestionKind))
    words: Mapped[dict[str, str]] = mapped_column(JSON, doc="The question by language; Latvian is required.")
    options: Mapped[list[dict[str, str]]] = mapped_column(
        JSON, default=list, doc="Of a choice: each with its “code” and its words by language."
    )
    is_required: Mapped[bool] = mapped_column(default=False)
    asked_when_id: Mapped[int | None] = mapped_column(ForeignKey("run_questions.id"))
    asked_when_answer: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(doc="No longer asked; earlier answers stay readable.")


class RunNotice(Base):
    """Changes of a run that are still to be told: how it was before the first of them. One letter tells them all."""

    __tablename__ = "run_notices"
    __table_args__ = (
        Index(
            "uq_run_notices_open",
            "run_id",
            unique=True,
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("course_runs.id"), index=True)
    before: Mapped[str] = mapped_column(Text, doc="JSON: venue and sessions as those registered knew them.")
    after: Mapped[str | None] = mapped_column(Text, doc="JSON: the same as they were told.")
    reason: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True, doc="Further changes until then go into the same letter.")
    told_at: Mapped[datetime | None]
