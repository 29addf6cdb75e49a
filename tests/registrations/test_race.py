"""One form sent many times at once counts once. Over HTTP, both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db import Database
from app.registrations.models import Registration
from tests.living import LivingCity, living
from tests.registrations import acts
from tests.registrations.crowd import at_once, person
from tests.registrations.test_answers import ask, kept

pytestmark = pytest.mark.alone


@pytest.fixture
def city(database: Database, tmp_path: Path) -> Iterator[LivingCity]:
    """The application served, with its worker, on the test's database."""
    with living(database.url.render_as_string(hide_password=False), tmp_path / "mail") as served:
        yield served


@pytest.mark.promise("P06")
def test_one_form_sent_fifty_times_at_once_is_one_registration_with_one_answer(
    city: LivingCity, database: Database
) -> None:
    run_id = acts.new_run(database)
    one = person(1) | {"headers": {"Idempotency-Key": "the-same-key"}}
    answers = at_once([(f"{city.url}/api/v1/runs/{run_id}/registrations", one)] * 50)
    assert {(answer.status_code, answer.text) for answer, _seconds in answers} == {(201, answers[0][0].text)}
    assert len(acts.registrations(database, run_id)) == 1
    assert acts.posted(database).count("SeatHeld") == 1


@pytest.mark.promise("P06")
def test_the_web_form_sent_fifty_times_at_once_leads_to_one_page(city: LivingCity, database: Database) -> None:
    run_id = acts.new_run(database)
    typed = {"key": "a-key-that-the-form-gave-out", "step": "send", "name": "Anna Ozola", "email": "anna@example.com"}
    answers = at_once([(f"{city.url}/norises/{run_id}/pieteikties", {"data": typed})] * 50)
    assert {(answer.status_code, answer.headers["location"]) for answer, _seconds in answers} == {
        (303, f"/norises/{run_id}/pieteikties/nosutits/a-key-that-the-form-gave-out")
    }
    assert len(acts.registrations(database, run_id)) == 1


@pytest.mark.promise("P06")
@pytest.mark.parametrize("door", ["api", "web"])
def test_two_with_answers_sent_fifty_times_at_once_are_registered_once(
    city: LivingCity, database: Database, door: str
) -> None:
    run_id = acts.new_run(database, seats=9)
    woven, _loom, _lunch = ask(database, run_id)
    one: dict[str, object]
    if door == "api":
        companion = {"name": "Berta Liepa", "email": "berta@example.com"}
        answers = [{"question": woven, "answer": "never"}]
        body = {"name": "Anna Ozola", "email": "anna@example.com", "companion": companion, "answers": answers}
        path, one = f"/api/v1/runs/{run_id}/registrations", {"json": body, "headers": {"Idempotency-Key": "same"}}
    else:
        typed = {"key": "a-key-that-the-form-gave-out", "step": "send", "name": "Anna Ozola"}
        typed |= {"email": "anna@example.com", f"question-{woven}": "never"}
        typed |= {"companion.name": "Berta Liepa", "companion.email": "berta@example.com"}
        path, one = f"/norises/{run_id}/pieteikties", {"data": typed}
    answered = {(answer.status_code, answer.text) for answer, _seconds in at_once([(city.url + path, one)] * 50)}
    assert len(answered) == 1 and answered.pop()[0] in {201, 303}
    rows = acts.registrations(database, run_id)
    assert [(row.email, row.party) for row in rows] == [
        ("anna@example.com", rows[0].id),
        ("berta@example.com", rows[0].id),
    ]
    assert kept(database) == {woven: "never"}


@pytest.mark.promise("P01")
def test_one_person_from_sixty_browsers_gets_one_place(city: LivingCity, database: Database) -> None:
    run_id = acts.new_run(database, seats=10)
    answers = at_once([(f"{city.url}/api/v1/runs/{run_id}/registrations", person(1))] * 60)
    assert {answer.status_code for answer, _seconds in answers} == {201}
    with database.reading() as db:
        assert len(db.scalars(select(Registration.id)).all()) == 1
