"""What people type stands in no log, address, index, message, figure or error page."""

import logging
import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import select
from starlette.testclient import TestClient

from app.clock import now
from app.courses.models import Course, CourseRun
from app.links import sign
from app.people.models import Account
from app.registrations import actions
from app.registrations.models import Registration
from app.tables import metadata
from app.wishes import actions as wish_actions
from app.wishes.models import JOINABLE, WishRequest
from app.worker.run import drain
from app.worker.workshop import open_workshop
from tests.pages.staff_samples import MANAGER
from tests.protection.routes import open_run
from tests.staff import sign_in

pytestmark = pytest.mark.promise("P11")

PERSON = {"name": "Kanārija Putniņa", "email": "Kanarija.Putnina@example.lv", "phone": "+371 29 876 543"}
TOGETHER = {
    "name": "Kanārija Vālodze", "email": "kanarija.valodze@example.lv",
    "companion": {"name": "Ansis Vālodzis", "email": "ansis.valodzis@example.lv"},
    "special_needs": "Ķivuļi par skaļu", "special_needs_consent": True,
}  # fmt: skip
MENDED = {"name": "Kanārija Zeltspārne", "phone": "29 765 432"}
ADDRESSES = ("putnu.vele@example.lv", "putnu.pulks@example.lv", "putnu.labots@example.lv")
CANARIES = ("Kanārija", "Putniņa", "Zeltspārne", "kanarija.putnina", "29 876 543", "29876543", "29 765 432", "29765432",
            "Vālodz", ".valodz", "Ķivuļi", "putnu.vele", "putnu.pulks", "putnu.labots", "010190-12345")  # fmt: skip
KEY = "the-key-of-the-canary-form-0123456789"


def written(canary: str) -> set[str]:
    """A canary as it may be written: plain, percent-encoded, escaped, in small letters."""
    forms = {canary, quote(canary), quote(canary, safe=""), canary.encode("unicode_escape").decode()}
    return forms | {form.casefold() for form in forms} | {canary.replace(" ", "+"), canary.replace("@", "%40")}


