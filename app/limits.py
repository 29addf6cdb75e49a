"""How often one sender may do something: generous enough for a library's shared address, too slow for a machine.

Acts (registering, wishing, asking for links) are counted in the database: a restart forgets nothing and all processes
count together. Mere load (reading, costly questions, forms that are sent and refused) is counted in the memory of each
process: it guards that process, and a restart may forget it.
"""

import hashlib
import hmac
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil
from time import time

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy.orm import Session

from app.clock import now
from app.db import Database
from app.i18n import _n
from app.refusals import TooManyTries
from app.settings import Settings
from app.tries import HOUR, count_try, seconds_to_wait


@dataclass(frozen=True, slots=True)
class Limit:
    """So many acts of one sender in so many seconds, kept in the database; then 429 with Retry-After.

    Whoever acts in a transaction counts first in it, before anything else is locked: then those who share a sender
    wait for each other only, and nobody waits for them.
    """

    act: str
    amount: int
    seconds: int

    def count(self, request: Request, db: Session, whom: str = "") -> None:
        """Count one more of the request's sender, or of `whom`, in its transaction, or refuse it; what is rolled back counts not."""
        if not self.takes(request, db, whom or sender_of(request)):
            self._refuse(request, db, whom or sender_of(request))

    def count_at_once(self, request: Request, whom: str) -> None:
        """Count one more in a transaction of its own, so that it counts whatever becomes of the request; or refuse it.

        To be called before the request's own transaction does anything: on SQLite there is one writer.
        """
        database: Database = request.app.state.database
        with database.writing() as db:
            if not self.takes(request, db, whom):
                self._refuse(request, db, whom)

    def takes(self, request: Request, db: Session, whom: str) -> bool:
        """Count one more of whomever it is, an account or an address; False, and nothing counted, when it is too many."""
        if request.app.state.limiter is None:
            return True
        sender = _keyed(request, whom)
        return count_try(db, self.act, sender, amount=self.amount, seconds=self.seconds, moment=now())

    def _refuse(self, request: Request, db: Session, whom: str) -> None:
        sender = _keyed(request, whom)
        raise too_many(seconds_to_wait(db, self.act, sender, amount=self.amount, seconds=self.seconds, moment=now()))


@dataclass(frozen=True, slots=True)
class LoadLimit:
    """A dependency of a route: so many requests from one network address, counted in memory; then 429 with Retry-After."""

    name: str
    item: RateLimitItem

    async def __call__(self, request: Request) -> None:
        """Count this request, or refuse it; nothing to wait for, so it needs no thread."""
        self.count(request)

    def count(self, request: Request) -> None:
        """Count this request where only some requests of a route count, or refuse it."""
        self.count_for(request, sender_of(request))

    def count_for(self, request: Request, sender: str) -> None:
        """Count this request for whomever it is, an address or a key, or refuse it."""
        limiter: MovingWindowRateLimiter | None = request.app.state.limiter
        if limiter is None:
            return
        if not limiter.hit(self.item, self.name, sender):
            raise too_many(max(1, ceil(limiter.get_window_stats(self.item, self.name, sender).reset_time - time())))


def too_many(seconds: int) -> TooManyTries:
    """The refusal that says when to try again."""
    return TooManyTries(
        _n(
            "Too many tries. Try again in %(n)s minute.",
            "Too many tries. Try again in %(n)s minutes.",
            ceil(seconds / 60),
        ),
        headers={"Retry-After": str(seconds)},
    )


def sender_of(request: Request) -> str:
    """The address that sent this request; of the new, long addresses the part that a household or a company has alone."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host or "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or f"{IPv6Address(int(address) >> 64 << 64)}/64")


def new_limiter() -> MovingWindowRateLimiter:
    """Counts mere load in this process's memory, by a moving window."""
    return MovingWindowRateLimiter(MemoryStorage())


def _keyed(request: Request, whom: str) -> str:
    """Who it is, unreadable without the key of this installation."""
    settings: Settings = request.app.state.settings
    key = settings.secret_key.get_secret_value()
    return hmac.new(key.encode(), f"tries:{whom}".encode(), hashlib.sha256).hexdigest()[:32]


REGISTRATIONS = Limit("registrations", 120, HOUR)
"""Registrations that were accepted, letters sent again and addresses corrected; both doors together."""
WISHES = Limit("wishes", 60, HOUR)
"""Wishes, joinings, and “tell me about the next dates”."""
ONE_TIME_LINKS = Limit("one_time_links", 10, HOUR)
"""Asking for a link to all registrations, from one network address."""
LINKS_TO_ADDRESS = Limit("links_to_address", 3, HOUR)
"""Such links mailed to one address. By `takes`: what is too many is answered as ever and not mailed, else the answer
would tell that somebody asked for this address before."""
SAME_SEARCH = Limit("same_search", 3, HOUR)
"""One search counted for one network address. By `takes`: what is more is answered as ever and not counted, so that
nobody makes a search look frequent."""
QUARTER = 15 * 60
SIGN_INS = Limit("sign_ins", 90, QUARTER)
"""Tries to sign in from one network address: an institution's staff share one."""
PASSWORDS = Limit("passwords", 10, QUARTER)
"""Passwords checked for one account, typed on devices that it does not know."""
KNOWN_PASSWORDS = Limit("known_passwords", 10, QUARTER)
"""Passwords checked for one account, typed where it was signed in before: strangers cannot lock out its owner there."""
CODES = Limit("codes", 10, QUARTER)
"""One-time codes and recovery codes checked for one account."""
INVITATIONS = Limit("invitations", 60, HOUR)
"""Invitations sent by one account: each is a letter to an address that somebody typed."""
IMPORTS = Limit("imports", 30, HOUR)
"""Spreadsheets that one account sends."""
KEY_WRITES = Limit("key_writes", 2000, HOUR)
"""What one key of a provider's system changes."""
LIMITS = (
    REGISTRATIONS,
    WISHES,
    ONE_TIME_LINKS,
    LINKS_TO_ADDRESS,
    SAME_SEARCH,
    SIGN_INS,
    PASSWORDS,
    KNOWN_PASSWORDS,
    CODES,
    INVITATIONS,
    IMPORTS,
    KEY_WRITES,
)
"""Every limit of acts; docs/limits.md says what each means."""

FORMS = LoadLimit("forms", RateLimitItemPerMinute(240))
"""Forms that are sent, refused ones too: what is refused costs little, but not nothing."""
PRIVATE_LINKS = LoadLimit("private_links", RateLimitItemPerMinute(120))
BEACONS = LoadLimit("beacons", RateLimitItemPerMinute(600))
COSTLY = LoadLimit("costly", RateLimitItemPerMinute(60))
"""Questions that take about a second of work: figures divided two ways, the report of a year."""
CERTIFICATES = LoadLimit("certificates", RateLimitItemPerMinute(30))
"""Certificates that are checked: whoever holds a pile of papers is quick enough, whoever guesses codes is not."""
READING = LoadLimit("reading", RateLimitItemPerMinute(1200))
KEY_REQUESTS = LoadLimit("key_requests", RateLimitItemPerMinute(300))
"""What one key of a provider's system asks."""
LOAD_LIMITS = (FORMS, PRIVATE_LINKS, BEACONS, COSTLY, CERTIFICATES, READING, KEY_REQUESTS)
"""Every limit of mere load."""
