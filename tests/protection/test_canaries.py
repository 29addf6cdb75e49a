"""What people type stands in no log, index, message, figure or error page."""

import logging
import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from app.clock import now
from app.courses.models import CourseRun
from app.worker.run import drain
from app.worker.workshop import open_workshop

pytestmark = pytest.mark.promise("P11")

NAME, EMAIL, PHONE = "Kanārija Putniņa", "kanarija.putnina@example.lv", "+371 29 876 543"
WISH, WISH_EMAIL = "kanārijputniņu dziedināšana", "putnu.vele@example.lv"
PERSONAL = ("Kanārija", "Putniņa", "kanarija.putnina", "29 876 543", "29876543", "putnu.vele")


def everywhere(words: str) -> list[str]:
    """A canary as it may be written: plain, percent-encoded, escaped."""
    return [words, quote(words), words.encode("unicode_escape").decode(), words.casefold()]


def test_canaries_fly_nowhere(
    city_app: FastAPI, visitor: TestClient, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with city_app.state.database.reading() as db:
        run = db.scalar(
            select(CourseRun.id).where(
                CourseRun.registration_opens_at < now(),
                CourseRun.registration_closes_at > now(),
                CourseRun.cancelled_at.is_(None),
                CourseRun.has_waiting_list,
            )
        )
    person = {"name": NAME, "email": EMAIL, "phone": PHONE}
    assert visitor.post(f"/api/v1/runs/{run}/registrations", json=person).status_code == 201
    assert visitor.post(f"/api/v1/runs/{run}/registrations", json=person).status_code == 201
    assert visitor.post(f"/api/v1/runs/{run}/registrations", json=person | {"email": EMAIL + "@"}).status_code == 422
    assert visitor.post(f"/norises/{run}/pieteikties", data=person | {"email": "nav"}).status_code == 422
    assert visitor.post("/api/v1/wishes", json={"title": WISH, "email": WISH_EMAIL}).status_code in {201, 202}
    visitor.get(f"/kursi?q={NAME}")
    drain(open_workshop(city_app.state.settings, city_app.state.database))
    figures = visitor.get("/metrics", headers={"host": "localhost"}).text + visitor.get("/api/v1/wishes").text
    written = "".join(capfd.readouterr()) + caplog.text + figures
    for canary in PERSONAL:
        for form in everywhere(canary):
            assert form not in written, f"{canary} was written somewhere"
    _look_into_the_database(Path(city_app.state.database.url.database))


def _look_into_the_database(path: Path) -> None:
    """Personal data stand in the columns that are marked for them, and in no other."""
    from app.tables import metadata

    marked = {
        (table.name, column.name) for table in metadata.sorted_tables for column in table.c if "personal" in column.info
    }
    with sqlite3.connect(path) as connection:
        for table in metadata.sorted_tables:
            for column in table.c:
                if (table.name, column.name) in marked:
                    continue
                for canary in PERSONAL:
                    found = connection.execute(
                        f'SELECT count(*) FROM "{table.name}" WHERE CAST("{column.name}" AS TEXT) LIKE ?',
                        (f"%{canary}%",),
                    ).fetchone()[0]
                    assert found == 0, f"{canary} stands in {table.name}.{column.name}"


def test_the_canaries_can_be_seen_at_all(city_app: FastAPI) -> None:
    """The control: the marked columns do hold them."""
    with sqlite3.connect(city_app.state.database.url.database) as connection:
        assert connection.execute("SELECT count(*) FROM registrations WHERE email = ?", (EMAIL,)).fetchone()[0] == 1
