"""All registrations of an address behind a mailed link: once, soon, for its owner only, and nothing is told to others."""

import json
from datetime import timedelta

import pytest
import time_machine
from fastapi import FastAPI
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import select

from app.clock import now
from app.db import Database
from app.registrations.inputs import Who
from app.registrations.models import OneTimeLink, Registration, State
from app.registrations.own_list import LASTS
from tests import make
from tests.counting import statements
from tests.privacy import people
from tests.registrations import acts
from tests.web.reader import lint
from tests.world import World

ANNA, BERTA = "anna@example.com", "berta@example.com"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def ask(world: World, email: str) -> None:
    """Somebody asks for the link, and the worker does its work."""
    response = world.client.post("/pieteikumi", data={"email": email})
    assert (response.status_code, response.headers["location"]) == (303, "/pieteikumi?done=sent")
    world.deliver()


def link_in_letter(world: World, email: str) -> str:
    """The path of the link in the newest letter to the address."""
    body = world.letters(email)[-1].get_body(("plain",))
    assert body is not None
    found = next(line for line in body.get_content().splitlines() if "/pieteikumi/visi/" in line)
    return found.removeprefix(world.settings.public_url)


def two_registrations(world: World) -> None:
    """One that stands, and one of last year."""
    acts.seat(world.database, acts.new_run(world.database), ANNA)
    with world.database.writing() as db:
        run = make.make_run(db, make.make_course(db, title="Pērnais kurss"), starts_in=-60)
        make.make_registration(db, run, ANNA)
    world.deliver()


def test_the_letter_leads_to_every_registration_each_with_its_own_link(world: World) -> None:
    two_registrations(world)
    acts.seat(world.database, acts.new_run(world.database), BERTA)
    ask(world, "  anna@EXAMPLE.com ")
    assert world.letters(ANNA)[-1]["Subject"] == "Saite uz jūsu pieteikumiem"
    link = link_in_letter(world, ANNA)
    for _ in range(2):
        before = world.client.get(link)
        assert before.status_code == 200
        assert "Keramika" not in before.text
    shown = world.client.post(link)
    lint(shown)
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers.get("set-cookie") is None
    own = [node.attributes["href"] or "" for node in HTMLParser(shown.text).css("main h3 a")]
    titles = [node.text() for node in HTMLParser(shown.text).css("main h3 a")]
    assert titles == ["Keramika iesācējiem", "Pērnais kurss"]
    assert [world.client.get(path).status_code for path in own] == [200, 200]
    assert "berta" not in shown.text


def test_used_late_and_foreign_links_get_the_same_kind_page(world: World) -> None:
    two_registrations(world)
    ask(world, ANNA)
    used = link_in_letter(world, ANNA)
    assert world.client.post(used).status_code == 200
    ask(world, ANNA)
    late = link_in_letter(world, ANNA)
    foreign = "/pieteikumi/visi/" + "x" * 46
    with time_machine.travel(now() + LASTS + timedelta(seconds=1), tick=False):
        answers = [world.client.request(how, path) for how in ("GET", "POST") for path in (used, late, foreign)]
    told = [HTMLParser(answer.text).css_first("main") for answer in answers]
    assert {(answer.status_code, main.html) for answer, main in zip(answers, told, strict=True) if main} == {
        (410, told[0].html if told[0] else "")
    }
    assert 'action="/pieteikumi"' in answers[0].text
    assert "Keramika" not in answers[0].text


@pytest.mark.promise("P14")
def test_what_opens_links_in_mails_does_not_use_this_one_up(world: World) -> None:
    two_registrations(world)
    ask(world, ANNA)
    link, before = link_in_letter(world, ANNA), world.everything()
    for how in ("GET", "HEAD"):
        assert world.client.request(how, link).status_code == 200
    assert world.everything() == before
    assert world.client.post(link).status_code == 200


@pytest.mark.promise("P17")
def test_a_stranger_cannot_learn_whether_an_address_is_known(world: World, app: FastAPI) -> None:
    """The same answer by the same work; only the worker, later, looks whether there is anything to write about."""
    two_registrations(world)
    answers, work = set(), set()
    for email in ("nobody@example.com", ANNA, "noone@example.com", ANNA):
        with statements(app.state.database) as sent:
            answer = world.client.post("/pieteikumi", data={"email": email})
        answers.add((answer.status_code, answer.headers.get("location"), answer.content))
        work.add(tuple(sent))
    assert len(answers) == 1
    assert len(work) == 1
    world.deliver()
    assert world.letters("nobody@example.com") == []
    assert len([one for one in world.letters(ANNA) if "Saite uz" in str(one["Subject"])]) == 2


@ON_SQLITE
@pytest.mark.promise("P18")
def test_nobody_is_flooded_with_links_and_asking_ends_somewhere(world: World) -> None:
    two_registrations(world)
    statuses = [world.client.post("/pieteikumi", data={"email": ANNA}).status_code for _ in range(11)]
    assert statuses == [303] * 10 + [429]
    world.deliver()
    assert len([one for one in world.letters(ANNA) if "Saite uz" in str(one["Subject"])]) == 3


