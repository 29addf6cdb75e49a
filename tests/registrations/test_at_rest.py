"""Whatever people do in whatever order: no seat is exceeded or lost, the queue keeps its order, and two stand together."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.clock import now
from app.db import Database
from app.refusals import Refusal
from app.registrations import answers, late_seats, queue_queries, run_changes, undo
from app.registrations.inputs import Who, WithdrawForm
from app.registrations.models import ACTIVE, SEATED, Registration, State
from app.registrations.run_inputs import CancelForm
from app.registrations.seats import SeatRules
from tests.registrations import acts, length
from tests.registrations.watch import Watch

Act = Callable[[Session, str, SeatRules], object]
PEOPLE = st.sampled_from(["p1", "p2", "p3", "p4", "p5", "p6", "one7", "friend7", "one8"])
FRIENDS = {"one7": "friend7", "one8": None}
"""Some come alone; one7 also with a friend who has an address, and one8 with a friend who has none."""
ANYBODY = st.integers(0, 19)
CLERK = "account:1"
WAYS: list[Act] = [
    answers.confirm_registration,
    answers.accept_offer,
    answers.decline_offer,
    answers.separate,
    undo.undo_withdrawal,
]


def withdraw(who: Who) -> Act:
    """Both give up, or one of the two."""
    return lambda db, link_key, rules: answers.withdraw(db, link_key, WithdrawForm(who=who), rules)


class Run(RuleBasedStateMachine):
    """One run with few seats, ten people, a clerk, a provider, a worker and a clock."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(now(), tick=False)
        self.time = self.clock.start()

    @initialize(seats=st.integers(1, 3), hours=st.integers(30, 200))
    def begin(self, seats: int, hours: int) -> None:
        """A run of a published course, some days before it starts."""
        self.run_id = acts.new_run(self.database, seats=seats, starts_in=timedelta(hours=hours))
        self.watch = Watch(self.database, self.run_id)

    def teardown(self) -> None:
        """Let the clock go on."""
        self.clock.stop()

    def address(self, person: str) -> str:
        """People are new in every story, so that no story knows of another."""
        return f"{person}-of-{self.run_id}@example.com"

    def one_of(self, anybody: int, states: set[State]) -> Registration | None:
        """Somebody who stands so, if anybody does."""
        found = [row for row in acts.registrations(self.database, self.run_id) if row.state in states]
        return found[anybody % len(found)] if found else None

    def attempt(self, act: Act, anybody: int, states: set[State]) -> None:
        """Somebody who stands so does it behind their link; a refusal changes nothing."""
        if row := self.one_of(anybody, states):
            with suppress(Refusal), self.database.writing() as db:
                act(db, row.link_key, acts.RULES)

    @rule(person=PEOPLE)
    def somebody_registers(self, person: str) -> None:
        with suppress(Refusal):
            acts.register(self.database, self.run_id, self.address(person))
        acts.clear(self.database, self.run_id)

    @rule(person=st.sampled_from([*FRIENDS]))
    def two_register(self, person: str) -> None:
        friend = FRIENDS[person]
        with suppress(Refusal):
            acts.register_two(
                self.database, self.run_id, self.address(person), self.address(friend) if friend else None
            )
        acts.clear(self.database, self.run_id)

    @rule(anybody=ANYBODY)
    def somebody_confirms(self, anybody: int) -> None:
        self.attempt(answers.confirm_registration, anybody, {State.PENDING})

    @rule(anybody=ANYBODY, takes=st.booleans())
    def somebody_answers_an_offer(self, anybody: int, takes: bool) -> None:
        self.attempt(answers.accept_offer if takes else answers.decline_offer, anybody, {State.OFFERED})

    @rule(anybody=ANYBODY, who=st.sampled_from(Who))
    def somebody_gives_up(self, anybody: int, who: Who) -> None:
        self.attempt(withdraw(who), anybody, {*ACTIVE})

    @rule(anybody=ANYBODY, who=st.sampled_from(Who))
    def somebody_with_a_seat_gives_up(self, anybody: int, who: Who) -> None:
        self.attempt(withdraw(who), anybody, {*SEATED})

    @rule(anybody=ANYBODY)
    def two_wait_each_for_oneself(self, anybody: int) -> None:
        self.attempt(answers.separate, anybody, {State.WAITLISTED})

    @rule(anybody=ANYBODY)
    def somebody_takes_a_cancellation_back(self, anybody: int) -> None:
        self.attempt(undo.undo_withdrawal, anybody, {State.WITHDRAWN})

    @rule(anybody=ANYBODY, act=st.sampled_from(WAYS))
    def somebody_presses_a_button_of_an_old_page(self, anybody: int, act: Act) -> None:
        self.attempt(act, anybody, {*State})

    @rule(hours=st.integers(1, 20))
    def time_passes(self, hours: int) -> None:
        self.time.shift(timedelta(hours=hours))
        acts.clear(self.database, self.run_id)

    @rule(seats=st.sampled_from([1, 2, 2, 3, 3, 4, 5, 0]))
    def the_number_of_seats_changes(self, seats: int) -> None:
        with suppress(Refusal), self.database.writing() as db:
            run_changes.change_seats(db, self.run_id, seats, CLERK, acts.RULES)

    @rule(gives=st.booleans())
    def the_provider_decides_about_a_late_seat(self, gives: bool) -> None:
        with self.database.reading() as db:
            run = queue_queries.run_with_provider(db, self.run_id)
        if run is None or run.link_key is None:
            return
        with suppress(Refusal), self.database.writing() as db:
            if gives:
                first = late_seats.show_first(db, run.link_key, acts.RULES)
                late_seats.give_seat(db, run.link_key, first[0].id, acts.RULES)
            else:
                late_seats.leave_free(db, run.link_key, acts.RULES)

    @rule(dice=st.integers(1, 8))
    def the_run_is_called_off(self, dice: int) -> None:
        """Seldom: it ends the story."""
        if dice < 8:
            return
        with suppress(Refusal), self.database.writing() as db:
            run_changes.cancel_run(db, self.run_id, CancelForm(reason="Ūdens avārija"), CLERK, acts.RULES)

    @invariant()
    def all_is_as_it_must_be(self) -> None:
        self.watch.look()


