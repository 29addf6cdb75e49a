"""One offer answered fifty times at once: one seat, and everybody else is told clearly. Over HTTP, both databases."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import select

from app.clock import now
from app.db import Database
from app.links import sign
from app.outbox.messages import SeatTaken
from app.outbox.post import post
from app.registrations.models import Answer, Registration, SeatOffer, State
from tests.living import LivingCity, living
from tests.registrations import acts, length
from tests.registrations.crowd import at_once

TIMES = 50
pytestmark = [pytest.mark.alone, pytest.mark.promise("P04"), pytest.mark.slow, pytest.mark.timeout(length.SECONDS)]


@pytest.fixture
def city(database: Database, tmp_path: Path) -> Iterator[LivingCity]:
    """The application served, with its worker, on the test's database."""
    with living(database.url.render_as_string(hide_password=False), tmp_path / "mail") as served:
        yield served


def offered(database: Database, number: int) -> tuple[int, Registration]:
    """A run with one seat, which is offered to the first of two who wait."""
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, f"seated{number}@example.com")
    for name in ("first", "second"):
        acts.register(database, run_id, f"{name}{number}@example.com")
    acts.withdraw(database, f"seated{number}@example.com")
    return run_id, acts.latest(database, f"first{number}@example.com")


def link(city: LivingCity, registration: Registration) -> str:
    """The person's private page."""
    secret = city.settings.secret_key.get_secret_value()
    return f"{city.url}/pieteikumi/{sign(secret, 'registration', registration.link_key)}"


def taken_by(database: Database, registration: Registration) -> int:
    """How often the seat was taken, as the log of actions and the outbox both tell."""
    taken = [number for number, _facts in acts.recorded(database, "offer_accepted")]
    return taken.count(str(registration.id))


def test_fifty_presses_of_one_button_take_one_seat_and_all_are_told_so(city: LivingCity, database: Database) -> None:
    for number in range(length.ROUNDS):
        run_id, person = offered(database, number)
        answers = at_once([(f"{link(city, person)}/pienemt", {})] * TIMES)
        told = Counter((answer.status_code, answer.headers.get("location", "")) for answer, _seconds in answers)
        assert {(status, to.partition("?")[2]) for status, to in told} == {(303, "done=accepted")}
        assert taken_by(database, person) == 1
        assert acts.taken_and_waiting(database, run_id) == (1, 1)
    assert acts.posted(database).count("SeatTaken") == 2 * length.ROUNDS  # Theirs, and that of who gave the seat up.


def test_of_fifty_contrary_answers_one_counts_and_the_others_are_told_why(city: LivingCity, database: Database) -> None:
    for number in range(length.ROUNDS):
        run_id, person = offered(database, number)
        page = link(city, person)
        answers = at_once([(f"{page}/{'pienemt' if turn % 2 else 'atteikties'}", {}) for turn in range(TIMES)])
        seated = acts.state(database, f"first{number}@example.com") is State.CONFIRMED
        done = "done=accepted" if seated else "done=declined"
        for answer, _seconds in answers:
            if answer.status_code == 303:
                assert answer.headers["location"].endswith(done)
                continue
            assert answer.status_code == 409
            alert = HTMLParser(answer.text).css_first('[role="alert"]')
            assert alert is not None
            assert len(alert.text().strip()) > 20
        assert Counter(answer.status_code for answer, _seconds in answers) == {303: TIMES // 2, 409: TIMES // 2}
        assert taken_by(database, person) == int(seated)
        second = acts.state(database, f"second{number}@example.com")
        assert second is (State.WAITLISTED if seated else State.OFFERED)
        assert acts.taken_and_waiting(database, run_id) == (1, int(seated))


def test_without_the_lock_one_offer_would_be_taken_many_times(database: Database) -> None:
    """The control: the same looking and taking, without waiting for one's turn."""
    _run_id, person = offered(database, 0)
    ready = Barrier(16)

    def accept_without_the_lock(_turn: int) -> None:
        with database.reading() as db:
            offer = db.scalars(select(SeatOffer).where(SeatOffer.registration_id == person.id)).one()
        ready.wait(timeout=60)
        if offer.answer is None:
            with database.writing() as db:
                taken = db.get_one(Registration, person.id)
                taken.state = State.CONFIRMED
                db.get_one(SeatOffer, offer.id).answer = Answer.ACCEPTED
                db.get_one(SeatOffer, offer.id).answered_at = now()
                post(db, SeatTaken(person.id, 1))

    with ThreadPoolExecutor(16) as people:
        list(people.map(accept_without_the_lock, range(16)))
    assert acts.posted(database).count("SeatTaken") > 2
