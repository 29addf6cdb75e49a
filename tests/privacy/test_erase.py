"""Erasing: the person is gone from everywhere, the figures are what they were, and a restore does not bring them back."""

from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.clock import today
from app.db import Database
from app.participation.models import Certificate
from app.privacy.erase import erase_address, erase_registration
from app.privacy.kept import as_json, kept_about_address, kept_about_registration
from app.registrations.models import Erasure, Registration, SentForm, State
from app.registrations.once import Receipt
from app.reports.report import yearly_report
from app.settings import Settings
from tests.privacy import people
from tests.registrations import acts
from tests.world import World

pytestmark = pytest.mark.promise("P24")


def by_link(database: Database, known: people.Known) -> None:
    with database.writing() as db:
        erase_registration(db, people.registration_of(db, known).link_key, acts.RULES)


def by_address(database: Database, _known: people.Known) -> None:
    with database.writing() as db:
        erase_address(db, people.EMAIL, acts.RULES)


def figures(database: Database) -> str:
    """The year's report as bytes."""
    with database.reading() as db:
        return yearly_report(db, today().year, Settings(_env_file=None)).model_dump_json()


def test_before_it_the_traces_are_found(database: Database, tmp_path: Path) -> None:
    """The control: these eyes see what is there."""
    with database.writing() as db:
        people.somebody(db)
    assert people.traces_in(people.dump(database, tmp_path)) == set(people.TRACES) - {"29876543"}


def test_everything_about_an_address_is_gone_from_the_whole_database(database: Database, tmp_path: Path) -> None:
    with database.writing() as db:
        known = people.somebody(db)
    by_address(database, known)
    assert people.traces_in(people.dump(database, tmp_path)) == set()
    with database.reading() as db:
        kinds = {(row.object_kind, row.object_id, row.why) for row in db.scalars(select(Erasure))}
        log = [entry for entry in db.scalars(select(AuditEntry)) if entry.act == "erased"]
    assert kinds == {
        ("registration", known.registration, "asked"),
        ("wish_support", known.support, "asked"),
        ("interest", known.interest, "asked"),
        ("search_alert", known.alert, "asked"),
    }
    assert len(log) == 4


def test_one_registration_is_erased_and_what_hangs_on_the_address_stays(database: Database) -> None:
    with database.writing() as db:
        known = people.somebody(db)
    by_link(database, known)
    with database.reading() as db:
        about = as_json([kept_about_registration(db, known.registration)])
        address = kept_about_address(db, people.EMAIL)
    assert people.traces_in(about) == set()
    assert [part.section.name for part in address[-1].parts if part.rows] == ["wishes", "interests", "alerts"]


@pytest.mark.parametrize("erase", [by_link, by_address])
def test_the_figures_of_the_year_are_the_same_bytes(
    database: Database, erase: Callable[[Database, people.Known], None]
) -> None:
    with time_machine.travel(f"{today().year}-12-20 12:00"):
        with database.writing() as db:
            known = people.somebody(db, starts_in=-40)
            people.somebody_else(db, known)
        before = figures(database)
        assert '"unique_participants","value":2' in before.replace(" ", "")
        erase(database, known)
        assert figures(database) == before


def test_a_certificate_can_still_be_checked_by_its_number_without_the_name(database: Database) -> None:
    with database.writing() as db:
        known = people.somebody(db)
    by_link(database, known)
    with database.reading() as db:
        certificate = db.scalars(select(Certificate)).one()
    assert (certificate.name, bool(certificate.number), certificate.revoked_on) == (None, True, None)


def test_a_seat_still_ahead_goes_to_the_next_in_the_queue(world: World) -> None:
    run_id = acts.new_run(world.database, seats=1)
    acts.seat(world.database, run_id, "anna@example.com")
    acts.register(world.database, run_id, "berta@example.com")
    number = acts.latest(world.database, "anna@example.com").id
    world.deliver()
    letters = len(world.letters("anna@example.com"))
    link = world.link(number)
    assert world.client.post(f"{link}/dzest").headers["location"] == link
    world.deliver()
    assert world.registration(number).state is State.WITHDRAWN
    assert acts.state(world.database, "berta@example.com") is State.OFFERED
    assert len(world.letters("anna@example.com")) == letters
    assert "Dati ir izdzēsti" in world.client.get(link).text
    assert world.client.post(f"{link}/atgriezt").status_code == 410


def test_the_form_of_an_address_that_ends_alike_stays(database: Database) -> None:
    run_id = acts.new_run(database, seats=5)
    acts.register(database, run_id, "a@example.com")
    acts.register(database, run_id, "ana@example.com")
    with database.writing() as db:
        erase_registration(db, acts.latest(database, "a@example.com").link_key, acts.RULES)
    with database.reading() as db:
        assert [Receipt.from_json(form.answer).email for form in db.scalars(select(SentForm))] == ["ana@example.com"]


def test_messages_on_their_way_find_nobody_any_more(world: World) -> None:
    run_id = acts.new_run(world.database)
    acts.seat(world.database, run_id, "anna@example.com")
    acts.withdraw(world.database, "anna@example.com")
    world.client.post(world.link(acts.latest(world.database, "anna@example.com").id) + "/dzest")
    world.deliver()
    assert not list(world.mail.glob("*.eml"))


def test_a_place_on_a_course_under_way_stays_so_that_it_is_counted(database: Database) -> None:
    with database.writing() as db:
        known = people.somebody(db, starts_in=-2)
    by_link(database, known)
    with database.reading() as db:
        kept = people.registration_of(db, known)
        assert (kept.state, kept.person_token is not None, kept.name) == (State.CONFIRMED, True, None)


def test_whoever_came_together_and_has_no_address_goes_too(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    for email in ("anna@example.com", "berta@example.com"):
        acts.seat(database, run_id, email)
    first = acts.latest(database, "anna@example.com").id
    second = acts.latest(database, "berta@example.com").id
    with database.writing() as db:
        for number in (first, second):
            db.get_one(Registration, number).party = first
        companion = db.get_one(Registration, second)
        companion.email = companion.email_key = None
        erase_registration(db, db.get_one(Registration, first).link_key, acts.RULES)
    with database.reading() as db:
        both = [db.get_one(Registration, number) for number in (first, second)]
    assert {(one.state, one.name, one.erased_at is not None) for one in both} == {(State.WITHDRAWN, None, True)}


def test_erasing_twice_changes_nothing(database: Database) -> None:
    with database.writing() as db:
        people.somebody(db)
    by_address(database, people.Known(0, 0, 0, 0, 0))
    with database.reading() as db:
        before = len(db.scalars(select(Erasure)).all())
    by_address(database, people.Known(0, 0, 0, 0, 0))
    with database.reading() as db:
        assert len(db.scalars(select(Erasure)).all()) == before
