"""Times as people write them: a day and the clock on the wall in Riga, alone or every week.

What is kept is the instant. An hour that comes twice, when summer time ends, means its first coming; an hour that
never comes, when summer time begins, is refused.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from app.courses.refusals import EndBeforeStart, HourMissing
from app.i18n import NoSuchHour, at


class Span(NamedTuple):
    """From one instant to another."""

    starts_at: datetime
    ends_at: datetime


def span(day: date, begins: time, ends: time) -> Span:
    """The time of a session that is held on this day from one hour to another."""
    found = Span(instant(day, begins), instant(day, ends))
    if found.ends_at <= found.starts_at:
        raise EndBeforeStart
    return found


def weekly(first_day: date, last_day: date, begins: time, ends: time) -> list[Span]:
    """The times of sessions held every week at the same hour of the wall clock, winter and summer."""
    if last_day < first_day:
        raise EndBeforeStart
    weeks = (last_day - first_day).days // 7
    return [span(first_day + timedelta(weeks=week), begins, ends) for week in range(weeks + 1)]


def instant(day: date, clock: time) -> datetime:
    """The instant of a day and an hour in Riga; `HourMissing` where the clocks never show it."""
    try:
        return at(day, clock)
    except NoSuchHour as never:
        raise HourMissing(never.text) from never
