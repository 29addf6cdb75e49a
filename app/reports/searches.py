"""What was searched for in a year, as everybody may know it: only in finished months, only what many days have seen, in round numbers."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.clock import today
from app.refusals import NotFound
from app.reports.hiding import SMALLEST_SHOWN
from app.reports.period import FIRST_YEAR, LAST_YEAR, Period
from app.usage.actions import FARTHER, PLACES, Use
from app.usage.queries import searched_and_opened

MOST = 50
"""So many searches of each kind are told."""


@dataclass(frozen=True, slots=True)
class TimesTold:
    """A search, or a place in a list of results, and how often at least."""

    name: str
    at_least: int
    """Rounded down to a multiple of five, so that the difference between two months tells about nobody."""


@dataclass(frozen=True, slots=True)
class SearchesTold:
    """The searches of a year."""

    year: int
    period: Period | None
    """The finished months; None while the year has none."""
    frequent: tuple[TimesTold, ...]
    without_result: tuple[TimesTold, ...]
    opened: tuple[TimesTold, ...]
    """At which place of a list courses were opened, from the first on; the last is everything farther down."""


def searches_told(db: Session, year: int) -> SearchesTold:
    """The frequent searches of a year, those that found nothing, and where in the lists courses were opened."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound
    period = Period(year).finished(today())
    if period is None:
        return SearchesTold(year, None, (), (), ())
    found, opened = searched_and_opened(db, period.first_day, period.last_day, SMALLEST_SHOWN, Use.RESULT_OPENED.value)
    places = (*(str(place) for place in range(1, PLACES + 1)), FARTHER)
    missed = sorted(found, key=lambda one: (-one.without_result, one.text))
    return SearchesTold(
        year,
        period,
        _told((one.text, one.times) for one in found),
        _told((one.text, one.without_result) for one in missed),
        _told((place, opened.get(place, 0)) for place in places),
    )


def _told(counted: Iterable[tuple[str, int]]) -> tuple[TimesTold, ...]:
    rounded = ((name, times - times % SMALLEST_SHOWN) for name, times in counted)
    return tuple(TimesTold(name, times) for name, times in rounded if times)[:MOST]
