"""The beacon: counts what is known, and answers everything alike without a cookie."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.db import Database
from app.main import create_app
from app.settings import Settings
from app.usage.models import DailyCount
from tests import make

ADDRESS = "http://kursi.example.lv"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


def browser(database: Database, rate_limits: str = "off") -> TestClient:
    """A browser whose scripts run."""
    settings = Settings(database_url=database.url.render_as_string(), public_url=ADDRESS, rate_limits=rate_limits)
    return TestClient(create_app(settings, quiet=True), base_url=ADDRESS)


@pytest.fixture
def client(sqlite_database: Database) -> Iterator[TestClient]:
    """A browser, and one course in the catalogue."""
    with sqlite_database.writing() as db:
        make.make_course(db, "vb-001")
    with browser(sqlite_database) as client:
        yield client


def counted(database: Database) -> list[tuple[str, str, int]]:
    """What was counted."""
    with database.reading() as db:
        return [(row.kind, row.subject, row.times) for row in db.scalars(select(DailyCount).order_by(DailyCount.kind))]


def test_a_view_of_a_course_is_counted_without_a_cookie(client: TestClient, sqlite_database: Database) -> None:
    for _ in range(3):
        answer = client.post("/lietojums?kind=course_view&subject=vb-001", headers=SAME_SITE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert counted(sqlite_database) == [("course_view", "vb-001", 3)]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "kind=cooking",
        "kind=course_view",
        "kind=course_view&subject=made-up",
        "kind=course_view&subject=%00",
        "kind=course_view&subject=" + "x" * 5000,
        "kind=course_view&subject=%ED%A0%80",
        "kind=registration_begun&subject=vb-001'--",
        "kind=%F0%9F%98%80",
    ],
)
def test_what_is_unknown_is_answered_alike_and_not_counted(
    client: TestClient, sqlite_database: Database, query: str
) -> None:
    answer = client.post(f"/lietojums?{query}", headers=SAME_SITE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert counted(sqlite_database) == []


def test_words_of_a_search_are_not_kept(client: TestClient, sqlite_database: Database) -> None:
    client.post("/lietojums?kind=search_without_result&subject=anna@example.com", headers=SAME_SITE)
    assert counted(sqlite_database) == [("search", "", 1), ("search_without_result", "", 1)]


def test_another_site_cannot_count(client: TestClient, sqlite_database: Database) -> None:
    url = "/lietojums?kind=course_view&subject=vb-001"
    assert client.post(url, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(url, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.get(url).status_code == 405
    assert counted(sqlite_database) == []


def test_a_machine_that_counts_too_fast_is_told_to_wait(sqlite_database: Database) -> None:
    with browser(sqlite_database, "on") as client:
        statuses = [client.post("/lietojums").status_code for _ in range(601)]
    assert statuses[:600] == [204] * 600
    assert statuses[600] == 429
