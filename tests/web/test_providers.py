"""Providers and thematic groups: who they are, and their courses by the list that searches show."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.db import Database
from app.providers.models import Provider
from tests import make
from tests.counting import statements
from tests.web.reader import HTMX, index, links, lint, reader, tree, words


@pytest.fixture
def client(sqlite_database: Database) -> Iterator[TestClient]:
    """A browser without scripts in a city of two providers."""
    with sqlite_database.writing() as db:
        digital = make.make_group(db, "digital", name="Digitālās prasmes", name_en="Digital skills")
        library = make.make_provider(db, "biblioteka", name="Bibliotēka", directions=[digital])
        house = make.make_provider(db, "amatu-maja", name="Āmatu māja", in_register=False)
        for number in range(13):
            make.make_run(db, make.make_course(db, title=f"Kurss {number:02}", group=digital, provider=library))
        make.make_permit(db, "2026-07", programme="Aušana", holder="Āmatu māja", provider=house)
        index(db)
    with reader(sqlite_database) as client:
        yield client


@pytest.mark.parametrize("lang", ["lv", "en"])
@pytest.mark.parametrize(
    "address",
    ["/istenotaji", "/istenotaji/biblioteka", "/istenotaji/amatu-maja", "/grupas/digital", "/grupas/digital?page=2"],
)
def test_pages_are_well_formed_in_both_languages(client: TestClient, address: str, lang: str) -> None:
    client.cookies.set("reading", lang)
    answer = client.get(address)
    assert tree(answer).css_first("html").attributes["lang"] == lang
    lint(answer)


def test_providers_stand_in_the_order_of_the_latvian_alphabet_with_their_numbers(client: TestClient) -> None:
    page = client.get("/istenotaji")
    assert [node.text() for node in tree(page).css(".house h2")] == ["Āmatu māja", "Bibliotēka"]
    assert [node.text() for node in tree(page).css(".house__n b")] == ["0", "13"]
    assert "2 iestādes" in words(page, ".lead")


def test_a_provider_shows_its_courses_page_by_page_and_leads_to_the_search(client: TestClient) -> None:
    page = client.get("/istenotaji/biblioteka")
    assert len(tree(page).css("#kursi .courses li")) == 12
    assert list(links(page, "#kursi .head a").values()) == ["/kursi?provider=biblioteka"]
    last = client.get("/istenotaji/biblioteka?page=9", headers=HTMX)
    assert "<html" not in last.text
    assert len(tree(last).css("#kursi .courses li")) == 1
    assert links(last, ".pager a")["← Iepriekšējā lapa"] == "/istenotaji/biblioteka"


def test_a_provider_outside_the_register_shows_its_permits(client: TestClient) -> None:
    page = client.get("/istenotaji/amatu-maja")
    assert "2026-07" in words(page, '[aria-labelledby="atlaujas-v"]')
    assert "Ir Izglītības iestāžu reģistrā" in words(
        client.get("/istenotaji/biblioteka"), '[aria-labelledby="atlaujas-v"]'
    )


def test_an_address_that_is_no_website_is_no_link(client: TestClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        db.get_one(Provider, 1).website = "javascript:alert(1)"
    page = client.get("/istenotaji/biblioteka")
    assert "javascript:" not in page.text


def test_a_group_shows_its_courses_and_can_be_searched(client: TestClient) -> None:
    page = client.get("/grupas/digital")
    assert words(page, "h1") == "Digitālās prasmes"
    assert words(page, "#kursi .head strong") == "13 kursu"
    hidden = tree(page).css_first('form.search input[type="hidden"]')
    assert (hidden.attributes["name"], hidden.attributes["value"]) == ("group", "digital")


@pytest.mark.parametrize("path", ["/istenotaji/nav-tada", "/grupas/nav-tadas", "/grupas/%00"])
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(("path", "most"), [("/istenotaji", 2), ("/istenotaji/biblioteka", 7), ("/grupas/digital", 5)])
def test_pages_ask_the_database_little(client: TestClient, path: str, most: int) -> None:
    client.get("/kursi")
    with statements(client.app.state.database) as sent:  # type: ignore[attr-defined]
        client.get(path)
    assert len(sent) <= most, sent


@pytest.mark.parametrize(
    ("website", "host"),
    [
        ("https://biblioteka.example.lv/kursi", "biblioteka.example.lv"),
        ("http://[2001:db8::1]/", "2001:db8::1"),
        ("http://[", None),
        ("https://[::1", None),
        ("https://biblioteka.example.lv]", None),
        ("//biblioteka.example.lv", None),
        ("javascript:alert(1)", None),
        ("www.biblioteka.lv", None),
        ("http://", None),
        ("", None),
    ],
)
def test_a_website_that_is_none_breaks_no_page(
    client: TestClient, sqlite_database: Database, website: str, host: str | None
) -> None:
    with sqlite_database.writing() as db:
        db.execute(update(Provider).where(Provider.slug == "biblioteka").values(website=website))
    page = client.get("/istenotaji/biblioteka")
    assert page.status_code == 200
    assert (f"({host})</a>" in page.text) == (host is not None)
