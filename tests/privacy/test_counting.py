"""When a year is reported its counting key goes: the counts stay what they were, the people cannot be found again."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.clock import now, today
from app.db import Database
from app.people.addresses import person_token
from app.privacy.counting import destroy_counting_key
from app.registrations.models import CountingKey, Erasure, Registration, State
from app.reports.models import AnnualReport
from app.reports.period import Period
from app.reports.report import yearly_report
from app.reports.values import all_figures
from app.settings import Settings
from app.worker.privacy import erase_what_is_over
from app.worker.workshop import open_workshop
from tests import make
from tests.privacy import people

pytestmark = pytest.mark.promise("P24")


def tokens(database: Database) -> list[str | None]:
    """By which number each registration is counted."""
    with database.reading() as db:
        return [*db.scalars(select(Registration.person_token).order_by(Registration.id))]


def figures(database: Database, year: int) -> str:
    with database.reading() as db:
        return yearly_report(db, year, Settings(_env_file=None)).model_dump_json()


def waited_in_vain(database: Database) -> object:
    """How many people of this year waited for a seat and got none."""
    with database.reading() as db:
        return all_figures(db, Period(today().year))["waiting_list_demand"].amount


def a_year(database: Database) -> int:
    """One person came to two courses of this year, another to one; a third will come next year."""
    with database.writing() as db:
        first = people.somebody(db, starts_in=-40)
        people.somebody(db, starts_in=-30)
        people.somebody_else(db, first)
        make.make_registration(db, make.make_run(db, make.make_course(db), starts_in=60), "next@example.lv")
        people.counted(db, today().year)
    return today().year


def test_counts_stay_and_people_do_not(database: Database) -> None:
    with time_machine.travel(f"{today().year}-12-20 12:00"):
        year = a_year(database)
        before, told = tokens(database), figures(database, year)
        with database.writing() as db:
            assert destroy_counting_key(db, year) == 2
        after = tokens(database)
        assert figures(database, year) == told
    assert [before.index(token) for token in before] == [after.index(token) for token in after]
    assert after[3] == before[3]
    assert not {*after[:3]} & {*before[:3]}
    assert person_token("key", people.EMAIL) not in after
    with database.reading() as db:
        key = db.get_one(CountingKey, year)
        assert (key.key, key.destroyed_on is not None) == (None, True)
        assert [(row.object_kind, row.object_id) for row in db.scalars(select(Erasure))] == [("counting_key", year)]


def test_again_it_changes_nothing_but_what_came_late(database: Database) -> None:
    with time_machine.travel(f"{today().year}-12-20 12:00"):
        year = a_year(database)
        with database.writing() as db:
            destroy_counting_key(db, year)
        before = tokens(database)
        with database.writing() as db:
            late = make.make_registration(db, make.make_run(db, make.make_course(db), starts_in=-3), "late@example.lv")
            number = late.id
        with database.writing() as db:
            assert destroy_counting_key(db, year) == 1
        assert tokens(database)[: len(before)] == before
        with database.reading() as db:
            assert db.get_one(Registration, number).person_token != person_token("key", "late@example.lv")
            assert len(db.scalars(select(Erasure)).all()) == 1


@pytest.mark.parametrize("approved", [True, False])
def test_the_key_goes_only_with_an_approved_report(database: Database, settings: Settings, approved: bool) -> None:
    with time_machine.travel(f"{today().year}-12-20 12:00"):
        year = a_year(database)
    with database.writing() as db:
        db.add(AnnualReport(year=year, approved_at=now() if approved else None))
    erase_what_is_over(open_workshop(settings, database))
    with database.reading() as db:
        assert (db.get_one(CountingKey, year).key is None) is approved


def test_a_waiting_person_who_got_a_seat_after_all_is_still_known_as_one(database: Database) -> None:
    with time_machine.travel(f"{today().year}-12-20 12:00"):
        with database.writing() as db:
            run = make.make_run(db, make.make_course(db), starts_in=-10)
            for state, email in (
                (State.WAITLISTED, "anna@example.lv"),
                (State.CONFIRMED, "anna@example.lv"),
                (State.WAITLISTED, "berta@example.lv"),
            ):
                one = make.make_registration(db, run, email, state=State.WITHDRAWN, created_ago=timedelta(days=20))
                one.state, one.email_key = state, None
                one.confirmed_at = one.created_at if state is State.CONFIRMED else None
                one.queued_at = one.created_at if state is State.WAITLISTED else None
            people.counted(db, today().year)
        assert waited_in_vain(database) == 1
        with database.writing() as db:
            assert destroy_counting_key(db, today().year) == 2
        assert waited_in_vain(database) == 1
