"""What machines ask of the site: every address given exists, and private ones are not given."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from app.clock import now
from app.db import Database
from app.main import create_app
from app.settings import Settings
from app.web.machines import PAGES, PRIVATE
from app.wishes.models import WishState
from tests import make
from tests.counting import statements

ADDRESS = "http://kursi.example.lv"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def client(sqlite_database: Database) -> Iterator[TestClient]:
    """A machine."""
    settings = Settings(
        database_url=sqlite_database.url.render_as_string(),
        public_url=ADDRESS,
        security_contact="mailto:safe@example.lv",
        rate_limits="off",
    )
    with TestClient(create_app(settings, quiet=True), base_url=ADDRESS) as client:
        yield client


def a_city(database: Database) -> None:
    """A course, an archived one, and wishes."""
    with database.writing() as db:
        group = make.make_group(db, "crafts")
        provider = make.make_provider(db, "vm")
        make.make_course(
            db,
            "vm-001",
            title="Māls & uguns <iesācējiem>",
            title_en="Clay & fire",
            group=group,
            provider=provider,
            published_at=now() - timedelta(days=3),
        )
        make.make_course(db, "vm-002", title="Aušana", group=group, provider=provider, published_at=now())
        make.archive(db, make.make_course(db, "gone", group=group, provider=provider))
        make.make_wish(db)
        make.make_wish(db, state=WishState.UNREAD)


def test_robots_may_see_what_is_public_and_not_what_is_private(client: TestClient) -> None:
    text = client.get("/robots.txt").text
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in text
    for path in PRIVATE:
        assert f"Disallow: {path}\n" in text
    assert not any(page.startswith(path) for page in PAGES for path in PRIVATE)


def test_the_sitemap_names_every_public_page_and_each_exists(client: TestClient, sqlite_database: Database) -> None:
    a_city(sqlite_database)
    with statements(client.app.state.database) as sent:  # type: ignore[attr-defined]
        answer = client.get("/sitemap.xml")
    assert len(sent) <= 6
    assert answer.headers["content-type"] == "application/xml"
    tree = ElementTree.fromstring(answer.text)
    places = [url.findtext(f"{SITEMAP}loc") or "" for url in tree.iter(f"{SITEMAP}url")]
    assert len(places) == len(set(places))
    paths = {place.removeprefix(ADDRESS) for place in places}
    assert {"/kursi/vm-001", "/kursi/vm-002", "/grupas/crafts", "/istenotaji/vm", "/velmes/1"} <= paths
    assert not paths & {"/kursi/gone", "/velmes/2"}
    for place in places:
        assert client.get(place).status_code == 200, place
    others = [link.attrib["href"] for link in tree.iter("{http://www.w3.org/1999/xhtml}link")]
    assert f"{ADDRESS}/kursi/vm-001?lang=en" in others


def test_security_txt_says_whom_to_tell_and_does_not_expire_soon(client: TestClient) -> None:
    lines = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines())
    assert lines["Contact"] == "mailto:safe@example.lv"
    assert lines["Canonical"] == f"{ADDRESS}/.well-known/security.txt"
    assert lines["Preferred-Languages"] == "lv, en"
    assert timedelta(days=90) < datetime.fromisoformat(lines["Expires"]) - now() < timedelta(days=366)


def test_the_icon_stands_where_browsers_look_for_it(client: TestClient) -> None:
    icon = client.get("/favicon.ico")
    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/x-icon")
    assert client.head("/favicon.ico").status_code == 200


def test_the_feed_has_the_newest_courses_first_in_the_language_asked_for(
    client: TestClient, sqlite_database: Database
) -> None:
    a_city(sqlite_database)
    answer = client.get("/jaunumi.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == [
        "Aušana",
        "Māls & uguns <iesācējiem>",
    ]
    english = ElementTree.fromstring(client.get("/jaunumi.atom?lang=en").content)
    entries = list(english.iter(f"{ATOM}entry"))
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Aušana", "Clay & fire"]
    assert english.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "en"
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert ids == [entry.findtext(f"{ATOM}id") for entry in entries]
    for entry in entries:
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert client.get(link.attrib["href"]).status_code == 200


def test_a_feed_of_nothing_is_still_a_feed(client: TestClient) -> None:
    feed = ElementTree.fromstring(client.get("/jaunumi.atom").content)
    assert feed.tag == f"{ATOM}feed"
    assert not list(feed.iter(f"{ATOM}entry"))


def test_signs_that_xml_cannot_hold_are_left_out(client: TestClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        make.make_course(db, "vm-001", title="Keramika\x0b\x1f iesācējiem")
    feed = ElementTree.fromstring(client.get("/jaunumi.atom").content)
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "Keramika iesācējiem"
