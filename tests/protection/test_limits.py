"""A library's shared address is served, a machine is slowed down, and nobody changes who they are by a header."""

import json
from datetime import UTC, datetime

import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from app.db import Database
from app.limits import COSTLY, REGISTRATIONS, new_limiter
from app.main import create_app
from app.settings import Settings
from app.tries import Tries
from tests.counting import statements
from tests.protection.routes import Answer, ask
from tests.registrations import acts

pytestmark = pytest.mark.promise("P18")
LIBRARY, ELSEWHERE = "203.0.113.7", "203.0.113.8"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference, one is enough."""


@pytest.fixture
def run(database: Database) -> int:
    """A run with seats for everybody."""
    return acts.new_run(database, seats=500)


def by_api(visitor: TestClient, run: int, address: str, sender: str = LIBRARY) -> Answer:
    """Somebody's program registers them."""
    body = json.dumps({"name": "Anna Ozola", "email": address}).encode()
    target = f"/api/v1/runs/{run}/registrations".encode()
    return ask(visitor, "POST", target, headers=[("content-type", "application/json")], body=body, client=sender)


def by_page(visitor: TestClient, run: int, address: str, sender: str = LIBRARY) -> Answer:
    """Somebody presses the button of the form."""
    key = f"{address:_<40}".replace("@", "-").replace(".", "-")
    body = f"name=Anna+Ozola&email={address}&step=send&key={key}".encode()
    kind = [("content-type", "application/x-www-form-urlencoded")]
    return ask(visitor, "POST", f"/norises/{run}/pieteikties".encode(), headers=kind, body=body, client=sender)


def use_up(visitor: TestClient, run: int, sender: str = LIBRARY) -> None:
    """Register until the limit is reached, by both doors in turn."""
    for number in range(REGISTRATIONS.amount):
        door, wanted = (by_api, 201) if number % 2 else (by_page, 303)
        assert door(visitor, run, f"r{number}@example.lv", sender).status == wanted, number


def test_thirty_people_behind_one_address_register_and_a_machine_waits(client: TestClient, run: int) -> None:
    assert REGISTRATIONS.amount >= 4 * 30
    use_up(client, run)
    refused, page = by_api(client, run, "late@example.lv"), by_page(client, run, "late@example.lv")
    assert refused.status == page.status == 429, "both doors count together"
    assert b"Anna Ozola" in page.body, "what was typed is kept"
    assert int(refused.header("retry-after")) > 0
    assert int(page.header("retry-after")) > 0
    assert by_api(client, run, "other@example.lv", ELSEWHERE).status == 201, "others are not meant"


def test_retry_after_says_when_it_is_possible_again(client: TestClient, run: int) -> None:
    begun = datetime(2031, 3, 5, 12, 10, tzinfo=UTC)
    with time_machine.travel(begun, tick=False) as clock:
        client.post("/lietojums")
        run = acts.new_run(client.app.state.database, seats=500)  # type: ignore[attr-defined]
        use_up(client, run)
        wait = int(by_api(client, run, "late@example.lv").header("retry-after"))
        clock.shift(wait - 1)
        assert by_api(client, run, "late@example.lv").status == 429
        clock.shift(1)
        assert by_api(client, run, "late@example.lv").status == 201
        assert wait <= 2 * REGISTRATIONS.seconds


def test_a_restart_forgets_nothing_and_two_applications_count_together(
    client: TestClient, settings: Settings, run: int
) -> None:
    with TestClient(create_app(settings, quiet=True)) as second:
        for number in range(REGISTRATIONS.amount):
            some = (client, second)[number % 2]
            assert by_api(some, run, f"r{number}@example.lv").status == 201, number
        assert [by_api(some, run, "late@example.lv").status for some in (client, second)] == [429, 429]
    with TestClient(create_app(settings, quiet=True)) as restarted:
        assert by_api(restarted, run, "late@example.lv").status == 429


