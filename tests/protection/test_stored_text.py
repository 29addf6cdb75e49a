"""Stored text is inert wherever it is shown: pages, descriptions for machines, files, letters, and a real browser."""

import csv
import io
import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select
from starlette.testclient import TestClient

from app.courses.models import Course, CourseRun
from app.db import Database
from app.main import create_app
from app.providers.models import Provider
from app.search.index import rebuild_index
from app.settings import Settings
from app.wishes.models import PUBLIC, WishRequest
from tests.living import living
from tests.pages.samples import sample_addresses
from tests.protection.payloads import MARK, PAYLOADS, poison, text_columns
from tests.protection.routes import STAFF, every_route
from tests.world import World

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ORIGIN = "https://muzizglitiba.example.lv"
SCHEMES = re.compile(r"(?:https?://|mailto:|tel:|/|#|\?|$)")
NEVER = (
    "iframe, object, embed, base, frame, applet, style, math, meta[http-equiv], [srcdoc], [formaction], animate, set"
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def poisoned(template: Path, folder: Path, turn: int) -> Path:
    """A demonstration city with a payload in every free text, searchable."""
    path = folder / "city.sqlite"
    shutil.copy(template, path)
    poison(path, turn)
    database = Database(f"sqlite:///{path}")
    with database.writing() as db:
        rebuild_index(db)
    database.dispose()
    return path


@pytest.fixture(scope="module", params=[0, 1, 2])
def world(
    request: pytest.FixtureRequest, city_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A poisoned city; three times, each text with another payload."""
    folder = tmp_path_factory.mktemp("poisoned")
    path = poisoned(city_template, folder, request.param)
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{path}",
        mail_url=(folder / "mail").as_uri(),
        public_url=ORIGIN,
        rate_limits="off",
    )
    app = create_app(settings, quiet=True)
    with TestClient(app, base_url=ORIGIN, follow_redirects=False) as client:
        yield World(client, app.state.database, settings, folder / "mail")


def shown(world: World) -> list[str]:
    """Addresses on which the texts stand: a sample of every page, and many of those that are made of them."""
    found = [one for some in sample_addresses(world.database, world.settings).values() for one in some]
    with world.database.reading() as db:
        found += [f"/kursi/{slug}" for slug in db.scalars(select(Course.slug).order_by(Course.id.desc()).limit(12))]
        found += [f"/istenotaji/{slug}" for slug in db.scalars(select(Provider.slug))]
        found += [
            f"/velmes/{one}"
            for one in db.scalars(select(WishRequest.id).where(WishRequest.state.in_(PUBLIC)).limit(12))
        ]
    return [*found, "/kursi?page=2", "/kursi?q=x9x", "/kursi?provider=vmc&venue=x", "/velmes/jauna?q=x9x"]


def alive(html: str) -> list[str]:
    """What a text has made of a page: elements, attributes, addresses that no template writes."""
    page, found = LexborHTMLParser(html), []
    for node in page.css("*"):
        tag = node.tag or ""
        if MARK in tag:
            found.append(f"element {tag}")
        for name, value in node.attributes.items():
            text = (value or "").strip()
            if MARK in name or name.startswith(("on", "hx-on", "data-hx")) or name == "style":
                found.append(f"attribute {name} of {tag}")
            away = not SCHEMES.match(text) or re.match(r"(?:https?:)?//elsewhere", text) is not None
            linked = tag == "a" and text.startswith("https://elsewhere.example")  # Markdown may do that.
            if name in {"href", "src", "action"} and away and not linked:
                found.append(f"{name}={text} of {tag}")
            if name.startswith("hx-") and (MARK in text.partition("?")[0] or text.startswith(("js:", "javascript:"))):
                found.append(f"{name}={text} of {tag}")
    found += [f"forbidden {node.html}"[:200] for node in page.css(NEVER)]
    for script in page.css("script"):
        if script.attributes.get("type") == "application/ld+json":
            json.loads(script.text())
        elif not (script.attributes.get("src") or "").startswith("/static/") or script.text().strip():
            found.append(f"script {script.html}"[:200])
    if "1337" + MARK in html:
        found.append("a template was carried out")
    return found


@pytest.mark.promise("P12", "P15")
def test_no_page_has_an_element_or_attribute_from_a_text(world: World) -> None:
    found, seen = {}, ""
    for address in shown(world):
        for language in ("lv", "en"):
            answer = world.client.get(
                f"{address}{'&' if '?' in address else '?'}lang={language}", headers={"cookie": ""}
            )
            seen += answer.text
            if wrong := alive(answer.text):
                found[address] = wrong
        part = world.client.get(address, headers={"hx-request": "true"})
        if wrong := alive(part.text):
            found[address + " as part"] = wrong
    assert found == {}
    assert seen.count(MARK) > 3000, "the payloads are not shown at all"


def test_the_lint_sees_what_it_shall_see() -> None:
    """The control: every kind of payload, printed raw, is found."""
    acting = [text for text in PAYLOADS if text.startswith("<") and not text.startswith("<%")]
    seen = [text for text in acting if alive(f"<div>{text}</div>")]
    assert len(seen) >= len(acting) - 5, "only what a parser itself takes apart may stay unseen"
    assert alive('<p title="" autofocus onfocus=x9x() x9x="">') != []
    assert alive('<div hx-get="https://elsewhere.example/x9x">') != []
    assert alive('<a href="javascript:x9x()">x</a>') != []
    assert alive("<p>1337x9x</p>") != []


@pytest.mark.promise("P12", "P21")
def test_files_and_feeds_hold_texts_as_texts(world: World) -> None:
    places = every_route(_app(world), world.client)
    files = [
        place.address
        for place in places
        if place.method == "GET"
        and re.search(r"\.(ics|csv|atom|xml|json|txt)$", place.path)
        and not place.path.startswith(STAFF)
    ]
    assert len(files) >= 9
    with world.database.reading() as db:
        runs = db.execute(
            select(Course.slug, CourseRun.id).join(CourseRun.course).order_by(CourseRun.id.desc()).limit(12)
        ).all()
    files += [f"/norises/{run}/kalendars.ics" for _, run in runs] + [
        f"/kursi/{slug}/kalendars.ics?run={run}" for slug, run in runs
    ]
    marked = 0
    for address in files:
        answer = world.client.get(address)
        kind = answer.headers["content-type"].partition(";")[0]
        marked += MARK in answer.text
        match kind:
            case "text/calendar":
                names = {
                    re.split("[;:]", line)[0] for line in answer.text.split("\r\n") if line and not line.startswith(" ")
                }
                assert not {name for name in names if MARK in name.lower() or name.startswith("X9X")}, address
                assert "BEGIN:VALARM" not in answer.text.split("\r\n")
            case "text/csv":
                rows = [*csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";")]
                assert [cell for row in rows for cell in row if cell.startswith(FORMULA) and not _is_number(cell)] == []
            case "application/xml" | "application/atom+xml":
                assert {MARK in node.tag for node in ET.fromstring(answer.text).iter()} == {False}
                assert "<x9x" not in answer.text
            case "application/json":
                answer.json()
            case "text/html":
                assert alive(answer.text) == []
    assert marked > 12


@pytest.mark.promise("P12")
def test_letters_hold_texts_as_texts(world: World) -> None:
    with world.database.reading() as db:
        runs = db.scalars(
            select(CourseRun.id)
            .where(CourseRun.registration_closes_at > CourseRun.created_at, CourseRun.cancelled_at.is_(None))
            .order_by(CourseRun.id.desc())
            .limit(24)
        ).all()
        joined = db.scalars(select(WishRequest.id).where(WishRequest.state == "new").limit(6)).all()
    names = [text for text in PAYLOADS if "\n" not in text and "\r" not in text and "\u2028" not in text]
    for number, run in enumerate(runs):
        person = {"name": names[number % len(names)][:120], "email": f"reader{number}@example.lv"}
        world.client.post(f"/api/v1/runs/{run}/registrations?lang={'en' if number % 2 else 'lv'}", json=person)
    for wish in joined:
        world.client.post(f"/velmes/{wish}/atbalstit", data={"email": f"wisher{wish}@example.lv"})
    for number, text in enumerate(names[::4]):
        asked = {"title": text + " kalšana", "details": text, "email": f"writer{number}@example.lv"}
        world.client.post("/api/v1/wishes", json=asked)
    world.deliver()
    letters = world.all_letters()
    assert len(letters) > 30
    for letter in letters:
        headers = {name.lower() for name in letter.keys()}  # noqa: SIM118
        assert not {name for name in headers if MARK in name or name in {"bcc", "cc"}}
        assert len(letter.get_all("Subject", [])) == len(letter.get_all("To", [])) == 1
        html = letter.get_body(("html",))
        assert isinstance(html, EmailMessage)
        assert [one for one in alive(html.get_content()) if "style" not in one] == []


def _app(world: World) -> FastAPI:
    assert isinstance(world.client.app, FastAPI)
    return world.client.app


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?[0-9]+([.,][0-9]+)?", cell) is not None


def test_every_free_text_of_the_records_is_tried() -> None:
    names = {column for _table, column in text_columns()}
    assert names >= {
        "title",
        "summary",
        "description",
        "name",
        "details",
        "text",
        "address",
        "teacher",
        "bring",
        "website",
    }


@pytest.mark.browser
@pytest.mark.promise("P12", "P15")
def test_in_a_real_browser_nothing_runs_and_no_policy_is_touched(
    browser: Browser, city_template: Path, tmp_path: Path
) -> None:
    path = poisoned(city_template, tmp_path, 1)
    with living(f"sqlite:///{path}", tmp_path / "mail", rate_limits="off") as city:
        context = browser.new_context()
        context.add_init_script(f"window.{MARK} = () => {{ window.ran = true; }}")
        page = context.new_page()
        complaints: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("dialog", lambda dialog: complaints.append("dialog"))
        page.on("request", lambda request: asked.append(request.url))
        settings = Settings(_env_file=None, database_url=f"sqlite:///{path}", public_url=city.url)
        some = sample_addresses(city.database, settings)
        for address in [one[0] for one in some.values()] + ["/kursi?q=x9x"]:
            page.goto(city.url + address)
            page.keyboard.press("Tab")
            assert page.evaluate("window.ran") is None, address
        page.goto(city.url + "/kursi")
        page.locator("#q").fill("script")
        page.wait_for_timeout(700)
        assert page.evaluate("window.ran") is None
        context.close()
    assert [text for text in complaints if "Content Security Policy" in text or text == "dialog"] == []
    assert [url for url in asked if not url.startswith(city.url)] == []
