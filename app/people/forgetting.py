"""What is forgotten of staff in time: links that are over, invitations nobody took up, owners of accounts closed long ago."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.audit.record import SYSTEM, record
from app.clock import now
from app.people import account_queries
from app.people.models import AccountLink, RecoveryCode

LINKS_STAY = timedelta(days=2)
"""After its time a link still leads to the page that says so, and the letter about it can be written."""
UNUSED_FOR = timedelta(days=30)
"""After its invitation is over, an account nobody has taken up is erased."""
MONTH = timedelta(days=30.44)


def forget_links(db: Session) -> None:
    """Erase links that are over, and the addresses in them; invitations as long as their account waits."""
    over = account_queries.links_over(db, now() - LINKS_STAY, now() - UNUSED_FOR)
    db.execute(delete(AccountLink).where(AccountLink.id.in_(over)))


def forget_unused(db: Session) -> None:
    """Erase accounts that nobody took up."""
    for account in account_queries.unused_since(db, now() - UNUSED_FOR):
        record(db, SYSTEM, "account_unused_erased", "account", account.id)
        db.delete(account)
    db.flush()


def forget_owners(db: Session, months: int) -> None:
    """Of accounts closed so long ago erase whose they were; their numbers stay in the records."""
    for account in account_queries.closed_before(db, now() - months * MONTH):
        account.name, account.email = "", f"erased-{account.id}"
        account.password_hash = account.totp_secret = account.oidc_issuer = account.oidc_subject = None
        db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
        record(db, SYSTEM, "account_owner_erased", "account", account.id)
    db.flush()
