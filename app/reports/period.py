"""Periods of the figures: a calendar year in Riga, or some of its months."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.i18n import at

MIDNIGHT = time(0, 0)
FIRST_YEAR = 2000
LAST_YEAR = 2100


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months of one year, from the first to the last; a year unless told otherwise."""

    year: int
    first: int = 1
    last: int = 12

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.first, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self._day_after - timedelta(days=1)

    @property
    def starts_at(self) -> datetime:
        """The instant at which it begins: midnight in Riga."""
        return at(self.first_day, MIDNIGHT)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""
        return at(self._day_after, MIDNIGHT)

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return (self.first, self.last) == (1, 12)

    def month(self, number: int) -> "Period":
        """One month of its year."""
        return Period(self.year, number, number)

    def months(self) -> tuple["Period", ...]:
        """Its months, in order."""
        return tuple(self.month(number) for number in range(self.first, self.last + 1))

    def is_over(self, day: date) -> bool:
        """Whether it lies before that day."""
        return self.last_day < day

    def finished(self, day: date) -> "Period | None":
        """What of it lies in months that were over before that day; None when nothing does."""
        over = [month.last for month in self.months() if month.is_over(day)]
        return Period(self.year, self.first, over[-1]) if over else None

    @property
    def _day_after(self) -> date:
        return date(self.year + 1, 1, 1) if self.last == 12 else date(self.year, self.last + 1, 1)
