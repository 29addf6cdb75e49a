"""Values of figures, exact: one, all, or divided by one or two dimensions."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType
from typing import TypeAlias

from sqlalchemy.orm import Session

from app.reports.counting import Ask, Shape, Tallies, Tally, count
from app.reports.dimensions import Dimension, Places, known_places
from app.reports.figures import FIGURES, Amount, Figure
from app.reports.period import Period

Filters: TypeAlias = Mapping[Dimension, str]
"""Codes to which records are kept: of a provider, a thematic group and so on; a month is a period instead."""
NO_FILTERS: Filters = MappingProxyType({})
Cell: TypeAlias = tuple[str, ...]
"""The codes of its parts, in the order of the dimensions asked for; a month's code is its number."""


@dataclass(frozen=True, slots=True)
class Origin:
    """From what a value was counted: the kind of record, how it was counted, how many records, and what they added."""

    source: str
    how: str
    records: int
    amount: Amount | None
    people: int


@dataclass(frozen=True, slots=True)
class Value:
    """A figure's number, or None where there is nothing to tell; `people` is by what a small cell is judged."""

    amount: Amount | None
    people: int = 0
    origins: tuple[Origin, ...] = ()


UNKNOWN = Value(None)
Table: TypeAlias = dict[Cell, Value]


@dataclass(frozen=True, slots=True)
class Division:
    """Figures of a period, divided by no, one or two dimensions, and kept to some parts of others."""

    period: Period
    keys: tuple[Dimension, ...] = ()
    filters: Filters = field(default_factory=dict)

    def suits(self, figure: Figure) -> bool:
        """Whether the figure can be divided and filtered so."""
        return figure.dimensions.issuperset({*self.keys, *self.filters})

    def periods(self) -> tuple[Period, ...]:
        """What it is counted in: each month where months are asked for, else the whole period."""
        return self.period.months() if Dimension.MONTH in self.keys else (self.period,)

    def cells(self, places: Places) -> Iterator[Cell]:
        """Every cell it can have, those without records too."""
        months = [str(month.first) for month in self.period.months()]
        return product(*(months if key is Dimension.MONTH else places.of[key] for key in self.keys))


def figure_value(db: Session, figure_id: str, period: Period, filters: Filters = NO_FILTERS) -> Value:
    """One figure of the period; nothing is told where the figure knows nothing of the filters."""
    return all_figures(db, period, filters, [FIGURES[figure_id]])[figure_id]


def by_dimension(
    db: Session, figure_id: str, period: Period, dimension: Dimension, filters: Filters = NO_FILTERS
) -> dict[str, Value]:
    """One figure in every part of a dimension, by the part's code; empty where it cannot be divided so."""
    asked = Division(period, (dimension,), filters)
    table = divided(db, [asked], known_places(db), [FIGURES[figure_id]])[0].get(figure_id, {})
    return {cell[0]: value for cell, value in table.items()}


def all_figures(
    db: Session, period: Period, filters: Filters = NO_FILTERS, figures: Collection[Figure] | None = None
) -> dict[str, Value]:
    """Every figure of the period by its id, in one statement (and one more to find what filters name)."""
    wanted = list(FIGURES.values()) if figures is None else figures
    places = known_places(db) if filters else Places({})
    tables = divided(db, [Division(period, (), filters)], places, wanted)[0]
    return {figure.id: tables[figure.id][()] if figure.id in tables else UNKNOWN for figure in wanted}


def divided(
    db: Session, divisions: Sequence[Division], places: Places, figures: Iterable[Figure] | None = None
) -> list[dict[str, Table]]:
    """For each division the tables of the figures that it suits, all asked in few statements."""
    wanted = list(FIGURES.values() if figures is None else figures)
    fitting = [[figure for figure in wanted if division.suits(figure)] for division in divisions]
    questions = [
        (place, period)
        for place, division in enumerate(divisions)
        for period in (division.periods() if fitting[place] else ())
    ]
    answers = count(db, [_ask(divisions[place], period, fitting[place], places) for place, period in questions])
    found: list[dict[str, Table]] = [
        {figure.id: {cell: _value(figure, []) for cell in division.cells(places)} for figure in figures}
        for division, figures in zip(divisions, fitting, strict=True)
    ]
    for (place, period), counted in zip(questions, answers, strict=True):
        for figure, tallies in zip(fitting[place], counted, strict=True):
            found[place][figure.id].update(_cells(divisions[place], period, figure, tallies, places))
    return found


def _ask(division: Division, period: Period, figures: Sequence[Figure], places: Places) -> Ask:
    keys = tuple(key for key in division.keys if key is not Dimension.MONTH)
    kept_to = tuple(division.filters)
    values = tuple(places.of[dimension][code].key for dimension, code in division.filters.items())
    return Ask(Shape(tuple(figure.parts for figure in figures), keys, kept_to), period, values)


def _cells(division: Division, period: Period, figure: Figure, tallies: Tallies, places: Places) -> Table:
    table: Table = {}
    for keys, counted in tallies.items():
        found = iter(keys)
        cell = tuple(
            str(period.first) if dimension is Dimension.MONTH else places.code(dimension, next(found))
            for dimension in division.keys
        )
        table[cell] = _value(figure, counted)
    return table


def _value(figure: Figure, tallies: Sequence[Tally]) -> Value:
    lines: dict[tuple[str, str], list[Tally]] = {}
    for tally in tallies:
        lines.setdefault((tally.source, tally.how), []).append(tally)
    origins = tuple(
        Origin(
            source,
            how,
            records=sum(tally.records for tally in line),
            amount=figure.finish(line) if figure.is_sum else None,
            people=sum(tally.people for tally in line),
        )
        for (source, how), line in lines.items()
        if any(tally.records for tally in line)
    )
    return Value(figure.finish(tallies), sum(tally.people for tally in tallies), origins)