def test_canaries_fly_nowhere(
    city_app: FastAPI,
    visitor: TestClient,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # The sender's own log is not ours.
    with city_app.state.database.reading() as db:
        run = open_run(db)
        wish = db.scalar(select(WishRequest.id).where(WishRequest.state.in_(JOINABLE)).limit(1))
    form, api = f"/norises/{run}/pieteikties", f"/api/v1/runs/{run}/registrations"
    sent, joining = f"{form}/nosutits/{KEY}", f"/velmes/{wish}/atbalstit"
    asked = {"title": "Putnu vērošana", "email": ADDRESSES[0]}
    secret = city_app.state.settings.secret_key.get_secret_value()
    answers = [
        visitor.post(form, data=PERSON | {"step": "check"}),
        visitor.post(form, data=PERSON | {"step": "send", "key": KEY}),
        visitor.post(form, data=PERSON | {"step": "send", "key": KEY}),
        visitor.post(form, data=PERSON | {"email": "putnu.vele.nav", "step": "send"}),
        visitor.post(form, data=PERSON | {"name": "Putniņa 010190-12345", "step": "send"}),
        visitor.post(sent + "/velreiz"),
        visitor.post(sent + "/adrese", data={"email": "putnu.labots"}),
        visitor.post(sent + "/adrese", data={"email": ADDRESSES[2]}),
        visitor.post(api, json=PERSON),
        visitor.post(api, json=PERSON),
        visitor.post(api, json=PERSON | {"email": "putnu.vele@"}),
        visitor.post(api, json=TOGETHER),
        visitor.post(api, json=TOGETHER | {"special_needs_consent": False}),
        visitor.post(form, data=PERSON | {"step": "check", "companion.name": "Vālodzis", "special_needs": "Ķivuļi"}),
        visitor.post(api, json=PERSON | {"Kanārija": "Putniņa"}),
        visitor.post("/velmes/jauna", data=asked),
        visitor.post("/velmes/jauna", data=asked | {"step": "send", "details": "010190-12345"}),
        visitor.post("/velmes/jauna", data=asked | {"step": "send"}),
        visitor.post("/api/v1/wishes", json=asked),
        visitor.post(joining, data={"email": ADDRESSES[1]}),
        visitor.post(joining, data={"email": ADDRESSES[1]}, headers={"hx-request": "true"}),
    ]
    answers += _at_the_desk(city_app, visitor)
    with city_app.state.database.reading() as db:
        keys = db.scalars(select(Registration.link_key).where(Registration.name == PERSON["name"])).all()
    assert len(keys) == 2
    for key in keys:
        own = "/pieteikumi/" + sign(secret, "registration", key)
        answers += [
            visitor.post(own + "/apstiprinat"),
            visitor.post(own + "/dati", data=MENDED | {"name": "?"}),
            visitor.post(own + "/dati", data=MENDED),
            visitor.post(own + "/atsaukt", data={"reason": "Putniņa"}),
            visitor.post(own + "/atsaukt", data={"reason": "time"}),
        ]
    assert {answer.status_code for answer in answers} <= {200, 201, 303, 409, 422}
    faults = _with_faults(
        visitor,
        monkeypatch,
        [(form, PERSON | {"step": "send", "key": KEY[::-1]}), (joining, {"email": ADDRESSES[1]})],
        api,
    )
    searched = [
        visitor.get("/kursi", params={"q": PERSON["name"]}),
        visitor.get("/api/v1/courses", params={"q": ADDRESSES[0]}),
    ]
    assert {answer.status_code for answer in searched} == {200}
    drain(open_workshop(city_app.state.settings, city_app.state.database))
    with TestClient(city_app, client=("127.0.0.1", 50000)) as machine:
        figures = machine.get("/metrics")
    assert figures.status_code == 200
    public = [
        visitor.get(path).text
        for path in ("/velmes", "/api/v1/wishes?per_page=50", "/jaunumi.atom", "/api/openapi.json")
    ]
    locations = "\n".join(
        f"{answer.headers.get('location', '')} {answer.headers.get('hx-push-url', '')}" for answer in answers
    )
    sinks = {"log": "".join(capfd.readouterr()) + caplog.text, "figures": figures.text, "public": "\n".join(public)}
    sinks |= {"addresses": locations, "faults": "\n".join(faults), "cookies": str(dict(visitor.cookies))}
    for sink, text in sinks.items():
        found = {canary for canary in CANARIES if any(form in text for form in written(canary))}
        assert found == set(), sink
    assert "fault" in sinks["log"], "the forced faults were not logged at all"
    _look_into_the_database(Path(city_app.state.database.url.database))


def _at_the_desk(city_app: FastAPI, visitor: TestClient) -> list[Response]:
    """The same person at a provider's desk: looked for, entered, corrected, written to."""
    database, settings = city_app.state.database, city_app.state.settings
    with database.reading() as db:
        own = select(CourseRun.id).join(Course).join(Account, Account.provider_id == Course.provider_id)
        own = own.where(Account.email == MANAGER, CourseRun.starts_at > now(), CourseRun.cancelled_at.is_(None))
        run = db.scalars(own.order_by(CourseRun.id)).first()
    sign_in(visitor, database, settings, MANAGER)
    at = f"/darbvieta/grupas/{run}"
    form = {"channel": "phone", "key": "the-key-of-the-canary-desk-0123456789", **PERSON}
    needs = {"special_needs": "Ķivuļi par skaļu", "companion.name": "Ansis Vālodzis"}
    answers = [
        visitor.post(f"{at}/pieteikumi/atvert"),
        visitor.post(f"{at}/pieteikumi/meklet", data={"q": PERSON["name"]}),
        visitor.get(f"{at}/pieteikumi"),
        visitor.post(f"{at}/pieteikumi/jauns", data=form | needs),
        visitor.post(f"{at}/pieteikumi/jauns", data=form | needs | {"special_needs_consent": "yes"}),
        visitor.post(f"{at}/pieteikumi/jauns", data=form | {"key": form["key"][::-1]}),
    ]
    one = answers[4].headers["location"].partition("?")[0]
    letter = {"subject": "Putniņa", "words": "Kanārija, zvaniet 29 876 543.", "circle": "confirmed", "step": "check"}
    answers += [
        visitor.post(f"{one}/labot", data={**MENDED, "email": ADDRESSES[2]}),
        visitor.post(f"{one}/labot", data={**PERSON, "name": "?"}),
        visitor.post(f"{at}/vestule", data=letter),
        visitor.post(f"{at}/pieteikumi/druka"),
        visitor.post(f"{one}/atsaukt"),
    ]
    visitor.cookies.clear()
    return answers


def _with_faults(
    visitor: TestClient, monkeypatch: pytest.MonkeyPatch, forms: list[tuple[str, dict[str, str]]], api: str
) -> list[str]:
    """The same forms when something breaks while they are carried out, with what was typed in the fault's own words."""

    def break_down(*given: object, **_more: object) -> None:
        raise RuntimeError(f"broken with {given!r} {PERSON} {ADDRESSES}")

    with monkeypatch.context() as broken:
        for room in (actions, wish_actions):
            broken.setattr(room, "record", break_down)
        answers = [visitor.post(path, data=form | {"email": "kanarija.putnina2@example.lv"}) for path, form in forms]
        answers.append(visitor.post(api, json=PERSON | {"email": "kanarija.putnina3@example.lv"}))
    assert [answer.status_code for answer in answers] == [500] * 3
    return [answer.text for answer in answers]


def _look_into_the_database(path: Path) -> None:
    """Personal data stand in the columns that are marked for them, and in no other."""
    marked = {
        (table.name, column.name) for table in metadata.sorted_tables for column in table.c if "personal" in column.info
    }
    seen = set()
    with sqlite3.connect(path) as connection:
        for table in metadata.sorted_tables:
            for column in table.c:
                for canary in CANARIES:
                    wanted = f'SELECT count(*) FROM "{table.name}" WHERE CAST("{column.name}" AS TEXT) LIKE ?'
                    if connection.execute(wanted, (f"%{canary}%",)).fetchone()[0]:
                        seen.add((table.name, column.name))
    assert seen - marked == set()
    assert {("registrations", "email"), ("wish_supports", "email")} <= seen, "the canaries were never kept at all"
