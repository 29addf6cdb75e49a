"""Days of the city: public holidays, breaks, and moments of the day."""

from datetime import date, datetime, time, timedelta
from functools import cache

from app.i18n import at

DAY = timedelta(days=1)


@cache
def holidays(year: int) -> frozenset[date]:
    """Latvia's public holidays of a year, with the days off that replace 4 May and 18 November on a weekend."""
    easter = _easter(year)
    fixed = [(1, 1), (5, 1), (5, 4), (6, 23), (6, 24), (11, 18), (12, 24), (12, 25), (12, 26), (12, 31)]
    days = {date(year, month, day) for month, day in fixed} | {easter - 2 * DAY, easter, easter + DAY}
    for moved in (date(year, 5, 4), date(year, 11, 18)):
        if moved.weekday() > 4:
            days.add(moved + (7 - moved.weekday()) * DAY)
    return frozenset(days)


def _easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar, after Meeus."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def is_teaching_day(day: date) -> bool:
    """Whether courses meet on that day: not on holidays, not between 22 December and 3 January."""
    in_break = (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 3)
    return not in_break and day not in holidays(day.year)


def office_day(day: date) -> date:
    """That day, or the first working day after it."""
    while day.weekday() > 4 or not is_teaching_day(day):
        day += DAY
    return day


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """The instant of a time on the wall in Riga."""
    return at(day, time(hour, minute))


def between(first: datetime, last: datetime, share: float) -> datetime:
    """The instant that far (0 to 1) on the way from the first to the last, to the second."""
    return first + timedelta(seconds=int((last - first).total_seconds() * share))
