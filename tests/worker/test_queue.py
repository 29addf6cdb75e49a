"""The queue: one holder at a time, in order about one place, nobody held up by somebody else's fault."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from threading import Barrier, Thread

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db import Database
from app.outbox import queue
from app.outbox.figures import outbox_figures
from app.outbox.messages import CourseChanged, SeatGivenUp, SeatTaken
from app.outbox.models import Message
from app.outbox.post import post
from app.outbox.queue import Lane
from app.worker import run as worker
from app.worker.run import drain, react_once
from tests.worker.postbox import Postbox, post_letters, workshop_with


def claim(database: Database, lane: Lane = queue.EVERYTHING) -> Message | None:
    with database.writing() as db:
        return queue.claim(db, now(), lane)


def kept(database: Database) -> list[Message]:
    with database.reading() as db:
        return [*db.scalars(select(Message).order_by(Message.id))]


def claimed_at_once(database: Database, take: Callable[[Session], Message | None]) -> list[int]:
    """Eight at once claim until nothing is left; everything anybody got."""
    got: list[int] = []
    start = Barrier(8)

    def work() -> None:
        start.wait()
        while True:
            with database.writing() as db:
                message = take(db)
            if message is None:
                return
            got.append(message.id)

    workers = [Thread(target=work) for _ in range(8)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    return got


def post_changes(database: Database, number: int) -> None:
    with database.writing() as db:
        for course_id in range(number):
            post(db, CourseChanged(course_id + 1))


@pytest.mark.promise("P30")
def test_each_message_is_claimed_by_one_only_when_many_claim_at_once(database: Database) -> None:
    post_changes(database, 60)
    moment = now()
    got = claimed_at_once(database, lambda db: queue.claim(db, moment))
    assert sorted(got) == list(range(1, 61))


@pytest.mark.postgres
def test_without_the_claim_in_one_statement_some_are_taken_twice(postgres_database: Database) -> None:
    """The control: two have looked before either takes."""
    post_changes(postgres_database, 1)
    waits = select(Message).where(Message.leased_until.is_(None)).order_by(Message.id).limit(1)
    one, other = postgres_database.writer(), postgres_database.writer()
    got = [db.scalars(waits).one().id for db in (one, other)]
    for db in (one, other):
        db.execute(update(Message).where(Message.id == 1).values(leased_until=now()))
        postgres_database.finish(db, commits=True)
    assert got == [1, 1]


def test_nobody_else_gets_a_message_until_its_lease_ends(database: Database) -> None:
    post_changes(database, 1)
    with time_machine.travel(now(), tick=False) as clock:
        first = claim(database)
        assert first is not None
        clock.shift(queue.LEASE - timedelta(seconds=1))
        assert claim(database) is None
        with database.writing() as db:
            assert queue.renew(db, first, now())
        clock.shift(queue.LEASE - timedelta(seconds=1))
        assert claim(database) is None
        clock.shift(timedelta(seconds=2))
        second = claim(database)
        assert second is not None
        assert (second.id, second.tries, second.fault) == (first.id, 2, queue.WORKER_LOST)


def test_who_has_lost_the_lease_changes_nothing_more(database: Database) -> None:
    post_changes(database, 1)
    with time_machine.travel(now(), tick=False) as clock:
        first = claim(database)
        clock.shift(queue.LEASE + timedelta(seconds=1))
        assert first is not None
        assert claim(database) is not None
        with database.writing() as db:
            assert not queue.renew(db, first, now())
            assert not queue.mark_reacted(db, first, ["sync"], now())
            assert not queue.put_back(db, first, "Fault", now())
            assert not queue.give_up(db, first, "Fault", now())
    assert [(one.done_at, one.dead_at, one.reacted) for one in kept(database)] == [(None, None, [])]


def test_a_lease_from_before_the_clock_was_put_back_holds_nobody_up(database: Database) -> None:
    post_changes(database, 1)
    with time_machine.travel(now() + timedelta(hours=2), tick=False):
        assert claim(database) is not None
    assert claim(database) is not None


def test_letters_about_one_place_keep_their_order_and_others_go_on(database: Database) -> None:
    postbox = Postbox()
    first, _second = post_letters(database, "pirma@example.lv", "otra@example.lv")
    with database.writing() as db:
        post(db, SeatGivenUp(first, 1))
    postbox.fault = _later_for("pirma@example.lv")
    workshop = workshop_with(database, postbox)
    with time_machine.travel(now(), tick=False) as clock:
        drain(workshop)
        assert postbox.to() == ["otra@example.lv"]
        assert [message.tries for message in kept(database)] == [1, 1, 0]
        clock.shift(timedelta(seconds=10))
        postbox.fault = lambda _letter: None
        drain(workshop)
    assert postbox.to() == ["otra@example.lv", "pirma@example.lv"]  # It was never given up: no letter says so.
    assert [message.done_at is None for message in kept(database)] == [False, False, False]


def test_a_message_that_fails_again_and_again_holds_later_ones_up_for_minutes_only(database: Database) -> None:
    [registration_id] = post_letters(database, "pirma@example.lv")
    with database.writing() as db:
        post(db, SeatTaken(registration_id, 1))
        db.execute(update(Message).where(Message.id == 1).values(tries=queue.TRIES_IN_ORDER - 1, fault="Fault"))
        db.execute(update(Message).where(Message.id == 1).values(due_at=now() + timedelta(minutes=1)))
    assert claim(database) is None
    with database.writing() as db:
        db.execute(update(Message).where(Message.id == 1).values(tries=queue.TRIES_IN_ORDER))
    found = claim(database)
    assert found is not None
    assert found.id == 2


def test_a_fault_on_one_address_delays_no_other(database: Database) -> None:
    postbox = Postbox()
    post_letters(database, "a@example.lv", "nav@example.lv", "b@example.lv")
    postbox.fault = _later_for("nav@example.lv")
    drain(workshop_with(database, postbox))
    assert postbox.to() == ["a@example.lv", "b@example.lv"]


def test_letters_wait_for_a_mail_server_as_long_as_it_takes(database: Database) -> None:
    postbox = Postbox()
    postbox.fault = lambda _letter: ConnectionRefusedError()
    post_letters(database, "a@example.lv")
    workshop = workshop_with(database, postbox)
    with time_machine.travel(now(), tick=False) as clock:
        for _twice_a_day in range(14):
            react_once(workshop)
            clock.shift(timedelta(hours=12))
        assert [(one.tries, one.dead_at) for one in kept(database)] == [(0, None)]
        postbox.fault = lambda _letter: None
        react_once(workshop)
    assert postbox.to() == ["a@example.lv"]


def test_a_message_that_ends_its_worker_every_time_is_given_up(database: Database) -> None:
    post_letters(database, "a@example.lv")
    postbox = Postbox()
    with time_machine.travel(now(), tick=False) as clock:
        for _worker in range(queue.MOST_TRIES):
            assert claim(database) is not None
            clock.shift(queue.LEASE + timedelta(seconds=1))
        react_once(workshop_with(database, postbox))
    assert postbox.letters == []
    assert [(one.dead_at is None, one.fault) for one in kept(database)] == [(False, "WorkerLost")]


def test_a_kind_that_only_a_newer_release_knows_waits_for_it(database: Database) -> None:
    post_changes(database, 1)
    with database.writing() as db:
        db.execute(update(Message).values(kind="NotYetInvented"))
    drain(workshop_with(database, Postbox()))
    [message] = kept(database)
    assert (message.done_at, message.fault) == (None, "UnknownKind")


def test_the_index_follows_although_the_letter_fails(database: Database) -> None:
    postbox = Postbox()
    post_letters(database, "a@example.lv")
    postbox.fault = _later_for("a@example.lv")
    drain(workshop_with(database, postbox))
    from app.search.models import SearchDocument

    with database.reading() as db:
        assert len(db.scalars(select(SearchDocument)).all()) == 1


def test_a_mark_that_the_database_refuses_at_first_is_written_all_the_same(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    postbox = Postbox()
    post_letters(database, "a@example.lv")
    real, fails = queue.mark_reacted, iter([True, True])

    def away_twice(db: Session, message: Message, reacted: list[str], done_at: object) -> bool:
        if next(fails, False):
            from app.writers import TurnNotCome

            raise TurnNotCome
        return real(db, message, reacted, done_at)  # type: ignore[arg-type]

    monkeypatch.setattr(queue, "mark_reacted", away_twice)
    drain(workshop_with(database, postbox))
    assert postbox.to() == ["a@example.lv"]
    assert [message.done_at is None for message in kept(database)] == [False]


def test_the_lanes_share_every_kind_between_them(database: Database) -> None:
    assert "CourseChanged" in worker.QUICK.kinds
    assert "SeatTaken" not in worker.QUICK.kinds
    post_changes(database, 1)
    post_letters(database, "a@example.lv")
    letter, change = claim(database, worker.LETTERS), claim(database, worker.QUICK)
    assert letter is not None
    assert change is not None
    assert (letter.kind, change.kind) == ("SeatTaken", "CourseChanged")
    assert claim(database, worker.LETTERS) is None


def test_figures_tell_what_fails_and_what_was_given_up(database: Database) -> None:
    postbox = Postbox()
    post_letters(database, "nav@example.lv", "velak@example.lv")

    def fault(letter: EmailMessage) -> Exception:
        code = 550 if letter["To"] == "nav@example.lv" else 451
        return smtplib.SMTPRecipientsRefused({str(letter["To"]): (code, b"")})

    postbox.fault = fault
    drain(workshop_with(database, postbox))
    with database.reading() as db:
        figures = outbox_figures(db, now() + timedelta(minutes=10))
    assert (figures.waiting, figures.failing, figures.dead) == (1, 1, {"SeatTaken": 1})
    assert 599 < figures.oldest_due < 660


def _later_for(address: str) -> Callable[[EmailMessage], Exception | None]:
    def fault(letter: EmailMessage) -> Exception | None:
        return smtplib.SMTPRecipientsRefused({address: (451, b"later")}) if letter["To"] == address else None

    return fault
