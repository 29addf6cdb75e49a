"""How records become numbers: parts of figures, asked together in one statement."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Numeric,
    Select,
    String,
    bindparam,
    cast,
    distinct,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlalchemy.sql.functions import FunctionElement

from app.clock import now
from app.courses.models import Course, CourseAudience
from app.reports.dimensions import NOT_SAID, Dimension
from app.reports.period import Period
from app.reports.window import Window, filling

FIGURES_IN_A_STATEMENT = 60
"""A figure has at most three parts, and SQLite joins no more than 500 selects."""

Column: TypeAlias = SQLCoreOperations[object]
"""A column or an expression of any type."""
Row: TypeAlias = tuple[int, str, str, str, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where records belong: their column for each dimension."""

    columns: Mapping[Dimension, Column]
    by_course: bool = False
    """Whether their audiences are those of their course, which has several."""


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of record that a figure is counted from."""

    source: str
    rows: Select[int]
    """The records of the period, joined with what says where they belong; its columns do not matter."""
    belonging: Belonging
    number: ColumnElement[int]
    """What is added up: a count, or a sum in whole units (seconds, cents)."""
    records: ColumnElement[int]
    """How many records the number was counted from."""
    of: ColumnElement[int] | None = None
    """What the number is a share of."""
    people: ColumnElement[int] | None = None
    """By what a small cell is judged, where it is not the number itself."""
    how: Column | None = None
    """How it was counted, where records say so."""
    each: ColumnElement[int] | None = None
    """For a median: each value, of which `number` says how many there are."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one part, counted in one way, gave in one cell."""

    source: str
    how: str
    number: int
    of: int
    people: int
    records: int
    each: int = 0


Tallies: TypeAlias = dict[tuple[str, ...], list[Tally]]
"""Tallies by cell: the keys of its parts, as records hold them."""
PartsOf: TypeAlias = Callable[[Window], tuple[Part, ...]]


@dataclass(frozen=True, slots=True)
class Shape:
    """A question without its period and values: which figures, divided by what, kept to parts of what."""

    figures: tuple[PartsOf, ...]
    keys: tuple[Dimension, ...] = ()
    kept_to: tuple[Dimension, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the records of a period."""

    shape: Shape
    period: Period
    values: tuple[str, ...] = ()
    """For each dimension that the shape is kept to, the key of the part."""


class seconds_between(FunctionElement[int]):  # noqa: N801
    """Whole seconds from one instant to another, the same on every database."""

    type = Integer()
    inherit_cache = True


@compiles(seconds_between, "sqlite")
def _on_sqlite(element: seconds_between, compiler: SQLCompiler, **options: object) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CAST(strftime('%s', {end}) AS INTEGER) - CAST(strftime('%s', {start}) AS INTEGER))"


@compiles(seconds_between, "postgresql")
def _on_postgresql(element: seconds_between, compiler: SQLCompiler, **options: object) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CAST(floor(EXTRACT(EPOCH FROM {end})) AS BIGINT) - CAST(floor(EXTRACT(EPOCH FROM {start})) AS BIGINT))"


def hundredths(amount: Column) -> ColumnElement[int]:
    """A decimal of two places as a whole number: sums of whole numbers are exact on every database."""
    return cast(func.round(cast(amount, Numeric(12, 2)) * literal_column("100")), BigInteger)


def count(db: Session, asks: Sequence[Ask]) -> list[list[Tallies]]:
    """For each question the tallies of its figures, in few statements; cells without records are left out."""
    moment = now()
    found: list[list[Tallies]] = []
    for batch in _batches(asks):
        statement, parts = _statement(tuple(ask.shape for ask in batch))
        values: dict[str, datetime | date | str] = {}
        for number, ask in enumerate(batch):
            values |= filling(number, ask.period, moment)
            values |= {_kept(number, place): value for place, value in enumerate(ask.values)}
        answers: list[list[Tallies]] = [[{} for _ in ask.shape.figures] for ask in batch]
        for number, first, second, way, each, amount, of, people, records in db.execute(statement, values):
            place, figure, source = parts[number]
            cell = (first, second)[: len(batch[place].shape.keys)]
            answers[place][figure].setdefault(cell, []).append(Tally(source, way, amount, of, people, records, each))
        found.extend(answers)
    return found


def _batches(asks: Sequence[Ask]) -> Iterable[list[Ask]]:
    batch: list[Ask] = []
    for ask in asks:
        if batch and sum(len(one.shape.figures) for one in (*batch, ask)) > FIGURES_IN_A_STATEMENT:
            yield batch
            batch = []
        batch.append(ask)
    if batch:
        yield batch


@lru_cache(maxsize=32)
def _statement(shapes: tuple[Shape, ...]) -> tuple[CompoundSelect[*Row], tuple[tuple[int, int, str], ...]]:
    """The statement for questions of these shapes, and for each of its selects the question, figure and source.

    Made once for each combination: writing it takes longer than answering it.
    """
    parts = [
        (place, figure, part)
        for place, shape in enumerate(shapes)
        for figure, parts_of in enumerate(shape.figures)
        for part in parts_of(Window.numbered(place))
    ]
    selects = [_select(number, place, part, shapes[place]) for number, (place, _figure, part) in enumerate(parts)]
    return union_all(*selects), tuple((place, figure, part.source) for place, figure, part in parts)


def _select(number: int, place: int, part: Part, shape: Shape) -> Select[*Row]:
    """One part as a select of the common shape: its number, two cells, how, each, and the four counts."""
    rows = part.rows
    if part.belonging.by_course and Dimension.AUDIENCE in {*shape.keys, *shape.kept_to}:
        rows = rows.join(CourseAudience, CourseAudience.course_id == Course.id)
    for turn, dimension in enumerate(shape.kept_to):
        rows = rows.where(_cell(part, dimension) == bindparam(_kept(place, turn), type_=String()))
    labels = ("cell_first", "cell_second")
    divided = dict(zip(labels, shape.keys, strict=False))
    cells = [_cell(part, divided[label]) if label in divided else literal("") for label in labels]
    way = literal("") if part.how is None else cast(part.how, String)
    each = literal(0) if part.each is None else part.each
    of = literal(0) if part.of is None else part.of
    people = part.number if part.people is None else part.people
    grouped = [*divided, *["way"] * (part.how is not None), *["each_value"] * (part.each is not None)]
    asked = rows.with_only_columns(
        literal(number).label("part_number"),
        cells[0].label(labels[0]),
        cells[1].label(labels[1]),
        way.label("way"),
        each.label("each_value"),
        _whole(part.number).label("amount"),
        _whole(of).label("amount_of"),
        _whole(people).label("people"),
        _whole(part.records).label("records"),
    )
    return asked.group_by(*grouped) if grouped else asked


def _kept(place: int, turn: int) -> str:
    return f"kept_{place}_{turn}"


def _cell(part: Part, dimension: Dimension) -> ColumnElement[str]:
    """The part of the dimension to which a record belongs, as text."""
    return func.coalesce(func.nullif(cast(part.belonging.columns[dimension], String), ""), NOT_SAID)


def _whole(amount: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.coalesce(amount, 0), BigInteger)


def number_of(expression: Column) -> ColumnElement[int]:
    """How many different values there are."""
    return func.count(distinct(expression))


def everything() -> Select[int]:
    """A select without columns yet: `count` adds them."""
    return select(literal_column("1", Integer))
