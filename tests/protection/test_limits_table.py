"""The table of limits says what the code does: each limit is tried, and one more."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from limits.strategies import MovingWindowRateLimiter

from app.db import Database
from app.imports.unreadable import MOST_BYTES
from app.interests.actions import COURSES_A_DAY
from app.interests.alerts import SEARCHES_A_DAY
from app.limits import (
    IMPORTS,
    KEY_REQUESTS,
    KEY_WRITES,
    LIMITS,
    LINKS_TO_ADDRESS,
    LOAD_LIMITS,
    ONE_TIME_LINKS,
    SAME_SEARCH,
    LoadLimit,
    sender_of,
)
from app.main import LARGEST_BODY
from app.people.sign_ins import hash_of
from app.refusals import TooManyTries
from app.registrations.actions import MOST_REMINDERS
from app.registrations.receipts import MOST_LETTERS
from app.registrations.undo_queries import MOST_UNDONE
from app.search.engine import PER_PAGE_LIMIT
from app.settings import Settings
from app.wishes.actions import WISHES_A_DAY
from tests import make
from tests.protection.routes import ask
from tests.registrations import acts
from tests.world import World

pytestmark = pytest.mark.promise("P18")
PAGE = (Path(__file__).parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")
SENDER = "203.0.113.7"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
JSON, FORM = [("content-type", "application/json")], [("content-type", "application/x-www-form-urlencoded")]


def rows(heading: str) -> dict[str, list[str]]:
    """The rows of the table whose first column is called so."""
    table = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in table]
    return {first.strip("`"): rest for first, *rest in cells}


def test_the_page_names_every_limit_with_its_numbers() -> None:
    acts_of = {limit.act: [str(limit.amount), str(limit.seconds)] for limit in LIMITS}
    loads = {limit.name: [str(limit.item.amount), str(limit.item.get_expiry())] for limit in LOAD_LIMITS}
    assert {name: row[:2] for name, row in rows("act").items()} == acts_of
    assert {name: row[:2] for name, row in rows("load").items()} == loads
    numbers = [int(re.sub(r"\D", "", row[0])) for row in rows("rule").values()]
    week = Settings.model_fields["registrations_a_week"].default
    assert numbers == [
        week, MOST_LETTERS, MOST_REMINDERS, MOST_UNDONE, WISHES_A_DAY, COURSES_A_DAY, SEARCHES_A_DAY, LARGEST_BODY, MOST_BYTES, PER_PAGE_LIMIT
    ]  # fmt: skip


def arrived(app: FastAPI) -> Request:
    """A request from the sender."""
    return Request({"type": "http", "app": app, "client": (SENDER, 50000), "headers": []})


@pytest.mark.parametrize("act", ["registrations", "wishes"])
def test_an_act_is_taken_as_often_as_the_page_says_and_then_refused(
    client: TestClient, database: Database, act: str
) -> None:
    run = acts.new_run(database, seats=500)
    target = {"registrations": f"/api/v1/runs/{run}/registrations", "wishes": "/api/v1/wishes"}[act].encode()

    def one_more(number: int) -> int:
        person = {"email": f"r{number}@example.lv"}
        asked = person | (
            {"name": "Anna Ozola"} if act == "registrations" else {"title": f"Velme {'aā' * (number + 1)}"[:80]}
        )
        return ask(client, "POST", target, headers=JSON, body=json.dumps(asked).encode(), client=SENDER).status

    most = int(rows("act")[act][0])
    assert [one_more(number) for number in range(most)] == [201] * most
    assert one_more(most) == 429


def test_links_are_asked_for_as_often_as_the_page_says(app: FastAPI, client: TestClient, database: Database) -> None:
    for _ in range(int(rows("act")["one_time_links"][0])):
        with database.writing() as db:
            ONE_TIME_LINKS.count(arrived(app), db)
    with pytest.raises(TooManyTries) as refused, database.writing() as db:
        ONE_TIME_LINKS.count(arrived(app), db)
    assert int(refused.value.headers["Retry-After"]) > 0
    with database.writing() as db:
        most = int(rows("act")["links_to_address"][0])
        taken = [LINKS_TO_ADDRESS.takes(arrived(app), db, "anna@example.lv") for _ in range(most + 1)]
        assert taken == [True] * most + [False]
        assert LINKS_TO_ADDRESS.takes(arrived(app), db, "berta@example.lv")
        most = int(rows("act")["same_search"][0])
        assert [SAME_SEARCH.takes(arrived(app), db, "a search") for _ in range(most + 1)] == [True] * most + [False]


def test_spreadsheets_and_what_keys_change_are_taken_as_often_as_the_page_says(
    app: FastAPI, client: TestClient, database: Database
) -> None:
    for limit in (IMPORTS, KEY_WRITES):
        most = int(rows("act")[limit.act][0])
        with database.writing() as db:
            taken = [limit.takes(arrived(app), db, "key:1") for _ in range(most + 1)]
            assert taken == [True] * most + [False]
            assert limit.takes(arrived(app), db, "key:2")


def test_what_must_count_whatever_becomes_of_the_request_counts_at_once(
    app: FastAPI, client: TestClient, database: Database
) -> None:
    for _ in range(ONE_TIME_LINKS.amount):
        with pytest.raises(ValueError, match="refused"), database.writing():
            ONE_TIME_LINKS.count_at_once(arrived(app), "account:1")
            raise ValueError("refused")
    with pytest.raises(TooManyTries):
        ONE_TIME_LINKS.count_at_once(arrived(app), "account:1")
    ONE_TIME_LINKS.count_at_once(arrived(app), "account:2")


KEY = [("authorization", "Bearer katalogs_none")]
LOADS: dict[str, Callable[[TestClient], int]] = {
    "forms": lambda client: ask(client, "POST", b"/api/v1/runs/4711/registrations", headers=JSON, body=b"{}", client=SENDER).status,
    "private_links": lambda client: ask(client, "GET", b"/pieteikumi/" + b"x" * 46, client=SENDER).status,
    "beacons": lambda client: ask(client, "POST", b"/lietojums", headers=FORM, client=SENDER).status,
    "costly": lambda client: ask(client, "GET", b"/raditaji.csv?year=1", client=SENDER).status,
    "certificates": lambda client: ask(client, "POST", b"/apliecibas", headers=FORM, client=SENDER).status,
    "reading": lambda client: ask(client, "GET", b"/sitemap.xml", client=SENDER).status,
    "key_requests": lambda client: ask(client, "GET", b"/api/v1/own/courses", headers=KEY, client=SENDER).status,
}  # fmt: skip


@ON_SQLITE
@pytest.mark.parametrize("limit", LOAD_LIMITS, ids=lambda limit: limit.name)
def test_load_is_carried_as_often_as_the_page_says(app: FastAPI, client: TestClient, limit: LoadLimit) -> None:
    limiter: MovingWindowRateLimiter = app.state.limiter
    most = int(rows("load")[limit.name][0])
    whom = hash_of("katalogs_none") if limit is KEY_REQUESTS else sender_of(arrived(app))
    assert limiter.hit(limit.item, limit.name, whom, cost=most - 2)
    first, last, refused = (LOADS[limit.name](client) for _ in range(3))
    assert first != 429
    assert last == first
    assert refused == 429


@ON_SQLITE
def test_the_rules_of_the_house_hold(world: World, database: Database) -> None:
    """The week of an address is tried in test_known_addresses; letters of a form and taking back in registrations/."""
    run = acts.new_run(database)
    acts.seat(database, run, "anna@example.lv")
    for _ in range(MOST_REMINDERS + 1):
        acts.register(database, run, "anna@example.lv")
    assert acts.posted(database).count("RegistrationRepeated") == MOST_REMINDERS
    with database.writing() as db:
        wishes = [make.make_wish(db, f"Velme {'ab' * number}").id for number in range(WISHES_A_DAY + 1)]
        slugs = [make.make_course(db).slug for _ in range(COURSES_A_DAY + 1)]
    person = {"email": "anna@example.lv"}
    joined = [world.client.post(f"/velmes/{one}/atbalstit", data=person).status_code for one in wishes]
    assert joined == [303] * WISHES_A_DAY + [429]
    asked = [world.client.post(f"/kursi/{slug}/pazinot", data=person).status_code for slug in slugs]
    assert asked == [303] * COURSES_A_DAY + [429]
    news = [world.client.post(f"/zinas?q=kurss+{n}", data=person).status_code for n in range(SEARCHES_A_DAY + 1)]
    assert news == [303] * SEARCHES_A_DAY + [429]
    assert world.client.post("/velmes/jauna", content=b"x" * (LARGEST_BODY + 1)).status_code == 413
    pages = [world.client.get(f"/api/v1/courses?per_page={PER_PAGE_LIMIT + more}").status_code for more in (0, 1)]
    assert pages == [200, 422]
