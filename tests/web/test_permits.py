"""The register of permits: searched by words, divided by validity, a page at a time."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from app.clock import today
from app.db import Database
from tests import make
from tests.counting import statements
from tests.web.reader import HTMX, links, lint, reader, tree, words


@pytest.fixture
def client(sqlite_database: Database) -> Iterator[TestClient]:
    """A browser without scripts and a register of 24 permits, one of them in force no longer."""
    with sqlite_database.writing() as db:
        for number in range(22):
            make.make_permit(db, f"2026-{number:02}", programme="Šūšana", holder="SIA „Diegs”")
        make.make_permit(db, "2026-77", programme="Keramika", holder="Biedrība „Māls”")
        make.make_permit(
            db,
            "2023-01",
            programme="Keramika",
            holder="SIA „Diegs”",
            issued_on=today() - timedelta(days=900),
            valid_until=today() - timedelta(days=1),
        )
    with reader(sqlite_database) as client:
        yield client


@pytest.mark.parametrize("lang", ["lv", "en"])
@pytest.mark.parametrize("address", ["/atlaujas", "/atlaujas?q=keramika&state=expired", "/atlaujas?q=nav+tadas&page=9"])
def test_pages_are_well_formed_in_both_languages(client: TestClient, address: str, lang: str) -> None:
    client.cookies.set("reading", lang)
    answer = client.get(address)
    assert tree(answer).css_first("html").attributes["lang"] == lang
    lint(answer)


def numbers(client: TestClient, address: str) -> list[str]:
    return [node.text() for node in tree(client.get(address)).css("tbody th")]


def test_words_are_found_with_and_without_diacritics_and_the_state_divides(client: TestClient) -> None:
    assert numbers(client, "/atlaujas?q=mals") == ["2026-77"]
    assert numbers(client, "/atlaujas?q=KERAMIKA") == ["2026-77", "2023-01"]
    assert numbers(client, "/atlaujas?q=keramika&state=valid") == ["2026-77"]
    assert numbers(client, "/atlaujas?q=keramika&state=expired") == ["2023-01"]
    assert "Šādas atļaujas reģistrā nav." in words(client.get("/atlaujas?q=xyz"))


def test_pages_and_views_keep_the_words(client: TestClient) -> None:
    page = client.get("/atlaujas?q=susana&state=valid")
    assert links(page, ".pager a")["Nākamā lapa →"] == "/atlaujas?q=susana&state=valid&page=2"
    assert list(links(page, ".tabs a").values()) == [
        "/atlaujas?q=susana",
        "/atlaujas?q=susana&state=valid",
        "/atlaujas?q=susana&state=expired",
    ]
    assert len(numbers(client, "/atlaujas?q=susana&page=99")) == 2


def test_typing_swaps_the_list_and_replaces_the_address(client: TestClient) -> None:
    part = client.get("/atlaujas?q=mals&page=4", headers=HTMX | {"HX-Trigger-Name": "q"})
    assert part.headers["hx-replace-url"] == "/atlaujas?q=mals"
    assert "<html" not in part.text
    said = tree(part).css_first("#registrs").attributes["data-say"]
    assert said is not None
    assert said.endswith(": 1")


def test_pages_ask_the_database_little(client: TestClient) -> None:
    with statements(client.app.state.database) as sent:  # type: ignore[attr-defined]
        client.get("/atlaujas")
    assert len(sent) <= 2, sent


def test_the_register_is_a_file_too_with_the_same_search(client: TestClient) -> None:
    whole = client.get("/atlaujas.csv")
    assert whole.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="atlaujas.csv"' in whole.headers["content-disposition"]
    heads, *rows = csv.reader(io.StringIO(whole.text.removeprefix("\ufeff")), delimiter=";")
    assert (heads[0], len(rows)) == ("Numurs", 24)
    page = client.get("/atlaujas?q=keramika&state=expired")
    address = links(page, ".after a")["CSV"]
    narrowed = client.get(address)
    _heads, row = csv.reader(io.StringIO(narrowed.text.removeprefix("\ufeff")), delimiter=";")
    assert row[0] == "2023-01"
    assert client.get("/atlaujas.csv?state=x&q=%00").status_code == 200


def test_cells_that_a_spreadsheet_would_run_are_harmless(client: TestClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        make.make_permit(db, "2026-99", programme="=1+1", holder="@SUM(A1)")
    text = client.get("/atlaujas.csv?q=2026-99").text
    assert "'=1+1;'@SUM(A1)" in text
