"""How often one sender may do something: generous enough for a library's shared address, too slow for a machine."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil
from time import time

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from app.i18n import _n
from app.refusals import TooManyTries


@dataclass(frozen=True, slots=True)
class Limit:
    """A dependency of a route: so many requests from one network address, then 429 with Retry-After."""

    name: str
    item: RateLimitItem

    async def __call__(self, request: Request) -> None:
        """Count this request, or refuse it; nothing to wait for, so it needs no thread."""
        self.count(request)

    def count(self, request: Request) -> None:
        """Count this request where only some requests of a route count, or refuse it."""
        limiter: MovingWindowRateLimiter | None = request.app.state.limiter
        if limiter is None:
            return
        sender = sender_of(request)
        if limiter.hit(self.item, self.name, sender):
            return
        seconds = max(1, ceil(limiter.get_window_stats(self.item, self.name, sender).reset_time - time()))
        raise TooManyTries(
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
    """Counts in this process's memory, by a moving window."""
    return MovingWindowRateLimiter(MemoryStorage())


REGISTRATIONS = Limit("registrations", RateLimitItemPerHour(120))
WISHES = Limit("wishes", RateLimitItemPerHour(60))
PRIVATE_LINKS = Limit("private_links", RateLimitItemPerMinute(120))
BEACONS = Limit("beacons", RateLimitItemPerMinute(600))
COSTLY = Limit("costly", RateLimitItemPerMinute(60))
"""Questions that take about a second of work: figures divided two ways, the report of a year."""
READING = Limit("reading", RateLimitItemPerMinute(1200))
