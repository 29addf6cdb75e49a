"""The demonstration city of one day, shared by the tests that only look."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.db import Database
from tests.demo.city import load_city


@pytest.fixture(scope="module")
def city(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The demonstration city of one day, shared by the tests that only look."""
    path = tmp_path_factory.mktemp("demo") / "city.sqlite"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    load_city(database)
    yield database
    database.dispose()


@pytest.fixture
def db(city: Database) -> Iterator[Session]:
    with city.reading() as session:
        yield session
