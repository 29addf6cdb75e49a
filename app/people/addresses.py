"""How one person is recognised: by the mail address, as compared and as counted."""

import hashlib
import hmac
import unicodedata


def email_key(address: str) -> str:
    """The address as it is compared: composed, without case and outer spaces."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def person_token(counting_key: str, address_key: str) -> str:
    """A keyed hash that counts a person once under that key and tells nothing once the key is destroyed."""
    return hmac.new(counting_key.encode(), address_key.encode(), hashlib.sha256).hexdigest()
