"""Staff accounts and their sessions; residents have no account."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
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
        UniqueConstraint("oidc_issuer", "oidc_subject", name="uq_accounts_oidc"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True, info=personal("staff"), doc="As `email_key` compares it.")
    name: Mapped[str] = mapped_column(info=personal("staff"))
    role: Mapped[Role] = mapped_column(choices(Role))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("providers.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(info=personal("staff"))
    totp_secret: Mapped[str | None] = mapped_column(
        info=personal("staff"), doc="Random half of the key of the one-time codes; SECRET_KEY is the other."
    )
    totp_step: Mapped[int | None] = mapped_column(
        doc="The latest stretch of 30 s whose code was used: each works once."
    )
    oidc_issuer: Mapped[str | None] = mapped_column(doc="Where else they sign in, and as whom.")
    oidc_subject: Mapped[str | None] = mapped_column(info=personal("staff"))
    locale: Mapped[str] = mapped_column(default="lv")
    is_active: Mapped[bool] = mapped_column(default=True)
    ended_at: Mapped[datetime | None] = mapped_column(doc="When the account was closed; its owner is erased in time.")
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None] = mapped_column(doc="When they last signed in.")


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


class RecoveryCode(Base):
    """A code on paper that once stands in for the one-time code."""

    __tablename__ = "recovery_codes"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(info=personal("staff"))
    used_at: Mapped[datetime | None]


class LinkKind(StrEnum):
    """What a mailed link to an account is for."""

    INVITATION = "invitation"
    RESET = "reset"
    NEW_EMAIL = "new_email"


class AccountLink(Base):
    """A mailed link to an account: it works once, until its time is over."""

    __tablename__ = "account_links"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[LinkKind] = mapped_column(choices(LinkKind))
    link_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None] = mapped_column(doc="When it was used, or withdrawn.")
    by_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    email: Mapped[str | None] = mapped_column(info=personal("staff"), doc="The new address that it confirms.")


class ApiKey(Base):
    """A key with which a provider's own system acts for it: told once, kept as its hash, withdrawn at once."""

    __tablename__ = "api_keys"
    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), doc="The manager who made it.")
    name: Mapped[str] = mapped_column(doc="What it is for, in its maker's words.")
    scopes: Mapped[list[str]]
    prefix: Mapped[str] = mapped_column(doc="Its first signs, to tell it from others.")
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None] = mapped_column(doc="When it was last used, to the minute.")
    revoked_at: Mapped[datetime | None]
