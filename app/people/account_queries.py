"""What is looked up about accounts: by address, by number, by mailed link."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.addresses import email_key
from app.people.models import Account
from app.refusals import NotFound


def by_address(db: Session, address: str) -> Account | None:
    """The account with that mail address."""
    return db.scalar(select(Account).where(Account.email == email_key(address)))


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
