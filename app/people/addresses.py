"""How one person is recognised: by the mail address, as compared and as counted."""

import hashlib
import hmac
import unicodedata

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def email_key(address: str) -> str:
    """The address as it is compared: composed, without case and outer spaces."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def person_token(counting_key: str, address_key: str) -> str:
    """A keyed hash that counts a person once under that key and tells nothing once the key is destroyed."""
    return hmac.new(counting_key.encode(), address_key.encode(), hashlib.sha256).hexdigest()


def lock_address(db: Session, purpose: str, address_key: str) -> None:
    """From here to the end of the transaction nobody else does this from the address.

    On SQLite every writer has its turn already.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{purpose} of {address_key}", 0))))
