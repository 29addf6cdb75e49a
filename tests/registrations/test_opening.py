"""Registration opens and two hundred people come at once, to several processes: ten seats, and a queue in its order."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median

import pytest

from app.clock import now
from app.courses.models import CourseRun
from app.db import Database
from app.links import new_key
from app.registrations.models import Channel, Registration, State
from app.registrations.queries import occupancy_of
from tests.registrations import acts, length
from tests.registrations.crowd import at_once
from tests.served import served

PEOPLE = 200
SEATS = 10
LONGEST = 3.0
"""Seconds: the promise for 99 of 100 people."""
pytestmark = [pytest.mark.alone, pytest.mark.promise("P01"), pytest.mark.slow, pytest.mark.timeout(length.SECONDS)]


def crowd(seed: int) -> list[str]:
    """Two hundred people in an order of their own."""
    people = [f"person{number}-{seed}@example.com" for number in range(PEOPLE)]
    Random(seed).shuffle(people)
    return people


def open_registration(database: Database, servers: list[str], seed: int) -> list[float]:
    """Everybody comes at once; what they were told is what is kept. The seconds they waited, the longest last."""
    run_id = acts.new_run(database, seats=SEATS)
    people = crowd(seed)
    answers = at_once(
        [
            (
                f"{servers[place % len(servers)]}/api/v1/runs/{run_id}/registrations",
                {"json": {"name": "Anna Ozola", "email": email}},
            )
            for place, email in enumerate(people)
        ]
    )
    assert Counter(answer.status_code for answer, _seconds in answers) == {201: PEOPLE}, f"seed {seed}"
    told = {email: answer.json() for email, (answer, _seconds) in zip(people, answers, strict=True)}
    assert Counter(one["state"] for one in told.values()) == {"pending": SEATS, "waitlisted": PEOPLE - SEATS}
    rows = acts.registrations(database, run_id)  # In the order of ids, which is the order of commits.
    assert [row.state for row in rows] == [State.PENDING] * SEATS + [State.WAITLISTED] * (PEOPLE - SEATS)
    assert [told[str(row.email)]["position"] for row in rows] == [None] * SEATS + [*range(1, PEOPLE - SEATS + 1)]
    assert all(earlier.created_at <= later.created_at for earlier, later in pairwise(rows))
    return sorted(seconds for _answer, seconds in answers)


def test_two_hundred_at_once_get_ten_seats_and_the_places_after_them(database: Database, tmp_path: Path) -> None:
    slowest, middle = [], []
    with served(database.url.render_as_string(hide_password=False), tmp_path) as servers:
        for seed in range(length.SEEDS):
            seconds = open_registration(database, servers, seed)
            slowest.append(seconds[int(PEOPLE * 0.99) - 1])
            middle.append(seconds[PEOPLE // 2])
    print(
        f"{length.SEEDS} openings: p50 {median(middle):.2f} s, p99 {median(slowest):.2f} s, worst p99 {max(slowest):.2f} s"
    )
    assert max(slowest) < LONGEST, f"p99 of each opening: {[round(one, 1) for one in slowest]}"


def register_without_the_lock(database: Database, run_id: int, email: str) -> None:
    """The same counting and inserting, without waiting for one's turn."""
    with database.reading() as db:
        run = db.get_one(CourseRun, run_id)
        has_room = run.has_room(*occupancy_of(db, run, now())[:2])
    with database.writing() as db:
        moment = now()
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
                hold_until=moment + timedelta(hours=24) if has_room else None,
            )
        )


def test_without_the_lock_two_hundred_at_once_would_be_oversold(database: Database) -> None:
    """The control: nearly every opening gives more seats than there are."""
    oversold = 0
    for seed in range(length.SEEDS):
        run_id = acts.new_run(database, seats=SEATS)
        with ThreadPoolExecutor(16) as people:
            list(people.map(lambda email: register_without_the_lock(database, run_id, email), crowd(seed)))  # noqa: B023
        oversold += acts.taken_and_waiting(database, run_id)[0] > SEATS
    print(f"oversold without the lock: {oversold} of {length.SEEDS}")
    assert oversold >= length.SEEDS * 19 // 20, f"{oversold} of {length.SEEDS}"
