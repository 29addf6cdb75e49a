"""Runs through the API."""

from fastapi.testclient import TestClient

from app.db import Database
from app.registrations.models import State
from tests import make


def test_a_run_tells_its_state_seats_sessions_and_course(api: TestClient, database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db, "vm-1", title="Aušana", title_en="Weaving", provider=make.make_provider(db, "vm"))
        run = make.make_run(db, course, seats=2, sessions=3, venue=make.make_venue(db, "amatu", name="Amatu māja"))
        make.make_registrations(db, run, 2)
        make.make_registrations(db, run, 3, State.WAITLISTED)
    answer = api.get(f"/api/v1/runs/{run.id}?lang=en")
    told = answer.json()
    assert (told["id"], told["state"], told["seats"], told["seats_left"], told["waiting"]) == (run.id, "full", 2, 0, 3)
    assert len(told["sessions"]) == told["session_count"] == 3
    assert (told["venue"]["name"], told["venue_name"]) == ("Amatu māja", "Amatu māja")
    assert told["course"] == {
        "code": "vm-1",
        "slug": "vm-1",
        "title": "Weaving",
        "provider": "vm",
        "url": "https://muz.example.lv/kursi/vm-1",
    }
    assert api.get(f"/api/v1/runs/{run.id}?lang=en", headers={"If-None-Match": answer.headers["etag"]}).content == b""


def test_nobodys_name_is_told(api: TestClient, database: Database) -> None:
    with database.writing() as db:
        run = make.make_run(db, make.make_course(db, "vm-1"))
        make.make_registration(db, run, "slepens@example.com", name="Zane Slepenā")
    for address in (f"/api/v1/runs/{run.id}", "/api/v1/courses/vm-1"):
        text = api.get(address).text
        assert "Slepen" not in text
        assert "slepens" not in text


def test_runs_of_unknown_and_withdrawn_courses_are_refused(api: TestClient, database: Database) -> None:
    with database.writing() as db:
        hidden = make.make_run(db, make.make_course(db, published=False))
        gone = make.make_course(db)
        make.archive(db, gone)
        withdrawn = make.make_run(db, gone)
    assert api.get("/api/v1/runs/999999").status_code == 404
    assert api.get(f"/api/v1/runs/{hidden.id}").status_code == 404
    assert api.get(f"/api/v1/runs/{withdrawn.id}").status_code == 410


def test_a_number_no_run_can_have_is_refused(api: TestClient) -> None:
    for number in ("0", "-1", "x", "2147483648", "9" * 40, "1.5", "%00"):
        assert api.get(f"/api/v1/runs/{number}").status_code == 422, number
