"""What belongs to a run beside its sessions: the provider's own questions, and notices of changes not yet told."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choices
from app.i18n import DEFAULT

TICKED = "yes"
"""The answer that a ticked box is."""


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

    def said(self, locale: str) -> str:
        """The question in that language, else in Latvian."""
        return self.words.get(locale) or self.words[DEFAULT]

    def is_translated(self, locale: str) -> bool:
        """Whether all its words are there in that language."""
        return all(words.get(locale) for words in (self.words, *self.options))

    def choices(self, locale: str) -> dict[str, str]:
        """The options of a choice by code, in that language, else in Latvian."""
        return {option["code"]: option.get(locale) or option[DEFAULT] for option in self.options}

    def can_be(self, answer: str) -> bool:
        """Whether that is an answer one may choose; nobody chooses a text."""
        if self.kind is QuestionKind.CHOICE:
            return answer in self.choices(DEFAULT)
        return self.kind is QuestionKind.CHECKBOX and answer == TICKED


def asked(questions: Iterable[RunQuestion], answers: Mapping[int, str]) -> list[RunQuestion]:
    """Those of the questions, in order, for which these answers call; an answer to one that is not asked calls for none."""
    found: list[RunQuestion] = []
    counted: dict[int, str] = {}
    for question in questions:
        condition = question.asked_when_id
        if condition is None or counted.get(condition) == question.asked_when_answer:
            found.append(question)
            counted[question.id] = answers.get(question.id, "")
    return found


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


class RunSubstitute(Base):
    """Somebody who stands in for the teacher of one run, and sees nothing else of the provider's."""

    __tablename__ = "run_substitutes"
    run_id: Mapped[int] = mapped_column(ForeignKey("course_runs.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_at: Mapped[datetime]
