"""What the search box suggests: courses, groups, providers, frequent searches; inert, soon, and in few statements."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from app.clock import today
from app.db import Database
from app.usage.searches import count_search, key_of
from tests import make
from tests.counting import statements
from tests.web.reader import index, reader


@pytest.fixture
def client(sqlite_database: Database) -> Iterator[TestClient]:
    """A browser in a small city."""
    with sqlite_database.writing() as db:
        digital = make.make_group(db, "digital", name="Digitālās prasmes", name_en="Digital skills")
        library = make.make_provider(db, "biblioteka", name="Ventspils bibliotēka")
        for title in ("Dators iesācējiem", "Datora apkope", '<img src=x onerror="alert(1)"> datorā'):
            make.make_course(db, title=title, group=digital, provider=library)
        make.make_course(db, title="Zīmēšana", title_en="Drawing")
        for word, days in (("datorgrafika", 5), ("datori bērniem", 4)):
            for day in range(days):
                count_search(db, key_of("s", word), word, today() - timedelta(days=day), found=True)
        index(db)
    with reader(sqlite_database) as client:
        yield client


def suggested(client: TestClient, typed: str, lang: str = "lv") -> dict[str, list[str]]:
    """The suggestions by kind, as they are read."""
    client.cookies.set("reading", lang)
    answer = client.get("/ieteikumi", params={"q": typed})
    assert answer.status_code == 200
    return {
        part["name"]: ["".join(piece for piece, _ in one["text"]) for one in part["options"]]
        for part in answer.json()["parts"]
    }


def test_courses_groups_providers_and_frequent_searches_are_suggested(client: TestClient) -> None:
    assert suggested(client, "dator").keys() == {"Bieži meklē", "Kursi"}
    assert suggested(client, "digitalo prasm") == {"Tematiskās grupas": ["Digitālās prasmes"]} | {
        name: found for name, found in suggested(client, "digitalo prasm").items() if name != "Tematiskās grupas"
    }
    assert suggested(client, "bibl")["Īstenotāji"] == ["Ventspils bibliotēka"]
    assert suggested(client, "draw", "en")["Courses"] == ["Drawing"]


def test_a_search_that_few_days_have_seen_is_not_suggested(client: TestClient) -> None:
    assert suggested(client, "dator")["Bieži meklē"] == ["datorgrafika"]


def test_a_single_letter_and_nonsense_suggest_nothing(client: TestClient) -> None:
    for typed in ("", " ", "d", "xqzzw", "\x00", "’" * 500):
        assert suggested(client, typed) == {}


def test_text_comes_in_pieces_of_plain_text_with_what_met_marked(client: TestClient) -> None:
    courses = next(part for part in client.get("/ieteikumi?q=datora").json()["parts"] if part["name"] == "Kursi")
    pieces = {"".join(piece for piece, _ in one["text"]): one["text"] for one in courses["options"]}
    assert pieces["Datora apkope"] == [["Datora", True], [" apkope", False]]
    assert pieces['<img src=x onerror="alert(1)"> datorā'][-1] == ["datorā", True]


def test_the_answer_is_kept_a_moment_by_the_browser_alone_and_holds_nothing_about_its_asker(client: TestClient) -> None:
    answer = client.get("/ieteikumi?q=dator")
    assert answer.headers["cache-control"] == "private, max-age=30"
    assert answer.headers["content-type"] == "application/json"
    assert "Cookie" in answer.headers["vary"]
    assert "set-cookie" not in answer.headers


def test_suggesting_takes_six_statements_at_most_and_fewer_the_next_time(
    client: TestClient, sqlite_database: Database
) -> None:
    with statements(client.app.state.database) as first:  # type: ignore[attr-defined]
        client.get("/ieteikumi?q=dator")
    with statements(client.app.state.database) as later:  # type: ignore[attr-defined]
        client.get("/ieteikumi?q=datora")
    assert len(first) <= 6
    assert len(later) <= 3
