"""The outbox: what happened and must have consequences, kept in the same transaction as the change."""

import json
from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Message(Base):
    """Something that happened: its kind, its facts (ids only, nothing personal), and how far its reactions are."""

    __tablename__ = "messages"
    __table_args__ = (
        Index(
            "ix_messages_waiting",
            "due_at",
            sqlite_where=text("done_at IS NULL AND dead_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND dead_at IS NULL"),
        ),
        Index(
            "ix_messages_about",
            "about",
            "id",
            sqlite_where=text("done_at IS NULL AND dead_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND dead_at IS NULL"),
        ),
        Index(
            "ix_messages_dead",
            "kind",
            sqlite_where=text("dead_at IS NOT NULL"),
            postgresql_where=text("dead_at IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    facts: Mapped[str] = mapped_column(doc="JSON.")
    about: Mapped[str] = mapped_column(
        default="", doc="“registration:ID” and the like: messages about the same one are reacted to in their order."
    )
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    reacted: Mapped[list[str]] = mapped_column(default=list, doc="Reactions that are done, so that none runs twice.")
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None] = mapped_column(doc="Given up after the last try; somebody must look at it.")
    fault: Mapped[str] = mapped_column(default="", doc="Kind of the last fault, never its text.")

    def known_facts(self) -> dict[str, int]:
        """The ids it was posted with."""
        return {str(name): int(value) for name, value in json.loads(self.facts).items()}


class Turn(Base):
    """Whose turn a task of the calendar is: several workers share the tasks, none is done by two at once."""

    __tablename__ = "turns"
    task: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
