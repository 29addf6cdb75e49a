"""What the public sees of the figures: finished months, and no cell in which anybody could be recognised."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import RIGA, today
from app.courses.history_models import Publication
from app.courses.models import CourseSession
from app.participation.models import Activity
from app.refusals import NotFound
from app.reports.dimensions import DIMENSION_NAMES, Dimension, Place, Places, known_places
from app.reports.figures import FIGURES, Amount, Figure
from app.reports.hiding import hidden_in_line, hidden_in_table
from app.reports.period import FIRST_YEAR, LAST_YEAR, Period
from app.reports.refusals import NoSuchPlace, TooManyDimensions
from app.reports.values import Cell, Division, Table, divided

Keys: TypeAlias = tuple[Dimension, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure's number as the public sees it; hidden where it would tell about fewer than five people."""

    amount: Amount | None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What the public asks about a year: figures kept to parts of dimensions, divided by one more."""

    year: int
    filters: Mapping[Dimension, str]
    by: Dimension | None = None

    @property
    def keys(self) -> Keys:
        """Its dimensions in their fixed order: a table is the same whichever of two is named first."""
        return tuple(sorted((*self.filters, *([self.by] if self.by else []))))


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """The answer: each figure's number by its id and, where it was divided, its cells by the code of their part."""

    question: Question
    period: Period | None
    """The finished months it is about; None while the year has none."""
    values: Mapping[str, Shown]
    cells: Mapping[str, Mapping[str, Shown]]
    places: Places
    waits: bool = False
    """Whether numbers are missing because the year is not over: parts of it appear when it is."""

    def cells_in_order(self, figure_id: str) -> list[tuple[Place, Shown]]:
        """A figure's cells with their names, in the order in which they are shown."""
        if self.question.by is None:
            return []
        cells = self.cells[figure_id]
        return [(place, cells[place.code]) for place in self.places.in_order(self.question.by) if place.code in cells]


def public_figures(db: Session, question: Question) -> PublicFigures:
    """Every figure of a year as the public may see it.

    Whole-city numbers of a year are shown as they are. Cells of 1 to 4 are hidden, with others that cover them.
    While the year runs, months that are over are shown, and nothing is divided otherwise: the difference of two
    such tables a month apart would tell about single people.
    """
    return answer(db, [question])[0]


def answer(
    db: Session,
    questions: Sequence[Question],
    figures: Iterable[Figure] | None = None,
    places: Places | None = None,
) -> list[PublicFigures]:
    """Several questions at once, in few statements; `places` where they are known already."""
    wanted = list(FIGURES.values() if figures is None else figures)
    places = places or known_places(db)
    periods = [_period(question, places) for question in questions]
    divisions = [
        [Division(period, keys) for keys in _tables_needed(question, period)] if period else []
        for question, period in zip(questions, periods, strict=True)
    ]
    tables = iter(divided(db, [division for needed in divisions for division in needed], places, wanted))
    answers = []
    for question, period, needed in zip(questions, periods, divisions, strict=True):
        exact = {division.keys: next(tables) for division in needed}
        shown = {figure.id: _Shown(figure, exact) for figure in wanted}
        answers.append(
            PublicFigures(
                question,
                period,
                {figure_id: one.at(question.filters) for figure_id, one in shown.items()},
                {figure_id: one.along(question.filters, question.by) for figure_id, one in shown.items()}
                if question.by
                else {},
                places,
                waits=_waits(question, period),
            )
        )
    return answers


def years_told(db: Session) -> range:
    """The years of which there is something to tell, up to the last one with a finished month."""
    kept = db.execute(
        select(
            select(func.min(Publication.begun_at)).scalar_subquery(),
            select(func.min(CourseSession.starts_at)).scalar_subquery(),
            select(func.min(Activity.held_on)).scalar_subquery(),
        )
    ).one()
    days = [value.astimezone(RIGA).date() if isinstance(value, datetime) else value for value in kept if value]
    day = today()
    last = day.year if Period(day.year).finished(day) else day.year - 1
    return range(max(FIRST_YEAR, min([last, *(one.year for one in days)])), last + 1)


def _period(question: Question, places: Places) -> Period | None:
    """The finished months of the year, once everything asked for is known to exist."""
    if not FIRST_YEAR <= question.year <= LAST_YEAR:
        raise NotFound
    if len(question.keys) > 2 or len(set(question.keys)) < len(question.keys):
        raise TooManyDimensions
    for dimension, code in question.filters.items():
        choices = [str(month) for month in range(1, 13)] if dimension is Dimension.MONTH else [*places.of[dimension]]
        if code not in choices:
            raise NoSuchPlace(DIMENSION_NAMES[dimension], code, choices)
    return Period(question.year).finished(today())


def _waits(question: Question, period: Period | None) -> bool:
    """Whether what is asked for is told only later."""
    if period is None:
        return True
    month = int(question.filters.get(Dimension.MONTH, "1"))
    return month > period.last or (not period.is_year and not {*question.keys} <= {Dimension.MONTH})


def _tables_needed(question: Question, period: Period) -> list[Keys]:
    """The table asked for, and those whose cells are its totals; only what may be shown."""
    keys = question.keys
    alone: list[Keys] = [(key,) for key in keys]
    needed: list[Keys] = [(), *alone, *([keys] if len(keys) == 2 else [])]
    return [one for one in needed if period.is_year or {*one} <= {Dimension.MONTH}]


class _Shown:
    """The public side of one figure: its tables, and which of their cells stay empty."""

    def __init__(self, figure: Figure, exact: Mapping[Keys, Mapping[str, Table]]) -> None:
        self._figure = figure
        self._tables = {keys: tables[figure.id] for keys, tables in exact.items() if figure.id in tables}
        self._hidden: dict[Keys, frozenset[Cell]] = {}

    def at(self, place: Mapping[Dimension, str]) -> Shown:
        """Its number in these parts of dimensions; of the whole city where none are given."""
        keys = tuple(sorted(place))
        cell = tuple(place[key] for key in keys)
        table = self._tables.get(keys, {})
        if cell not in table:
            return Shown(None)
        return Shown(None, True) if cell in self._hidden_cells(keys) else Shown(table[cell].amount)

    def along(self, place: Mapping[Dimension, str], by: Dimension) -> dict[str, Shown]:
        """Its numbers in the parts of one more dimension, by their codes."""
        keys = tuple(sorted((*place, by)))
        found = (dict(zip(keys, cell, strict=True)) for cell in self._tables.get(keys, {}))
        return {cell[by]: self.at(cell) for cell in found if place.items() <= cell.items()}

    def _hidden_cells(self, keys: Keys) -> frozenset[Cell]:
        if not self._figure.hides_small or not keys:
            return frozenset()
        if keys not in self._hidden:
            people = {cell: value.people for cell, value in self._tables[keys].items()}
            if len(keys) == 1:
                line = hidden_in_line({cell[0]: number for cell, number in people.items()})
                self._hidden[keys] = frozenset((part,) for part in line)
            else:
                rows, columns = ({cell[0] for cell in self._hidden_cells((key,))} for key in keys)
                table = {(cell[0], cell[1]): number for cell, number in people.items()}
                self._hidden[keys] = frozenset(hidden_in_table(table, rows, columns))
        return self._hidden[keys]
