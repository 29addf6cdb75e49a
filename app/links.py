"""Private links: a random key kept in the database, completed by a signature that is not."""

import base64
import hashlib
import hmac
import secrets

_SIGNATURE = 24
"""Characters of a signature."""


def new_key() -> str:
    """A random key of 128 bits (22 characters); of no use without the signature."""
    return secrets.token_urlsafe(16)


def sign(secret: str, purpose: str, key: str) -> str:
    """The whole token as it stands in a mailed link."""
    return key + _signature(secret, purpose, key)


def read(secret: str, purpose: str, token: str) -> str | None:
    """The key inside a token, or None when the signature is not ours."""
    if not 30 < len(token) < 80 or not token.isascii():
        return None
    key, signature = token[:22], token[22:]
    return key if hmac.compare_digest(signature, _signature(secret, purpose, key)) else None


def signed_text(secret: str, purpose: str, token: str) -> str | None:
    """The text inside a token of any length that `sign` made of it, or None when the signature is not ours."""
    text, signature = token[:-_SIGNATURE], token[-_SIGNATURE:]
    if not text or not token.isascii():
        return None
    return text if hmac.compare_digest(signature, _signature(secret, purpose, text)) else None


def _signature(secret: str, purpose: str, key: str) -> str:
    made = hmac.new(secret.encode(), f"{purpose}:{key}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made[:18]).decode()
