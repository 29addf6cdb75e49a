"""A course's page: what decides, in every state; its calendar file, its description for machines, and its end."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar

from app.clock import now
from app.courses.models import Course
from app.db import Database
from app.registrations.models import State
from tests import make
from tests.counting import statements
from tests.web.reader import HTMX, index, links, lint, reader, tree, words

SLUG = "keramika"
ADDRESS = f"/kursi/{SLUG}"


@pytest.fixture
def client(sqlite_database: Database) -> Iterator[TestClient]:
    """A browser without scripts."""
    with reader(sqlite_database) as client:
        yield client


def make_course(database: Database, **run: object) -> Course:
    """A course with one run, and another course like it."""
    with database.writing() as db:
        group = make.make_group(db, "personal", name="Personības izaugsme", name_en="Personal growth")
        course = make.make_course(db, SLUG, title="Keramika iesācējiem", group=group, price=30)
        like = make.make_course(db, title="Keramika: glazūras", group=group)
        make.make_run(db, like)
        for number in range(8):  # Two courses alone have nothing in common that others lack.
            make.make_course(db, title=f"Angļu valoda {number}", summary="Sarunas.", description="", keywords=())
        if run.pop("held", True):
            make.make_run(db, course, **run)  # type: ignore[arg-type]
        index(db)
        return course


STATES = {
    "open": ({}, "Var pieteikties", "Pieteikties"),
    "upcoming": ({"opens_in": timedelta(days=2), "starts_in": 20}, "Drīzumā", "Paziņot, kad varēs pieteikties"),
    "closed": ({"closes_in": timedelta(hours=-1)}, "Pieteikšanās beigusies", "Paziņot par nākamo norisi"),
    "running": ({"starts_in": -3}, "Notiek", "Paziņot par nākamo norisi"),
    "finished": ({"starts_in": -90}, "Beigusies", "Paziņot par nākamo norisi"),
    "cancelled": ({"cancelled": True}, "Norise nav plānota", "Paziņot par nākamo norisi"),
    "none": ({"held": False}, "Norise nav plānota", "Paziņot par nākamo norisi"),
}


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_badge_and_one_thing_to_do(
    client: TestClient, sqlite_database: Database, state: str
) -> None:
    facts, badge, act = STATES[state]
    make_course(sqlite_database, **facts)
    page = client.get(ADDRESS)
    lint(page)
    assert words(page, "#lemums .state").startswith(badge)
    [button] = tree(page).css("#lemums .btn")
    assert button.text() == act
    target = button.attributes["href"] or ""
    assert target.startswith("/norises/") if state == "open" else target == f"{ADDRESS}/pazinot"
    assert tree(page).css_first("#lidzigi") is not None
    if state != "open":
        assert links(page, "#lemums p:not(.small) a:not(.btn)") == {"Skatīt līdzīgus kursus": "#lidzigi"}
        assert links(page, "#lemums .small a") == {"Izteikt vēlmi": "/velmes/jauna?q=Keramika%20ies%C4%81c%C4%93jiem"}


@pytest.mark.parametrize("has_list", [True, False])
def test_a_full_run_offers_its_waiting_list_if_it_has_one(
    client: TestClient, sqlite_database: Database, has_list: bool
) -> None:
    make_course(sqlite_database, held=False)
    with sqlite_database.writing() as db:
        course = db.get_one(Course, 1)
        run = make.make_run(db, course, seats=2, has_waiting_list=has_list)
        make.make_registrations(db, run, 2)
        if has_list:
            make.make_registrations(db, run, 3, State.WAITLISTED)
        index(db)
    page = client.get(ADDRESS)
    panel = words(page, "#lemums")
    if has_list:
        assert "gaidīšanas sarakstā: 3 cilvēki" in panel
        assert links(page, "#lemums .btn") == {"Pierakstīties gaidīšanas sarakstā": f"/norises/{run.id}/pieteikties"}
        assert "sarakstā 4. vietā" in words(page, ".run")
    else:
        assert "gaidīšanas saraksta nav" in panel
        assert not tree(page).css('#lemums a[href^="/norises/"]')


def test_a_course_unlike_all_others_leads_to_its_group_instead(client: TestClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        make.make_course(db, SLUG, group=make.make_group(db, "personal"))
        index(db)
    page = client.get(ADDRESS)
    assert links(page, "#lemums p:not(.small) a:not(.btn)") == {"Skatīt līdzīgus kursus": "/grupas/personal"}
    assert tree(page).css_first("#lidzigi") is None


def test_the_strip_answers_when_at_what_time_for_how_much_and_how_many_seats(
    client: TestClient, sqlite_database: Database
) -> None:
    make_course(sqlite_database, seats=8)
    first = tree(client.get(ADDRESS)).css(".facts--first .first dd")
    assert len(first) == 4
    assert re.fullmatch(r"\d+\.\s\S+", first[0].text())
    assert first[1].text().endswith("18.00")
    assert first[2].text() == "30\u00a0€"
    assert "8" in first[3].text()


def test_a_cancelled_run_stays_with_its_reason_and_the_other_dates_can_be_joined(
    client: TestClient, sqlite_database: Database
) -> None:
    course = make_course(sqlite_database)
    with sqlite_database.writing() as db:
        make.make_run(db, course, starts_in=30, cancelled=True)
    page = client.get(ADDRESS)
    assert "Iemesls: Pieteicās par maz dalībnieku." in words(page)
    assert len(tree(page).css(".run")) == 2
    assert len(tree(page).css('.run a[href$="/pieteikties"]')) == 1


def test_the_rating_is_told_from_five_answers_up(client: TestClient, sqlite_database: Database) -> None:
    course = make_course(sqlite_database)
    with sqlite_database.writing() as db:
        past = make.make_run(db, course, starts_in=-60)
        for _ in range(4):
            make.make_feedback(db, past, 4)
    assert "Vērtējumu rādām, kad ir vismaz 5 atbildes." in words(client.get(ADDRESS))
    with sqlite_database.writing() as db:
        make.make_feedback(db, past, 4)
        index(db)
    client.app.state.kept_pages = type(client.app.state.kept_pages)()  # type: ignore[attr-defined]
    assert "Vērtējums 4,0 no 5; 5 atbildes" in words(client.get(ADDRESS))


def test_what_is_not_translated_says_so_and_carries_its_language(client: TestClient, sqlite_database: Database) -> None:
    make_course(sqlite_database)
    client.cookies.set("reading", "en")
    page = client.get(ADDRESS)
    assert "not translated yet" in words(page)
    assert tree(page).css_first("h1").attributes["lang"] == "lv"
    assert tree(page).css_first(".prose").attributes["lang"] == "lv"
    client.cookies.set("reading", "lv")
    assert "lang" not in tree(client.get(ADDRESS)).css_first("h1").attributes


def test_seats_are_asked_for_anew_without_the_rest_of_the_page(client: TestClient, sqlite_database: Database) -> None:
    make_course(sqlite_database)
    part = client.get(ADDRESS, headers=HTMX)
    assert "<html" not in part.text
    assert tree(part).css_first("#lemums") is not None
    assert "HX-Request" in part.headers["vary"]


@pytest.mark.parametrize(
    "hostile",
    [
        "</script><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{7*7}}{% for x in y %}",
        "<!--<script>",
        "\u2028alert(1)",
        "A" * 300,
    ],
)
def test_hostile_titles_are_inert_everywhere(client: TestClient, sqlite_database: Database, hostile: str) -> None:
    with sqlite_database.writing() as db:
        course = make.make_course(
            db, SLUG, title=hostile, summary=hostile, description=hostile, outcomes=[hostile], keywords=[hostile]
        )
        make.make_run(db, course, venue=make.make_venue(db, name=hostile, access_notes=[hostile]))
        index(db)
    page = client.get(ADDRESS)
    lint(page)
    assert words(page, "h1") == " ".join(hostile.split())
    assert len(tree(page).css('script[type="application/ld+json"]')) == 1
    assert structured(page.text)["name"] == hostile
    assert not tree(page).css("img")


def structured(html: str) -> dict[str, object]:
    """The description for search engines in a page."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    described = json.loads(found[1])
    assert isinstance(described, dict)
    return described


