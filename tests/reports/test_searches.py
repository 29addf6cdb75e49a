"""What was searched for, as everybody may know it: finished months, five days at least, round numbers; by page, file and API."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
import time_machine
from fastapi.testclient import TestClient

from app.db import Database
from app.reports.searches import TimesTold, searches_told
from app.usage.actions import Use, count_use
from app.usage.searches import count_search, key_of
from tests import make
from tests.counting import statements
from tests.web.reader import words

pytestmark = pytest.mark.promise("P26")
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
YEAR = 2025


@pytest.fixture
def searched(database: Database) -> Database:
    """A year of searches: one frequent, one that finds nothing, one of four days, one of the months not over yet."""
    with database.writing() as db:
        make.make_run(db, make.make_course(db), starts_in=-300)
        for text, first, days, times, found in (
            ("latviešu valoda", date(YEAR, 1, 1), 10, 2, True),
            ("zīmju valoda", date(YEAR, 2, 1), 7, 1, False),
            ("frizieris", date(YEAR, 3, 1), 4, 9, False),
            ("keramika", date(YEAR + 1, 1, 1), 9, 3, True),
        ):
            for day in range(days):
                for _ in range(times):
                    count_search(db, key_of("s", text), text, first + timedelta(days=day), found=found)
        for place, times in (("1", 13), ("2", 4), ("33", 6)):
            for _ in range(times):
                count_use(db, Use.RESULT_OPENED, place, date(YEAR, 5, 5))
    return database


@time_machine.travel("2026-01-20")
def test_only_what_many_days_have_seen_is_told_in_multiples_of_five(searched: Database) -> None:
    with searched.reading() as db:
        told = searches_told(db, YEAR)
        assert told.frequent == (TimesTold("latviešu valoda", 20), TimesTold("zīmju valoda", 5))
        assert told.without_result == (TimesTold("zīmju valoda", 5),)
        assert told.opened == (TimesTold("1", 10), TimesTold("more", 5))
        assert searches_told(db, YEAR + 1).period is None


@time_machine.travel("2025-02-20")
def test_the_month_that_runs_is_not_told(searched: Database) -> None:
    with searched.reading() as db:
        told = searches_told(db, YEAR)
    assert told.period is not None
    assert (told.period.last, told.frequent) == (1, (TimesTold("latviešu valoda", 20),))


def test_two_releases_differ_by_nothing_or_by_five_at_least(database: Database) -> None:
    told = []
    with database.writing() as db:
        for day in range(28):
            count_search(db, key_of("s", "šahs"), "šahs", date(YEAR, 1, 1 + day), found=True)
            with time_machine.travel("2025-02-01T12:00:00Z"):
                told.append({one.name: one.at_least for one in searches_told(db, YEAR).frequent}.get("šahs", 0))
    steps = {later - earlier for earlier, later in pairwise(told)}
    assert steps == {0, 5}


@ON_SQLITE
def test_page_file_and_api_tell_the_same(client: TestClient, searched: Database) -> None:
    with time_machine.travel("2026-01-20"):
        with statements(client.app.state.database) as sent:  # type: ignore[attr-defined]
            page = client.get(f"/raditaji?year={YEAR}")
        file = client.get(f"/raditaji/meklejumi.csv?year={YEAR}")
        api = client.get(f"/api/v1/statistics/{YEAR}/searches").json()
    assert "latviešu valoda 20 zīmju valoda 5" in words(page)
    assert "frizieris" not in page.text
    assert len(sent) <= 6
    assert "Biežie meklējumi;latviešu valoda;20" in file.text.replace('"', "")
    assert api["frequent"] == [{"text": "latviešu valoda", "at_least": 20}, {"text": "zīmju valoda", "at_least": 5}]
    assert api["without_result"] == [{"text": "zīmju valoda", "at_least": 5}]
    assert api["opened"] == [{"place": "1", "at_least": 10}, {"place": "more", "at_least": 5}]
    assert api["last_month"] == 12
