"""The schema: up, down and up again with data in it, and equal to the models."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from app import schema
from app.audit.record import record
from app.catalogue.change_models import CatalogueChange
from app.courses.models import Course, CourseRun, CourseSession
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


def test_the_number_of_what_was_deleted_is_never_given_again(database: Database) -> None:
    with database.writing() as db:
        run = make_run(db, make_course(db))
        old = (run.course_id, run.id, max(db.scalars(select(CourseSession.id))))
    with database.writing() as db:
        db.execute(delete(CourseRun))
        db.execute(delete(Course))
    with database.writing() as db:
        run = make_run(db, make_course(db))
        new = (run.course_id, run.id, min(db.scalars(select(CourseSession.id))))
    assert all(after > before for before, after in zip(old, new, strict=True))


def test_numbers_go_on_above_what_the_log_and_the_feed_tell_of(sqlite_database: Database) -> None:
    database = sqlite_database
    schema.downgrade(database, "0013")
    with database.writing() as db:
        registration = make_registration(db, make_run(db, make_course(db)))
        kept = registration.id, registration.run_id
        record(db, "account:70", "run_removed", "run", 900)
        told = {"code": "A", "digest": "", "is_gone": True, "changed_at": registration.created_at, "number": 1}
        db.add(CatalogueChange(key="course:800", course_id=800, run_id=None, **told))
    before = _indexes(database)
    schema.upgrade(database)
    assert _indexes(database) == before
    with database.writing() as db:
        assert db.execute(select(Registration.id, Registration.run_id)).one() == kept
        assert db.scalar(text("PRAGMA foreign_keys")) == 1
        run = make_run(db, make_course(db))
        assert (run.course_id, run.id) == (801, 901)
        assert db.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'accounts'")) == 70


def test_each_table_that_the_log_speaks_of_and_that_loses_rows_gives_a_number_once(sqlite_database: Database) -> None:
    assert _once(sqlite_database) == {"courses", "course_runs", "sessions", "accounts", "imports"}
    schema.downgrade(sqlite_database, "0013")
    assert _once(sqlite_database) == set()


def _once(database: Database) -> set[str]:
    asked = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%(id AUTOINCREMENT)%'"
    with database.reading() as db:
        return {*db.scalars(text(asked))}


def _indexes(database: Database) -> list[tuple[str, str]]:
    asked = "SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY name"
    with database.reading() as db:
        return [(name, sql) for name, sql in db.execute(text(asked))]