def test_the_control_counts_in_memory_would_be_forgotten(client: TestClient, settings: Settings) -> None:
    """What only guards a process is its own: the same question to a new one is answered."""
    target = b"/raditaji.csv?year=1"
    statuses = [ask(client, "GET", target, client=LIBRARY).status for _ in range(COSTLY.item.amount + 1)]
    assert statuses[-1] == 429
    with TestClient(create_app(settings, quiet=True)) as restarted:
        assert ask(restarted, "GET", target, client=LIBRARY).status == 404


def test_no_address_of_anybody_stands_in_the_table(client: TestClient, database: Database, run: int) -> None:
    senders = [LIBRARY, ELSEWHERE, "2001:db8:1:2::1"]
    for number, sender in enumerate(senders):
        assert by_api(client, run, f"r{number}@example.lv", sender).status == 201
    with database.reading() as db:
        kept = db.scalars(select(Tries.sender)).all()
    assert len(set(kept)) == len(senders)
    assert {len(one) for one in kept} == {32}
    assert not [one for one in kept for sender in senders if sender in one or sender.replace(".", "") in one]


def test_another_key_makes_other_hashes(client: TestClient, database: Database, settings: Settings, run: int) -> None:
    changed = settings.model_copy(update={"secret_key": type(settings.secret_key)("another-key-of-this-city-0123456")})
    with TestClient(create_app(changed, quiet=True)) as other:
        for visitor in (client, other):
            assert by_api(visitor, run, f"r{id(visitor)}@example.lv").status == 201
    with database.reading() as db:
        assert len(set(db.scalars(select(Tries.sender)))) == 2


def test_what_is_refused_counts_not(client: TestClient, database: Database, run: int) -> None:
    assert by_api(client, run, "no address").status == 422
    assert by_api(client, 999999, "anna@example.lv").status == 404
    with database.reading() as db:
        assert db.scalars(select(Tries)).all() == []
    assert by_api(client, run, "anna@example.lv").status == 201
    with database.reading() as db:
        assert [(one.act, one.times) for one in db.scalars(select(Tries))] == [("registrations", 1)]


def test_counting_costs_one_statement(app: FastAPI, client: TestClient, database: Database, run: int) -> None:
    sent = {}
    for limiter in (None, new_limiter()):
        app.state.limiter = limiter
        by_api(client, run, f"warm{limiter is None}@example.lv")
        with statements(app.state.database) as heard:
            assert by_api(client, run, f"r{limiter is None}@example.lv").status == 201
        sent[limiter is None] = len(heard)
    assert sent[False] == sent[True] + 1


@ON_SQLITE
@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded", "x-real-ip", "client-ip", "true-client-ip", "via"])
def test_a_header_makes_nobody_another_sender(client: TestClient, name: str) -> None:
    answers = [
        ask(client, "GET", b"/raditaji.csv?year=1", headers=[(name, f"198.51.100.{number}")], client=LIBRARY)
        for number in range(COSTLY.item.amount + 1)
    ]
    assert [answer.status for answer in answers][-2:] == [404, 429]
    assert 0 < int(answers[-1].header("retry-after")) <= 60


@ON_SQLITE
def test_a_household_of_ipv6_is_one_sender(client: TestClient) -> None:
    target = b"/raditaji.csv?year=1"
    senders = [f"2001:db8:1:2:{number:x}::1" for number in range(COSTLY.item.amount + 1)]
    assert [ask(client, "GET", target, client=sender).status for sender in senders][-2:] == [404, 429]
    assert ask(client, "GET", target, client="2001:db8:1:3::1").status == 404


@ON_SQLITE
@pytest.mark.parametrize("address", [b"/api/v1/statistics/2025?by=x", b"/api/v1/reports/1", b"/raditaji.csv?year=1"])
def test_costly_questions_are_counted(client: TestClient, address: bytes) -> None:
    statuses = [ask(client, "GET", address, client=LIBRARY).status for _ in range(COSTLY.item.amount + 1)]
    assert statuses[-1] == 429
    assert 429 not in statuses[:-1]
