"""A library's shared address is served, a machine is slowed down, and nobody changes who they are by a header."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.limits import COSTLY, REGISTRATIONS, new_limiter
from app.main import create_app
from app.settings import Settings
from tests.protection.conftest import HTTPS
from tests.protection.routes import Headers, ask, open_run

pytestmark = pytest.mark.promise("P18")
LIBRARY = "203.0.113.7"


@pytest.fixture(scope="module")
def limited(city_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The city with its limits on."""
    folder = tmp_path_factory.mktemp("limited")
    shutil.copy(city_template, folder / "city.sqlite")
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{folder / 'city.sqlite'}",
        mail_url=(folder / "mail").as_uri(),
        public_url=HTTPS,
    )
    with TestClient(create_app(settings, quiet=True), base_url=HTTPS) as client:
        yield client


@pytest.fixture
def run(limited: TestClient) -> Iterator[int]:
    """A run that is open; nothing has been counted yet."""
    assert isinstance(limited.app, FastAPI)
    limited.app.state.limiter = new_limiter()
    with limited.app.state.database.reading() as db:
        yield open_run(db)


def register(limited: TestClient, run: int, number: int, sender: str, headers: Headers = ()) -> tuple[int, str]:
    """Somebody at this address registers; the status and what Retry-After says."""
    body = f'{{"name": "Anna Ozola", "email": "reader{number}.{sender.replace(":", "-")}@example.lv"}}'
    sent = [("content-type", "application/json"), *headers]
    answer = ask(
        limited, "POST", f"/api/v1/runs/{run}/registrations".encode(), headers=sent, body=body.encode(), client=sender
    )
    return answer.status, answer.header("retry-after")


def test_thirty_people_behind_one_address_register_and_the_121st_request_waits(limited: TestClient, run: int) -> None:
    answers = [register(limited, run, number, LIBRARY) for number in range(30)]
    assert [status for status, _wait in answers] == [201] * 30
    for _ in range(REGISTRATIONS.item.amount - 30):
        ask(
            limited,
            "POST",
            b"/api/v1/runs/999999/registrations",
            headers=[("content-type", "application/json")],
            body=b"{}",
            client=LIBRARY,
        )
    status, wait = register(limited, run, 121, LIBRARY)
    assert status == 429
    assert 0 < int(wait) <= 3600
    form = b"name=Anna+Ozola&email=r122%40example.lv&step=send&key=" + b"k" * 43
    page = ask(
        limited,
        "POST",
        f"/norises/{run}/pieteikties".encode(),
        headers=[("content-type", "application/x-www-form-urlencoded")],
        body=form,
        client=LIBRARY,
    )
    assert page.status == 429, "both doors count together"
    assert int(page.header("retry-after")) > 0
    assert b"Anna Ozola" in page.body, "what was typed is kept"
    assert register(limited, run, 1, "203.0.113.8")[0] == 201, "others are not meant"


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded", "x-real-ip", "client-ip", "true-client-ip", "via"])
def test_a_header_makes_nobody_another_sender(limited: TestClient, run: int, name: str) -> None:
    answers = [
        ask(limited, "GET", b"/raditaji.csv?year=1", headers=[(name, f"198.51.100.{number}")], client=LIBRARY)
        for number in range(COSTLY.item.amount + 1)
    ]
    assert [answer.status for answer in answers][-2:] == [404, 429]
    assert 0 < int(answers[-1].header("retry-after")) <= 60


def test_a_household_of_ipv6_is_one_sender(limited: TestClient, run: int) -> None:
    statuses = [
        ask(limited, "GET", b"/raditaji.csv?year=1", client=f"2001:db8:1:2:{number:x}::1").status
        for number in range(COSTLY.item.amount + 1)
    ]
    assert statuses[-2:] == [404, 429]
    assert ask(limited, "GET", b"/raditaji.csv?year=1", client="2001:db8:1:3::1").status == 404


@pytest.mark.parametrize("address", [b"/api/v1/statistics/2025?by=x", b"/api/v1/reports/1", b"/raditaji.csv?year=1"])
def test_costly_questions_are_counted(limited: TestClient, run: int, address: bytes) -> None:
    statuses = [ask(limited, "GET", address, client=LIBRARY).status for _ in range(COSTLY.item.amount + 1)]
    assert statuses[-1] == 429
    assert 429 not in statuses[:-1]
