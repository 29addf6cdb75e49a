"""Figures at both doors: the demonstration city's known numbers, bad input, the page and the file."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import delete, event, func, select

from app.clock import today
from app.courses.models import CourseSession
from app.db import Database
from app.i18n import LANGUAGES
from app.main import create_app
from app.participation.models import Attendance
from app.reports.dimensions import Dimension
from app.reports.figures import FIGURES
from app.reports.figures.figure import Unit
from app.settings import Settings
from app.web.csv_file import csv_file, harmless
from tests.make import make_course
from tests.reports.cities import City

KNOWN = {
    "courses_in_catalogue": 418,
    "registrations_via_catalogue": 178,
    "participations": 7840,
    "permits_issued": 38,
}
FRACTIONS = {Unit.ACADEMIC_HOURS, Unit.PERSON_HOURS, Unit.EUROS, Unit.MARK, Unit.PER_CENT}


def serve(database: Database) -> TestClient:
    settings = Settings(database_url=database.url.render_as_string(), rate_limits="off")
    return TestClient(create_app(settings, quiet=True))


@pytest.fixture
def city(sqlite_database: Database) -> Iterator[TestClient]:
    """A small random city, served."""
    with sqlite_database.writing() as db:
        City(db, 3).build()
    with serve(sqlite_database) as client:
        yield client


@pytest.fixture
def demonstration(city_database: Database) -> Iterator[TestClient]:
    """The demonstration city, served."""
    with serve(city_database) as client:
        yield client


@pytest.mark.slow
@pytest.mark.promise("P27")
def test_the_demonstration_city_has_its_known_figures_and_they_follow_the_records(
    demonstration: TestClient, city_database: Database
) -> None:
    told = demonstration.get("/api/v1/statistics/2025").json()
    assert {figure_id: told["values"][figure_id] for figure_id in KNOWN} == KNOWN
    assert {figure_id: told["figures"][figure_id]["value"] for figure_id in KNOWN} == KNOWN
    with city_database.writing() as db:
        once = (
            select(Attendance.registration_id)
            .join(CourseSession, Attendance.session_id == CourseSession.id)
            .where(func.strftime("%Y", CourseSession.starts_at) == "2025", Attendance.mark == "present")
            .group_by(Attendance.registration_id)
            .having(func.count() == 1)
            .limit(1)
        )
        seldom = db.scalars(once).one()
        db.execute(delete(Attendance).where(Attendance.registration_id == seldom))
    assert demonstration.get("/api/v1/statistics/2025").json()["values"]["participations"] == 7839


@pytest.mark.slow
def test_the_demonstration_citys_page_shows_them_in_few_statements(
    demonstration: TestClient, city_database: Database
) -> None:
    statements: list[str] = []
    readers = demonstration.app.state.database.readers  # type: ignore[attr-defined]
    event.listen(readers, "before_cursor_execute", lambda *given: statements.append(given[2]))
    page = HTMLParser(demonstration.get("/raditaji?year=2025&lang=en").text)
    assert [node.text() for node in page.css(".figures dd")] == ["7,840", "418", "178", "38"]
    for table in page.css("table.bartable"):
        rows = [int(row.css(".num")[0].text().replace(",", "")) for row in table.css("tbody tr")]
        assert sum(rows) == 7840
        assert rows == sorted(rows, reverse=True)
    assert len([one for one in statements if one != "BEGIN"]) <= 6


@pytest.mark.slow
def test_the_demonstration_citys_report_prints_one_number_of_permits(demonstration: TestClient) -> None:
    sections = demonstration.get("/api/v1/reports/2025").json()["sections"]
    assert [section["number"] for section in sections] == [*range(1, 14)]
    assert sections[11]["text"] == "38"
    assert sections[8]["text"] == "nav"
    participations = next(one for one in sections[5]["figures"] if one["id"] == "participations")
    assert participations["value"] == sum(line["value"] for line in participations["counted_from"]) == 7840


def test_every_figure_is_told_with_its_unit_and_plainly(city: TestClient) -> None:
    told = city.get("/api/v1/statistics/2025?lang=en").json()
    assert told["figures"].keys() == told["values"].keys() == FIGURES.keys()
    for figure_id, figure in told["figures"].items():
        assert figure["value"] == told["values"][figure_id]
        assert figure["unit"] == FIGURES[figure_id].unit
        if figure["value"] is not None:
            assert isinstance(figure["value"], float if FIGURES[figure_id].unit in FRACTIONS else int)
        assert figure["cells"] == []


@pytest.mark.parametrize("by", Dimension)
def test_figures_can_be_divided_by_every_dimension(city: TestClient, by: Dimension) -> None:
    told = city.get(f"/api/v1/statistics/2025?by={by}").json()
    divided = {figure_id for figure_id, figure in told["figures"].items() if figure["cells"]}
    assert divided == {figure_id for figure_id, figure in FIGURES.items() if by in figure.dimensions}
    assert all(cell["name"] for figure in told["figures"].values() for cell in figure["cells"])


@pytest.mark.parametrize(
    ("address", "status", "kind"),
    [
        ("statistics/2025?provider=nobody", 422, "choice_unknown"),
        ("statistics/2025?audience=%00", 422, "choice_unknown"),
        ("statistics/2025?by=shoe_size", 422, "wrong_input"),
        ("statistics/2025?month=13", 422, "wrong_input"),
        ("statistics/2025?provider=p0&provider=p1", 422, "wrong_input"),
        ("statistics/2025?colour=red", 422, "wrong_input"),
        ("statistics/2025?provider=p0&group=g0&by=format", 422, "too_many_dimensions"),
        ("statistics/2025?group=g0&by=group", 422, "too_many_dimensions"),
        ("statistics/1999", 422, "wrong_input"),
        ("statistics/99999999999999999999", 422, "wrong_input"),
        ("statistics/year", 422, "wrong_input"),
        ("reports/2099", 404, "not_found"),
        ("reports/2025?format=pdf", 422, "wrong_input"),
        ("metrics-dictionary?lang=xx", 422, "wrong_input"),
    ],
)
def test_bad_questions_are_answered_with_a_problem(city: TestClient, address: str, status: int, kind: str) -> None:
    answer = city.get(f"/api/v1/{address}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:problem:{kind}"


def test_the_same_answer_is_not_sent_twice(city: TestClient) -> None:
    first = city.get("/api/v1/statistics/2025")
    again = city.get("/api/v1/statistics/2025", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_the_dictionary_explains_every_figure_in_every_language(city: TestClient) -> None:
    told = city.get("/api/v1/metrics-dictionary").json()
    assert [item["id"] for item in told["items"]] == [*FIGURES]
    for item in told["items"]:
        for field in ("name", "definition", "unit_name", "counted_from"):
            assert item[field].keys() == LANGUAGES.keys()
            assert all(item[field].values())
        assert {*item["adds_up_by"]} <= {*item["dimensions"]}


def test_the_page_defines_every_figure_and_shows_the_last_year_that_is_over(city: TestClient) -> None:
    page = HTMLParser(city.get("/raditaji?lang=en").text)
    assert page.css("h1")[0].text() == f"Figures of {today().year - 1}"
    text = " ".join(page.css("main")[0].text(separator=" ").split())
    for figure in FIGURES.values():
        row = page.css_first(f"#{figure.id}")
        assert row is not None
        definition = figure.definition.msgid
        assert definition[0].upper() + definition[1:] in text


@pytest.mark.parametrize("year", ["abc", "1999", "2999", "20255", "²⁰²⁵", "%00"])
def test_a_year_that_is_not_told_is_a_page_that_is_not_found(city: TestClient, year: str) -> None:
    assert city.get(f"/raditaji?year={year}").status_code == 404
    assert city.get(f"/raditaji.csv?year={year}").status_code == 404


def test_an_empty_city_has_a_page_of_figures_too(sqlite_database: Database) -> None:
    with serve(sqlite_database) as client:
        assert client.get("/raditaji").status_code == 200
        assert client.get("/raditaji.csv").status_code == 200
        assert client.get("/api/v1/statistics/2025").json()["values"]["participations"] == 0
        assert len(client.get("/api/v1/reports/2025").json()["sections"]) == 13


def test_a_city_in_its_first_january_has_a_page_of_figures_too(sqlite_database: Database) -> None:
    with time_machine.travel(datetime(2026, 1, 10, 12, 0, tzinfo=UTC), tick=False), serve(sqlite_database) as client:
        with sqlite_database.writing() as db:
            make_course(db, published_at=datetime(2026, 1, 3, tzinfo=UTC))
        page = HTMLParser(client.get("/raditaji").text)
        assert [option.text() for option in page.css("#year option")] == ["2025"]
        assert client.get("/raditaji?year=2026").status_code == 404


def test_the_file_holds_what_the_api_tells(city: TestClient) -> None:
    answer = city.get("/raditaji.csv?year=2025&lang=en")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert len(head) == 7
    whole = {row[0]: row[6] for row in rows if not row[3]}
    told = city.get("/api/v1/statistics/2025").json()["values"]
    assert {one: float(text) if text else None for one, text in whole.items()} == {
        one: None if value is None else float(value) for one, value in told.items()
    }
    cells = city.get("/api/v1/statistics/2025?by=group").json()["figures"]["participations"]["cells"]
    parts = {row[4]: row[6] for row in rows if row[0] == "participations" and row[3] == "Thematic group"}
    assert parts == {cell["code"]: "not shown" if cell["hidden"] else str(cell["value"]) for cell in cells}


@pytest.mark.promise("P21")
@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_no_cell_of_a_file_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless("Ventspils") == "Ventspils"
    body = bytes(csv_file("a.csv", [[cell, "b;c"]]).body).decode("utf-8-sig")
    assert [*csv.reader(io.StringIO(body, newline=""), delimiter=";")] == [[f"'{cell}", "b;c"]]


def test_the_examples_of_the_description_are_made_of_known_figures(city: TestClient) -> None:
    described = json.dumps(city.get("/api/openapi.json").json()["components"]["schemas"]["StatisticsTold"])
    assert "participations" in described
    operations = {
        operation["operationId"]
        for path in city.get("/api/openapi.json").json()["paths"].values()
        for operation in path.values()
    }
    assert {"get_statistics", "get_metrics_dictionary", "get_report"} <= operations
