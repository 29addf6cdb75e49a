"""A provider's own system: its key, its courses and runs, nobody else's; nothing lost, nothing twice; the feed of changes."""

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.catalogue.change_models import CatalogueChange
from app.catalogue.changes import note_changes
from app.clock import now, today
from app.courses.models import Course, CourseRun, CourseState
from app.db import Database
from app.people.keys import KeyForm, Scope, make_key
from app.people.models import ApiKey, Role
from app.people.staff import Staff
from app.settings import Settings
from app.worker.run import drain
from app.worker.workshop import Workshop, open_workshop
from tests.courses.authors import make_author
from tests.make import make_course, make_registration, make_run, make_venue

COURSE = {
    "title": "Māla trauki",
    "summary": "Pirmie trauki no māla.",
    "description": "Mācāmies virpot un glazēt.",
    "outcomes": ["Virpo bļodu", "Glazē krūzi"],
    "group": "crafts",
    "audiences": ["everyone"],
    "format": "in_person",
    "academic_hours": "16",
    "price": "18.50",
    "funding": "self_paid",
    "certificate": "none",
    "contact_email": "kursi@example.lv",
}
RUN = {
    "weekly": [{"weekdays": [1, 3], "begins": "18:00", "ends": "19:30"}],
    "first_day": f"{today() + timedelta(days=60)}",
    "last_day": f"{today() + timedelta(days=90)}",
    "seats": 12,
}


