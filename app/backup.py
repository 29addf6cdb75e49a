"""A copy of the whole database while the city goes on working."""

import os
import sqlite3
import subprocess
from pathlib import Path

from app.db import Database

SUFFIX = ".backup"
"""How the name of a backup in the folder of backups ends."""


class BackupFailed(Exception):
    """The copy is not whole; the file was removed."""


def back_up(database: Database, target: Path) -> int:
    """Copy everything into a file that does not exist yet, check it, and say its size in bytes.

    SQLite is copied by its own online backup; PostgreSQL by `pg_dump` in its custom format.
    """
    if target.exists():
        raise BackupFailed(f"{target} exists already")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        (_copy_sqlite if database.is_sqlite else _dump_postgres)(database, part)
    except (sqlite3.Error, subprocess.CalledProcessError, FileNotFoundError) as error:
        part.unlink(missing_ok=True)
        raise BackupFailed(f"the copy failed: {type(error).__name__}") from error
    part.chmod(0o600)
    part.replace(target)
    return target.stat().st_size


def _copy_sqlite(database: Database, part: Path) -> None:
    source = sqlite3.connect(f"file:{database.url.database}?mode=ro", uri=True)
    copy = sqlite3.connect(part)
    try:
        source.backup(copy, pages=2000)
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError
    finally:
        copy.close()
        source.close()


def _dump_postgres(database: Database, part: Path) -> None:
    url = database.url.set(drivername="postgresql", password=None)
    password = database.url.password or ""
    command = ["pg_dump", "--format=custom", "--no-owner", f"--file={part}", url.render_as_string()]
    subprocess.run(command, check=True, env={**os.environ, "PGPASSWORD": password}, capture_output=True)  # noqa: S603
