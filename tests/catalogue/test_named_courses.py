"""Whoever asks for named courses pays for those, not for every public one: the databases begin with the names."""

from collections.abc import Callable

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.catalogue.queries import COURSES, cards
from app.clock import now
from app.courses.models import Course, CourseState
from app.db import Database
from app.search.records import documents_of
from tests.make import make_course

NAMED = [*range(1, 21)]
STATE = "ix_courses_state_published_at"


def plans(database: Database, act: Callable[[Session], object]) -> list[str]:
    """How SQLite would do each statement of an act."""
    asked: list[tuple[str, object]] = []
    with database.reading() as db:
        engine = db.connection().engine

        def keep(*facts: object) -> None:
            asked.append((str(facts[2]), facts[3]))

        event.listen(engine, "before_cursor_execute", keep)
        act(db)
        event.remove(engine, "before_cursor_execute", keep)
        cursor = db.connection().connection.cursor()
        steps: list[str] = []
        for statement, values in asked:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            steps += [str(row[3]) for row in cursor.fetchall()]
        return steps


@pytest.mark.parametrize(
    "act",
    [lambda db: cards(db, NAMED, "lv", now()), lambda db: documents_of(db, NAMED, now())],
    ids=["cards", "documents"],
)
def test_named_courses_are_found_by_their_numbers(sqlite_database: Database, act: Callable[[Session], object]) -> None:
    with sqlite_database.writing() as db:
        for _course in range(2):
            make_course(db)
    found = plans(sqlite_database, act)
    assert any("SEARCH courses USING INTEGER PRIMARY KEY" in step for step in found)
    assert not any(STATE in step for step in found)


def test_said_by_what_it_is_a_course_would_be_looked_for_among_all_public_ones(sqlite_database: Database) -> None:
    """The control."""
    asked = COURSES.where(Course.id.in_(NAMED), Course.state == CourseState.PUBLISHED)
    found = plans(sqlite_database, lambda db: db.execute(asked, {"locale": "lv"}).all())
    assert any(STATE in step for step in found)
