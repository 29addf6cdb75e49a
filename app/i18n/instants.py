"""From a day and the clock on the wall in Riga to the instant that is kept."""

from datetime import UTC, date, datetime, time

from app.i18n.riga import RIGA
from app.i18n.text import Text, _


class NoSuchHour(ValueError):
    """Clocks jump over this hour when summer time begins; `text` says so to the person who typed it."""

    def __init__(self, day: date, clock: time) -> None:
        super().__init__(f"{day} {clock} does not exist in {RIGA}")
        self.text: Text = _(
            "On %(date_loc)s this hour does not exist because summer time begins. Choose another time.", date_loc=day
        )


def at(day: date, clock: time) -> datetime:
    """The instant, in UTC, of a local day and time; the first one where an hour comes twice.

    Raises NoSuchHour where Riga's clocks never show this time.
    """
    wanted = datetime.combine(day, clock.replace(tzinfo=None, fold=0))
    instant = wanted.replace(tzinfo=RIGA).astimezone(UTC)
    if instant.astimezone(RIGA).replace(tzinfo=None) != wanted:
        raise NoSuchHour(day, clock)
    return instant
