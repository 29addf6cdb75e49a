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


@pytest.mark.promise("P01")
def test_one_person_from_sixty_browsers_gets_one_place(city: LivingCity, database: Database) -> None:
    run_id = acts.new_run(database, seats=10)
    answers = at_once([(f"{city.url}/api/v1/runs/{run_id}/registrations", person(1))] * 60)
    assert {answer.status_code for answer, _seconds in answers} == {201}
    with database.reading() as db:
        assert len(db.scalars(select(Registration.id)).all()) == 1
