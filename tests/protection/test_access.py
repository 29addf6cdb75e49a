"""Every route with every role: let in, refused, or not found; and a route that nobody thought of fails."""

import re
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from app.clock import now
from app.courses.run_models import RunSubstitute
from app.db import Database
from app.dependencies import Db
from app.people.models import Account, Role
from app.people.sign_ins import CONFIRMED_FOR, begin_sign_in
from tests.protection.access import DOCUMENT, ROLES, Access, accesses, routes, table
from tests.protection.routes import STAFF, TEAM, Answer, ask
from tests.protection.staff_values import MISSING, Team, board, new_team

pytestmark = [pytest.mark.promise("P09", "P10"), pytest.mark.slow]
FOR_ONE_PERSON = {"/darbvieta/eksports/{token}"}
"""What only whoever has just asked for it finds; tests/exports looks at that."""


class As(Protocol):
    """A new cookie of the account with that number, whose password was typed then."""

    def __call__(self, account_id: int, confirmed_at: datetime | None = None) -> str: ...


KEY_ROUTES = [one for one in accesses(routes()) if one.key is not None]
STAFF_ROUTES = [one for one in accesses(routes()) if one.needs is not None]


@pytest.fixture(scope="module")
def teams(city_app: FastAPI, visitor: TestClient) -> tuple[Team, Team, dict[Role, int]]:
    """Two providers' people, and the board's."""
    database: Database = city_app.state.database
    secret: str = city_app.state.settings.secret_key.get_secret_value()
    with database.writing() as db:
        first, second = new_team(db, TEAM, 1, secret), new_team(db, "vdc", 2, secret)
        run, stands_in = int(first.values["run_id"]), first.accounts[Role.SUBSTITUTE]
        db.add(RunSubstitute(run_id=run, account_id=stands_in, created_at=now()))
        return first, second, dict(board(db))


@pytest.fixture
def come_as(city_app: FastAPI) -> As:
    """A new cookie of the account with that number."""

    def cookie(account_id: int, confirmed_at: datetime | None = None) -> str:
        database: Database = city_app.state.database
        with database.writing() as db:
            account = db.scalars(select(Account).where(Account.id == account_id)).one()
            token = begin_sign_in(db, account, second_factor=True, confirmed_at=confirmed_at)
            return f"__Host-staff={token}"

    return cookie


def address(access: Access, team: Team, *, missing: bool = False) -> str:
    """The route's path with the team's own numbers, or with numbers of nothing."""

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        own = team.value(access.path, name)
        return MISSING if missing and name.endswith("_id") else own

    return re.sub(r"{(\w+)}", value, access.path)


def go(visitor: TestClient, method: str, path: str, cookie: str = "") -> Answer:
    """Ask as a form of our own page would."""
    headers = [("origin", "https://muzizglitiba.example.lv"), ("sec-fetch-site", "same-origin")]
    if method not in {"GET", "HEAD"}:
        headers.append(("content-type", "application/x-www-form-urlencoded"))
    if cookie:
        headers.append(("cookie", cookie))
    return ask(visitor, method, path.encode(), headers=headers)


def test_the_page_says_what_the_routes_say() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == table(routes()), "write it: python -m tests.protection.access"


def test_a_new_route_without_a_row_is_seen() -> None:
    """The control."""
    router = APIRouter()

    @router.get("/darbvieta/jaunums")
    def new(db: Db) -> str:
        return ""

    assert table([*routes(), *router.routes]) != DOCUMENT.read_text(encoding="utf-8")
    assert [one.path for one in accesses(router.routes) if one.needs is None] == ["/darbvieta/jaunums"]


def test_nothing_below_the_staffs_addresses_is_open() -> None:
    assert [one.path for one in accesses(routes()) if one.path.startswith(STAFF) and one.needs is None] == []


@pytest.mark.parametrize("access", KEY_ROUTES, ids=lambda one: f"{one.method} {one.path}")
def test_what_is_for_systems_opens_by_a_key_alone(
    visitor: TestClient, teams: tuple[Team, Team, dict[Role, int]], come_as: As, access: Access
) -> None:
    team, _others, _board = teams
    path = re.sub(r"{\w+}", "1", access.path)
    for cookie in ("", come_as(team.accounts[Role.MANAGER])):
        assert go(visitor, access.method, path, cookie).status in {401, 422}
    made_up = [("authorization", "Bearer " + "k" * 43), ("content-type", "application/json")]
    refused = ask(visitor, access.method, path.encode(), headers=made_up, body=b"{}")
    assert refused.status in {401, 422}  # What no system could mean is said before the key is looked up.


@pytest.mark.parametrize("access", STAFF_ROUTES, ids=lambda one: f"{one.method} {one.path}")
def test_each_route_lets_in_whom_it_says_and_nobody_else(
    visitor: TestClient, teams: tuple[Team, Team, dict[Role, int]], come_as: As, access: Access
) -> None:
    team, others, at_the_board = teams
    own = address(access, team)
    stranger = go(visitor, access.method, own)
    if access.method == "GET":
        assert (stranger.status, stranger.header("location").partition("?")[0]) == (303, "/pieslegties")
    else:
        assert stranger.status == 401
    accounts = {**team.accounts, **at_the_board}
    refused = [role for role in ROLES if not access.admits(role)]
    for role in refused:
        assert go(visitor, access.method, own, come_as(accounts[role])).status == 403, role
    if access.path != own:
        for role in (Role.SUBSTITUTE, Role.EDITOR, Role.MANAGER):
            if access.admits(role):
                cookie = come_as(others.accounts[role])
                theirs = go(visitor, access.method, own, cookie)
                nothing = go(visitor, access.method, address(access, team, missing=True), cookie)
                assert (theirs.status, nothing.status) == (404, 404), role
                assert _without_numbers(theirs, team) == _without_numbers(nothing, team), role
    for role in ROLES:
        if access.admits(role):
            answer = go(visitor, access.method, own, come_as(accounts[role]))
            assert answer.status not in {401, 403} and answer.status < 500, (role, answer.status)
            if access.method == "GET" and access.path not in FOR_ONE_PERSON:
                assert answer.status != 404, role


@pytest.mark.asvs("V7.5.1")
@pytest.mark.parametrize("access", STAFF_ROUTES, ids=lambda one: f"{one.method} {one.path}")
def test_the_password_is_asked_for_again_where_the_page_says_so_and_nowhere_else(
    visitor: TestClient, teams: tuple[Team, Team, dict[Role, int]], come_as: As, access: Access
) -> None:
    team, _others, at_the_board = teams
    accounts = {**team.accounts, **at_the_board}
    role = next(role for role in ROLES if access.admits(role))
    long_ago = now() - CONFIRMED_FOR - timedelta(seconds=1)
    answer = go(visitor, access.method, address(access, team), come_as(accounts[role], long_ago))
    leads_there = answer.header("location").startswith("/konts/apstiprinat")
    asks = leads_there if access.method == "GET" else answer.status == 401
    assert access.needs is not None
    assert asks == access.needs.confirmed


def _without_numbers(answer: Answer, team: Team) -> bytes:
    """The page without the numbers that stood in the asked address, and without its own."""
    body = answer.body
    for number in {*team.values.values(), MISSING}:
        body = re.sub(rb"(?<=/)" + number.encode() + rb"\b", b"", body)
    return body
