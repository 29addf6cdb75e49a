"""What all tests share: databases made by the real migrations, the real application, and a browser."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from app import schema
from app.db import Database
from tests import postgres
from tests.compiled import share_compiled_statements

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.testclient import TestClient
    from playwright.sync_api import Browser

    from app.settings import Settings
    from tests.living import LivingCity
    from tests.world import World

LEFT_OUT = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Remember what this run leaves out, to say it loudly at the end."""
    left_out: list[str] = []
    if not os.environ.get("TEST_DATABASE_URL") and postgres.binaries() is None:
        left_out.append("PostgreSQL is not installed: every test on PostgreSQL was LEFT OUT")
    if shutil.which("chromium") is None:
        left_out.append("Chromium is not installed: journeys, axe and every test in a browser were LEFT OUT")
    if not os.environ.get("MEILI_URL"):
        left_out.append("MEILI_URL is not set: every test on a real Meilisearch was LEFT OUT")
    config.stash[LEFT_OUT] = left_out
    share_compiled_statements()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """A part that did not run is said, never counted as passed."""
    for sentence in config.stash[LEFT_OUT]:
        terminalreporter.write_line(f"NOT RUN: {sentence}", red=True, bold=True)


@pytest.fixture(autouse=True)
def _embedded_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server for searches is only for the tests that name it (tests/search); no application of a test fills it."""
    monkeypatch.delenv("MEILI_URL", raising=False)
    monkeypatch.delenv("MEILI_API_KEY", raising=False)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    with database.writers.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[str]:
    """A PostgreSQL server for this run, with an empty, migrated database as template."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.server(programs) as socket:
        _execute(socket, "CREATE DATABASE template_city")
        database = Database(postgres.url(socket, "template_city"))
        schema.upgrade(database)
        database.dispose()
        yield socket


def _execute(socket: str, statement: str) -> None:
    engine = create_engine(postgres.url(socket, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


MakeDatabase = Callable[[], Database]


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database."""
    path = tmp_path / "city.sqlite"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@pytest.fixture
def postgres_database(postgres_socket: str) -> Iterator[Database]:
    """An empty PostgreSQL database."""
    name = f"city_{uuid.uuid4().hex}"
    _execute(postgres_socket, f"CREATE DATABASE {name} TEMPLATE template_city")
    database = Database(postgres.url(postgres_socket, name))
    yield database
    database.dispose()
    _execute(postgres_socket, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database; the test runs once on SQLite and once on PostgreSQL."""
    found = request.getfixturevalue("sqlite_database" if request.param == "sqlite" else "postgres_database")
    assert isinstance(found, Database)
    return found


@pytest.fixture(scope="session")
def city_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration city in a file that tests copy; all test processes share it."""
    from tests.living import build_city

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    path = shared / "demonstration.sqlite"
    build_city(path)
    return path


@pytest.fixture
def city_database(city_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A demonstration city of the test's own."""
    path = tmp_path / "city.sqlite"
    shutil.copy(city_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def living_city(city_template: Path, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[LivingCity]":
    """The demonstration city, served with its worker, for the tests of one file."""
    from tests.living import living

    folder = tmp_path_factory.mktemp("living")
    path = folder / "city.sqlite"
    shutil.copy(city_template, path)
    with living(f"sqlite:///{path}", folder / "mail") as city:
        yield city


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> "Settings":
    """Settings of an application on the test's database; its letters land in a folder."""
    from app.settings import Settings

    return Settings(
        _env_file=None,
        database_url=database.url.render_as_string(hide_password=False),
        mail_url=(tmp_path / "mail").as_uri(),
        erasures_file=str(tmp_path / "erasures.tsv"),
        public_url="http://testserver",
    )


@pytest.fixture
def app(settings: "Settings") -> "FastAPI":
    """The real application."""
    from app.main import create_app

    return create_app(settings, quiet=True)


@pytest.fixture
def client(app: "FastAPI") -> "Iterator[TestClient]":
    """A browser without scripts, which does not follow where it is sent unless told to."""
    from fastapi.testclient import TestClient

    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def world(client: "TestClient", database: Database, settings: "Settings", tmp_path: Path) -> "World":
    """The application on the test's database, with its worker and its letters."""
    from tests.world import World

    return World(client, database, settings, tmp_path / "mail")


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Debian's Chromium, without its own errands."""
    from playwright.sync_api import expect, sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield started
        started.close()