class System:
    """A provider's system with a key."""

    def __init__(self, client: TestClient, database: Database, scopes: Sequence[Scope] = tuple(Scope)) -> None:
        self.client = client
        with database.writing() as db:
            self.who: Staff = make_author(db, Role.MANAGER, trusted=True)
            self.token = make_key(db, self.who, KeyForm(name="Vietne", scopes=[*scopes]))[1]

    def ask(self, method: str, path: str, body: object = None, **headers: str):
        """Ask under /api/v1/own."""
        sent = {"Authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }
        return self.client.request(method, f"/api/v1/own{path}", json=body, headers=sent)


@pytest.fixture
def system(client: TestClient, database: Database) -> System:
    """A system that may do everything."""
    return System(client, database)


@pytest.fixture
def workshop(database: Database, settings: Settings) -> Iterator[Workshop]:
    """The worker's tools."""
    yield open_workshop(settings, database)


def test_a_course_is_written_changed_published_and_withdrawn(system: System, database: Database) -> None:
    made = system.ask("POST", "/courses", COURSE)
    assert made.status_code == 201, made.text
    code, tag = made.json()["code"], made.headers["etag"]
    assert made.headers["location"].endswith(f"/own/courses/{code}")
    assert made.json()["missing"] == []
    assert system.client.get(f"/api/v1/courses/{code}").status_code == 404
    changed = system.ask("PATCH", f"/courses/{code}", {"price": "20"}, If_Match=tag)
    assert (changed.status_code, changed.json()["content"]["price"]) == (200, "20")
    assert changed.json()["content"]["title"] == COURSE["title"]
    public = system.ask("POST", f"/courses/{code}/publish", If_Match=changed.headers["etag"])
    assert public.json()["state"] == "published"
    assert system.client.get(f"/api/v1/courses/{code}").status_code == 200
    planned = system.ask("POST", f"/courses/{code}/runs", RUN)
    assert planned.status_code == 201, planned.text
    run = planned.json()
    more = system.ask("PATCH", f"/runs/{run['id']}", {"seats": 20}, If_Match=planned.headers["etag"])
    assert more.json()["seats"] == 20
    session = run["sessions"][0]["id"]
    moved = system.ask(
        "PUT",
        f"/runs/{run['id']}/sessions/{session}",
        {"day": RUN["first_day"], "begins": "10:00", "ends": "11:00"},
        If_Match=more.headers["etag"],
    )
    assert moved.status_code == 200, moved.text
    off = system.ask("POST", f"/runs/{run['id']}/cancel", {"reason": "Slimības dēļ."}, If_Match="*")
    assert off.json()["cancel_reason"] == "Slimības dēļ."
    gone = system.ask("POST", f"/courses/{code}/withdraw", If_Match="*")
    assert gone.json()["state"] == "archived", gone.text
    with database.reading() as db:
        actors = {*db.scalars(select(AuditEntry.actor).where(AuditEntry.act != "key_made"))}
        key = db.scalars(select(ApiKey.id)).one()
    assert actors == {f"key:{key}"}


def test_all_of_a_run_is_changed_or_nothing_and_a_room_in_use_is_refused(system: System, database: Database) -> None:
    with database.writing() as db:
        venue = make_venue(db)
        venue.room, room = "3. telpa", venue.id
    code = system.ask("POST", "/courses", COURSE).json()["code"]
    there = system.ask("POST", f"/courses/{code}/runs", RUN | {"venue_id": room}).json()
    later = {"first_day": f"{today() + timedelta(days=120)}", "last_day": f"{today() + timedelta(days=150)}"}
    planned = system.ask("POST", f"/courses/{code}/runs", RUN | later | {"venue_id": room})
    run, tag = planned.json(), planned.headers["etag"]
    opens, closes = today() + timedelta(days=10), today() + timedelta(days=100)
    asked = {
        "seats": 20,
        "teacher": "Ilze Kalniņa",
        "window": {"opens": f"{opens}", "closes": f"{closes}", "has_waiting_list": True},
        "minimum": {"min_participants": 6, "decision_day": f"{closes}"},
    }
    wrong = asked | {"window": {"opens": f"{closes}", "closes": f"{opens}"}}
    answer = system.ask("PATCH", f"/runs/{run['id']}", wrong, If_Match=tag)
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, ["window.closes"])
    assert system.ask("GET", f"/runs/{run['id']}").json() == run, "all of it or nothing"
    told = system.ask("PATCH", f"/runs/{run['id']}", asked, If_Match=tag).json()
    assert (told["seats"], told["teacher"], told["min_participants"]) == (20, "Ilze Kalniņa", 6)
    assert told["registration_opens_at"].startswith(f"{opens - timedelta(days=1)}T2"), "midnight in Riga"
    for seats, minimum in ((40, 30), (12, 6)):  # Each only together: more seats first, fewer last.
        both = {"seats": seats, "minimum": {"min_participants": minimum, "decision_day": f"{closes}"}}
        changed = system.ask("PATCH", f"/runs/{run['id']}", both, If_Match="*").json()
        assert (changed["seats"], changed["min_participants"]) == (seats, minimum)
    begins = there["sessions"][0]["starts_at"][:10]
    clash = {"day": begins, "begins": "18:30", "ends": "19:00"}
    moved = system.ask("PUT", f"/runs/{run['id']}/sessions/{run['sessions'][0]['id']}", clash, If_Match="*")
    assert (moved.status_code, moved.json()["type"]) == (409, "urn:problem:venue_taken")
    elsewhere = system.ask("POST", f"/courses/{code}/runs", RUN).json()["id"]
    placed = system.ask("PATCH", f"/runs/{elsewhere}", {"venue_id": room}, If_Match="*")
    assert (placed.status_code, placed.json()["type"]) == (409, "urn:problem:venue_taken")


def test_nobodys_change_is_lost_and_whoever_changes_says_what_they_saw(system: System) -> None:
    made = system.ask("POST", "/courses", COURSE)
    path = f"/courses/{made.json()['code']}"
    assert system.ask("PUT", path, COURSE).status_code == 428
    assert system.ask("PUT", path, COURSE | {"price": "1"}, If_Match=made.headers["etag"]).status_code == 200
    late = system.ask("PUT", path, COURSE | {"price": "2"}, If_Match=made.headers["etag"])
    assert (late.status_code, late.json()["type"]) == (412, "urn:problem:changed_meanwhile")
    planned = system.ask("POST", f"{path}/runs", RUN)
    run = f"/runs/{planned.json()['id']}"
    assert system.ask("PATCH", run, {"seats": 5}).status_code == 428
    assert system.ask("PATCH", run, {"seats": 5}, If_Match='"other"').status_code == 412


