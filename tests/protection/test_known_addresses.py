"""Whether an address is known here cannot be learned: not from an answer, its headers, its time, nor from a limit."""

import re
import secrets
from statistics import median
from time import perf_counter

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import update
from starlette.testclient import TestClient

from app.courses.models import CourseRun
from app.db import Database
from app.registrations.actions import register_for_run
from app.registrations.inputs import NewAddress, RegistrationForm
from app.registrations.once import SentOnce
from app.registrations.receipts import correct_address, scope_of
from app.registrations.refusals import TooManyRegistrations
from app.wishes.actions import WISHES_A_DAY
from tests import make
from tests.protection.routes import path_values
from tests.registrations import acts

pytestmark = pytest.mark.promise("P17")
TRIES = 60
KNOWN = "zinama@example.lv"
MASKS = [
    (r"nezinama\d+@example\.lv|zinama@example\.lv", "ADDRESS"),
    (r"[A-Za-z0-9_-]{20,}", "KEY"),
    (r"20\d\d-\d\d-\d\dT[0-9:.]+Z?", "TIME"),
    (r"\d+", "NUMBER"),
]


def masked(answer: Response) -> tuple[int, str, list[tuple[str, str]]]:
    """An answer without what was typed and without what is drawn by lot."""
    text = answer.text
    headers = [
        (name, value) for name, value in answer.headers.items() if name not in {"x-request-id", "content-length"}
    ]
    for pattern, word in MASKS:
        text = re.sub(pattern, word, text)
        headers = [(name, re.sub(pattern, word, value)) for name, value in headers]
    return answer.status_code, text, sorted(headers)


def doors(app: FastAPI, visitor: TestClient) -> dict[str, object]:
    """Every act that takes an address of somebody, as a function of the address."""
    value = path_values(app, visitor)
    run, wish = value("/norises/{run_id}", "run_id"), value("/velmes/{wish_id}", "wish_id")
    person = {"name": "Anna Ozola", "phone": "+371 26123456"}
    with app.state.database.writing() as db:  # Room for everybody: how many seats are left is public.
        db.execute(update(CourseRun).where(CourseRun.id == int(run)).values(seats=5000))

    def by_page(address: str) -> Response:
        form = person | {"email": address, "step": "send", "key": secrets.token_urlsafe()}
        return visitor.post(f"/norises/{run}/pieteikties", data=form)

    def by_api(address: str) -> Response:
        return visitor.post(f"/api/v1/runs/{run}/registrations", json=person | {"email": address})

    def joining(address: str) -> Response:
        return visitor.post(f"/velmes/{wish}/atbalstit", data={"email": address})

    def joining_in_place(address: str) -> Response:
        return visitor.post(f"/velmes/{wish}/atbalstit", data={"email": address}, headers={"hx-request": "true"})

    def wishing(address: str) -> Response:
        return visitor.post("/api/v1/wishes", json={"title": "Kalšana pilsētā", "email": address})

    return {"page": by_page, "api": by_api, "joining": joining, "part": joining_in_place, "wishing": wishing}


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("door", ["page", "api", "joining", "part", "wishing"])
def test_an_answer_is_the_same_in_words_and_in_time(city_app: FastAPI, visitor: TestClient, door: str) -> None:
    send = doors(city_app, visitor)[door]
    assert callable(send)
    send(KNOWN)
    seconds: dict[bool, list[float]] = {True: [], False: []}
    seen: dict[bool, set[str]] = {True: set(), False: set()}
    for number in range(TRIES):
        for is_known in (True, False) if number % 2 else (False, True):
            begun = perf_counter()
            answer = send(KNOWN if is_known else f"nezinama{secrets.randbelow(10**9)}@example.lv")
            seconds[is_known].append(perf_counter() - begun)
            assert answer.status_code in {200, 201, 303}
            seen[is_known].add(str(masked(answer)))
            if location := answer.headers.get("location"):
                assert "@" not in location and "zinama" not in location
                page = visitor.get(location)
                assert page.status_code == 200
                if number < 3:
                    seen[is_known].add(str(masked(page)))
    assert seen[True] == seen[False]
    assert abs(median(seconds[True]) - median(seconds[False])) < 0.010


def test_the_limit_of_a_week_does_not_tell_for_which_runs_somebody_is_registered(database: Database) -> None:
    runs = [acts.new_run(database) for _ in range(acts.RULES.registrations_a_week + 1)]
    acts.seat(database, runs[0], KNOWN)
    for run in runs[1:-1]:
        acts.register(database, run, KNOWN)
    for run in (runs[0], runs[-1]):
        with pytest.raises(TooManyRegistrations):
            acts.register(database, run, KNOWN)


def test_correcting_an_address_does_not_go_round_its_limit(database: Database) -> None:
    """Else five letters a form could be sent to anybody, and the answer would tell whose form it was."""
    run = acts.new_run(database, seats=9)
    acts.seat(database, run, KNOWN)
    for _ in range(acts.RULES.registrations_a_week):
        acts.register(database, acts.new_run(database), "full@example.lv")
    for key, typed in (("the-form-of-somebody-new-0123", "new@example.lv"), ("the-form-of-somebody-known-01", KNOWN)):
        asked = RegistrationForm(name="Anna Ozola", email=typed)
        with database.writing() as db:
            register_for_run(db, run, asked, SentOnce.of(scope_of(run), key, "asked"), acts.RULES)
        with pytest.raises(TooManyRegistrations), database.writing() as db:
            correct_address(db, run, key, NewAddress(email="full@example.lv"), acts.RULES)


def test_the_limit_of_a_day_does_not_tell_behind_which_wishes_somebody_stands(
    client: TestClient, database: Database
) -> None:
    with database.writing() as db:
        wishes = [make.make_wish(db, f"Velme {word}").id for word in "abcdefghijkl"[: WISHES_A_DAY + 1]]
    assert [client.post(f"/velmes/{one}/atbalstit", data={"email": KNOWN}).status_code for one in wishes[:-1]] == [
        303
    ] * WISHES_A_DAY
    after = [
        client.post(f"/velmes/{one}/atbalstit", data={"email": KNOWN}).status_code for one in (wishes[0], wishes[-1])
    ]
    assert after == [429, 429]
    wish = {"title": "Kalšana", "email": KNOWN}
    assert client.post("/api/v1/wishes", json=wish).status_code == 429