@ON_SQLITE
def test_neither_the_token_nor_the_address_stands_where_it_could_be_read(world: World) -> None:
    two_registrations(world)
    ask(world, ANNA)
    token = link_in_letter(world, ANNA).rsplit("/", 1)[1]
    rows = repr([rows for name, rows in world.everything().items() if name not in {"registrations"}])
    assert token not in rows
    messages = repr(world.everything()["messages"])
    assert ANNA not in messages
    assert ANNA not in repr(world.everything()["audit_entries"])


@ON_SQLITE
def test_a_wrong_address_is_said_to_be_wrong(world: World) -> None:
    response = world.client.post("/pieteikumi", data={"email": "anna.example.com"})
    assert response.status_code == 422
    assert 'value="anna.example.com"' in response.text
    assert "trūkst zīmes @" in response.text


def ticket_of(page: str) -> str:
    """The hidden ticket of the shown list."""
    field = HTMLParser(page).css_first("input[name=ticket]")
    assert field is not None
    return field.attributes["value"] or ""


def test_from_the_list_everything_is_taken_away_and_erased(world: World, database: Database) -> None:
    with database.writing() as db:
        known = people.somebody(db, starts_in=20)
    ask(world, people.EMAIL)
    link = link_in_letter(world, people.EMAIL)
    ticket = ticket_of(world.client.post(link).text)
    file = world.client.post("/pieteikumi/visi/mani-dati.json", data={"ticket": ticket})
    assert file.headers["content-disposition"] == 'attachment; filename="mani-dati.json"'
    assert {*json.loads(file.text)["kept"]} == {f"registration-{known.registration}", "address"}
    asked = world.client.post("/pieteikumi/visi/dzest", data={"ticket": ticket})
    lint(asked)
    assert "Atsauksim arī 1 spēkā esošu pieteikumu" in asked.text
    assert world.registration(known.registration).name is not None
    done = world.client.post("/pieteikumi/visi/dzest", data={"ticket": ticket, "step": "erase"})
    assert (done.status_code, done.headers["location"]) == (303, "/pieteikumi?done=erased")
    assert "ir izdzēsts" in world.client.get(done.headers["location"]).text
    gone = world.registration(known.registration)
    assert (gone.name, gone.email_key, gone.state) == (None, None, State.WITHDRAWN)
    with database.reading() as db:
        assert db.scalars(select(OneTimeLink)).all() == []
    assert world.client.post("/pieteikumi/visi/mani-dati.json", data={"ticket": ticket}).status_code == 410


def test_a_link_is_no_ticket_and_a_ticket_is_no_link_and_both_end(world: World) -> None:
    two_registrations(world)
    ask(world, ANNA)
    link = link_in_letter(world, ANNA)
    token = link.rsplit("/", 1)[1]
    assert world.client.post("/pieteikumi/visi/mani-dati.json", data={"ticket": token}).status_code == 410
    ticket = ticket_of(world.client.post(link).text)
    assert world.client.post("/pieteikumi/visi/mani-dati.json", data={"ticket": token}).status_code == 410
    assert world.client.post(f"/pieteikumi/visi/{ticket}").status_code == 410
    with time_machine.travel(now() + LASTS + timedelta(seconds=1), tick=False):
        for step in ("", "erase"):
            late = world.client.post("/pieteikumi/visi/dzest", data={"ticket": ticket, "step": step})
            assert late.status_code == 410
    with world.database.reading() as db:
        assert all(one.name for one in db.scalars(select(Registration)))


@ON_SQLITE
def test_residents_find_the_way_here(world: World) -> None:
    two_registrations(world)
    assert 'href="/pieteikumi"' in world.client.get("/par").text
    dead = world.client.get("/pieteikumi/" + "x" * 46)
    assert dead.status_code == 404
    assert 'href="/pieteikumi"' in (HTMLParser(dead.text).css_first("main") or HTMLParser("")).html


def test_who_stayed_without_an_address_of_their_own_is_shown_where_they_are_written_to(world: World) -> None:
    run_id = acts.new_run(world.database)
    acts.register_two(world.database, run_id, ANNA)
    acts.withdraw(world.database, ANNA, Who.ME)
    world.deliver()
    ask(world, ANNA)
    shown = world.client.post(link_in_letter(world, ANNA))
    ticket = HTMLParser(shown.text).css("input[name=ticket]")[0].attributes["value"] or ""
    assert len(HTMLParser(shown.text).css("main h3 a")) == 2
    file = world.client.post("/pieteikumi/visi/mani-dati.json", data={"ticket": ticket})
    assert "Berta Liepa" in file.text
    before = world.client.post("/pieteikumi/visi/dzest", data={"ticket": ticket})
    assert "Atsauksim arī 1 spēkā esošu pieteikumu" in before.text
