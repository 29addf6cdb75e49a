"""How one person is recognised: see app.people.addresses."""

from app.people.addresses import email_key, person_token

__all__ = ["email_key", "person_token"]
