"""Statements of the hot path, whose SQL is written once for each kind of database instead of at every request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import CursorResult, Dialect, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from app.db import Base, connection_of

Process = Callable[[object], object]


@dataclass(frozen=True, slots=True)
class _Written:
    sql: str
    names: tuple[str, ...]
    processes: tuple[Process | None, ...]
    is_positional: bool


class PreparedInsert:
    """An insert of these columns of a table; their types still say how values are stored."""

    def __init__(self, table: type[Base], *columns: str, tells_id: bool = False) -> None:
        self._statement = insert(table.__table__)  # type: ignore[arg-type]
        if tells_id:
            self._statement = self._statement.returning(table.__table__.c.id)
        self._columns = columns
        self._written: dict[str, _Written] = {}

    def run(self, db: Session, row: Mapping[str, object]) -> CursorResult[int]:
        """Insert one row, of which every column must be given; the result tells its id where that was asked for."""
        connection = connection_of(db)
        dialect = connection.dialect
        written = self._written.get(dialect.name)
        if written is None:
            written = self._written[dialect.name] = self._write(dialect)
        values = [
            row[name] if process is None else process(row[name])
            for name, process in zip(written.names, written.processes, strict=True)
        ]
        if written.is_positional:
            return connection.exec_driver_sql(written.sql, tuple(values))
        return connection.exec_driver_sql(written.sql, dict(zip(written.names, values, strict=True)))

    def _write(self, dialect: Dialect) -> _Written:
        compiled = self._statement.compile(dialect=dialect, column_keys=list(self._columns))
        assert isinstance(compiled, SQLCompiler)
        names = tuple(compiled.positiontup) if compiled.positiontup is not None else tuple(compiled.binds)
        processes = tuple(compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names)
        return _Written(str(compiled), names, processes, compiled.positiontup is not None)