def tell_stories(database: Database, number: int, *, is_control: bool = False) -> None:
    """So many random stories on this database; of a control it is enough that it turns red, the same way every time."""

    class OnThisDatabase(Run):
        pass

    OnThisDatabase.database = database
    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=number,
            stateful_step_count=length.STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            database=None,
            derandomize=is_control,
            phases=[Phase.generate] if is_control else [*Phase],
            report_multiple_bugs=not is_control,
        ),
    )


@pytest.mark.promise("P02")
@pytest.mark.promise("P03")
@pytest.mark.slow
@pytest.mark.timeout(length.SECONDS)
def test_seats_and_queue_are_right_after_every_act(database: Database) -> None:
    tell_stories(database, length.stories(database))


def offered_in_a_story(database: Database) -> None:
    """Two wait for one seat, and whoever has it gives it up."""
    run_id = acts.new_run(database, seats=1)
    watch = Watch(database, run_id)
    for name in ("a", "b", "c"):
        acts.register(database, run_id, f"{name}@example.com")
    watch.look()
    acts.withdraw(database, "a@example.com")
    watch.look()


@pytest.mark.promise("P02")
def test_a_seat_that_is_not_passed_on_would_be_noticed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: giving up forgets those who wait."""
    monkeypatch.setattr(answers, "clear_and_pass_on", lambda *_facts: None)
    with pytest.raises(AssertionError, match="0 of 1 taken, 2 waiting"):
        offered_in_a_story(database)


@pytest.mark.promise("P02")
@pytest.mark.slow
def test_stories_notice_a_seat_that_is_not_passed_on(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same control, found by chance: a short run of random stories turns red."""
    monkeypatch.setattr(answers, "clear_and_pass_on", lambda *_facts: None)
    with pytest.raises(AssertionError, match="waiting"):
        tell_stories(sqlite_database, 60, is_control=True)


@pytest.mark.promise("P03")
def test_a_queue_without_its_order_would_be_noticed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: whoever the database finds first gets the seat, here the newest."""

    def without_order(wanted: Select[tuple[int, int | None]]) -> Select[tuple[int, int | None]]:
        return wanted.order_by(None).order_by(Registration.email.desc())

    monkeypatch.setattr(queue_queries, "_QUEUE", without_order(queue_queries._QUEUE))
    with pytest.raises(AssertionError, match="got a seat before"):
        offered_in_a_story(database)


@pytest.mark.promise("P03")
def test_somebody_skipped_without_a_reason_would_be_noticed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a pair is passed over, and nothing is written about it."""
    monkeypatch.setattr("app.registrations.seats.record_skips", lambda *_facts: None)
    run_id = acts.new_run(database, seats=1)
    watch = Watch(database, run_id)
    acts.register(database, run_id, "a@example.com")
    acts.register_two(database, run_id, "b@example.com")
    acts.register(database, run_id, "c@example.com")
    watch.look()
    acts.withdraw(database, "a@example.com")
    assert acts.state(database, "c@example.com") is State.OFFERED
    with pytest.raises(AssertionError, match="nobody knows why"):
        watch.look()
