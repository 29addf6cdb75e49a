"""No other site can act in a visitor's name, and opening a link changes nothing."""

import json

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text
from starlette.testclient import TestClient

from app import tables
from app.links import sign
from app.registrations.models import Registration, State

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
    routes = unsafe_routes(city_app)
    assert len(routes) > 8
    for method, path in routes:
        body = json.dumps({"name": "Anna Ozola", "email": "anna@example.lv", "title": "Kalšana"})
        answer = visitor.request(method, path, content=body, headers=headers)
        assert answer.status_code == 403, (method, path)
    assert fingerprint(city_app) == before


def test_the_sites_own_pages_may_act(visitor: TestClient) -> None:
    """The control: the same request from the site itself is carried out."""
    answer = visitor.post("/izskats", data={"size": "large", "back": "/"}, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 303


def test_opening_the_links_of_letters_changes_nothing(city_app: FastAPI, visitor: TestClient) -> None:
    secret = city_app.state.settings.secret_key.get_secret_value()
    with city_app.state.database.reading() as db:
        keys = db.scalars(
            select(Registration.link_key)
            .where(Registration.state.in_((State.PENDING, State.OFFERED, State.WAITLISTED, State.CONFIRMED)))
            .order_by(Registration.id.desc())
            .limit(12)
        ).all()
    before = fingerprint(city_app)
    for key in keys:
        for end in ("", "/atsaukt", "/kalendars.ics"):
            for method in ("GET", "HEAD"):
                visitor.request(method, f"/pieteikumi/{sign(secret, 'registration', key)}{end}")
    assert fingerprint(city_app) == before
