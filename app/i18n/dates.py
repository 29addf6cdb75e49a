"""Dates, times and weekly rhythms as people write them, in the case the sentence asks for, on Riga's clocks."""

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import lru_cache
from typing import Literal

from babel.dates import format_date, format_skeleton, format_time

from app.i18n.languages import Language
from app.i18n.riga import local
from app.i18n.words import CASES, DayCase, WeekdayForm, day_words

NBSP = "\u00a0"
WORKDAYS = (0, 1, 2, 3, 4)
SOON = 200  # days ahead in which a date needs no year to be understood

WithWeekday = Literal["", "short", "long"]


def case_of(name: str) -> DayCase:
    """The case that the end of a placeholder's name asks for: opens_loc, closes_dat, date."""
    ending = name.rpartition("_")[2]
    return next((case for case in CASES if case == ending), "")


def _day(value: date) -> date:
    return local(value).date() if isinstance(value, datetime) else value


@lru_cache(maxsize=8192)
def date_text(value: date, case: DayCase, language: Language, *, year: bool = True, weekday: WithWeekday = "") -> str:
    """A date in words: 2026. gada 5. martā; without its year: 5. martā; with its weekday: ceturtdien, 5. martā."""
    day = _day(value)
    words = day_words(language.code)
    month = words.months[case][day.month - 1]
    match language.code:
        case "lv":
            text = f"{day.year}.{NBSP}gada{NBSP}" * year + f"{day.day}.{NBSP}{month}"
        case "en":
            text = f"{day.day}{NBSP}{month}" + f"{NBSP}{day.year}" * year
        case other:
            text = format_date(day, "long", other) if year else format_skeleton("MMMMd", day, locale=other)
    form: WeekdayForm = "short" if weekday == "short" else case
    return f"{words.weekdays[form][day.weekday()]}, {text}" if weekday else text


@lru_cache(maxsize=8192)
def moment_text(value: datetime, case: DayCase, language: Language, *, year: bool = True) -> str:
    """A weekday, date and time: ceturtdien, 2026. gada 5. martā, plkst. 18.00."""
    day = date_text(value, case, language, year=year, weekday="long")
    before = {"lv": f"plkst.{NBSP}", "en": f"at{NBSP}"}.get(language.code, "")
    return f"{day}, {before}{time_text(value, language)}"


def needs_year(value: date, today: date) -> bool:
    """Whether a date is misread without its year: it is neither of this year nor of the next few months."""
    day = _day(value)
    return day.year != today.year and not 0 <= (day - today).days <= SOON


@lru_cache(maxsize=8192)
def short_date(value: date, today: date, language: Language, case: DayCase = "") -> str:
    """A date for lists: 24. nov., and 24. nov. 2028 where the year does not go without saying."""
    day = _day(value)
    month = day_words(language.code).short_months[case][day.month - 1]
    text = f"{day.day}{'' if language.code == 'en' else '.'}{NBSP}{month}"
    return f"{text}{NBSP}{day.year}" if needs_year(day, today) else text


def month_text(value: date, language: Language) -> str:
    """The month in which something ended: jūn. 2026."""
    day = _day(value)
    return f"{day_words(language.code).short_months[''][day.month - 1]}{NBSP}{day.year}"


@lru_cache(maxsize=512)
def month_name(value: date, language: Language, case: DayCase = "") -> str:
    """A month in words: 2026. gada decembris; when: 2026. gada decembrī."""
    day = _day(value)
    month = day_words(language.code).months[case][day.month - 1]
    return f"{day.year}.{NBSP}gada{NBSP}{month}" if language.code == "lv" else f"{month}{NBSP}{day.year}"


@lru_cache(maxsize=2048)
def numeric_date(value: date, language: Language) -> str:
    """A date for tables: 05.03.2026., in English 5 Mar 2026."""
    day = _day(value)
    if language.code == "lv":
        return f"{day:%d.%m.%Y}."
    if language.code == "en":
        return f"{day.day}{NBSP}{month_text(day, language)}"
    return format_date(day, "short", language.code)


@lru_cache(maxsize=4096)
def time_text(value: time | datetime, language: Language) -> str:
    """A time of day: 17.30, 9.41; in English 17:30, 09:41."""
    clock = local(value).time() if isinstance(value, datetime) else value
    match language.code:
        case "lv":
            return f"{clock.hour}.{clock.minute:02}"
        case "en":
            return f"{clock.hour:02}:{clock.minute:02}"
        case other:
            return format_time(clock.replace(tzinfo=None), "short", locale=other)


def time_range(start: time | datetime, end: time | datetime, language: Language) -> str:
    """From when until when: 17.30–20.30."""
    return f"{time_text(start, language)}–{time_text(end, language)}"


def weekday_text(weekday: int, form: WeekdayForm, language: Language) -> str:
    """The name of a weekday (Monday is 0): in a case, once (loc: otrdien), repeated (otrdienās) or short (otrd.)."""
    return day_words(language.code).weekdays[form][weekday]


def rhythm(weekdays: Iterable[int], starts: time | None, sessions: int, language: Language) -> str:
    """When a run meets: otrdienās 17.30; pirmd., trešd. 18.00; darbdienās 17.00; otrdien 11.00, 1 reize."""
    return _rhythm(tuple(sorted(set(weekdays))), starts, sessions == 1, language)


@lru_cache(maxsize=2048)
def _rhythm(weekdays: tuple[int, ...], starts: time | None, once: bool, language: Language) -> str:
    if not weekdays:
        return ""
    if weekdays == WORKDAYS:
        days = language.gettext("on weekdays")
    elif len(weekdays) == 7:
        days = language.gettext("every day")
    elif len(weekdays) == 1:
        days = weekday_text(weekdays[0], "loc" if once else "repeated", language)
    else:
        days = ", ".join(weekday_text(day, "short", language) for day in weekdays)
    when = f"{days} {time_text(starts, language)}" if starts else days
    return f"{when}, {language.gettext('once')}" if once else when
