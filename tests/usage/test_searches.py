"""Which searches are made: nothing in clear before five days have seen it."""

from datetime import date, timedelta

from sqlalchemy import func, select

from app.db import Database
from app.usage.models import SearchCount, SearchText
from app.usage.queries import Searched, searched
from app.usage.searches import ENOUGH, FORGOTTEN_AFTER, count_search, forget_rare_searches, key_of

DAY = date(2026, 3, 5)
KEY = key_of("a secret", "keramik")


def search(database: Database, days: int, *, times: int = 1, found: bool = True, key: str = KEY) -> None:
    """The same search on so many days, so many times on each."""
    with database.writing() as db:
        for day in range(days):
            for _ in range(times):
                count_search(db, key, "keramika", DAY + timedelta(days=day), found=found)


def texts(database: Database) -> list[str]:
    """The words that are kept."""
    with database.reading() as db:
        return [*db.scalars(select(SearchText.text))]


def test_words_are_kept_on_the_fifth_day_and_not_before(database: Database) -> None:
    search(database, ENOUGH - 1, times=50)
    assert texts(database) == []
    search(database, ENOUGH)
    assert texts(database) == ["keramika"]


def test_until_then_nothing_tells_which_search_it_was(database: Database) -> None:
    search(database, ENOUGH - 1)
    with database.reading() as db:
        kept = [(row.key, row.times, row.without_result) for row in db.scalars(select(SearchCount))]
    assert kept == [(KEY, 1, 0)] * (ENOUGH - 1)
    assert key_of("another secret", "keramik") != KEY
    assert "keramik" not in KEY


def test_what_was_searched_is_told_with_the_times_nothing_was_found(database: Database) -> None:
    search(database, 5, times=2)
    search(database, 5, found=False)
    last = DAY + timedelta(days=10)
    with database.reading() as db:
        assert searched(db, DAY, last, 5) == [Searched("keramika", 15, 5)]
        assert searched(db, DAY, DAY, 3) == [Searched("keramika", 3, 1)]
        assert searched(db, DAY, last, 16) == []
        assert searched(db, last, last, 1) == []


def test_rare_searches_are_forgotten_and_frequent_ones_stay(database: Database) -> None:
    search(database, 5)
    search(database, 4, key=key_of("a secret", "ret"))
    with database.writing() as db:
        forget_rare_searches(db, DAY + FORGOTTEN_AFTER)
        assert db.scalar(select(func.count()).select_from(SearchCount)) == 9
        forget_rare_searches(db, DAY + FORGOTTEN_AFTER + timedelta(days=9))
        assert {*db.scalars(select(SearchCount.key))} == {KEY}
