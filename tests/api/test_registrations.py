"""Registering through the API: the answers, the refusals as problems, and one key that counts once."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func, select

from app.clock import now
from app.db import Database
from app.limits import FORMS
from app.registrations.models import Channel, SentForm, State
from tests.registrations import acts
from tests.world import World

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference, one is enough."""
ANNA = {"name": "Anna Ozola", "email": "anna@example.com", "phone": "26123456"}


def register(api: TestClient, run_id: int, key: str | None = None, **changes: object) -> Response:
    """Somebody's program registers Anna."""
    headers = {"Idempotency-Key": key} if key is not None else {}
    return api.post(f"/api/v1/runs/{run_id}/registrations", json=ANNA | changes, headers=headers)


def problem(answer: Response) -> tuple[int, str, str]:
    """Status, kind and sentence of a problem."""
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    return answer.status_code, told["type"].removeprefix("urn:problem:"), told["detail"]


def test_a_seat_is_held_until_the_address_is_confirmed(api: TestClient, database: Database) -> None:
    run_id = acts.new_run(database)
    answer = register(api, run_id)
    assert answer.status_code == 201
    told = answer.json()
    assert {*told} == {"state", "position", "held_until", "message"}
    assert (told["state"], told["position"]) == ("pending", None)
    assert timedelta(hours=23) < datetime.fromisoformat(told["held_until"]) - now() <= timedelta(hours=24)
    assert told["message"].startswith("Uz adresi anna@example.com nosūtījām vēstuli.")
    kept = acts.latest(database, "anna@example.com")
    assert (kept.state, kept.channel, kept.phone, kept.locale) == (State.PENDING, Channel.API, "+371 26 123 456", "lv")


def test_a_full_run_gives_a_place_on_its_list(api: TestClient, database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.register(database, run_id, "first@example.com")
    told = register(api, run_id).json()
    assert (told["state"], told["position"], told["held_until"]) == ("waitlisted", 1, None)


def test_the_sentence_and_the_letters_are_in_the_language_asked_for(api: TestClient, database: Database) -> None:
    run_id = acts.new_run(database)
    answer = api.post(f"/api/v1/runs/{run_id}/registrations?lang=en", json=ANNA)
    assert answer.json()["message"].startswith("We sent a letter to anna@example.com.")
    assert acts.latest(database, "anna@example.com").locale == "en"


def test_the_same_request_under_the_same_key_is_answered_as_the_first_time(api: TestClient, database: Database) -> None:
    run_id = acts.new_run(database)
    first = register(api, run_id, "key-1")
    acts.confirm(database, "anna@example.com")
    again = register(api, run_id, "key-1")
    assert (again.status_code, again.content) == (201, first.content)
    assert len(acts.registrations(database, run_id)) == 1


def test_without_a_key_no_answer_is_kept_and_the_person_is_registered_once(api: TestClient, database: Database) -> None:
    run_id = acts.new_run(database)
    answers = [register(api, run_id) for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(SentForm)) == 0
    assert len(acts.registrations(database, run_id)) == 1


def test_another_request_under_the_same_key_is_refused(api: TestClient, database: Database) -> None:
    run_id = acts.new_run(database)
    register(api, run_id, "key-1")
    answer = register(api, run_id, "key-1", name="Berta Kalna")
    assert problem(answer)[:2] == (409, "sent_twice_differently")
    assert len(acts.registrations(database, run_id)) == 1


def test_a_key_belongs_to_one_run(api: TestClient, database: Database) -> None:
    for run_id in (acts.new_run(database), acts.new_run(database)):
        assert register(api, run_id, "key-1").status_code == 201
        assert len(acts.registrations(database, run_id)) == 1


@ON_SQLITE
@pytest.mark.parametrize("key", ["", "k" * 201, "a key", "ķ".encode().decode("latin-1")])
def test_a_key_that_cannot_be_kept_is_refused(api: TestClient, database: Database, key: str) -> None:
    answer = api.post(
        f"/api/v1/runs/{acts.new_run(database)}/registrations",
        json=ANNA,
        headers=[(b"Idempotency-Key", key.encode("latin-1"))],  # type: ignore[arg-type]
    )
    assert problem(answer)[0] == 422


@pytest.mark.promise("P17")
def test_a_known_address_is_answered_like_a_new_one(api: TestClient, database: Database) -> None:
    run_id = acts.new_run(database, seats=5)
    acts.seat(database, run_id, "known@example.com")
    known, unknown = register(api, run_id, email="known@example.com"), register(api, run_id, email="new@example.com")
    assert known.status_code == unknown.status_code == 201
    assert {*known.json()} == {*unknown.json()}
    for field in ("state", "position"):
        assert known.json()[field] == unknown.json()[field]
    assert len(acts.registrations(database, run_id)) == 2


def test_refusals_are_problems_with_the_sentence_people_read(api: TestClient, database: Database) -> None:
    full = acts.new_run(database, seats=1, has_waiting_list=False)
    acts.register(database, full, "first@example.com")
    closed, cancelled, early = acts.new_run(database), acts.new_run(database), acts.new_run(database)
    acts.change_run(database, closed, registration_closes_at=now() - timedelta(hours=1))
    acts.change_run(database, cancelled, cancelled_at=now())
    acts.change_run(database, early, registration_opens_at=now() + timedelta(hours=1))
    refused = {problem(register(api, run_id))[:2] for run_id in (full, closed, cancelled, early)}
    assert refused == {(409, "run_full"), (409, "run_closed"), (409, "run_cancelled"), (409, "run_not_open")}
    assert problem(register(api, cancelled))[2] == "Šī norise ir atcelta. Skatiet citas kursa norises."


def test_unknown_runs_are_not_found(api: TestClient, database: Database) -> None:
    assert problem(register(api, 4711))[:2] == (404, "not_found")


@ON_SQLITE
@pytest.mark.parametrize("run_id", ["0", "-1", "99999999999999999999", "abc", "1.5"])
def test_what_is_no_number_of_a_run_is_refused(api: TestClient, run_id: str) -> None:
    answer = api.post(f"/api/v1/runs/{run_id}/registrations", json=ANNA)
    assert answer.status_code in {404, 422}


def test_an_eleventh_registration_in_a_week_is_answered_as_ever_and_not_taken(
    api: TestClient, database: Database
) -> None:
    for _ in range(10):
        acts.register(database, acts.new_run(database), "anna@example.com")
    run_id = acts.new_run(database)
    assert register(api, run_id).status_code == 201
    assert acts.registrations(database, run_id) == []
    assert acts.posted(database)[-1] == "WeekIsFull"


@ON_SQLITE
@pytest.mark.parametrize(
    ("changes", "field", "code", "sentence"),
    [
        ({"name": ""}, "name", "name_missing", "Ierakstiet vārdu un uzvārdu."),
        ({"name": None}, "name", "not_text", ""),
        ({"name": 5}, "name", "not_text", ""),
        ({"name": "A" * 500}, "name", "too_long", ""),
        ({"name": "Anna 010190-12345"}, "name", "personal_code", ""),
        ({"email": "anna.example.com"}, "email", "email_no_at", "E-pasta adresē trūkst zīmes @."),
        ({"email": "anna@"}, "email", "email_invalid", "Uz šādu adresi nosūtīt nevar."),
        ({"phone": "abc"}, "phone", "phone", "Ierakstiet numuru ar cipariem"),
        ({"state": "confirmed"}, "state", "unknown_field", "Šāda lauka te nav."),
    ],
)
def test_wrong_fields_are_named_with_the_sentence_people_read(
    api: TestClient, changes: dict[str, object], field: str, code: str, sentence: str
) -> None:
    answer = register(api, 1, **changes)
    assert problem(answer)[:2] == (422, "wrong_input")
    (wrong,) = answer.json()["errors"]
    assert (wrong["field"], wrong["code"]) == (field, code)
    assert wrong["detail"].startswith(sentence)
    assert not any(english in wrong["detail"] for english in ("should", "Input", "Value"))


@ON_SQLITE
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b'{"name": "\\ud800 Anna", "email": "a@b.lv"}'])
def test_a_body_that_is_no_registration_is_refused_in_latvian(api: TestClient, body: bytes) -> None:
    answer = api.post("/api/v1/runs/1/registrations", content=body, headers={"Content-Type": "application/json"})
    status, _kind, sentence = problem(answer)
    assert status == 422
    assert "should" not in sentence


