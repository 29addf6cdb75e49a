"""All registrations of an address behind a mailed link that works once and soon; no session is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import links
from app.clock import now
from app.outbox.messages import OwnListAsked
from app.outbox.post import post
from app.people.addresses import email_key
from app.registrations import own_list_queries
from app.registrations.inputs import NewAddress
from app.registrations.models import OneTimeLink
from app.registrations.refusals import OneTimeLinkSpent

LASTS = timedelta(minutes=10)
"""So long a mailed link opens, and so long its page can be acted on."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opened: whose list it is, and the ticket by which its page may act; the ticket is no link."""

    address_key: str
    ticket: str
    until: datetime


def token_of(secret: str, number: int) -> str:
    """The token of a link: a random number of 72 bits, completed by our signature."""
    return links.sign(secret, "own_list", f"{number:022d}")


def ask_for_link(db: Session, asked: NewAddress, secret: str, locale: str = "lv") -> None:
    """Remember that somebody wants the link; the letter leaves later, and only if anything is kept under the address."""
    moment, number = now(), secrets.randbits(72)
    _keep(db, _hash("link", token_of(secret, number)), asked.email, locale, moment)
    post(db, OwnListAsked(number))


def asked_link(db: Session, secret: str, number: int) -> OneTimeLink | None:
    """The link of this number, while it can still be opened."""
    link = own_list_queries.link(db, _hash("link", token_of(secret, number)))
    return link if link is not None and link.used_at is None and now() < link.expires_at else None


def can_be_opened(db: Session, token: str) -> bool:
    """Whether the link still opens; asking changes nothing."""
    link = own_list_queries.link(db, _hash("link", token))
    return link is not None and link.used_at is None and now() < link.expires_at


def open_link(db: Session, token: str) -> Opened:
    """The person opens the link, once; a used, late or foreign one opens nothing."""
    link = own_list_queries.link(db, _hash("link", token), lock=True)
    moment = now()
    if link is None or link.used_at is not None or link.expires_at <= moment:
        raise OneTimeLinkSpent
    link.used_at = moment
    ticket = secrets.token_urlsafe(24)
    _keep(db, _hash("ticket", ticket), link.email, link.locale, moment, used_at=moment)
    return Opened(link.email_key, ticket, moment + LASTS)


def address_of(db: Session, ticket: str) -> str:
    """Whose list the page with this ticket shows, while it may be acted on."""
    kept = own_list_queries.link(db, _hash("ticket", ticket))
    if kept is None or kept.expires_at <= now():
        raise OneTimeLinkSpent
    return kept.email_key


def forget_links(db: Session, before: datetime) -> None:
    """Erase links whose time was over before then."""
    db.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < before))


def forget_links_of(db: Session, address_key: str) -> None:
    """Erase every link of the address."""
    db.execute(delete(OneTimeLink).where(OneTimeLink.email_key == address_key))


def _keep(
    db: Session, token_hash: str, address: str, locale: str, moment: datetime, used_at: datetime | None = None
) -> None:
    db.add(
        OneTimeLink(
            token_hash=token_hash,
            email=address,
            email_key=email_key(address),
            locale=locale,
            created_at=moment,
            expires_at=moment + LASTS,
            used_at=used_at,
        )
    )
    db.flush()


def _hash(purpose: str, token: str) -> str:
    return hashlib.sha256(f"{purpose}:{token}".encode(errors="replace")).hexdigest()
