"""D, the database: a SQLite file or a database of a throw-away PostgreSQL, put back to a kept state for every case."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg

from tests import postgres


class Store(Protocol):
    """Where the product keeps its records, as the harness handles it; nobody may have it open meanwhile."""

    name: str
    url: str

    def keep(self, state: str) -> None:
        """Remember how it is now, under this name."""
        ...

    def put_back(self, state: str) -> None:
        """Make it as it was when it was kept under this name; “empty” means an empty database."""
        ...

    def copy_to(self, folder: Path) -> None:
        """Leave it as evidence."""
        ...

    def damage(self) -> str:
        """What the database's own check of its files finds wrong; empty when nothing."""
        ...


class SqliteStore:
    """A file, copied."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "city.sqlite"
        self.url = f"sqlite:///{self.path}"
        self._kept = folder / "states"
        self._kept.mkdir()

    def keep(self, state: str) -> None:
        """A copy with everything from the log of writes in it."""
        with sqlite3.connect(self.path, isolation_level=None) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copyfile(self.path, self._kept / state)

    def put_back(self, state: str) -> None:
        """The copy, without what others had written beside it."""
        for rest in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + rest).unlink(missing_ok=True)
        if state != "empty":
            shutil.copyfile(self._kept / state, self.path)

    def copy_to(self, folder: Path) -> None:
        """The file and what belongs to it."""
        for path in self.path.parent.glob(self.path.name + "*"):
            shutil.copyfile(path, folder / path.name)

    def damage(self) -> str:
        """SQLite's two checks."""
        with sqlite3.connect(self.path) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
            found += connection.execute("PRAGMA foreign_key_check").fetchall()
        connection.close()
        return "" if found == [("ok",)] else repr(found[:5])


class PostgresStore:
    """A database that is dropped and made anew from a template."""

    name = "postgresql"

    def __init__(self, socket: str, database: str) -> None:
        self.socket = socket
        self.database = database
        self.url = postgres.url(socket, database)

    def keep(self, state: str) -> None:
        """The database as it is now becomes a template."""
        self._execute(f"DROP DATABASE IF EXISTS {self._template(state)}")
        self._execute(f"CREATE DATABASE {self._template(state)} TEMPLATE {self.database} STRATEGY FILE_COPY")

    def put_back(self, state: str) -> None:
        """Made anew from the template; connections of killed processes are thrown out."""
        template = "template0" if state == "empty" else self._template(state)
        self._execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
        self._execute(f"CREATE DATABASE {self.database} TEMPLATE {template} STRATEGY FILE_COPY")

    def copy_to(self, folder: Path) -> None:
        """Every row of every table."""
        with psycopg.connect(f"host={self.socket} user={postgres.USER} dbname={self.database}") as connection:
            names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (name,) in names:
                copied = connection.cursor().copy(f'COPY "{name}" TO STDOUT')
                with (folder / f"{name}.txt").open("wb") as file, copied as rows:
                    file.writelines(bytes(row) for row in rows)

    def damage(self) -> str:
        """A read of every row: a page with a wrong header or a broken index entry ends it."""
        with psycopg.connect(f"host={self.socket} user={postgres.USER} dbname={self.database}") as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
            found = connection.execute(
                "SELECT relname, bt_index_check(pg_class.oid, true) FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid "
                "JOIN pg_am ON pg_am.oid = relam WHERE amname = 'btree' AND relnamespace = 'public'::regnamespace"
            )
            found.fetchall()
        return ""

    def _template(self, state: str) -> str:
        return f"{self.database}_{state}".replace("-", "_")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(f"host={self.socket} user={postgres.USER} dbname=postgres", autocommit=True) as server:
            server.execute(statement)


@contextmanager
def opened(kind: str, folder: Path, name: str = "city") -> Iterator[Store]:
    """A store of this kind, empty; PostgreSQL's server lives until the block ends."""
    if kind == "sqlite":
        yield SqliteStore(folder)
        return
    programs = postgres.binaries()
    if programs is None:
        raise FileNotFoundError("PostgreSQL is not installed")
    with postgres.server(programs) as socket:
        yield PostgresStore(socket, name)
