"""Statements compiled once for a process of tests, as the application does for its one database.

SQLAlchemy keeps compiled statements by engine and dialect. Each test has a database of its own, hence new engines:
every statement of every test would be compiled anew, which took longer than all that the statements then do.
"""

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

STATEMENTS = 1_500
_compiled: LRUCache[object, object] = LRUCache(STATEMENTS)


def _is_same(one: DefaultDialect, other: object) -> bool:
    return type(one) is type(other) and one.server_version_info == other.server_version_info  # type: ignore[attr-defined]


def _hash(dialect: DefaultDialect) -> int:
    return hash(type(dialect))


def share_compiled_statements() -> None:
    """From now on engines of one kind, speaking to one version of a server, share what was compiled."""
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        kind.__eq__ = _is_same  # type: ignore[method-assign, assignment]
        kind.__hash__ = _hash  # type: ignore[method-assign, assignment]

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=_compiled)
