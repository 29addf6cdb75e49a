"""The only clock: tests move it, everything else asks it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

RIGA = ZoneInfo("Europe/Riga")


def now() -> datetime:
    """This instant, in UTC and aware."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in Riga."""
    return datetime.now(RIGA).date()