def test_search_engines_read_the_course_with_its_dates_places_and_price(
    client: TestClient, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as db:
        course = make.make_course(db, SLUG, price=30)
        make.make_run(db, course, seats=9, venue=make.make_venue(db, name="Amatu māja", address="Skolas iela 3"))
        make.make_run(db, course, starts_in=40, venue=make.make_venue(db, name="Zoom", is_online=True))
        make.make_run(db, course, starts_in=-90)
        index(db)
    described = structured(client.get(ADDRESS).text)
    assert described["@type"] == "Course"
    assert described["url"] == "http://kursi.example.lv/kursi/keramika"
    assert described["offers"] == {"@type": "Offer", "category": "Paid", "price": "30.00", "priceCurrency": "EUR"}
    instances = described["hasCourseInstance"]
    assert isinstance(instances, list)
    assert [one["location"]["@type"] for one in instances] == ["Place", "VirtualLocation"]
    assert instances[0]["courseMode"] == "Onsite"
    assert instances[0]["courseWorkload"] == "PT12H"
    assert instances[0]["maximumAttendeeCapacity"] == 9
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT18:00\+0[23]:00", instances[0]["startDate"])


def test_a_course_that_left_the_catalogue_says_so_and_shows_similar_ones(
    client: TestClient, sqlite_database: Database
) -> None:
    course = make_course(sqlite_database)
    with sqlite_database.writing() as db:
        make.archive(db, db.get_one(Course, course.id))
        index(db)
    page = client.get(ADDRESS)
    assert page.status_code == 410
    assert "Šī kursa katalogā vairs nav" in words(page)
    assert "Keramika: glazūras" in words(page, ".courses")
    assert "noindex" in page.text


@pytest.mark.parametrize(
    "path", ["/kursi/nav-tada", "/kursi/%ED%A0%80", "/norises/0/kalendars.ics", "/norises/77/kalendars.ics"]
)
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_drafts_are_not_found_nor_are_their_calendars(client: TestClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        run = make.make_run(db, make.make_course(db, SLUG, published=False))
    assert client.get(ADDRESS).status_code == 404
    assert client.get(f"/norises/{run.id}/kalendars.ics").status_code == 404


def test_the_calendar_file_holds_every_session(client: TestClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        run = make.make_run(db, make.make_course(db, SLUG, title="Keramika", title_en="Pottery"), sessions=3)
    moved = client.get(f"{ADDRESS}/kalendars.ics?norise={run.id}")
    assert (moved.status_code, moved.headers["location"]) == (308, f"/norises/{run.id}/kalendars.ics")
    client.cookies.set("reading", "en")
    file = client.get(moved.headers["location"])
    assert file.headers["content-type"] == "text/calendar; charset=utf-8"
    assert file.headers["content-disposition"] == 'attachment; filename="pottery.ics"'
    events = Calendar.from_ical(file.content).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["Pottery"] * 3
    assert events[0]["dtstart"].dt > now()


def test_a_long_course_still_asks_the_database_little(client: TestClient, sqlite_database: Database) -> None:
    course = make_course(sqlite_database)
    with sqlite_database.writing() as db:
        for weeks in range(1, 9):
            make.make_run(db, course, starts_in=7 * weeks, venue=make.make_venue(db))
        index(db)
    client.get("/kursi")
    with statements(client.app.state.database) as sent:  # type: ignore[attr-defined]
        client.get(ADDRESS)
    assert len(sent) <= 6, sent
