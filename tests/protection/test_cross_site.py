"""No other site can act in a visitor's name, and opening a link changes nothing."""

import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text
from starlette.testclient import TestClient

from app import tables
from app.db import Database
from app.links import sign
from app.main import create_app
from app.registrations.models import Registration, State
from app.settings import Settings
from tests import make
from tests.protection.conftest import HTTPS
from tests.registrations import acts

pytestmark = pytest.mark.promise("P14")

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
HOSTILE = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://elsewhere.example"},
    {"origin": "null"},
    {"origin": "https://muzizglitiba.example.lv.elsewhere.example"},
    {"content-type": "text/plain"},
]


def fingerprint(app: FastAPI) -> str:
    """How many rows every table holds, and every registration's state."""
    with app.state.database.reading() as db:
        counts = {
            table.name: db.scalar(select(func.count()).select_from(table)) for table in tables.metadata.sorted_tables
        }
        states = [*map(tuple, db.execute(text("SELECT state, count(*) FROM registrations GROUP BY state ORDER BY 1")))]
    return json.dumps([counts, states])


def unsafe_routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every route that may change something."""
    found = []
    for route in app.routes:
        for method in (getattr(route, "methods", None) or set()) & UNSAFE:
            path = getattr(route, "path", "")
            for name in ("run_id", "wish_id"):
                path = path.replace("{" + name + "}", "1")
            found.append((method, path.replace("{token}", "x" * 46).replace("{key}", "k" * 22)))
    return found


@pytest.mark.parametrize("headers", HOSTILE, ids=lambda headers: "-".join(f"{k}={v}" for k, v in headers.items()))
def test_another_site_is_refused_everywhere_and_nothing_changes(
    city_app: FastAPI, visitor: TestClient, headers: dict[str, str]
) -> None:
    before = fingerprint(city_app)
    act_as_another_site(city_app, visitor, headers)
    assert fingerprint(city_app) == before


def act_as_another_site(app: FastAPI, visitor: TestClient, headers: dict[str, str]) -> None:
    """Try every route that may change something; each refuses."""
    routes = unsafe_routes(app)
    assert len(routes) > 8
    for method, path in routes:
        body = json.dumps({"name": "Anna Ozola", "email": "anna@example.lv", "title": "Kalšana"})
        answer = visitor.request(method, path, content=body, headers=headers)
        assert answer.status_code == 403, (method, path)


def test_the_sites_own_pages_may_act(visitor: TestClient) -> None:
    """The control: the same request from the site itself is carried out."""
    answer = visitor.post("/izskats", data={"size": "large", "back": "/"}, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 303


def test_opening_the_links_of_letters_changes_nothing(city_app: FastAPI, visitor: TestClient) -> None:
    before = fingerprint(city_app)
    assert open_links(city_app, visitor) == 12
    assert fingerprint(city_app) == before


def open_links(app: FastAPI, visitor: TestClient) -> int:
    """Open the private links of a dozen registrations that stand, as a scanner of mail does; how many those were."""
    secret = app.state.settings.secret_key.get_secret_value()
    with app.state.database.reading() as db:
        keys = db.scalars(
            select(Registration.link_key)
            .where(Registration.state.in_((State.PENDING, State.OFFERED, State.WAITLISTED, State.CONFIRMED)))
            .order_by(Registration.id.desc())
            .limit(12)
        ).all()
    for key in keys:
        for end in ("", "/atsaukt", "/kalendars.ics"):
            for method in ("GET", "HEAD"):
                visitor.request(method, f"/pieteikumi/{sign(secret, 'registration', key)}{end}")
    return len(keys)


@pytest.mark.postgres
def test_on_postgresql_nothing_changes_either(postgres_database: Database, tmp_path: Path) -> None:
    run = acts.new_run(postgres_database, seats=3)
    for number in range(5):
        acts.register(postgres_database, run, f"r{number}@example.lv")
    acts.confirm(postgres_database, "r0@example.lv")
    acts.withdraw(postgres_database, "r0@example.lv")
    assert acts.state(postgres_database, "r3@example.lv") is State.OFFERED
    with postgres_database.writing() as db:
        make.make_wish(db)
    settings = Settings(
        _env_file=None,
        database_url=postgres_database.url.render_as_string(hide_password=False),
        mail_url=(tmp_path / "mail").as_uri(),
        public_url=HTTPS,
    )
    app = create_app(settings, quiet=True)
    with TestClient(app, base_url=HTTPS, raise_server_exceptions=False, follow_redirects=False) as visitor:
        before = fingerprint(app)
        for headers in HOSTILE:
            act_as_another_site(app, visitor, headers)
        assert open_links(app, visitor) == 4
        assert fingerprint(app) == before
        own = visitor.post(f"/api/v1/runs/{run}/registrations", json={"name": "Anna Ozola", "email": "a@example.lv"})
        assert own.status_code == 201
        assert fingerprint(app) != before, "the control: what the site itself sends is kept, and seen"
