"""How records become numbers: parts of figures, asked together in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Numeric,
    Select,
    String,
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

from app.clock import RIGA, now
from app.courses.models import Course, CourseAudience
from app.reports.dimensions import NOT_SAID, Dimension
from app.reports.period import Period

MAXIMUM_OF_PARTS = 120
"""Parts asked in one statement; SQLite takes no more than 500."""

Column: TypeAlias = SQLCoreOperations[object]
"""A column or an expression of any type."""


@dataclass(frozen=True, slots=True)
class Window:
    """A period as records are compared with it, and the moment up to which things have happened."""

    starts_at: datetime
    ends_at: datetime
    first_day: date
    last_day: date
    now: datetime

    @staticmethod
    def of(period: Period) -> "Window":
        """The period, seen now."""
        return Window(period.starts_at, period.ends_at, period.first_day, period.last_day, now())

    @property
    def until(self) -> datetime:
        """Its end, or now if that is earlier: what lies ahead has not happened."""
        return min(self.ends_at, self.now)

    @property
    def last_day_so_far(self) -> date:
        """Its last day, or today if that is earlier."""
        return min(self.last_day, self.now.astimezone(RIGA).date())


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


Cell: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the records: these parts, divided by no, one or two dimensions, kept to some values of others."""

    parts: tuple[Part, ...]
    keys: tuple[Dimension, ...] = ()
    only: Mapping[Dimension, str] | None = None


Tallies: TypeAlias = dict[Cell, list[Tally]]


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


def count(db: Session, asks: Sequence[Ask]) -> list[Tallies]:
    """The tallies of each question, in few statements; cells without records are left out."""
    found: list[Tallies] = [{} for _ in asks]
    for batch in _batches(asks):
        parts = [(place, part) for place in batch for part in asks[place].parts]
        selects = [_select(number, part, asks[place]) for number, (place, part) in enumerate(parts)]
        for number, cell_1, cell_2, how, each, amount, of, people, records in db.execute(union_all(*selects)):
            place, part = parts[number]
            cell = (cell_1, cell_2)[: len(asks[place].keys)]
            tally = Tally(part.source, how, amount, of, people, records, each)
            found[place].setdefault(cell, []).append(tally)
    return found


def _batches(asks: Sequence[Ask]) -> Iterable[list[int]]:
    batch: list[int] = []
    size = 0
    for place, ask in enumerate(asks):
        if batch and size + len(ask.parts) > MAXIMUM_OF_PARTS:
            yield batch
            batch, size = [], 0
        if ask.parts:
            batch.append(place)
            size += len(ask.parts)
    if batch:
        yield batch


def _select(number: int, part: Part, ask: Ask) -> Select[int, str, str, str, int, int, int, int, int]:
    """One part as a select of the common shape: its number, two cells, how, each, and the four counts."""
    only = ask.only or {}
    rows = part.rows
    if part.belonging.by_course and Dimension.AUDIENCE in {*ask.keys, *only}:
        rows = rows.join(CourseAudience, CourseAudience.course_id == Course.id)
    for dimension, key in only.items():
        rows = rows.where(_cell(part, dimension) == key)
    labels = ("cell_first", "cell_second")
    divided = dict(zip(labels, ask.keys, strict=False))
    grouped = [*divided]
    cells = [
        _cell(part, divided[label]).label(label) if label in divided else literal("").label(label) for label in labels
    ]
    how: ColumnElement[str] = literal("")
    if part.how is not None:
        how = cast(part.how, String)
        grouped.append("way")
    each: ColumnElement[int] = literal(0)
    if part.each is not None:
        each = part.each
        grouped.append("each_value")
    people = part.number if part.people is None else part.people
    of = literal(0) if part.of is None else part.of
    asked: Select[int, str, str, str, int, int, int, int, int] = rows.with_only_columns(
        literal(number).label("part_number"),
        *cells,
        how.label("way"),
        each.label("each_value"),
        _whole(part.number).label("amount"),
        _whole(of).label("amount_of"),
        _whole(people).label("people"),
        _whole(part.records).label("records"),
    )
    return asked.group_by(*grouped) if grouped else asked


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