def test_what_is_emptied_is_empty_and_a_title_is_checked_as_on_the_page(system: System) -> None:
    made = system.ask("POST", "/courses", COURSE)
    path = f"/courses/{made.json()['code']}"
    told = system.ask("PATCH", path, {"contact_email": "", "price": None}, If_Match="*").json()
    assert (told["content"]["contact_email"], told["content"]["price"]) == (None, None)
    for wrong in ("   ", "Kurss 010190-12345", "Kurss\u202e"):
        answer = system.ask("PATCH", path, {"title": wrong}, If_Match="*")
        assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, ["title"]), wrong
    assert system.ask("GET", path).json()["content"]["title"] == COURSE["title"]


def test_a_request_sent_twice_counts_once(system: System, database: Database) -> None:
    first = system.ask("POST", "/courses", COURSE, Idempotency_Key="a-1")
    again = system.ask("POST", "/courses", COURSE, Idempotency_Key="a-1")
    assert (again.status_code, again.json(), again.headers["etag"]) == (201, first.json(), first.headers["etag"])
    assert system.ask("POST", "/courses", COURSE | {"price": "1"}, Idempotency_Key="a-1").status_code == 409
    code = first.json()["code"]
    ids = {system.ask("POST", f"/courses/{code}/runs", RUN, Idempotency_Key="b").json()["id"] for _ in range(2)}
    assert len(ids) == 1
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Course)) == 1


def test_what_is_wrong_is_named_and_foreign_fields_are_refused(system: System) -> None:
    wrong = system.ask("POST", "/courses", COURSE | {"price": "daudz", "state": "published", "provider_id": 1})
    assert wrong.status_code == 422
    assert {one["field"].split(".")[0] for one in wrong.json()["errors"]} == {"price", "state", "provider_id"}
    code = system.ask("POST", "/courses", COURSE | {"summary": ""}).json()["code"]
    missing = system.ask("POST", f"/courses/{code}/publish", If_Match="*")
    assert (missing.status_code, missing.json()["type"]) == (422, "urn:problem:publish_incomplete")
    late = system.ask("POST", f"/courses/{code}/runs", RUN | {"last_day": "2020-01-01"})
    assert (late.status_code, [one["field"] for one in late.json()["errors"]]) == (422, ["last_day"])


@pytest.mark.promise("P10")
def test_a_key_opens_its_own_providers_things_only(client: TestClient, database: Database, system: System) -> None:
    code = system.ask("POST", "/courses", COURSE).json()["code"]
    run = system.ask("POST", f"/courses/{code}/runs", RUN).json()["id"]
    other = System(client, database)
    pairs = [(f"/courses/{code}", "/courses/none-1"), (f"/runs/{run}", "/runs/4711")]
    for theirs, missing in pairs:
        answers = [other.ask("GET", path) for path in (theirs, missing)]
        assert [one.status_code for one in answers] == [404, 404]
        assert {**answers[0].json(), "request_id": ""} == {**answers[1].json(), "request_id": ""}
    for method, path, body in (
        ("PUT", f"/courses/{code}", COURSE),
        ("PATCH", f"/courses/{code}", {"price": "1"}),
        ("POST", f"/courses/{code}/publish", None),
        ("POST", f"/courses/{code}/withdraw", None),
        ("POST", f"/courses/{code}/runs", RUN),
        ("PATCH", f"/runs/{run}", {"seats": 1}),
        ("POST", f"/runs/{run}/cancel", {"reason": "a"}),
        ("POST", f"/runs/{run}/registrations/open", None),
    ):
        assert other.ask(method, path, body, If_Match="*").status_code == 404, path
    assert other.ask("GET", "/courses").json()["total"] == 0


def test_keys_do_only_what_they_were_made_for_and_end(client: TestClient, database: Database) -> None:
    system = System(client, database, [Scope.RUNS_WRITE])
    assert system.ask("POST", "/courses", COURSE).status_code == 403
    assert system.ask("GET", "/courses").status_code == 200
    assert system.ask("POST", "/runs/1/registrations/open").status_code == 403
    for headers in ({}, {"Authorization": "Bearer katalogs_wrong"}, {"Authorization": "Basic YTpi"}):
        refused = client.get("/api/v1/own/courses", headers=headers)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert "access-control-allow-origin" not in refused.headers
    with database.writing() as db:
        db.scalars(select(ApiKey)).one().expires_at = now() - timedelta(seconds=1)
    assert system.ask("GET", "/courses").status_code == 401


