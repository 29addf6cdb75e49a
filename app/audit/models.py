"""The log of actions: append-only, in the transaction of the act itself."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

_BY_STAFF = text("actor NOT IN ('resident', 'system')")
"""The index of who did what spares the path of those who register."""


class AuditEntry(Base):
    """One act: who, when, on what, and what changed; never a name or an address."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_object", "object_kind", "object_id"),
        Index("ix_audit_entries_staff", "actor", "id", sqlite_where=_BY_STAFF, postgresql_where=_BY_STAFF),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(doc="“resident”, “system”, “account:ID”, or “provider:ID” behind a mailed link.")
    act: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str]
    facts: Mapped[str] = mapped_column(default="", doc="JSON: before and after, without personal data.")


class AuditSeal(Base):
    """A link of the chain over the log of actions: changing or taking away a sealed entry breaks it."""

    __tablename__ = "audit_seals"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"), unique=True)
    digest: Mapped[str] = mapped_column(doc="SHA-256 over the digest before and the entry's every field.")
    sealed_at: Mapped[datetime]
