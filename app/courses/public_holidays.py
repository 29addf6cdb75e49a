"""Public holidays of Latvia, with the days off that the law moves: proposed to be left out of a weekly pattern."""

from datetime import date
from functools import cache

from app.i18n import DEFAULT

_SPOKEN = {DEFAULT: "lv", "en": "en_US"}


def holidays_between(first: date, last: date, locale: str = DEFAULT) -> dict[date, str]:
    """The holidays from one day to another by date, each with its name in that language, else in Latvian."""
    found: dict[date, str] = {}
    for year in range(first.year, min(last.year, first.year + 3) + 1):
        found |= {day: name for day, name in _of_year(year, _SPOKEN.get(locale, "lv")).items() if first <= day <= last}
    return dict(sorted(found.items()))


@cache
def _of_year(year: int, language: str) -> dict[date, str]:
    from holidays import country_holidays  # Half the time that a command takes to start, and few need it.

    return dict(country_holidays("LV", years=year, language=language))
