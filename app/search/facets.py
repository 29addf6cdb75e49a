"""Filters and their counts: for every value of every filter the set of documents that have it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from app.search import bitsets
from app.search.documents import Document
from app.search.filters import FILTERS, FREE, PRICE_STEPS, WEEKDAYS, Filters

STARTS = "starts"
"""The two date filters ask one question: does a run start between these days?"""
Key = TypeVar("Key", str, Decimal, date)

VALUES: Mapping[str, Callable[[Document], Sequence[str]]] = {
    "group": lambda one: (one.group,),
    "provider": lambda one: (one.provider,),
    "audience": lambda one: one.audiences,
    "level": lambda one: (one.level,),
    "language": lambda one: (one.language,),
    "format": lambda one: (one.format,),
    "funding": lambda one: (one.funding,),
    "weekday": lambda one: tuple(WEEKDAYS[day] for day in one.weekdays),
    "time": lambda one: one.times,
    "venue": lambda one: one.venues,
    "certificate": lambda one: (one.certificate,),
    "open": lambda one: ("1",) if one.can_register else (),
}
"""How a document answers each filter whose values can be listed."""


@dataclass(frozen=True, slots=True)
class Sets(Generic[Key]):
    """The set of documents for each value of one thing."""

    bits: Mapping[Key, int]

    def replaced(self, numbers: int, come: Iterable[tuple[Key, int]]) -> "Sets[Key]":
        """The same without some documents and with others under their values."""
        left = {value: kept for value, bits in self.bits.items() if (kept := bits & ~numbers)}
        for value, number in come:
            left[value] = left.get(value, 0) | 1 << number
        return Sets(left)


@dataclass(frozen=True, slots=True)
class Facets:
    """The sets of documents behind all filters."""

    choices: Mapping[str, Sets[str]]
    prices: Sets[Decimal]
    starts: Sets[date]
    price_steps: Mapping[str, int]
    """The prices that are offered with a count: free, up to 50, up to 200."""

    def chosen(self, filters: Filters) -> dict[str, int]:
        """For each question asked, the documents that fit: several values of one filter are either-or."""
        sets: dict[str, int] = {}
        for parameter, values in filters.items():
            if parameter == "price":
                sets["price"] = self._priced(values)
            elif parameter in self.choices:
                bits = self.choices[parameter].bits
                union = 0
                for value in values:
                    union |= bits.get(value, 0)
                sets[parameter] = union
        first, last = filters.get("from"), filters.get("to")
        if first or last:
            earliest = date.fromisoformat(first[0]) if first else date.min
            latest = date.fromisoformat(last[0]) if last else date.max
            union = 0
            for day, starting in self.starts.bits.items():
                if earliest <= day <= latest:
                    union |= starting
            sets[STARTS] = union
        return sets

    def counts(self, matching: int, sets: Mapping[str, int]) -> dict[str, dict[str, int]]:
        """How many documents each value would give, were it chosen alone; its own filter's choices left aside."""
        everything = matching
        for bits in sets.values():
            everything &= bits
        counted: dict[str, dict[str, int]] = {}
        for parameter, values in self._listed():
            among = everything
            if parameter in sets:
                among = matching
                for asked, bits in sets.items():
                    if asked != parameter:
                        among &= bits
            counted[parameter] = {value: n for value, bits in values.items() if (n := (among & bits).bit_count())}
        return counted

    def _listed(self) -> Iterable[tuple[str, Mapping[str, int]]]:
        for parameter, sets in self.choices.items():
            yield parameter, sets.bits
        yield "price", self.price_steps

    def _priced(self, values: Sequence[str]) -> int:
        highest = max((Decimal(0) if value == FREE else Decimal(value) for value in values), default=Decimal(0))
        return _up_to(self.prices, highest)


def build(documents: Sequence[Document]) -> Facets:
    """The facets of documents numbered in their order."""
    size = len(documents)
    choices: dict[str, Sets[str]] = {}
    for one in FILTERS:
        values_of = VALUES.get(one.parameter)
        if values_of is not None:
            choices[one.parameter] = _sets(
                ((value, number) for number, document in enumerate(documents) for value in values_of(document)), size
            )
    prices = _sets(((document.price, number) for number, document in enumerate(documents)), size)
    starts = _sets(((day, number) for number, document in enumerate(documents) for day in document.starts), size)
    return _facets(choices, prices, starts)


def replace(facets: Facets, gone: Iterable[int], come: Sequence[tuple[int, Document]]) -> Facets:
    """The facets without some documents and with others, each under its number."""
    numbers = 0
    for number in gone:
        numbers |= 1 << number
    choices = {
        parameter: sets.replaced(
            numbers, ((value, number) for number, document in come for value in VALUES[parameter](document))
        )
        for parameter, sets in facets.choices.items()
    }
    prices = facets.prices.replaced(numbers, ((document.price, number) for number, document in come))
    starts = facets.starts.replaced(numbers, ((day, number) for number, document in come for day in document.starts))
    return _facets(choices, prices, starts)


def _facets(choices: Mapping[str, Sets[str]], prices: Sets[Decimal], starts: Sets[date]) -> Facets:
    steps = {FREE: _up_to(prices, Decimal(0))} | {step: _up_to(prices, Decimal(step)) for step in PRICE_STEPS}
    return Facets(choices, prices, starts, steps)


def _up_to(prices: Sets[Decimal], highest: Decimal) -> int:
    union = 0
    for price, bits in prices.bits.items():
        if price <= highest:
            union |= bits
    return union


def _sets(pairs: Iterable[tuple[Key, int]], size: int) -> Sets[Key]:
    numbers: dict[Key, list[int]] = {}
    for value, number in pairs:
        numbers.setdefault(value, []).append(number)
    return Sets({value: bitsets.of(found, size) for value, found in numbers.items()})
