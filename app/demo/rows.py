"""Rows of the demonstration city: gathered first, numbered by us, then written in the order of the tables."""

import base64
from collections import defaultdict
from collections.abc import Callable, Iterator
from random import Random

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from app.db import Base
from app.tables import metadata

Row = dict[str, object]
Progress = Callable[[str, int, int], None]
AT_ONCE = 4_000
WORK = "Demonstration city"


def table_of(model: type[Base]) -> Table:
    """The table behind a model."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(model.__name__)
    return table


class Rows:
    """Everything the city will hold; ids go on from what the database already has (an administrator, say)."""

    def __init__(self, db: Session) -> None:
        self._db = db
        self._rows: defaultdict[str, list[Row]] = defaultdict(list)
        self._last_ids: dict[str, int] = {}

    def next_id(self, model: type[Base]) -> int:
        """The next free id of the model's table."""
        table = table_of(model)
        if table.name not in self._last_ids:
            self._last_ids[table.name] = self._db.scalar(select(func.max(table.c.id))) or 0
        self._last_ids[table.name] += 1
        return self._last_ids[table.name]

    def add(self, model: type[Base], **values: object) -> int:
        """Keep a row under its own id and say which; every row of a table must name the same columns."""
        given = self.next_id(model)
        self._rows[table_of(model).name].append({"id": given, **values})
        return given

    def put(self, model: type[Base], **values: object) -> None:
        """Keep a row whose key is among its values."""
        self._rows[table_of(model).name].append(values)

    def count(self, model: type[Base]) -> int:
        """How many rows of the model are kept so far."""
        return len(self._rows[table_of(model).name])

    def write(self, progress: Progress | None = None) -> None:
        """Write everything, parents before children; `progress` hears how many rows of all are written."""
        total = sum(len(rows) for rows in self._rows.values())
        written = 0
        for table in metadata.sorted_tables:
            for part in _parts(self._rows[table.name]):
                self._db.execute(insert(table), part)
                written += len(part)
                if progress:
                    progress(WORK, written, total)
        self._go_on_counting()

    def _go_on_counting(self) -> None:
        """PostgreSQL counts ids beside the rows: tell it where we stopped."""
        if self._db.get_bind().dialect.name != "postgresql":
            return
        for name, last in self._last_ids.items():
            self._db.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"), {"table": name, "last": last}
            )


def _parts(rows: list[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def seeded(name: str) -> Random:
    """A drawing of lots that always comes out the same; the name keeps one part of the city apart from another."""
    return Random(name)  # noqa: S311


def link_key(chance: Random) -> str:
    """A key of 22 characters like that of a private link, drawn from the seed so that the city is always the same."""
    return base64.urlsafe_b64encode(chance.randbytes(16)).decode().rstrip("=")


def apportion(total: int, weights: list[float]) -> list[int]:
    """Whole numbers that add up to the total, as near to the weights as they can be (largest remainders first)."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    shares = [int(share) for share in exact]
    by_rest = sorted(range(len(exact)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_rest[: total - sum(shares)]:
        shares[place] += 1
    return shares
