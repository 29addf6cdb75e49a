"""Counting use: once more a day, on both databases, however many count at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from app.db import Database
from app.usage.actions import Use, count_use
from app.usage.models import DailyCount
from tests import make

DAY = date(2026, 3, 5)


def counts(database: Database) -> dict[tuple[str, str], int]:
    """What was counted, by kind and subject."""
    with database.reading() as db:
        return {(row.kind, row.subject): row.times for row in db.scalars(select(DailyCount))}


def test_use_is_counted_by_day_and_course(database: Database) -> None:
    with database.writing() as db:
        make.make_course(db, "vb-001")
        assert count_use(db, Use.COURSE_VIEW, "vb-001", DAY)
        assert count_use(db, Use.COURSE_VIEW, "vb-001", DAY)
        assert count_use(db, Use.REGISTRATION_BEGUN, "vb-001", DAY)
    with database.writing() as db:
        assert count_use(db, Use.COURSE_VIEW, "vb-001", date(2026, 3, 6))
    with database.reading() as db:
        rows = db.scalars(select(DailyCount).order_by(DailyCount.day, DailyCount.kind)).all()
        assert [(row.day.day, row.kind, row.subject, row.times) for row in rows] == [
            (5, "course_view", "vb-001", 2),
            (5, "registration_begun", "vb-001", 1),
            (6, "course_view", "vb-001", 1),
        ]


def test_only_courses_of_the_catalogue_are_counted(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        make.make_course(db, "draft", published=False)
        make.archive(db, make.make_course(db, "gone"))
        for code in ("draft", "gone", "made-up", ""):
            assert not count_use(db, Use.COURSE_VIEW, code, DAY)
    assert counts(sqlite_database) == {}


def test_a_search_is_counted_without_its_words_and_one_without_result_twice(database: Database) -> None:
    with database.writing() as db:
        count_use(db, Use.SEARCH, "anna@example.com", DAY)
        count_use(db, Use.SEARCH_WITHOUT_RESULT, "anna@example.com", DAY)
    assert counts(database) == {("search", ""): 2, ("search_without_result", ""): 1}


@pytest.mark.parametrize("people", [40])
def test_nothing_is_lost_when_many_look_at_once(database: Database, people: int) -> None:
    with database.writing() as db:
        make.make_course(db, "vb-001")

    def look(_: int) -> None:
        with database.writing() as db:
            count_use(db, Use.COURSE_VIEW, "vb-001", DAY)

    with ThreadPoolExecutor(10) as visitors:
        list(visitors.map(look, range(people)))
    assert counts(database) == {("course_view", "vb-001"): people}
