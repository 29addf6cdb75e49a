"""Two hundred people at once: no run is oversold, the queue has its order, a form counts once. Over HTTP, both databases."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from httpx2 import AsyncClient, Limits, Response
from sqlalchemy import select

from app.clock import now
from app.courses.models import CourseRun
from app.db import Database
from app.links import new_key
from app.registrations.models import Channel, Registration, State
from app.registrations.queries import occupancy_of
from tests.living import LivingCity, living
from tests.registrations import acts

PEOPLE = 200
SEATS = 10
pytestmark = pytest.mark.alone
ANYTHING = Limits(max_connections=PEOPLE, max_keepalive_connections=0)


@pytest.fixture
def city(database: Database, tmp_path: Path) -> Iterator[LivingCity]:
    """The application served, with its worker, on the test's database."""
    with living(database.url.render_as_string(hide_password=False), tmp_path / "mail") as served:
        yield served


def at_once(city: LivingCity, requests: list[tuple[str, dict[str, object]]]) -> list[tuple[Response, float]]:
    """Send all requests at the same moment; each answer with the seconds it took."""

    async def one(client: AsyncClient, path: str, request: dict[str, object]) -> tuple[Response, float]:
        begun = time.perf_counter()
        answer = await client.post(city.url + path, **request)  # type: ignore[arg-type]
        return answer, time.perf_counter() - begun

    async def everybody() -> list[tuple[Response, float]]:
        async with AsyncClient(limits=ANYTHING, timeout=60, follow_redirects=False) as client:
            return await asyncio.gather(*(one(client, path, request) for path, request in requests))

    with ThreadPoolExecutor(1) as elsewhere:  # A browser's tests may have left a loop running in this thread.
        return elsewhere.submit(asyncio.run, everybody()).result()


def person(number: int) -> dict[str, object]:
    """Somebody's request to the API."""
    return {"json": {"name": f"Persona {'ABCDEFGHIJ'[number % 10]}", "email": f"person{number}@example.com"}}


@pytest.mark.promise("P01")
@pytest.mark.parametrize("_again", range(3))
def test_two_hundred_at_once_get_ten_seats_and_the_places_after_them(
    city: LivingCity, database: Database, _again: int
) -> None:
    run_id = acts.new_run(database, seats=SEATS)
    answers = at_once(city, [(f"/api/v1/runs/{run_id}/registrations", person(n)) for n in range(PEOPLE)])
    assert Counter(answer.status_code for answer, _seconds in answers) == {201: PEOPLE}
    told = [answer.json() for answer, _seconds in answers]
    assert Counter(one["state"] for one in told) == {"pending": SEATS, "waitlisted": PEOPLE - SEATS}
    rows = acts.registrations(database, run_id)
    waiting = [row.email for row in rows if row.state is State.WAITLISTED]
    assert [row.state for row in rows] == [State.PENDING] * SEATS + [State.WAITLISTED] * (PEOPLE - SEATS)
    places = {
        f"person{number}@example.com": one["position"] for number, one in enumerate(told) if one["position"] is not None
    }
    assert [places[str(email)] for email in waiting] == [*range(1, PEOPLE - SEATS + 1)]
    slowest = sorted(seconds for _answer, seconds in answers)[int(PEOPLE * 0.99) - 1]
    assert slowest < 10, f"p99 {slowest:.1f} s"


@pytest.mark.promise("P01")
def test_without_the_lock_two_hundred_at_once_would_be_oversold(database: Database) -> None:
    """The control: the same counting and inserting, without waiting for one's turn."""
    run_id = acts.new_run(database, seats=SEATS)

    def register_without_the_lock(number: int) -> None:
        with database.reading() as db:
            run = db.get_one(CourseRun, run_id)
            has_room = run.has_room(*occupancy_of(db, run, now())[:2])
        with database.writing() as db:
            moment = now()
            email = f"person{number}@example.com"
            db.add(
                Registration(
                    run_id=run_id,
                    state=State.PENDING if has_room else State.WAITLISTED,
                    channel=Channel.WEB,
                    name="Anna Ozola",
                    email=email,
                    email_key=email,
                    link_key=new_key(),
                    created_at=moment,
                    hold_until=run.starts_at if has_room else None,
                )
            )

    with ThreadPoolExecutor(16) as people:
        list(people.map(register_without_the_lock, range(PEOPLE)))
    assert acts.taken_and_waiting(database, run_id)[0] > SEATS


@pytest.mark.promise("P06")
def test_one_form_sent_fifty_times_at_once_is_one_registration_with_one_answer(
    city: LivingCity, database: Database
) -> None:
    run_id = acts.new_run(database)
    one = person(1) | {"headers": {"Idempotency-Key": "the-same-key"}}
    answers = at_once(city, [(f"/api/v1/runs/{run_id}/registrations", one)] * 50)
    assert {(answer.status_code, answer.text) for answer, _seconds in answers} == {(201, answers[0][0].text)}
    assert len(acts.registrations(database, run_id)) == 1
    assert acts.posted(database).count("SeatHeld") == 1


@pytest.mark.promise("P06")
def test_the_web_form_sent_fifty_times_at_once_leads_to_one_page(city: LivingCity, database: Database) -> None:
    run_id = acts.new_run(database)
    typed = {"key": "a-key-that-the-form-gave-out", "step": "send", "name": "Anna Ozola", "email": "anna@example.com"}
    answers = at_once(city, [(f"/norises/{run_id}/pieteikties", {"data": typed})] * 50)
    assert {(answer.status_code, answer.headers["location"]) for answer, _seconds in answers} == {
        (303, f"/norises/{run_id}/pieteikties/nosutits/a-key-that-the-form-gave-out")
    }
    assert len(acts.registrations(database, run_id)) == 1


@pytest.mark.promise("P01")
def test_one_person_from_two_hundred_browsers_gets_one_place(city: LivingCity, database: Database) -> None:
    run_id = acts.new_run(database, seats=SEATS)
    answers = at_once(city, [(f"/api/v1/runs/{run_id}/registrations", person(1))] * 60)
    assert {answer.status_code for answer, _seconds in answers} == {201}
    with database.reading() as db:
        assert len(db.scalars(select(Registration.id)).all()) == 1
