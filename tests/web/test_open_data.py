"""Open data: the whole catalogue without anybody's name, as JSON and as a table without formulas."""

import csv
import io
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.courses.models import Audience
from app.db import Database
from app.main import create_app
from app.registrations.models import State
from app.settings import Settings
from tests import make
from tests.counting import statements

ADDRESS = "http://kursi.example.lv"


@pytest.fixture
def client(sqlite_database: Database) -> Iterator[TestClient]:
    """Somebody who downloads."""
    settings = Settings(database_url=sqlite_database.url.render_as_string(), public_url=ADDRESS, rate_limits="off")
    with TestClient(create_app(settings, quiet=True), base_url=ADDRESS) as client:
        yield client


def a_catalogue(database: Database) -> None:
    """Two courses: one with runs, a full translation and people, one with a title that looks like a formula."""
    with database.writing() as db:
        group = make.make_group(db, "crafts", name="Amati", name_en="Crafts")
        provider = make.make_provider(db, "vm", name="Muzejs", name_en="Museum")
        course = make.make_course(
            db,
            "vm-001",
            title="Keramika",
            title_en="Ceramics",
            group=group,
            provider=provider,
            price=160,
            audiences=[Audience.SENIORS, Audience.EVERYONE],
        )
        venue = make.make_venue(db, name="Amatu māja", address="Skolas iela 3")
        run = make.make_run(db, course, venue=venue, seats=12)
        run.teacher = "Ilze Kalniņa"
        make.make_registration(db, run, "anna@example.com", state=State.CONFIRMED)
        make.make_run(db, course, starts_in=-100)
        make.make_course(db, "vm-002", title='=HYPERLINK("http://evil.example")', group=group, provider=provider)
        make.make_course(db, "draft", published=False)


def test_json_holds_every_public_course_with_texts_and_runs(client: TestClient, sqlite_database: Database) -> None:
    a_catalogue(sqlite_database)
    answer = client.get("/atvertie-dati/kursi.json")
    told = answer.json()
    assert [course["code"] for course in told["courses"]] == ["vm-001", "vm-002"]
    course = told["courses"][0]
    assert (course["texts"]["lv"]["title"], course["texts"]["en"]["title"]) == ("Keramika", "Ceramics")
    assert (course["price"], course["academic_hours"]) == ("160.00", 16.0)
    assert (course["group"], course["provider"]["name"]) == ({"code": "crafts", "name": "Amati"}, "Muzejs")
    assert course["url"] == f"{ADDRESS}/kursi/vm-001"
    assert [(run["seats"], run["seats_left"], run["venue"]) for run in course["runs"]] == [(12, 11, "Amatu māja")]
    assert told["licence"].startswith("https://creativecommons.org/")
    assert answer.headers["access-control-allow-origin"] == "*"


def test_nobody_is_named_in_the_files(client: TestClient, sqlite_database: Database) -> None:
    a_catalogue(sqlite_database)
    for file in ("kursi.json", "kursi.csv"):
        text = client.get(f"/atvertie-dati/{file}").text
        for name in ("anna", "Bērziņa", "Ilze", "@"):
            assert name not in text


def test_the_table_has_a_row_for_each_run_and_no_formula(client: TestClient, sqlite_database: Database) -> None:
    a_catalogue(sqlite_database)
    answer = client.get("/atvertie-dati/kursi.csv?lang=lv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.text.startswith("\ufeff")
    heads, first, second = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")
    assert len(heads) == len(first) == len(second) == 22
    assert (first[0], first[1], first[10]) == ("vm-001", "Keramika", "160")
    assert "Visiem, Senioriem" in first
    assert second[1] == '\'=HYPERLINK("http://evil.example")'
    assert second[13:21] == [""] * 8


def test_the_table_speaks_the_reader_s_language(client: TestClient, sqlite_database: Database) -> None:
    a_catalogue(sqlite_database)
    heads, first, _second = csv.reader(
        io.StringIO(client.get("/atvertie-dati/kursi.csv?lang=en").text.removeprefix("\ufeff")), delimiter=";"
    )
    assert heads[:2] == ["Code", "Title"]
    assert first[1] == "Ceramics"
    assert "Everyone, Seniors" in first


def test_the_whole_catalogue_is_read_in_three_statements(client: TestClient, sqlite_database: Database) -> None:
    a_catalogue(sqlite_database)
    for file in ("kursi.json", "kursi.csv"):
        with statements(client.app.state.database) as sent:  # type: ignore[attr-defined]
            client.get(f"/atvertie-dati/{file}")
        assert len(sent) == 3


def test_an_empty_catalogue_is_an_empty_list(client: TestClient) -> None:
    assert client.get("/atvertie-dati/kursi.json").json()["courses"] == []
    assert len(client.get("/atvertie-dati/kursi.csv").text.splitlines()) == 1


def test_the_page_describes_the_data_for_machines(client: TestClient) -> None:
    page = client.get("/atvertie-dati")
    assert '"@type":"Dataset"' in page.text
    assert f'"contentUrl":"{ADDRESS}/atvertie-dati/kursi.csv"' in page.text