def test_names_are_read_only_with_the_scope_and_each_opening_is_on_record(
    client: TestClient, database: Database
) -> None:
    system = System(client, database)
    with database.writing() as db:
        course = make_course(db)
        course.provider_id = system.who.provider
        from tests.make import make_run

        run = make_run(db, course)
        make_registration(db, run, name="Anna Ozola")
        run_id = run.id
    assert "Anna" not in system.ask("GET", f"/runs/{run_id}").text
    opened = system.ask("POST", f"/runs/{run_id}/registrations/open")
    assert [one["name"] for one in opened.json()["items"]] == ["Anna Ozola"]
    with database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "list_opened")).one()
    assert "Anna" not in entry.facts


def read_on(client: TestClient, since: str | None) -> tuple[list[dict[str, object]], str]:
    """Everything that has changed, and where to read on."""
    found: list[dict[str, object]] = []
    while True:
        page = client.get("/api/v1/changes", params={"since": since} if since else {}).json()
        found += page["items"]
        since = page["next"]
        if not page["more"]:
            return found, str(since)


def test_the_feed_tells_what_came_changed_and_went(system: System, workshop: Workshop) -> None:
    code = system.ask("POST", "/courses", COURSE).json()["code"]
    drain(workshop)
    assert read_on(system.client, None)[0] == []
    system.ask("POST", f"/courses/{code}/publish", If_Match="*")
    run = system.ask("POST", f"/courses/{code}/runs", RUN).json()["id"]
    drain(workshop)
    items, since = read_on(system.client, None)
    assert {(one["kind"], one["change"], one.get("run_id")) for one in items} == {
        ("course", "changed", None),
        ("run", "changed", run),
    }
    drain(workshop)
    assert read_on(system.client, since) == ([], since)
    system.ask("PATCH", f"/runs/{run}", {"seats": 3}, If_Match="*")
    drain(workshop)
    items, since = read_on(system.client, since)
    assert [(one["kind"], one["run_id"]) for one in items] == [("run", run)]
    system.ask("POST", f"/courses/{code}/withdraw", If_Match="*")
    drain(workshop)
    items, since = read_on(system.client, since)
    assert {(one["kind"], one["change"]) for one in items} == {("course", "deleted"), ("run", "deleted")}
    assert system.client.get("/api/v1/changes?since=zz").status_code == 422


def test_the_feed_goes_on_where_a_number_was_given_twice(database: Database) -> None:
    with database.writing() as db:
        old, run = make_course(db), make_run(db, make_course(db))
        told = {"course_id": old.id, "code": old.code, "run_id": run.id, "digest": "", "is_gone": True}
        db.add(CatalogueChange(key=f"run:{run.id}", number=1, changed_at=now(), **told))
    with database.writing() as db:
        assert note_changes(db, [run.course_id]) == 2
    with database.reading() as db:
        told_now = db.scalars(select(CatalogueChange).where(CatalogueChange.run_id == run.id)).one()
        assert (told_now.course_id, told_now.is_gone) == (run.course_id, False)


def test_who_reads_on_misses_nothing_while_many_write(client: TestClient, database: Database) -> None:
    with database.writing() as db:
        ids = [make_course(db).id for _ in range(24)]
    seen: set[str] = set()
    stop = threading.Event()

    def write(mine: list[int]) -> None:
        for course_id in mine:
            with database.writing() as db:
                note_changes(db, [course_id])

    writers = [threading.Thread(target=write, args=(ids[place::4],)) for place in range(4)]
    for one in writers:
        one.start()
    since: str | None = None
    while not stop.is_set():
        if not any(one.is_alive() for one in writers):
            stop.set()
        items, since = read_on(client, since)
        seen |= {str(one["code"]) for one in items}
    with database.reading() as db:
        assert seen == {*db.scalars(select(Course.code).where(Course.state == CourseState.PUBLISHED))}
        assert db.scalar(select(func.count()).select_from(CourseRun)) == 0
