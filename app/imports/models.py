"""Imports: a file that was sent, and each of its rows until it is a course or a run."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choices


class ImportState(StrEnum):
    """How far an import is; the rows count as done only when it says so."""

    SENT = "sent"
    CHECKING = "checking"
    READY = "ready"
    TAKING = "taking"
    TAKEN = "taken"
    UNDOING = "undoing"
    UNDONE = "undone"
    REFUSED = "refused"


AT_WORK = frozenset({ImportState.SENT, ImportState.CHECKING, ImportState.TAKING, ImportState.UNDOING})
"""States in which the worker is at it."""


class RowState(StrEnum):
    """What a row is, or became."""

    NEW = "new"
    READY = "ready"
    WRONG = "wrong"
    LEFT_OUT = "left_out"
    TAKEN = "taken"
    UNDONE = "undone"


class Import(Base):
    """A spreadsheet that a provider sent, and what is to become of its rows."""

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint("done >= 0 AND done <= total", name="progress"),
        Index("ix_imports_provider_id_id", "provider_id", "id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), doc="Who sent it, and for whom it is taken.")
    file_name: Mapped[str]
    kind: Mapped[str] = mapped_column(doc="“xlsx” or “csv”.")
    content: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, doc="The file, until its rows are read; then nothing."
    )
    state: Mapped[ImportState] = mapped_column(choices(ImportState), default=ImportState.SENT)
    publishes: Mapped[bool] = mapped_column(default=False, doc="Whether what is taken over is published or submitted.")
    total: Mapped[int] = mapped_column(default=0, doc="How much there is to do in this state.")
    done: Mapped[int] = mapped_column(default=0)
    refused: Mapped[str] = mapped_column(default="", doc="Why the file could not be read, or the work not go on.")
    columns: Mapped[list[str]] = mapped_column(JSON, default=list, doc="Known columns of the file, in its order.")
    unknown: Mapped[list[str]] = mapped_column(JSON, default=list, doc="Names of columns that say nothing to us.")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportRow(Base):
    """One row: its cells as they stand now, what is wrong with them, and what became of it."""

    __tablename__ = "import_rows"
    __table_args__ = (
        UniqueConstraint("import_id", "number"),
        Index("ix_import_rows_import_id_state", "import_id", "state"),
        Index("ix_import_rows_import_id_course_key", "import_id", "course_key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(doc="As the spreadsheet numbers it.")
    cells: Mapped[dict[str, str]] = mapped_column(JSON, doc="By the key of the column.")
    faults: Mapped[dict[str, dict[str, str]]] = mapped_column(
        JSON, default=dict, doc="By the key of the column: the sentence in each language."
    )
    course_key: Mapped[str] = mapped_column(default="", doc="Rows with the same one are about one course.")
    state: Mapped[RowState] = mapped_column(choices(RowState), default=RowState.NEW)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id", ondelete="SET NULL"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("course_runs.id", ondelete="SET NULL"), index=True)
    made_course: Mapped[bool] = mapped_column(default=False, doc="Whether the course was made from this very row.")
    note: Mapped[dict[str, str]] = mapped_column(
        JSON,
        default=dict,
        doc="What else is to be said of it, in each language: why it will be or is a draft, why it stays.",
    )
