"""What is looked up about staff and their devices."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Account, Role, SignIn
from app.providers.models import ProviderText


class SignedIn(NamedTuple):
    """A signed-in device and whose it is."""

    sign_in: SignIn
    account: Account


def sign_in(db: Session, token_hash: str) -> SignedIn | None:
    """The device with that token."""
    row = db.execute(
        select(SignIn, Account).join(Account, Account.id == SignIn.account_id).where(SignIn.token_hash == token_hash)
    ).first()
    return SignedIn(row[0], row[1]) if row else None


def short_names(db: Session, provider_id: int | None) -> Mapping[str, str]:
    """The provider's short names by language."""
    if provider_id is None:
        return {}
    rows = db.execute(
        select(ProviderText.locale, ProviderText.short_name, ProviderText.name).where(
            ProviderText.provider_id == provider_id
        )
    )
    return {locale: short or name for locale, short, name in rows}


def account(db: Session, account_id: int) -> Account | None:
    """The account of that number."""
    return db.get(Account, account_id)


def first_manager(db: Session, provider_id: int) -> Account | None:
    """The provider's manager who has been there longest."""
    return db.scalar(
        select(Account)
        .where(Account.provider_id == provider_id, Account.role == Role.MANAGER, Account.is_active)
        .order_by(Account.id)
        .limit(1)
    )
