"""What starts when: months by week, and the feed."""

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
import time_machine
from fastapi.testclient import TestClient

from app.db import Database
from tests import make
from tests.counting import statements
from tests.web.reader import HTMX, links, lint, reader, tree, words

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def client(sqlite_database: Database) -> Iterator[TestClient]:
    """A browser without scripts on Wednesday, 11 March 2026."""
    with time_machine.travel("2026-03-11 09:00:00+00:00", tick=False):
        with sqlite_database.writing() as db:
            for title, starts_in in {"Agrāk": -9, "Šodien": 0, "Svētdien": 4, "Pirmdien": 5, "Aprīlī": 24}.items():
                make.make_run(db, make.make_course(db, title=title), starts_in=starts_in)
            make.make_run(db, make.make_course(db, title="Atcelts"), starts_in=2, cancelled=True)
            make.make_run(db, make.make_course(db, title="Melnraksts", published=False), starts_in=2)
        with reader(sqlite_database) as client:
            yield client


@pytest.mark.parametrize("lang", ["lv", "en"])
@pytest.mark.parametrize("address", ["/kalendars", "/kalendars?month=2026-04", "/kalendars?month=2031-01"])
def test_pages_are_well_formed_in_both_languages(client: TestClient, address: str, lang: str) -> None:
    client.cookies.set("reading", lang)
    answer = client.get(address)
    assert tree(answer).css_first("html").attributes["lang"] == lang
    lint(answer)


def test_the_month_stands_by_weeks_and_what_has_begun_is_folded(client: TestClient) -> None:
    page = client.get("/kalendars")
    weeks = {
        node.css_first("h2").text(): [a.text() for a in node.css("li a")] for node in tree(page).css("#menesis > .week")
    }
    assert list(weeks.values()) == [["Šodien", "Svētdien"], ["Pirmdien"]]
    assert [a.text() for a in tree(page).css(".begun li a")] == ["Agrāk"]
    assert "Atcelts" not in page.text
    assert "Melnraksts" not in page.text


def test_the_way_leads_to_the_nearest_months_in_which_something_starts(client: TestClient) -> None:
    page = client.get("/kalendars")
    assert links(page, ".pager--top a") == {"2026. gada aprīlis →": "/kalendars?month=2026-04"}
    april = client.get("/kalendars?month=2026-04", headers=HTMX)
    assert "<html" not in april.text
    assert words(april, "li a") == "Aprīlī"
    assert "/kalendars?month=2026-03" in links(april, ".pager--top a").values()
    far = client.get("/kalendars?month=2031-01")
    assert links(far, ".pager--top a")["← 2026. gada aprīlis"] == "/kalendars?month=2026-04"


@pytest.mark.parametrize("month", ["", "2026-13", "26-01", "2026-1", "%00", "9999-12"])
def test_what_is_no_month_means_this_one(client: TestClient, month: str) -> None:
    assert "Šodien" in words(client.get(f"/kalendars?month={month}"), "#menesis")


def test_the_feed_tells_what_starts_from_today_on(client: TestClient) -> None:
    answer = client.get("/kalendars.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles == ["Šodien", "Svētdien", "Pirmdien", "Aprīlī"]
    assert len({entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")}) == 4
    assert "/kalendars.atom" in links(client.get("/kalendars")).values()


def test_pages_ask_the_database_little(client: TestClient) -> None:
    with statements(client.app.state.database) as sent:  # type: ignore[attr-defined]
        client.get("/kalendars")
    assert len(sent) <= 2, sent
