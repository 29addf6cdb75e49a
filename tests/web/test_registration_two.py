"""Registering with another person, and mending the address after sending, without scripts."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.db import Database
from app.registrations.models import GivenAnswer, State
from tests.registrations import acts
from tests.web.extras import BERTA, Asking, asking_run, errors, open_and_send, typed_in
from tests.web.test_registrations import ON_SQLITE, fill, hidden, page, url, words
from tests.world import World


@pytest.fixture
def asking(database: Database) -> Asking:
    return asking_run(database)


@ON_SQLITE
def test_the_other_persons_address_is_another_one(client: TestClient, asking: Asking) -> None:
    wrong = open_and_send(client, asking.run, **{asking.woven: "never", **BERTA, "companion.email": "Anna@Example.com"})
    assert errors(wrong) == {"companion.email": "Ierakstiet otra cilvēka adresi vai atstājiet šo lauku tukšu."}


def test_two_for_one_seat_are_asked_before_they_join_the_list(client: TestClient, database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    checked = fill(client, run_id, **BERTA)
    assert checked.status_code == 409
    assert "Divu brīvu vietu pašlaik nav." in words(checked)
    assert "expects_seat" not in hidden(checked)
    joined = client.post(url(run_id), data=hidden(checked) | {"step": "send"})
    assert joined.status_code == 303
    rows = acts.registrations(database, run_id)
    assert [(row.state, row.party) for row in rows] == [(State.WAITLISTED, rows[0].id)] * 2


def test_two_seats_that_go_meanwhile_are_said_with_the_answers_kept(client: TestClient, database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    checked = fill(client, run_id, **BERTA)
    acts.register(database, run_id, "quick@example.com")
    refused = client.post(url(run_id), data=hidden(checked) | {"step": "send"})
    assert refused.status_code == 409
    assert "Divu brīvu vietu pašlaik nav." in words(refused)
    assert {**hidden(refused), "expects_seat": str(run_id)} == hidden(checked)
    assert len(acts.registrations(database, run_id)) == 1


def test_two_for_the_last_seat_of_a_run_without_a_list_go_back_to_the_form(
    client: TestClient, database: Database
) -> None:
    run_id = acts.new_run(database, seats=1, has_waiting_list=False)
    checked = fill(client, run_id, **BERTA)
    assert checked.status_code == 409
    assert page(checked).css_first("button[value=send]") is None
    returned = client.post(url(run_id), data=hidden(checked) | {"step": "change:companion.name"})
    assert typed_in(returned)["companion.name"] == "Berta Liepa"
    assert client.post(url(run_id), data=hidden(checked) | {"step": "send"}).status_code == 409
    assert acts.registrations(database, run_id) == []


def test_a_confirmed_registration_is_not_moved_from_the_page_after_sending(world: World) -> None:
    run_id = acts.new_run(world.database)
    sent = world.client.post(url(run_id), data=hidden(fill(world.client, run_id)) | {"step": "send"}).headers[
        "location"
    ]
    acts.confirm(world.database, "anna@example.com")
    refused = world.client.post(f"{sent}/adrese", data={"email": "other@example.com"})
    assert refused.status_code == 409
    assert "Atveriet pieteikumu ar saiti no mūsu vēstules." in words(refused)
    assert acts.latest(world.database, "anna@example.com").state is State.CONFIRMED
    world.deliver()
    assert world.letters("other@example.com") == []


def test_correcting_a_known_address_registers_both_with_their_answers(
    client: TestClient, asking: Asking, database: Database
) -> None:
    acts_register = {asking.woven: "never", asking.lunch: "yes"}
    known = open_and_send(client, asking.run, **acts_register)
    client.post(url(asking.run), data=hidden(known) | {"step": "send"})
    checked = open_and_send(client, asking.run, **acts_register, **BERTA)
    sent = client.post(url(asking.run), data=hidden(checked) | {"step": "send"}).headers["location"]
    own = client.post(f"{sent}/adrese", data={"email": "berta@example.com"})
    assert (own.status_code, "Tā ir otra cilvēka adrese." in words(own)) == (409, True)
    assert client.post(f"{sent}/adrese", data={"email": "ana@example.com"}).status_code == 303
    first, second = (acts.latest(database, email) for email in ("ana@example.com", "berta@example.com"))
    assert first.party == second.party == first.id
    with database.reading() as db:
        given = db.execute(select(GivenAnswer.registration_id, GivenAnswer.answer)).all()
    assert {answer for number, answer in given if number == first.id} == {"never", "yes"}