@ON_SQLITE
@pytest.mark.promise("P14")
def test_a_body_that_forms_of_other_sites_could_send_is_refused(api: TestClient, database: Database) -> None:
    run_id = acts.new_run(database)
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        body = b'{"name": "Anna Ozola", "email": "anna@example.com"}'
        answer = api.post(f"/api/v1/runs/{run_id}/registrations", content=body, headers={"Content-Type": kind})
        assert answer.status_code in {403, 415, 422}
    cross_site = api.post(
        f"/api/v1/runs/{run_id}/registrations",
        json=ANNA,
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://x.lv"},
    )
    assert cross_site.status_code == 403
    assert acts.registrations(database, run_id) == []


@ON_SQLITE
@pytest.mark.promise("P18")
def test_one_sender_is_limited(client: TestClient) -> None:
    statuses = [
        client.post("/api/v1/runs/4711/registrations", json=ANNA).status_code for _ in range(FORMS.item.amount + 1)
    ]
    assert statuses == [404] * FORMS.item.amount + [429]


def test_the_letter_of_a_registration_by_program_leads_to_its_page(world: World) -> None:
    run_id = acts.new_run(world.database)
    register(world.client, run_id)
    world.deliver()
    (letter,) = world.letters("anna@example.com")
    body = letter.get_body(("plain",))
    assert body is not None
    assert world.link(acts.latest(world.database, "anna@example.com").id) in body.get_content()


@ON_SQLITE
def test_the_description_names_every_answer(api: TestClient) -> None:
    told = api.get("/api/openapi.json").json()["paths"]["/api/v1/runs/{run_id}/registrations"]["post"]
    assert told["operationId"] == "register_for_run"
    assert {*told["responses"]} >= {"201", "404", "409", "422", "429", "503"}
    assert "Idempotency-Key" in {one["name"].title() for one in told["parameters"]}
