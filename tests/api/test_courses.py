"""Courses through the API: searching, narrowing, paging, and one course with its runs."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.courses.models import Audience, Course, CourseRun, Format
from app.db import Database
from app.outbox.messages import CourseChanged
from app.outbox.post import post
from app.registrations.models import State
from app.search.filters import FILTERS
from app.search.index import rebuild_index
from tests import make
from tests.counting import statements


@pytest.fixture
def two_courses(database: Database) -> tuple[Course, Course]:
    """A free pottery course in the evening and a language course online for 90 euros."""
    with database.writing() as db:
        pottery = make.make_course(
            db,
            "vm-1",
            title="Keramika iesācējiem",
            title_en="Pottery",
            provider=make.make_provider(db, "vm", name="Muzejs"),
            group=make.make_group(db, "personal", name="Izaugsme"),
            audiences=(Audience.SENIORS,),
        )
        language = make.make_course(
            db,
            "vb-1",
            title="Vācu valoda",
            summary="Pirmie vārdi.",
            description="",
            keywords=(),
            provider=make.make_provider(db, "vb", name="Bibliotēka"),
            group=make.make_group(db, "languages_culture", name="Valodas"),
            format=Format.ONLINE,
            price=90,
        )
        run = make.make_run(db, pottery, seats=3, sessions=2)
        make.make_registration(db, run)
        make.make_registration(db, run, state=State.PENDING)
        make.make_run(db, language, starts_in=-90)
        rebuild_index(db)
    return pottery, language


def test_without_words_the_whole_catalogue_is_told_with_facets(
    api: TestClient, two_courses: tuple[Course, Course]
) -> None:
    answer = api.get("/api/v1/courses")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["total"], told["page"], told["per_page"]) == (2, 1, 20)
    assert [item["code"] for item in told["items"]] == ["vm-1", "vb-1"]
    assert told["facets"]["provider"] == {"vm": 1, "vb": 1}
    assert told["facets"]["price"] == {"free": 1, "50": 1, "200": 2}
    assert told["facets"]["open"] == {"1": 1}


def test_a_course_in_a_list_tells_what_decides(api: TestClient, two_courses: tuple[Course, Course]) -> None:
    (item,) = api.get("/api/v1/courses", params={"q": "keramika"}).json()["items"]
    run = item.pop("next_run")
    assert item == {
        "code": "vm-1",
        "slug": "vm-1",
        "title": "Keramika iesācējiem",
        "summary": "Pirmie trauki no māla.",
        "untranslated": False,
        "provider": "vm",
        "provider_name": "Muzejs",
        "group": "personal",
        "group_name": "Izaugsme",
        "audiences": ["seniors"],
        "level": "beginner",
        "language": "lv",
        "format": "in_person",
        "academic_hours": 16.0,
        "price": "0.00",
        "funding": "free",
        "certificate": "none",
        "url": "https://muz.example.lv/kursi/vm-1",
        "run_count": 1,
    }
    assert (run["state"], run["seats"], run["seats_left"], run["waiting"]) == ("open", 3, 1, 0)
    assert run["starts_at"].endswith("Z")


CHOSEN: list[tuple[str, list[str]]] = [
    ("q=keramik", ["vm-1"]),
    ("q=vacu", ["vb-1"]),
    ("price=free", ["vm-1"]),
    ("price=90", ["vm-1", "vb-1"]),
    ("provider=vb", ["vb-1"]),
    ("provider=vb&provider=vm", ["vm-1", "vb-1"]),
    ("provider=nobody", []),
    ("format=online&open=1", []),
    ("audience=seniors&time=evening", ["vm-1"]),
    ("sort=price", ["vm-1", "vb-1"]),
    ("q=%00%ff%ed%a0%80", ["vm-1", "vb-1"]),
    ("q=bezmaksas", ["vm-1"]),
    ("from=2001-01-01&to=2001-12-31", []),
    ("page=9", []),
]


def test_words_filters_and_order_choose_the_courses(api: TestClient, two_courses: tuple[Course, Course]) -> None:
    for query, codes in CHOSEN:
        answer = api.get(f"/api/v1/courses?{query}")
        assert answer.status_code == 200, query
        assert [item["code"] for item in answer.json()["items"]] == codes, query


def test_words_taken_as_filters_are_told_and_can_be_searched_as_words(
    api: TestClient, two_courses: tuple[Course, Course]
) -> None:
    told = api.get("/api/v1/courses?q=keramika+senioriem").json()
    assert told["understood"] == [{"parameter": "audience", "values": ["seniors"], "words": "senioriem"}]
    assert api.get("/api/v1/courses?q=keramika+senioriem&literal=true").json()["understood"] == []


def test_texts_are_in_the_language_asked_for(api: TestClient, two_courses: tuple[Course, Course]) -> None:
    asked = api.get("/api/v1/courses?lang=en&sort=price")
    assert asked.headers["content-language"] == "en"
    assert [(item["title"], item["untranslated"]) for item in asked.json()["items"]] == [
        ("Pottery", False),
        ("Vācu valoda", True),
    ]
    negotiated = api.get("/api/v1/courses/vm-1", headers={"Accept-Language": "de, en;q=0.8"})
    assert (negotiated.json()["title"], negotiated.headers["vary"]) == ("Pottery", "Accept-Language, Accept-Encoding")


WRONG = [
    ("colour=red", "colour", "unknown_field"),
    ("q=a&q=b", "q", "repeated"),
    ("page=1&page=1", "page", "repeated"),
    ("page=0", "page", "range"),
    ("page=x", "page", "number"),
    ("page=99999999999999999999", "page", "range"),
    ("per_page=101", "per_page", "range"),
    ("per_page=", "per_page", "number"),
    ("sort=best", "sort", "choice_unknown"),
    ("lang=xx", "lang", "choice_unknown"),
    ("lang=", "lang", "choice_unknown"),
    ("format=paper", "format", "choice_unknown"),
    ("format=online,hybrid", "format", "choice_unknown"),
    ("format=", "format", "choice_unknown"),
    ("provider=a%00b", "provider", "choice_unknown"),
    ("provider=%20vm", "provider", "choice_unknown"),
    ("price=-1", "price", "choice_unknown"),
    ("price=nan", "price", "choice_unknown"),
    ("open=0", "open", "choice_unknown"),
    ("from=2026-02-30", "from", "iso_date"),
    ("from=01.02.2026", "from", "iso_date"),
    ("to=20260201", "to", "iso_date"),
    ("from=2026-01-01&from=2026-01-02", "from", "repeated"),
    ("q=" + "a" * 201, "q", "too_long"),
    ("q=" + "a" * 10_000, "q", "too_long"),
]


def test_a_wrong_parameter_is_refused_by_name(api: TestClient) -> None:
    for query, field, code in WRONG:
        answer = api.get(f"/api/v1/courses?{query}")
        assert answer.status_code == 422, query
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["type"] == "urn:problem:wrong_input"
        assert [(wrong["field"], wrong["code"]) for wrong in problem["errors"]] == [(field, code)], query


def test_pages_name_their_neighbours_and_keep_the_question(api: TestClient, two_courses: tuple[Course, Course]) -> None:
    first = api.get("/api/v1/courses?per_page=1&sort=price&price=200")
    here = "<https://muz.example.lv/api/v1/courses?per_page=1&sort=price&price=200&page="
    assert first.headers["link"] == f'{here}1>; rel="first", {here}2>; rel="last", {here}2>; rel="next"'
    second = api.get("/api/v1/courses?per_page=1&sort=price&price=200&page=2")
    assert second.headers["link"] == f'{here}1>; rel="first", {here}2>; rel="last", {here}1>; rel="prev"'
    assert (first.json()["total"], second.json()["items"][0]["code"]) == (2, "vb-1")
    past = api.get("/api/v1/courses?per_page=1&page=50").json()
    assert (past["total"], past["page"], past["items"]) == (2, 50, [])


def test_every_filter_is_described_and_understood(api: TestClient) -> None:
    described = api.get("/api/openapi.json").json()["paths"]["/api/v1/courses"]["get"]
    parameters = {one["name"]: one for one in described["parameters"]}
    assert {one.parameter for one in FILTERS} <= set(parameters)
    for one in FILTERS:
        example = parameters[one.parameter]["example"]
        value = example[0] if isinstance(example, list) else example
        assert api.get("/api/v1/courses", params={one.parameter: value}).status_code == 200, one.parameter
    assert described["operationId"] == "list_courses"


def test_a_course_tells_its_runs_with_seats_and_sessions(
    api: TestClient, database: Database, two_courses: tuple[Course, Course]
) -> None:
    with database.writing() as db:
        course = db.get_one(Course, two_courses[0].id)
        make.make_run(db, course, starts_in=60, seats=0, opens_in=timedelta(days=3), venue=make.make_venue(db, "amatu"))
        make.make_run(db, course, starts_in=9, cancelled=True)
    told = api.get("/api/v1/courses/vm-1").json()
    assert [(run["state"], run["seats"], run["seats_left"]) for run in told["runs"]] == [
        ("open", 3, 1),
        ("upcoming", 0, None),
        ("cancelled", 12, 12),
    ]
    assert [len(run["sessions"]) for run in told["runs"]] == [2, 4, 0]
    assert told["runs"][1]["venue"]["code"] == "amatu"
    assert told["runs"][2]["cancel_reason"] == "Pieteicās par maz dalībnieku."
    assert (told["description"], told["rating"], told["permit"]) == ("Mācāmies **virpot** un glazēt.", None, None)


def test_unknown_draft_and_withdrawn_courses_are_refused(api: TestClient, database: Database) -> None:
    with database.writing() as db:
        make.make_course(db, "draft", published=False)
        make.archive(db, make.make_course(db, "gone"))
    for code in ("nothing", "draft", "%00", "%ff", "a" * 5000):
        answer = api.get(f"/api/v1/courses/{code}")
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:problem:not_found"), code
    withdrawn = api.get("/api/v1/courses/gone?lang=en")
    assert withdrawn.status_code == 410
    assert withdrawn.json()["type"] == "urn:problem:course_withdrawn"
    assert withdrawn.json()["detail"] == "This course is no longer in the catalogue. See similar courses."


def test_what_was_just_published_is_found_and_what_was_withdrawn_is_gone(api: TestClient, database: Database) -> None:
    assert api.get("/api/v1/courses").json()["total"] == 0
    with database.writing() as db:
        course = make.make_course(db)
        rebuild_index(db)
    assert api.get("/api/v1/courses").json()["total"] == 1
    with database.writing() as db:
        make.archive(db, db.get_one(Course, course.id))
        post(db, CourseChanged(course.id))
    assert api.get("/api/v1/courses").json()["items"] == []
    with database.writing() as db:
        rebuild_index(db)
    assert api.get("/api/v1/courses").json()["total"] == 0


def test_an_unchanged_answer_is_not_sent_again(
    api: TestClient, database: Database, two_courses: tuple[Course, Course]
) -> None:
    first = api.get("/api/v1/courses?q=keramika")
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    assert first.headers["cache-control"] == "public, max-age=0, must-revalidate"
    for known in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = api.get("/api/v1/courses?q=keramika", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    with database.writing() as db:
        run = db.scalars(select(CourseRun).where(CourseRun.course_id == two_courses[0].id)).one()
        make.make_registration(db, run)
        post(db, CourseChanged(run.course_id))
    changed = api.get("/api/v1/courses?q=keramika", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.headers["etag"] != tag) == (200, True)


def test_a_list_takes_three_statements_and_a_course_three(
    api: TestClient, database: Database, two_courses: tuple[Course, Course]
) -> None:
    api.get("/api/v1/courses")
    served: Database = api.app.state.database  # type: ignore[attr-defined]
    with statements(served) as sent:
        api.get("/api/v1/courses?q=keramika&price=free&per_page=100&lang=en")  # No card is known in English yet.
    assert len(sent) == 3
    with statements(served) as sent:
        api.get("/api/v1/courses/vm-1")
    assert len(sent) == 3
