"""Answers, needs and a companion through the API, and the questions that a run tells."""

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.registrations.models import State
from tests.api.test_registrations import ANNA, ON_SQLITE, problem, register
from tests.registrations import acts
from tests.registrations.test_answers import ask, kept

BERTA = {"name": "Berta Liepa", "email": "berta@example.com"}


def test_a_run_tells_its_questions_in_every_language(api: TestClient, database: Database) -> None:
    run_id = acts.new_run(database)
    woven, loom, lunch = ask(database, run_id)
    told = api.get(f"/api/v1/runs/{run_id}").json()["questions"]
    assert [one["id"] for one in told] == [woven, loom, lunch]
    assert told[0]["words"] == {"lv": "Vai esat audis?"}
    assert told[0]["options"][1] == {"code": "often", "words": {"lv": "Bieži"}}
    assert (told[0]["kind"], told[0]["required"], told[0]["asked_when"]) == ("choice", True, None)
    assert told[1]["asked_when"] == {"question": woven, "answer": "often"}
    assert api.get(f"/api/v1/runs/{acts.new_run(database)}").json()["questions"] == []


def test_answers_needs_and_a_companion_are_taken(api: TestClient, database: Database) -> None:
    run_id = acts.new_run(database)
    woven, loom, lunch = ask(database, run_id)
    answers = [
        {"question": woven, "answer": "often"},
        {"question": loom, "answer": "Rāmis"},
        {"question": lunch, "answer": True},
    ]
    answer = register(api, run_id, answers=answers, companion=BERTA, special_needs="Tulks", special_needs_consent=True)
    assert (answer.status_code, answer.json()["state"]) == (201, "pending")
    assert kept(database) == {woven: "often", loom: "Rāmis", lunch: "yes"}
    first, second = (acts.latest(database, email) for email in ("anna@example.com", "berta@example.com"))
    assert (first.special_needs, second.special_needs) == ("Tulks", None)
    assert first.party == second.party == first.id


def test_the_place_told_is_the_first_of_two(api: TestClient, database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    assert register(api, run_id, companion={"name": "Berta Liepa"}).json()["position"] == 1
    assert register(api, run_id, email="later@example.com").json()["position"] == 3


def test_two_who_do_not_fit_are_refused_as_a_problem(api: TestClient, database: Database) -> None:
    run_id = acts.new_run(database, seats=1, has_waiting_list=False)
    assert problem(register(api, run_id, companion=BERTA))[:2] == (409, "both_or_neither")
    assert acts.registrations(database, run_id) == []


def test_wrong_answers_are_named_by_their_question(api: TestClient, database: Database) -> None:
    run_id = acts.new_run(database)
    woven, loom, _lunch = ask(database, run_id)
    wrong = register(api, run_id, answers=[{"question": woven, "answer": "often"}, {"question": 4711, "answer": "x"}])
    assert problem(wrong)[:2] == (422, "wrong_input")
    assert [(one["field"], one["code"]) for one in wrong.json()["errors"]] == [
        (f"question-{loom}", "missing"),
        ("question-4711", "unknown_field"),
    ]
    assert acts.registrations(database, run_id) == []
    assert register(api, run_id, answers=[{"question": woven, "answer": "never"}]).status_code == 201


@ON_SQLITE
@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"special_needs": "Tulks"}, "special_needs_consent", "consent"),
        ({"special_needs": "010190-12345", "special_needs_consent": True}, "special_needs", "personal_code"),
        ({"companion": BERTA | {"email": "anna@example.com"}}, "companion", "companion_same"),
        ({"companion": BERTA | {"phone": "26123456"}}, "companion.phone", "unknown_field"),
        ({"companion": {"email": "berta@example.com"}}, "companion.name", "missing"),
        ({"answers": [{"question": "x", "answer": "a"}]}, "answers.0.question", "number"),
        ({"answers": [{"question": 1, "answer": 5}]}, "answers.0.answer", "not_text"),
        ({"answers": {"1": "a"}}, "answers", "missing"),
    ],
)
def test_extras_that_cannot_be_taken_are_named(
    api: TestClient, changes: dict[str, object], field: str, code: str
) -> None:
    answer = register(api, 1, **changes)
    assert problem(answer)[:2] == (422, "wrong_input")
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]


@pytest.mark.promise("P06")
def test_the_key_stands_for_everything_that_was_asked(api: TestClient, database: Database) -> None:
    run_id = acts.new_run(database)
    _woven, _loom, lunch = ask(database, run_id)
    ask(database, run_id, {"kind": "checkbox", "words": {"lv": "Pusdienas"}, "id": lunch})
    asked: dict[str, object] = {"companion": BERTA, "answers": [{"question": lunch, "answer": True}]}
    first = register(api, run_id, "key-1", **asked)
    assert register(api, run_id, "key-1", **asked).content == first.content
    for other in (
        {"companion": None},
        {"companion": {"name": "Berta Liepa"}},
        {"answers": []},
        {"special_needs": "Tulks", "special_needs_consent": True},
    ):
        assert problem(register(api, run_id, "key-1", **asked | other))[:2] == (409, "sent_twice_differently")
    assert [row.state for row in acts.registrations(database, run_id)] == [State.PENDING] * 2


@ON_SQLITE
def test_the_description_shows_every_kind_of_request(api: TestClient) -> None:
    described = api.get("/api/openapi.json").json()
    body = described["paths"]["/api/v1/runs/{run_id}/registrations"]["post"]["requestBody"]["content"]
    examples = body["application/json"]["examples"]
    assert {*examples} == {"one", "questions", "two", "needs"}
    assert all({*ANNA} - {"phone"} <= {*one["value"]} for one in examples.values())
