"""FILTERS: each filter once, and how a query string becomes filters; forms, chips, engines and the API read the list."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from app.i18n import Text, _, _p

Kind = Literal["choice", "price", "date_from", "date_to", "flag"]
Filters = Mapping[str, tuple[str, ...]]

FREE = "free"
PRICE_STEPS = ("50", "200")
"""Euros: "up to" values that are offered with a count; any other number may be asked for too."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TEXT_LIMIT = 200
VALUES_LIMIT = 50
"""More values than any list offers; the rest of a longer query string is ignored."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter and its name."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its parameter in the URL, the document's field it asks, its name and its choices."""

    parameter: str
    field: str
    label: Text
    kind: Kind = "choice"
    choices: tuple[Choice, ...] = ()
    """Empty where the choices are records: groups, providers, venues."""


FILTERS: tuple[Filter, ...] = (
    Filter("group", "group", _("Thematic group")),
    Filter("provider", "provider", _("Provider")),
    Filter(
        "audience",
        "audiences",
        _("For whom"),
        choices=(
            Choice("everyone", _("Everyone")),
            Choice("seniors", _("Seniors")),
            Choice("teachers", _("Teachers")),
            Choice("employees", _("Employees")),
            Choice("youth", _("Young people")),
            Choice("jobseekers", _("Jobseekers")),
            Choice("parents", _("Parents")),
            Choice("entrepreneurs", _("Entrepreneurs")),
            Choice("ukrainians", _("People from Ukraine")),
            Choice("people_with_disabilities", _("People with disabilities")),
        ),
    ),
    Filter(
        "level",
        "level",
        _("Level"),
        choices=(
            Choice("none", _("Any level")),
            Choice("beginner", _("Beginners")),
            Choice("intermediate", _("With some knowledge")),
            Choice("advanced", _("Advanced")),
        ),
    ),
    Filter(
        "language",
        "language",
        _("Language of teaching"),
        choices=(
            Choice("lv", _p("teaching", "Latvian")),
            Choice("en", _p("teaching", "English")),
            Choice("ru", _p("teaching", "Russian")),
            Choice("uk", _p("teaching", "Ukrainian")),
            Choice("de", _p("teaching", "German")),
        ),
    ),
    Filter(
        "format",
        "format",
        _("How it is held"),
        choices=(
            Choice("in_person", _("In person")),
            Choice("online", _("Online")),
            Choice("hybrid", _("Partly online")),
            Choice("self_study", _("On your own")),
        ),
    ),
    Filter(
        "price",
        "price",
        _("Price"),
        kind="price",
        choices=(
            Choice(FREE, _("Free of charge")),
            *(Choice(step, _("Up to %(price)s", price=f"{step} €")) for step in PRICE_STEPS),
        ),
    ),
    Filter(
        "funding",
        "funding",
        _("Who pays"),
        choices=(
            Choice("free", _("Free of charge")),
            Choice("municipal", _("The city")),
            Choice("self_paid", _("The participant")),
            Choice("state_eu", _("The state or the EU")),
            Choice("employer", _("The employer")),
        ),
    ),
    Filter(
        "weekday",
        "weekdays",
        _("Weekday"),
        choices=(
            Choice("mon", _("Mondays")),
            Choice("tue", _("Tuesdays")),
            Choice("wed", _("Wednesdays")),
            Choice("thu", _("Thursdays")),
            Choice("fri", _("Fridays")),
            Choice("sat", _("Saturdays")),
            Choice("sun", _("Sundays")),
        ),
    ),
    Filter(
        "time",
        "times",
        _("Time of day"),
        choices=(
            Choice("morning", _("Morning, before 12:00")),
            Choice("afternoon", _("Afternoon, 12:00–17:00")),
            Choice("evening", _("Evening, after 17:00")),
        ),
    ),
    Filter("from", "starts", _("Starts from"), kind="date_from"),
    Filter("to", "starts", _("Starts until"), kind="date_to"),
    Filter("venue", "venues", _("Where")),
    Filter(
        "certificate",
        "certificate",
        _("What you receive"),
        choices=(
            Choice("none", _("No document")),
            Choice("attendance", _("Confirmation of attendance")),
            Choice("certificate", _("Certificate")),
            Choice("qualification", _("Professional qualification")),
        ),
    ),
    Filter(
        "open", "can_register", _("Can still register"), kind="flag", choices=(Choice("1", _("Can still register")),)
    ),
)
BY_PARAMETER: Mapping[str, Filter] = {one.parameter: one for one in FILTERS}

_CODE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufff0-\uffff]+")
_DEAREST = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class ReadFilters:
    """What a query string asked for: filters an engine can trust, and the values nobody knows."""

    filters: Filters = field(default_factory=dict)
    ignored: tuple[tuple[str, str], ...] = ()
    """(parameter, value) pairs of known filters whose value does not exist."""


def read_filters(pairs: Iterable[tuple[str, str]], known: Mapping[str, Collection[str]] | None = None) -> ReadFilters:
    """The filters in the pairs of a query string: unknown parameters are passed over, unknown values reported.

    `known` gives the codes that exist for filters whose choices are records (group, provider, venue).
    Several values of one filter may be repeated or parted by commas. Never raises.
    """
    filters: dict[str, list[str]] = {}
    ignored: list[tuple[str, str]] = []
    for parameter, values in pairs:
        wanted = BY_PARAMETER.get(parameter)
        if wanted is None:
            continue
        for value in clean_text(values, 1000).split(","):
            if not (value := value.strip()):
                continue
            read = _READ[wanted.kind](wanted, value, (known or {}).get(parameter))
            chosen = filters.setdefault(parameter, [])
            if read is None:
                ignored.append((parameter, value[:TEXT_LIMIT]))
            elif wanted.kind in {"date_from", "date_to"}:
                filters[parameter] = [read]
            elif read not in chosen and len(chosen) < VALUES_LIMIT:
                chosen.append(read)
    return ReadFilters(
        {name: tuple(values) for name, values in filters.items() if values}, tuple(ignored[:VALUES_LIMIT])
    )


def clean_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """What a person typed, without what cannot be seen, at most `limit` characters."""
    return " ".join(_UNSEEN.sub(" ", text[: limit * 4]).split())[:limit].rstrip()


def _choice(wanted: Filter, value: str, known: Collection[str] | None) -> str | None:
    if wanted.choices:
        return value if any(choice.value == value for choice in wanted.choices) else None
    if known is not None:
        return value if value in known else None
    return value if _CODE.fullmatch(value) else None


def _price(_wanted: Filter, value: str, _known: Collection[str] | None) -> str | None:
    if value == FREE:
        return value
    try:
        euros = Decimal(value)
    except InvalidOperation:
        return None
    if not euros.is_finite() or not 0 <= euros <= _DEAREST:
        return None
    return FREE if euros == 0 else format(euros.quantize(Decimal("0.01")).normalize(), "f")


def _date(_wanted: Filter, value: str, _known: Collection[str] | None) -> str | None:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None


_READ: Mapping[Kind, Callable[[Filter, str, Collection[str] | None], str | None]] = {
    "choice": _choice,
    "price": _price,
    "date_from": _date,
    "date_to": _date,
    "flag": _choice,
}
