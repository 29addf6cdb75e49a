"""Pages about the site: complete, in both languages, and true to settings and data."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel, ValidationError
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from app.clock import today
from app.db import Database
from app.main import create_app
from app.places import place
from app.settings import Settings
from app.web.site_facts import AccessibilityStatement, accessibility_statement
from tests import make
from tests.counting import statements

ADDRESS = "http://kursi.example.lv"
PAGES = [
    "/par",
    "/privatums",
    "/viegli-lasit",
    "/pieklustamiba",
    "/pieklustamiba/izvertejums",
    "/atvertie-dati",
    "/api",
]


def settings_of(database: Database) -> Settings:
    """Settings of a city that keeps contacts for 77 days."""
    return Settings(
        database_url=database.url.render_as_string(), public_url=ADDRESS, contact_days=77, rate_limits="off"
    )


@pytest.fixture
def client(sqlite_database: Database) -> Iterator[TestClient]:
    """A browser without scripts, and one thematic group."""
    with sqlite_database.writing() as db:
        make.make_group(db, "digital", name="Digitālās prasmes", name_en="Digital skills")
    with TestClient(create_app(settings_of(sqlite_database), quiet=True), base_url=ADDRESS) as client:
        yield client


def main_of(client: TestClient, path: str) -> str:
    """What one reads on the page, with plain spaces."""
    found = HTMLParser(client.get(path).text).css_first("main")
    return " ".join(found.text(separator=" ").split())


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_in_both_languages_with_one_heading(client: TestClient, path: str, language: str) -> None:
    answer = client.get(f"{path}?lang={language}")
    assert answer.status_code == 200
    page = HTMLParser(answer.text)
    assert len(page.css("h1")) == 1
    levels = [int(heading.tag[1]) for heading in page.css("main h1, main h2, main h3, main h4")]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    ids = [node.attributes["id"] for node in page.css("[id]")]
    assert len(ids) == len(set(ids))
    for link in page.css('main a[href^="#"]'):
        assert (link.attributes["href"] or "").removeprefix("#") in ids


def test_pages_without_data_ask_the_database_nothing(client: TestClient, sqlite_database: Database) -> None:
    with statements(client.app.state.database) as sent:  # type: ignore[attr-defined]
        for path in set(PAGES) - {"/par"}:
            client.get(path)
    assert sent == []


# --- privacy


def test_privacy_has_nine_parts_each_with_an_anchor(client: TestClient) -> None:
    page = HTMLParser(client.get("/privatums").text)
    parts = [heading.attributes["id"] for heading in page.css("main h2")]
    assert len(parts) == 9 + 1, "nine parts, and cookies"
    assert [link.attributes["href"] for link in page.css("nav.stick a")] == [f"#{part}" for part in parts]


def test_privacy_prints_the_periods_of_the_settings(client: TestClient) -> None:
    assert "līdz 77. dienai pēc kursa beigām" in main_of(client, "/privatums")
    assert "until day 77 after the course ends" in main_of(client, "/privatums?lang=en")
    assert "12 mēnešu" in main_of(client, "/privatums?lang=lv")


def test_privacy_names_controller_officer_and_inspectorate(client: TestClient) -> None:
    text = main_of(client, "/privatums")
    for words in ("Ventspils valstspilsētas pašvaldība", "datu.aizsardziba@example.lv", "dvi.gov.lv"):
        assert words in text


def test_the_cookies_set_are_those_the_page_tells_of(client: TestClient) -> None:
    for path in [*PAGES, "/", "/kursi", "/velmes"]:
        client.get(f"{path}?lang=en")
    client.post("/izskats", data={"size": "large", "back": "/"})
    assert set(client.cookies) == {"reading"}
    assert "One cookie remembers your language and text size" in main_of(client, "/privatums")


# --- accessibility


def test_the_accessibility_statement_has_every_field_of_the_official_form(client: TestClient) -> None:
    statement = accessibility_statement()
    text = main_of(client, "/pieklustamiba?lang=lv")
    expected = [
        "Ventspils Izglītības pārvalde",
        ADDRESS,
        statement.method.root["lv"],
        "Vietne daļēji atbilst",
        *(barrier.description.root["lv"] for barrier in statement.not_accessible.nonconforming),
        "Piekļūstamības alternatīvas",
        "Paziņojums pirmo reizi sagatavots",
        "Paziņojums pēdējo reizi pārskatīts",
        statement.author.root["lv"],
        "muzizglitiba@example.lv",
        statement.procedure.root["lv"],
        statement.ombudsman.email,
    ]
    for words in expected:
        assert words in text


def test_the_accessibility_statement_was_reviewed_within_a_year() -> None:
    statement = accessibility_statement()
    assert statement.prepared <= statement.reviewed <= today()
    assert not statement.is_due(today()), "review data/site/accessibility.json and move the date"
    assert statement.is_due(statement.reviewed + timedelta(days=367))


def test_no_field_of_the_statement_may_be_empty() -> None:
    kept = json.loads((place("data") / "site/accessibility.json").read_text(encoding="utf-8"))

    def empty_each(part: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
        match part:
            case dict():
                for name, value in part.items():
                    yield from empty_each(value, (*path, name))
            case list():
                for place, value in enumerate(part):
                    yield from empty_each(value, (*path, place))
            case str():
                yield path

    places = list(empty_each(kept))
    assert len(places) > 50
    for path in places:
        wrong = json.loads(json.dumps(kept))
        target = wrong
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = " "
        with pytest.raises(ValidationError):
            AccessibilityStatement.model_validate(wrong)


def test_every_text_of_the_data_files_is_in_every_language() -> None:
    def texts(part: object) -> Iterator[dict[str, str]]:
        if isinstance(part, BaseModel) and isinstance(getattr(part, "root", None), dict):
            yield part.root  # type: ignore[attr-defined]
        elif isinstance(part, BaseModel):
            for name in type(part).model_fields:
                yield from texts(getattr(part, name))
        elif isinstance(part, list):
            for one in part:
                yield from texts(one)

    found = list(texts(accessibility_statement()))
    assert len(found) > 20
    assert all(set(words) == {"lv", "en"} for words in found)


def test_a_statement_that_is_partly_met_says_why() -> None:
    statement = accessibility_statement()
    reasons = statement.not_accessible
    assert (statement.status == "fully") == (not (reasons.nonconforming or reasons.disproportionate))


# --- easy to read


def test_easy_to_read_has_ten_short_steps_each_with_a_picture(client: TestClient) -> None:
    page = HTMLParser(client.get("/viegli-lasit?lang=lv").text)
    steps = page.css(".easy li")
    assert len(steps) == 10
    for step in steps:
        assert step.css_first("svg").attributes["aria-hidden"] == "true"
        assert len(step.text(strip=True).split()) <= 10
    buttons = re.findall("„(.+?)”", page.css_first(".easy").text())
    assert buttons == ["Meklēt", "Pieteikties", "Nosūtīt pieteikumu", "Apstiprināt pieteikumu"]


# --- the API's page


def test_the_api_page_prints_every_operation_of_the_document(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    wanted = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    page = HTMLParser(client.get("/api?lang=en").text)
    printed = set()
    for heading in page.css(".operation h3"):
        method, path = heading.css_first(".badge").text(), heading.css_first("code").text()
        printed.add((method, path))
    assert printed == wanted
    assert len(wanted) >= 10


def test_the_lines_to_try_name_no_open_places_and_work(client: TestClient) -> None:
    page = HTMLParser(client.get("/api?lang=en").text)
    lines = [line.text(strip=True) for line in page.css("pre.try") if line.text(strip=True).startswith("curl")]
    assert len(lines) == len(page.css(".operation"))
    for line in lines:
        url = line.split("'")[1]
        assert "{" not in url
        if " -d " not in line and "/own/" not in line:  # Those need a key.
            assert client.get(url).status_code in {200, 404}


def test_the_api_page_asks_no_other_site(client: TestClient) -> None:
    page = HTMLParser(client.get("/api").text)
    for node in page.css("[src], link[href]"):
        address = node.attributes.get("src") or node.attributes.get("href") or ""
        assert address.startswith(("/", ADDRESS))
