"""A connection that rested is asked whether it still stands: a server that was restarted meanwhile costs nobody a page."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app import db as app_db
from app.db import Database

pytestmark = [pytest.mark.postgres, pytest.mark.promise("P29")]


def cut_off(database: Database) -> None:
    """Use a connection, let it rest, and let the server end it meanwhile."""
    with database.reading() as db:
        rested = db.scalar(text("SELECT pg_backend_pid()"))
    other = Database(database.url.render_as_string(hide_password=False), 2)
    with other.writing() as db:
        db.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": rested})
    other.dispose()


def test_a_connection_that_was_cut_while_it_rested_is_replaced(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_db, "IDLE_SECONDS", 0.0)
    cut_off(postgres_database)
    with postgres_database.reading() as db:
        assert db.scalar(text("SELECT 1")) == 1


def test_the_control_that_asks_nobody_meets_the_cut_and_is_well_the_next_time(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_db, "IDLE_SECONDS", 3600.0)
    cut_off(postgres_database)
    with pytest.raises(OperationalError), postgres_database.reading() as db:
        db.scalar(text("SELECT 1"))
    with postgres_database.reading() as db:
        assert db.scalar(text("SELECT 1")) == 1
