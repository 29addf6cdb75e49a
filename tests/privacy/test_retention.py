"""What is erased by itself when its time is over: neither earlier nor later, by several workers as by one."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from app.clock import now
from app.db import Database
from app.feedback.models import FeedbackAnswer
from app.privacy.retention import RULES
from app.registrations.models import Erasure, OneTimeLink, Registration, State
from app.settings import Settings
from app.wishes.models import WishAnswer, WishRequest, WishState, WishSupport
from app.worker.privacy import age_files, erase_what_is_over
from app.worker.workshop import open_workshop
from tests import make
from tests.pages.own_list import new_token
from tests.privacy import people
from tests.registrations import acts

pytestmark = pytest.mark.promise("P24")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def sweep(database: Database, settings: Settings) -> None:
    """What the worker does every hour."""
    erase_what_is_over(open_workshop(settings, database))


def erased(database: Database) -> list[tuple[int, str]]:
    """Which registrations were erased, and by which rule."""
    with database.reading() as db:
        return [(row.object_id, row.why) for row in db.scalars(select(Erasure).order_by(Erasure.id))]


@pytest.mark.parametrize(
    ("state", "starts_in", "rule", "days_after_start", "days_after_end"),
    [
        (State.CONFIRMED, 0, "contact", None, 90),
        (State.WITHDRAWN, 0, "contact", None, 90),
        (State.CANCELLED_BY_PROVIDER, 0, "contact", None, 90),
        (State.WAITLISTED, 0, "waiting_list", 30, None),
    ],
)
def test_contacts_go_on_the_day_their_rule_says(
    database: Database,
    settings: Settings,
    state: State,
    starts_in: int,
    rule: str,
    days_after_start: int | None,
    days_after_end: int | None,
) -> None:
    with database.writing() as db:
        run = make.make_run(db, make.make_course(db), starts_in=starts_in, sessions=3)
        registration = make.make_registration(db, run, state=state)
        registration.confirmed_at = None if state is State.WAITLISTED else now()
        number, starts, ends = registration.id, run.starts_at, run.ends_at
    due = starts + timedelta(days=days_after_start) if days_after_start else ends + timedelta(days=days_after_end or 0)
    with time_machine.travel(due - timedelta(seconds=1), tick=False):
        sweep(database, settings)
        assert erased(database) == []
    with time_machine.travel(due + timedelta(seconds=1), tick=False):
        sweep(database, settings)
        sweep(database, settings)
        assert erased(database) == [(number, rule)]
    with database.reading() as db:
        kept = db.get_one(Registration, number)
        assert (kept.name, kept.email, kept.email_key, kept.phone, kept.state) == (None, None, None, None, state)
        assert kept.person_token is not None


def test_who_never_confirmed_is_forgotten_after_two_days(database: Database, settings: Settings) -> None:
    with database.writing() as db:
        run = make.make_run(db, make.make_course(db))
        gone = make.make_registration(db, run, state=State.EXPIRED, created_ago=49 * HOUR).id
        make.make_registration(db, run, state=State.EXPIRED, created_ago=47 * HOUR)
        make.make_registration(db, run, state=State.PENDING, created_ago=49 * HOUR, hold=20 * HOUR)
        make.make_registration(db, run, state=State.CONFIRMED, created_ago=49 * HOUR)
        make.make_registration(db, run, state=State.WAITLISTED, created_ago=49 * HOUR)
    sweep(database, settings)
    assert erased(database) == [(gone, "unconfirmed")]


def test_what_somebody_needs_is_forgotten_a_week_after_the_course_and_the_rest_stays(
    database: Database, settings: Settings
) -> None:
    with database.writing() as db:
        known = people.somebody(db, starts_in=-1)
        ends = people.run_of(db, known).ends_at
    for moment, needs in ((ends + 7 * DAY - HOUR, "rampa ratiem"), (ends + 7 * DAY + HOUR, None)):
        with time_machine.travel(moment, tick=False):
            sweep(database, settings)
        with database.reading() as db:
            kept = people.registration_of(db, known)
            assert (kept.special_needs, kept.name) == (needs, "Kanārija Putniņa")
    assert erased(database) == [(known.registration, "special_needs")]


@pytest.mark.parametrize(
    ("state", "after", "stays"),
    [
        (WishState.NEW, 300 * DAY, True),
        (WishState.NEW, 370 * DAY, False),
        (WishState.DECLINED, 6 * DAY, True),
        (WishState.DECLINED, 8 * DAY, False),
        (WishState.FULFILLED, 8 * DAY, False),
        (WishState.PLANNED, 8 * DAY, True),
    ],
)
def test_the_address_behind_a_wish_goes_with_the_answer_or_after_a_year(
    database: Database, settings: Settings, state: WishState, after: timedelta, stays: bool
) -> None:
    with database.writing() as db:
        wish = make.make_wish(db, state=state)
        if state is not WishState.NEW:
            db.add(WishAnswer(wish_id=wish.id, state=state, text="Atbilde.", answered_at=now()))
    with time_machine.travel(now() + after, tick=False):
        sweep(database, settings)
    with database.reading() as db:
        support = db.scalars(select(WishSupport)).one()
        assert (support.email is not None, support.email_key is not None) == (stays, stays)
        assert support.counts
        assert db.scalars(select(WishRequest)).one().title == wish.title


def test_links_and_the_words_of_feedback_go_too(database: Database, settings: Settings) -> None:
    new_token(database, settings, "anna@example.com")
    with database.writing() as db:
        run = make.make_run(db, make.make_course(db), starts_in=-20)
        make.make_feedback(db, run, 4).words = "Pasniedzēja Ilze bija laba."
    with time_machine.travel(now() + 2 * HOUR, tick=False):
        sweep(database, settings)
    with database.reading() as db:
        assert db.scalars(select(OneTimeLink)).all() == []
        assert db.scalars(select(FeedbackAnswer)).one().words != ""
    with time_machine.travel(now() + 740 * DAY, tick=False):
        sweep(database, settings)
    with database.reading() as db:
        answer = db.scalars(select(FeedbackAnswer)).one()
        assert (answer.words, answer.content) == ("", 4)


def test_a_large_backlog_goes_in_batches_and_two_workers_share_it(database: Database, settings: Settings) -> None:
    with database.writing() as db:
        run = make.make_run(db, make.make_course(db), starts_in=-200, seats=0)
        numbers = [one.id for one in make.make_registrations(db, run, 230)]
    contact = next(rule for rule in RULES if rule.name == "contact")
    with database.writing() as first:
        one = contact.act(first, settings, now(), contact.name)
        if not database.is_sqlite:  # There a second worker need not wait for the first.
            with database.writing() as second:
                assert contact.act(second, settings, now(), contact.name) == one
    assert one < 230
    sweep(database, settings)
    assert sorted(number for number, _why in erased(database)) == numbers


def test_letters_on_disk_and_backups_age_and_other_files_stay(sqlite_database: Database, tmp_path: Path) -> None:
    mail, backups = tmp_path / "mail", tmp_path / "backups"
    settings = Settings(_env_file=None, mail_url=mail.as_uri(), backup_folder=str(backups))
    aged = {}
    for folder, name, days in (
        (mail, "1.letter.eml", 8),
        (mail, "2.letter.eml", 6),
        (mail, "notes.txt", 900),
        (backups, "city-1.backup", 36),
        (backups, "city-2.backup", 34),
        (backups, "erasures.tsv", 900),
    ):
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text("x")
        moment = (now() - timedelta(days=days)).timestamp()
        os.utime(path, (moment, moment))
        aged[name] = path
    age_files(open_workshop(settings, sqlite_database))
    assert {name for name, path in aged.items() if not path.exists()} == {"1.letter.eml", "city-1.backup"}


def test_who_waited_in_vain_and_is_erased_keeps_nobody_from_a_free_seat(database: Database, settings: Settings) -> None:
    with database.writing() as db:
        run = make.make_run(db, make.make_course(db), starts_in=-40, sessions=12, seats=1)
        run.ends_at, run.registration_closes_at = now() + 20 * DAY, now() + 10 * DAY
        make.make_registration(db, run, state=State.WAITLISTED)
    sweep(database, settings)
    assert [why for _number, why in erased(database)] == ["waiting_list"]
    assert acts.taken_and_waiting(database, run.id) == (0, 0)
    assert acts.register(database, run.id, "new@example.com").state is State.PENDING
