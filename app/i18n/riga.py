"""The zone of the city's clocks; everything is kept in UTC and shown here."""

from datetime import datetime
from zoneinfo import ZoneInfo

RIGA = ZoneInfo("Europe/Riga")


def local(value: datetime) -> datetime:
    """The instant as Riga's clocks show it; it must know its own zone."""
    if value.tzinfo is None:
        raise ValueError("an instant without a zone cannot be shown")
    return value.astimezone(RIGA)
