"""Staff accounts and their sessions; residents have no account."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choices, personal


class Role(StrEnum):
    """What a member of staff may do."""

    EDITOR = "editor"
    MANAGER = "manager"
    SUBSTITUTE = "substitute"
    BOARD = "board"
    ADMINISTRATOR = "administrator"


class Account(Base):
    """A member of staff of a provider or of the education board."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint(
            "(role IN ('board', 'administrator')) = (provider_id IS NULL)", name="provider_staff_has_provider"
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True, info=personal("staff"))
    name: Mapped[str] = mapped_column(info=personal("staff"))
    role: Mapped[Role] = mapped_column(choices(Role))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("providers.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(info=personal("staff"))
    totp_secret: Mapped[str | None] = mapped_column(info=personal("staff"))
    locale: Mapped[str] = mapped_column(default="lv")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class SignIn(Base):
    """One signed-in device: a random token, kept as its hash, with an idle and an absolute end."""

    __tablename__ = "sign_ins"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    confirmed_at: Mapped[datetime] = mapped_column(doc="When the password was last typed on it.")
    second_factor_at: Mapped[datetime | None] = mapped_column(doc="When the one-time code was given.")
    device: Mapped[str] = mapped_column(default="", info=personal("staff"))
