"""What is looked up about accounts: by address, by number, by mailed link, in lists."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.people.addresses import email_key
from app.people.models import Account, AccountLink, LinkKind, RecoveryCode, Role, SignIn
from app.providers.models import ProviderText
from app.refusals import NotFound

PER_PAGE = 50
MANAGING_ROLES = (Role.MANAGER, Role.ADMINISTRATOR)


def by_address(db: Session, address: str) -> Account | None:
    """The account with that mail address."""
    key = email_key(address)
    return db.scalar(select(Account).where(Account.email == key)) if key.isprintable() else None


def by_subject(db: Session, issuer: str, subject: str) -> Account | None:
    """The account of whoever signs in elsewhere under that number."""
    return db.scalar(select(Account).where(Account.oidc_issuer == issuer, Account.oidc_subject == subject))


def account(db: Session, account_id: int) -> Account:
    """The account with that number."""
    if found := db.get(Account, account_id):
        return found
    raise NotFound


def lock_account(db: Session, account_id: int) -> Account:
    """The account, freshly read and held until the transaction ends."""
    if found := db.get(Account, account_id, with_for_update=True, populate_existing=True):
        return found
    raise NotFound


def lock_managing(db: Session, provider_id: int | None) -> None:
    """Hold everybody who manages accounts there, in the same order whoever asks."""
    db.scalars(
        select(Account.id)
        .where(Account.provider_id.is_not_distinct_from(provider_id), Account.role.in_(MANAGING_ROLES))
        .order_by(Account.id)
        .with_for_update()
    ).all()


def in_use(db: Session, provider_id: int | None) -> Sequence[Account]:
    """Accounts there that are not closed and that somebody uses, freshly read; of the board without a provider."""
    return db.scalars(
        select(Account)
        .where(
            Account.provider_id.is_not_distinct_from(provider_id),
            Account.is_active,
            or_(Account.password_hash.is_not(None), Account.oidc_subject.is_not(None)),
        )
        .execution_options(populate_existing=True)
    ).all()


def link_by_key(db: Session, key: str, kind: LinkKind) -> AccountLink | None:
    """The mailed link of that kind with that key."""
    return db.scalar(select(AccountLink).where(AccountLink.link_key == key, AccountLink.kind == kind))


def lock_link(db: Session, key: str, kind: LinkKind) -> AccountLink | None:
    """The same, held until the transaction ends: it works once."""
    return db.scalar(
        select(AccountLink)
        .where(AccountLink.link_key == key, AccountLink.kind == kind)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def link(db: Session, link_id: int) -> AccountLink | None:
    """The mailed link with that number."""
    return db.get(AccountLink, link_id)


def devices(db: Session, account_id: int) -> Sequence[SignIn]:
    """Where the account is signed in, the latest used first."""
    return db.scalars(select(SignIn).where(SignIn.account_id == account_id).order_by(SignIn.seen_at.desc())).all()


def recovery_codes_left(db: Session, account_id: int) -> int:
    """How many recovery codes were not used yet."""
    return db.scalars(
        select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    ).one()


class AccountLine(NamedTuple):
    """An account in a list: until when it is invited, and its provider's name, where it has one."""

    account: Account
    invited_until: datetime | None
    provider_name: str | None


def account_lines(db: Session, provider_id: int | None, *, everybody: bool, page: int) -> tuple[int, list[AccountLine]]:
    """How many accounts there are at the provider, or everywhere, and a page of them; those in use first."""
    mine = Account.name != "" if everybody else and_(Account.provider_id == provider_id, Account.name != "")
    total = db.scalars(select(func.count()).select_from(Account).where(mine)).one()
    until = _open_until().where(AccountLink.account_id == Account.id).scalar_subquery()
    rows = db.execute(
        select(Account, until, func.coalesce(func.nullif(ProviderText.short_name, ""), ProviderText.name))
        .outerjoin(ProviderText, and_(ProviderText.provider_id == Account.provider_id, ProviderText.locale == "lv"))
        .where(mine)
        .order_by(
            Account.is_active.desc(), Account.provider_id.is_not(None), Account.provider_id, Account.name, Account.id
        )
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return total, [AccountLine(*row) for row in rows]


def provider_names(db: Session, provider_id: int | None) -> Sequence[str]:
    """The provider's names in every language; none for the board."""
    if provider_id is None:
        return []
    return db.scalars(select(ProviderText.name).where(ProviderText.provider_id == provider_id)).all()


def invited_until(db: Session, account_id: int) -> datetime | None:
    """Until when the account's invitation works, or worked if nobody used it; None where there is none."""
    return db.scalar(_open_until().where(AccountLink.account_id == account_id))


def providers_by_name(db: Session, locale: str) -> list[tuple[int, str]]:
    """Number and name of every provider in that language, else in Latvian."""
    name = func.coalesce(func.max(ProviderText.name).filter(ProviderText.locale == locale), func.max(ProviderText.name))
    rows = db.execute(
        select(ProviderText.provider_id, name)
        .where(ProviderText.locale.in_({locale, "lv"}))
        .group_by(ProviderText.provider_id)
        .order_by(name)
    )
    return [(provider_id, name) for provider_id, name in rows]


def provider_name(db: Session, provider_id: int | None, locale: str) -> str:
    """The provider's whole name in that language, else in Latvian; empty for the board."""
    rows = db.execute(select(ProviderText.locale, ProviderText.name).where(ProviderText.provider_id == provider_id))
    names = {str(row[0]): str(row[1]) for row in rows}
    return names.get(locale) or names.get("lv", "")


def name_of(db: Session, account_id: int | None) -> str:
    """The owner's name; empty without an account."""
    return db.scalar(select(Account.name).where(Account.id == account_id)) or ""


def links_over(db: Session, before: datetime, invitations_before: datetime) -> Sequence[int]:
    """Numbers of the links whose time was over then; of invitations, that were over longer ago."""
    is_invitation = AccountLink.kind == LinkKind.INVITATION
    return db.scalars(
        select(AccountLink.id).where(
            or_(
                and_(~is_invitation, AccountLink.expires_at < before),
                and_(is_invitation, AccountLink.expires_at < invitations_before),
            )
        )
    ).all()


def unused_since(db: Session, before: datetime) -> Sequence[Account]:
    """Accounts made before then that nobody has used, and that no invitation waits for."""
    waits = select(AccountLink.id).where(AccountLink.account_id == Account.id).exists()
    return db.scalars(
        select(Account).where(
            Account.password_hash.is_(None),
            Account.oidc_subject.is_(None),
            Account.signed_in_at.is_(None),
            Account.created_at < before,
            Account.name != "",
            ~waits,
        )
    ).all()


def closed_before(db: Session, before: datetime) -> Sequence[Account]:
    """Accounts closed before then of which is still known whose they were."""
    return db.scalars(select(Account).where(~Account.is_active, Account.ended_at < before, Account.name != "")).all()


def _open_until() -> Select[datetime | None]:
    return select(func.max(AccountLink.expires_at)).where(
        AccountLink.kind == LinkKind.INVITATION, AccountLink.used_at.is_(None)
    )
