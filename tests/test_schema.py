"""The schema: up, down and up again with data in it, and equal to the models."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, StatementError

from app import schema
from app.courses.models import CourseRun, CourseSession
from app.db import Database
from app.registrations.models import Registration, State
from app.revision import is_current, wanted
from tests.make import make_course, make_registration, make_run


def test_models_and_schema_agree(database: Database) -> None:
    assert is_current(database)
    assert schema.differences(database) == []


@pytest.mark.promise("P23")
def test_every_revision_goes_down_and_up_again(database: Database) -> None:
    revisions = [one.revision for one in ScriptDirectory.from_config(schema.config(database)).walk_revisions()]
    with database.writing() as db:
        run = make_run(db, make_course(db))
        make_registration(db, run)
    for revision in revisions:
        below = ScriptDirectory.from_config(schema.config(database)).get_revision(revision).down_revision
        schema.downgrade(database, below or "base")
        schema.upgrade(database)
        assert is_current(database)


@pytest.mark.promise("P23")
def test_one_release_down_and_up_again_keeps_what_both_know(database: Database) -> None:
    with database.writing() as db:
        run = make_run(db, make_course(db))
        make_registration(db, run)
        before = [
            db.scalar(select(func.count()).select_from(table)) for table in (CourseRun, CourseSession, Registration)
        ]
    schema.downgrade(database, "0001")
    schema.upgrade(database)
    with database.reading() as db:
        tables = (CourseRun, CourseSession, Registration)
        assert [db.scalar(select(func.count()).select_from(table)) for table in tables] == before
    assert schema.differences(database) == []


def test_upgrading_twice_keeps_what_is_there(database: Database) -> None:
    with database.writing() as db:
        make_registration(db, make_run(db, make_course(db)))
    schema.upgrade(database)
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Registration)) == 1


def test_the_database_itself_refuses_a_second_active_registration(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as db:
        run = make_run(db, make_course(db))
        make_registration(db, run, email="anna@example.lv")
        make_registration(db, run, email="anna@example.lv", state=State.WAITLISTED)


def test_the_database_itself_refuses_negative_seats(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as db:
        make_run(db, make_course(db), seats=-1)


def test_a_reading_session_cannot_write(database: Database) -> None:
    with database.writing() as db:
        run = make_run(db, make_course(db))
    with pytest.raises(Exception, match=r"readonly|read-only"), database.reading() as db:
        stored = db.get(CourseRun, run.id)
        assert stored is not None
        stored.seats = 99
        db.commit()


def test_times_come_back_in_utc_and_as_they_were(database: Database) -> None:
    with database.writing() as db:
        run = make_run(db, make_course(db))
        run.decision_at = datetime(2026, 7, 1, 12, 30, 15, 123456, tzinfo=ZoneInfo("Europe/Riga"))
    with database.reading() as db:
        stored = db.get(CourseRun, run.id)
        assert stored is not None
        assert stored.decision_at == datetime(2026, 7, 1, 9, 30, 15, 123456, tzinfo=UTC)
        assert stored.decision_at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"), database.writing() as db:
        make_run(db, make_course(db)).decision_at = datetime(2026, 7, 1, 12, 30)


def test_the_newest_revision_is_known_without_alembic(sqlite_database: Database) -> None:
    heads = ScriptDirectory.from_config(schema.config(sqlite_database)).get_heads()
    assert wanted() == frozenset(heads)
