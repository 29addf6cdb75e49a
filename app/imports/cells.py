"""From the cells of a row to what a course and a run are asked with; what cannot be understood is left as it was typed."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from pydantic import TypeAdapter, ValidationError

from app.courses.drafts import Fields
from app.i18n import LANGUAGES, WeekdayForm, weekday_text
from app.imports.columns import BY_KEY, COURSE_KEYS, RUN_KEYS, same, values_by_name
from app.texts import Day

Cells = Mapping[str, str]
_DAY: TypeAdapter[date] = TypeAdapter(Day)
_LISTS = {"course.audiences"}
_FORMS: tuple[WeekdayForm, ...] = ("", "loc", "repeated", "short")


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue and the provider have already, as cells name it."""

    groups: Mapping[str, str]
    """Codes of thematic groups by their names."""
    venues: Mapping[str, int]
    """Numbers of venues by their names."""
    codes: Mapping[str, int]
    """Numbers of the provider's courses by their codes."""
    titles: Mapping[str, str]
    """Codes of the provider's courses by their titles."""
    starts: set[tuple[int, str]] = field(default_factory=set)
    """Of the provider's runs ahead: the course's number, and the start as text."""
    self_study: Set[int] = frozenset()
    """Those of the provider's courses that are held without set hours."""


def clean_cell(text: str) -> str:
    """The text of a cell without signs that no database keeps; what else is wrong with it is told at the cell."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(
        sign for sign in lines if sign == "\n" or (ord(sign) >= 32 and not 0xD7FF < ord(sign) < 0xE000)
    ).strip()


def course_key(cells: Cells) -> str:
    """What joins rows to one course: its code, else its title."""
    if code := cells.get("code", "").strip():
        return f"code:{code.casefold()}"
    return f"title:{same(cells.get('course.title', ''))}"


def has_run(cells: Cells) -> bool:
    """Whether the row tells of a run; a waiting list or a seat alone makes none."""
    return any(cells.get(key) for key in RUN_KEYS if key != "run.has_waiting_list")


def course_fields(cells: Cells, known: Known) -> Fields:
    """The course's fields as its form would bring them."""
    fields: Fields = {}
    for key in COURSE_KEYS:
        text = cells.get(key, "").strip()
        name = BY_KEY[key].field
        if not text:
            continue
        if key == "course.group":
            fields[name] = [known.groups.get(same(text), text)]
        elif key == "course.outcomes":
            fields[name] = [text if "\n" in text else "\n".join(part.strip() for part in text.split(";"))]
        elif key in _LISTS:
            parts = text.replace(";", ",").replace("\n", ",").split(",")
            fields[name] = [_value(key, part) for part in parts if part.strip()]
        elif value := _value(key, text):
            fields[name] = [value]
    return fields


def run_asked(cells: Cells, known: Known, *, self_study: bool) -> dict[str, object]:
    """What a RunForm is asked with; a single session, or a weekly pattern where there is a last one."""
    said = {BY_KEY[key].field: cells[key].strip() for key in RUN_KEYS if cells.get(key, "").strip()}
    asked: dict[str, object] = {
        name: said[name]
        for name in ("link", "seats", "min_participants", "decision_day", "opens", "closes", "teacher", "bring")
        if name in said
    }
    if "has_waiting_list" in said:
        asked["has_waiting_list"] = _yes(said["has_waiting_list"])
    venue = said.get("venue", "")
    if venue and same(venue) in known.venues:
        asked["venue_id"] = known.venues[same(venue)]
    elif venue and "address" in said:
        asked["new_venue"] = {"name": venue, "address": said["address"]}
    first, last = said.get("first_day", ""), said.get("last_day", "")
    if self_study:
        return asked | {"first_day": first or None, "last_day": last or None}
    hours = {"begins": said.get("begins", ""), "ends": said.get("ends", "")}
    if not last and "weekdays" not in said:
        return asked | {"sessions": [{"day": first, **hours}]}
    weekdays = weekdays_of(said["weekdays"]) if "weekdays" in said else _weekday_of(first)
    return asked | {
        "weekly": [{"weekdays": weekdays, **hours}],
        "first_day": first or None,
        "last_day": last or None,
    }


def weekdays_of(text: str) -> list[int | str]:
    """Days of the week, 0 is Monday; what is none stays as it was typed."""
    found: list[int | str] = []
    for part in text.replace(";", ",").replace("/", ",").replace("\n", ",").split(","):
        if name := same(part):
            found.append(_weekdays().get(name, part))
    return found


def venue_is_missing_its_address(cells: Cells, known: Known) -> bool:
    """Whether the venue is one nobody knows, without an address."""
    venue = cells.get("run.venue", "").strip()
    return bool(venue) and same(venue) not in known.venues and not cells.get("run.address", "").strip()


@cache
def _weekdays() -> Mapping[str, int]:
    found: dict[str, int] = {}
    for names in (("p", "o", "t", "c", "pk", "s", "sv"), ("mon", "tue", "wed", "thu", "fri", "sat", "sun")):
        found |= {name: day for day, name in enumerate(names)}
    for language in LANGUAGES.values():
        for day in range(7):
            found |= {same(weekday_text(day, form, language)): day for form in _FORMS}
    return found


def _weekday_of(day: str) -> list[int]:
    try:
        return [_DAY.validate_python(day).weekday()]
    except ValidationError:
        return [0]  # The day itself is told to be wrong.


def _yes(text: str) -> object:
    value = values_by_name("run.has_waiting_list").get(same(text))
    return text if value is None else value == "yes"


def _value(key: str, text: str) -> str:
    """The value of a choice by its name, else the text itself."""
    return values_by_name(key).get(same(text), text.strip()) if BY_KEY[key].choices else text
