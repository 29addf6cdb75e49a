"""A backup is whole, checked, and taken while others write."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.backup import BackupFailed, back_up
from app.db import Database
from app.registrations.models import Registration
from tests.make import make_course, make_registration, make_run


def test_a_copy_holds_everything_and_opens_as_a_database(sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_database.writing() as db:
        make_registration(db, make_run(db, make_course(db)))
    target = tmp_path / "copy.sqlite"
    assert back_up(sqlite_database, target) > 10_000
    copy = Database(f"sqlite:///{target}")
    with copy.reading() as db:
        assert db.scalar(select(func.count()).select_from(Registration)) == 1
    copy.dispose()


def test_a_backup_never_overwrites(sqlite_database: Database, tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite"
    target.write_bytes(b"older")
    with pytest.raises(BackupFailed):
        back_up(sqlite_database, target)
    assert target.read_bytes() == b"older"


@pytest.mark.postgres
def test_postgres_is_dumped(postgres_database: Database, tmp_path: Path) -> None:
    with postgres_database.writing() as db:
        make_registration(db, make_run(db, make_course(db)))
    assert back_up(postgres_database, tmp_path / "copy.dump") > 1_000
