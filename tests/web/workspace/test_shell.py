"""Who comes to the staff's pages: led to signing in, let in, or refused."""

from datetime import datetime, timedelta

from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import select

from app.db import Database
from app.people.models import Role, SignIn
from app.settings import Settings
from tests.make import make_account, make_provider
from tests.staff import sign_in


def come(client: TestClient, database: Database, settings: Settings, role: Role) -> None:
    """Somebody of that role is signed in."""
    with database.writing() as db:
        provider = make_provider(db, name="Bibliotēka") if role in {Role.EDITOR, Role.MANAGER} else None
        email = make_account(db, role, provider=provider).email
    sign_in(client, database, settings, email)


def test_who_is_not_signed_in_is_led_to_signing_in_and_back(client: TestClient) -> None:
    answer = client.get("/darbvieta/?a=b")
    assert (answer.status_code, answer.headers["location"]) == (303, "/pieslegties?next=%2Fdarbvieta%2F%3Fa%3Db")
    part = client.get("/darbvieta/", headers={"HX-Request": "true"})
    assert part.headers["hx-redirect"].startswith("/pieslegties?next=")


def test_each_role_sees_its_own_pages_and_they_are_kept_nowhere(
    client: TestClient, database: Database, settings: Settings
) -> None:
    come(client, database, settings, Role.MANAGER)
    answer = client.get("/darbvieta/")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "Bibliotēka" in HTMLParser(answer.text).css_first(".site--staff").text()
    assert client.get("/parvalde/").status_code == 403
    come(client, database, settings, Role.BOARD)
    assert client.get("/parvalde/").status_code == 200
    assert client.get("/darbvieta/").status_code == 403


def test_every_page_within_the_pause_begins_it_anew(client: TestClient, database: Database, settings: Settings) -> None:
    come(client, database, settings, Role.BOARD)
    with database.writing() as db:
        db.scalars(select(SignIn)).one().seen_at -= timedelta(minutes=29)
    before = _seen_at(database)
    assert client.get("/parvalde/").status_code == 200
    assert _seen_at(database) - before > timedelta(minutes=28)


def _seen_at(database: Database) -> datetime:
    with database.reading() as db:
        return db.scalars(select(SignIn.seen_at)).one()
