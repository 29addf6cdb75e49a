"""The names of months and weekdays, in every case in which a language needs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from babel import Locale

DayCase = Literal["", "gen", "dat", "acc", "loc"]
WeekdayForm = Literal["", "gen", "dat", "acc", "loc", "repeated", "short"]
CASES: tuple[DayCase, ...] = get_args(DayCase)

Names = tuple[str, ...]


@dataclass(frozen=True)
class DayWords:
    """January to December and Monday to Sunday of one language."""

    months: Mapping[DayCase, Names]
    short_months: Mapping[DayCase, Names]
    weekdays: Mapping[WeekdayForm, Names]


def _latvian() -> DayWords:
    stems = (
        "janvār",
        "februār",
        "mart",
        "aprīl",
        "maij",
        "jūnij",
        "jūlij",
        "august",
        "septembr",
        "oktobr",
        "novembr",
        "decembr",
    )
    short = ("janv.", "febr.", "", "apr.", "", "jūn.", "jūl.", "aug.", "sept.", "okt.", "nov.", "dec.")
    soft: dict[DayCase, str] = {"": "is", "gen": "a", "dat": "im", "acc": "i", "loc": "ī"}
    hard: dict[DayCase, str] = {"": "s", "gen": "a", "dat": "am", "acc": "u", "loc": "ā"}

    def month(stem: str, case: DayCase) -> str:
        if stem == "aprīl" and case == "gen":
            return "aprīļa"
        return stem + (soft if stem.endswith(("r", "l")) else hard)[case]

    months: dict[DayCase, Names] = {case: tuple(month(stem, case) for stem in stems) for case in CASES}
    days = ("pirmdien", "otrdien", "trešdien", "ceturtdien", "piektdien", "sestdien", "svētdien")
    endings: dict[WeekdayForm, str] = {"": "a", "gen": "as", "dat": "ai", "acc": "u", "loc": "", "repeated": "ās"}
    weekdays: dict[WeekdayForm, Names] = {form: tuple(day + ending for day in days) for form, ending in endings.items()}
    weekdays["short"] = tuple(day.removesuffix("dien") + "d." for day in days)
    return DayWords(
        months,
        {case: tuple(part or whole for part, whole in zip(short, months[case], strict=True)) for case in CASES},
        weekdays,
    )


def _uninflected(months: Names, short_months: Names, days: Names, repeated: Names, short_days: Names) -> DayWords:
    weekdays: dict[WeekdayForm, Names] = dict.fromkeys(("", "gen", "dat", "acc", "loc"), days)
    return DayWords(
        dict.fromkeys(CASES, months),
        dict.fromkeys(CASES, short_months),
        weekdays | {"repeated": repeated, "short": short_days},
    )


def _english() -> DayWords:
    months = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )
    short = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return _uninflected(months, short, days, tuple(f"{day}s" for day in days), tuple(day[:3] for day in days))


def _of_cldr(code: str) -> DayWords:
    locale = Locale.parse(code)
    months, days = locale.months["format"], locale.days["format"]
    twelve, seven = range(1, 13), range(7)
    wide = tuple(days["wide"][day] for day in seven)
    return _uninflected(
        tuple(months["wide"][month] for month in twelve),
        tuple(months["abbreviated"][month] for month in twelve),
        wide,
        wide,
        tuple(days["abbreviated"][day] for day in seven),
    )


@cache
def day_words(code: str) -> DayWords:
    """The words of a language: Latvian and English as they are written here, any other as CLDR knows it."""
    if code == "lv":
        return _latvian()
    return _english() if code == "en" else _of_cldr(code)


def capital(text: str) -> str:
    """The text with a capital at its start, as a line or sentence begins."""
    return text[:1].upper() + text[1:]
