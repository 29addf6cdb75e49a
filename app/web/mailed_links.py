"""Links of ours with a key inside: those we mail, and the one to the page that says that a letter is on its way."""

from datetime import timedelta

from fastapi import Request

from app.clock import today
from app.dependencies import settings_of
from app.links import read, sign
from app.refusals import NotFound

PRIVATE = {"Cache-Control": "no-store"}
SENT_FOR = 1
"""So many days the page about a sent form can still be opened; the day stands in the signature, for what was asked may be older."""


def key_in(request: Request, token: str, *purposes: str) -> str:
    """The key inside a link of ours for one of these; what somebody made up is not found."""
    secret = settings_of(request).secret_key.get_secret_value()
    for purpose in purposes:
        if key := read(secret, purpose, token):
            return key
    raise NotFound


def sent_token(request: Request, kind: str, key: str) -> str:
    """What opens the page about a form of this kind sent today."""
    return sign(settings_of(request).secret_key.get_secret_value(), f"{kind}_sent {today()}", key)


def key_in_sent(request: Request, kind: str, token: str) -> str:
    """The key of a form of this kind that was sent a moment ago."""
    days = (today() - timedelta(days=ago) for ago in range(SENT_FOR + 1))
    return key_in(request, token, *(f"{kind}_sent {day}" for day in days))
