"""Filters in Meilisearch's language: always made of quoted values and attribute names of our own, never of raw text."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from app.search.facets import STARTS, VALUES
from app.search.filters import FREE, Filters

COURSES = "kind = course"
"""Leaves out the one document that tells how new the index is."""
FACETS: tuple[str, ...] = (*VALUES, "price")
"""The attributes whose values are counted; each is named like its filter's parameter."""
NOTHING = "id < 0"


def quoted(value: str) -> str:
    """A value as Meilisearch reads it back unchanged."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def among(attribute: str, values: Iterable[str]) -> str:
    """The documents that have any of these values."""
    return f"{attribute} IN [{','.join(quoted(value) for value in values)}]"


def any_of(parts: Sequence[str]) -> str:
    """The documents that fit at least one of these."""
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def all_of(parts: Sequence[str]) -> str:
    """The documents that fit all of these."""
    return parts[0] if len(parts) == 1 else f"({' AND '.join(parts)})"


def chosen(filters: Filters) -> dict[str, str]:
    """For each question asked, the documents that fit: several values of one filter are either-or."""
    asked: dict[str, str] = {}
    for parameter, values in filters.items():
        if parameter == "price":
            highest = max((Decimal(0) if value == FREE else Decimal(value) for value in values), default=Decimal(0))
            asked["price"] = f"cents <= {int(highest * 100)}"
        elif parameter in VALUES:
            asked[parameter] = among(parameter, values) if values else NOTHING
    first, last = filters.get("from"), filters.get("to")
    if first or last:
        earliest = date.fromisoformat(first[0]) if first else date.min
        latest = date.fromisoformat(last[0]) if last else date.max
        asked[STARTS] = f"starts {earliest.toordinal()} TO {latest.toordinal()}" if earliest <= latest else NOTHING
    return asked


def without(asked: Mapping[str, str], parameter: str) -> list[str]:
    """All filters but one: what the counts of that one are taken among."""
    return [filter_ for name, filter_ in asked.items() if name != parameter]
