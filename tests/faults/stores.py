"""D, the database: a SQLite file or a database of a throw-away PostgreSQL, put back to a kept state for every case."""

import shutil
import sqlite3
import tempfile
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

    def __init__(self, folder: Path, disk: Path) -> None:
        self.path = disk / "city.sqlite"
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
    """A database whose rows are kept and put back; much quicker than making it anew from a template."""

    name = "postgresql"

    def __init__(self, socket: str, database: str, kept: dict[str, dict[str, bytes]] | None = None) -> None:
        self.socket = socket
        self.database = database
        self.url = postgres.url(socket, database)
        self._kept = {} if kept is None else kept

    def keep(self, state: str) -> None:
        """Every table's rows, and how far its counters are."""
        with self.connected() as connection:
            self._kept[state] = {name: self._rows(connection, name) for name in self._tables(connection)}

    def put_back(self, state: str) -> None:
        """The rows as they were; whoever is still connected is thrown out."""
        with psycopg.connect(f"host={self.socket} user={postgres.USER} dbname=postgres", autocommit=True) as server:
            if state == "empty":
                server.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
                server.execute(f"CREATE DATABASE {self.database}")
                return
            server.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [self.database]
            )
        with self.connected() as connection:
            connection.execute("SET session_replication_role = replica")  # Without triggers and in any order.
            connection.execute("; ".join(f'DELETE FROM "{name}"' for name in self._kept[state]))
            for name, rows in self._kept[state].items():
                if rows:
                    with connection.cursor().copy(f'COPY "{name}" FROM STDIN') as copied:
                        copied.write(rows)
            connection.execute(_COUNTERS)

    def connected(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of the harness's own."""
        return psycopg.connect(f"host={self.socket} user={postgres.USER} dbname={self.database}")

    @staticmethod
    def _tables(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return [str(name) for (name,) in found]

    @staticmethod
    def _rows(connection: psycopg.Connection[tuple[object, ...]], name: str) -> bytes:
        with connection.cursor().copy(f'COPY "{name}" TO STDOUT') as copied:
            return b"".join(bytes(row) for row in copied)

    def copy_to(self, folder: Path) -> None:
        """Every row of every table."""
        with self.connected() as connection:
            for name in self._tables(connection):
                (folder / f"{name}.txt").write_bytes(self._rows(connection, name))

    def damage(self) -> str:
        """PostgreSQL's check of every index against its table."""
        with self.connected() as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
            try:
                connection.execute(_EVERY_INDEX).fetchall()
            except psycopg.errors.IndexCorrupted as fault:
                return str(fault)
        return ""


_COUNTERS = """
DO $$ DECLARE counter record; BEGIN
  FOR counter IN SELECT pg_get_serial_sequence(quote_ident(table_name), column_name) AS name, table_name, column_name
    FROM information_schema.columns WHERE table_schema = 'public' LOOP
    IF counter.name IS NOT NULL THEN
      EXECUTE format('SELECT setval(%L, coalesce(max(%I), 0) + 1, false) FROM %I',
        counter.name, counter.column_name, counter.table_name);
    END IF;
  END LOOP;
END $$"""
_EVERY_INDEX = """
SELECT bt_index_check(pg_class.oid, true) FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid
JOIN pg_am ON pg_am.oid = relam WHERE amname = 'btree' AND relnamespace = 'public'::regnamespace"""


@contextmanager
def opened(kind: str, folder: Path, name: str = "city", disk: Path | None = None) -> Iterator[Store]:
    """A store of this kind, empty, a file on that disk; PostgreSQL's server lives until the block ends."""
    if kind == "sqlite":
        yield SqliteStore(folder, disk or folder)
        return
    programs = postgres.binaries()
    if programs is None:
        raise FileNotFoundError("PostgreSQL is not installed")
    tempfile.tempdir = str(folder.parent)
    with postgres.server(programs) as socket:
        yield PostgresStore(socket, name)
