"""Whether an address is known here cannot be learned: not from an answer, its headers, its time, nor from a limit."""

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest
import time_machine
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import select, update
from starlette.testclient import TestClient

from app.clock import now
from app.courses.models import CourseRun
from app.db import Database
from app.i18n import local
from app.main import create_app
from app.registrations.actions import register_for_run
from app.registrations.inputs import NewAddress, RegistrationForm
from app.registrations.once import SentOnce
from app.registrations.receipts import correct_address, scope_of
from app.registrations.weeks import MOST_TOLD
from app.settings import Settings
from app.wishes.actions import WISHES_A_DAY
from tests import make
from tests.protection.conftest import HTTPS
from tests.protection.routes import path_values
from tests.registrations import acts
from tests.world import World

pytestmark = pytest.mark.promise("P17")
TRIES = 60
KNOWN = "zinama@example.lv"
MASKS = [
    (r"nezinama\d+@example\.lv|zinama@example\.lv|pilna\.\w+@example\.lv", "ADDRESS"),
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


def doors(app: FastAPI, visitor: TestClient) -> dict[str, Callable[[str], Response]]:
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

    def together(address: str) -> Response:
        sender = f"nezinama{secrets.randbelow(10**9)}@example.lv"
        asked = person | {"email": sender, "companion": {"name": "Berta Liepa", "email": address}}
        return visitor.post(f"/api/v1/runs/{run}/registrations", json=asked)

    def joining(address: str) -> Response:
        return visitor.post(f"/velmes/{wish}/atbalstit", data={"email": address})

    def joining_in_place(address: str) -> Response:
        return visitor.post(f"/velmes/{wish}/atbalstit", data={"email": address}, headers={"hx-request": "true"})

    def wishing(address: str) -> Response:
        return visitor.post("/api/v1/wishes", json={"title": "Kalšana pilsētā", "email": address})

    return {
        "page": by_page,
        "api": by_api,
        "together": together,
        "joining": joining,
        "part": joining_in_place,
        "wishing": wishing,
    }


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("door", ["page", "api", "together", "joining", "part", "wishing"])
def test_an_answer_is_the_same_in_words_and_in_time(city_app: FastAPI, visitor: TestClient, door: str) -> None:
    send = doors(city_app, visitor)[door]
    send(KNOWN)
    compare(visitor, send, KNOWN)


def compare(visitor: TestClient, send: Callable[[str], Response], known: str) -> None:
    """Send the form for the known address and for new ones, in turn: words and medians of time are the same."""
    seconds: dict[bool, list[float]] = {True: [], False: []}
    seen: dict[bool, set[str]] = {True: set(), False: set()}
    for number in range(TRIES):
        for is_known in (True, False) if number % 2 else (False, True):
            begun = perf_counter()
            answer = send(known if is_known else f"nezinama{secrets.randbelow(10**9)}@example.lv")
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


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("door", ["page", "api"])
def test_a_full_week_shows_neither_in_words_nor_in_time(city_app: FastAPI, visitor: TestClient, door: str) -> None:
    full = f"pilna.{door}@example.lv"
    with city_app.state.database.writing() as db:
        others = select(CourseRun).where(CourseRun.starts_at < now()).limit(acts.RULES.registrations_a_week)
        for run in db.scalars(others).all():
            make.make_registration(db, run, full)
    send = doors(city_app, visitor)[door]
    compare(visitor, send, full)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(240)
@pytest.mark.parametrize("known", ["registered", "full week"])
def test_on_postgresql_an_answer_is_the_same_too(postgres_database: Database, tmp_path: Path, known: str) -> None:
    run = acts.new_run(postgres_database, seats=5000)
    if known == "registered":
        acts.seat(postgres_database, run, KNOWN)
    else:
        for _ in range(acts.RULES.registrations_a_week):
            acts.register(postgres_database, acts.new_run(postgres_database), KNOWN)
    settings = Settings(
        _env_file=None,
        database_url=postgres_database.url.render_as_string(hide_password=False),
        mail_url=(tmp_path / "mail").as_uri(),
        public_url=HTTPS,
        rate_limits="off",
    )

    with TestClient(create_app(settings, quiet=True), base_url=HTTPS, follow_redirects=False) as visitor:

        def send(address: str) -> Response:
            form = {"name": "Anna Ozola", "email": address, "step": "send", "key": secrets.token_urlsafe()}
            return visitor.post(f"/norises/{run}/pieteikties", data=form)

        send(KNOWN)
        compare(visitor, send, KNOWN)


def test_a_full_week_is_told_to_its_owner_only(world: World, database: Database) -> None:
    runs = [acts.new_run(database) for _ in range(acts.RULES.registrations_a_week)]
    for run in runs:
        acts.register(database, run, KNOWN)
    more = [acts.new_run(database) for _ in range(MOST_TOLD + 1)]
    for run in more:
        receipt, of_a_new_one = acts.register(database, run, KNOWN), acts.register(database, run, f"n{run}@example.lv")
        assert (receipt.state, receipt.position) == (of_a_new_one.state, of_a_new_one.position)
        assert [row.email for row in acts.registrations(database, run)] == [f"n{run}@example.lv"]
    world.deliver()
    letters = [one for one in world.letters(KNOWN) if str(one["Subject"]).startswith("Pieteikums nav pieņemts: ")]
    assert len(letters) == MOST_TOLD, "others must not flood the owner with them"
    plain = letters[0].get_body(("plain",))
    assert plain is not None
    told = plain.get_content()
    assert "vietu nepaturējām" in told
    assert "Šonedēļ no šīs adreses vairāk pieteikumu pieņemt nevaram." in told
    again = local(now() + timedelta(days=7))
    assert re.search(rf"(?s)Katalogā atkal varēsiet pieteikties .*\b{again.day}\.\s", told)


def test_after_the_week_the_address_registers_again(database: Database) -> None:
    runs = [acts.new_run(database) for _ in range(acts.RULES.registrations_a_week + 1)]
    for run in runs[:-1]:
        acts.register(database, run, KNOWN)
    acts.register(database, runs[-1], KNOWN)
    assert acts.registrations(database, runs[-1]) == []
    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        acts.register(database, runs[-1], KNOWN)
    assert len(acts.registrations(database, runs[-1])) == 1


def test_whoever_is_registered_and_has_a_full_week_is_told_that_they_are_registered(database: Database) -> None:
    runs = [acts.new_run(database) for _ in range(acts.RULES.registrations_a_week)]
    for run in runs:
        acts.register(database, run, KNOWN)
    acts.register(database, runs[0], KNOWN)
    assert acts.posted(database)[-1] == "RegistrationRepeated"


def test_correcting_an_address_does_not_go_round_its_limit(database: Database) -> None:
    """Else five letters a form could be sent to anybody; and the answer tells neither that nor whose form it was."""
    run = acts.new_run(database, seats=9)
    acts.seat(database, run, KNOWN)
    for _ in range(acts.RULES.registrations_a_week):
        acts.register(database, acts.new_run(database), "full@example.lv")
    told = []
    for key, typed, right in (
        ("the-form-of-somebody-new-0123", "new@example.lv", "full@example.lv"),
        ("the-form-of-somebody-known-01", KNOWN, "full@example.lv"),
        ("the-form-of-another-one-01234", "other@example.lv", "free@example.lv"),
    ):
        asked = RegistrationForm(name="Anna Ozola", email=typed)
        with database.writing() as db:
            register_for_run(db, run, asked, SentOnce.of(scope_of(run), key, "asked"), acts.RULES)
        with database.writing() as db:
            told.append(
                replace(correct_address(db, run, key, NewAddress(email=right), acts.RULES), email="", held_until=None)
            )
    assert told[0] == told[1] == told[2]
    seated = [row.email for row in acts.registrations(database, run) if row.is_active(now())]
    assert sorted(map(str, seated)) == ["free@example.lv", KNOWN]
    assert acts.posted(database).count("WeekIsFull") == 2


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
