"""The beacon: counts what is known, and answers everything alike without a cookie."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.clock import now
from app.db import Database
from app.main import create_app
from app.settings import Settings
from app.usage.models import DailyCount, SearchCount, SearchText
from tests import make
from tests.web.reader import index

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


def texts(database: Database) -> list[str]:
    """The searches whose words are kept."""
    with database.reading() as db:
        return sorted(db.scalars(select(SearchText.text)))


def search(client: TestClient, words: str, days: int = 5, kind: str = "search") -> None:
    """Somebody searches for this on so many days."""
    for day in range(days):
        with time_machine.travel(now() + timedelta(days=day)):
            answer = client.post(f"/lietojums?kind={kind}", data={"q": words}, headers=SAME_SITE)
            assert (answer.status_code, answer.content) == (204, b"")


def test_words_of_the_catalogue_are_kept_after_five_days_without_filters_and_general_words(
    client: TestClient, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as db:
        make.make_course(db, title="Keramika un glazēšana")
        index(db)
    search(client, "Keramikas kursi vakaros", days=4)
    assert texts(sqlite_database) == []
    search(client, "Keramikas kursi vakaros", kind="search_without_result")
    assert texts(sqlite_database) == ["keramikas"]


@pytest.mark.promise("P26")
@pytest.mark.parametrize(
    "words",
    [
        "Jānis Bērziņš",
        "keramika Jānis Bērziņš",
        "anna@example.com",
        "29876543",
        "120385-12345",
        "keramika glazēšana keramika glazēšana keramika",
        "<script>alert(1)</script>",
        "vakaros",
        "kursi",
        "nolādētie",
        "k" * 201,
        "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    ],
)
def test_nobody_can_post_words_of_their_own_among_the_figures(
    client: TestClient, sqlite_database: Database, words: str
) -> None:
    with sqlite_database.writing() as db:
        make.make_course(db, title="Keramika un glazēšana")
        index(db)
    search(client, words, days=7)
    assert texts(sqlite_database) == []
    with sqlite_database.reading() as db:
        assert db.scalar(select(func.count()).select_from(SearchCount)) == 0


def test_words_of_public_wishes_are_words_of_the_catalogue_too(client: TestClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        make.make_wish(db, "Bišu dravniecība")
    search(client, "dravniecība", kind="search_without_result")
    assert texts(sqlite_database) == ["dravniecība"]


def test_one_sender_cannot_make_a_search_look_frequent(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        make.make_course(db, title="Keramika")
        index(db)
    with browser(sqlite_database, "on") as client:
        for _ in range(10):
            client.post("/lietojums?kind=search", data={"q": "keramika"})
    with sqlite_database.reading() as db:
        assert db.scalars(select(SearchCount.times)).all() == [3]


def test_the_place_of_what_was_opened_is_counted(client: TestClient, sqlite_database: Database) -> None:
    for place in ("1", "1", "20", "21", "999", "0", "-1", "x", "", "10000", "١"):
        client.post("/lietojums", params={"kind": "result_opened", "subject": place}, headers=SAME_SITE)
    assert sorted(counted(sqlite_database)) == [
        ("result_opened", "1", 2),
        ("result_opened", "20", 1),
        ("result_opened", "more", 2),
    ]


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
