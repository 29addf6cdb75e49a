"""Whatever people do in whatever order: seats are never exceeded, and at rest no seat is free while somebody waits."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from app.clock import now
from app.db import Database
from app.refusals import Refusal
from app.registrations.models import Registration, State
from tests.registrations import acts

Act = Callable[[Database, str], None]
PEOPLE = st.integers(1, 6)


class Run(RuleBasedStateMachine):
    """One run with two seats, six people, and a clock."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(now(), tick=False)
        self.time = self.clock.start()
        self.seats = 2
        self.run_id = acts.new_run(self.database, seats=self.seats, starts_in=30)

    def teardown(self) -> None:
        """Let the clock go on."""
        self.clock.stop()

    def address(self, person: int) -> str:
        """People are new in every story, so that no story knows of another."""
        return f"p{person}-of-{self.run_id}@example.com"

    def attempt(self, act: Act, person: int) -> None:
        """Do it if it can be done: a refusal changes nothing."""
        email = self.address(person)
        if any(row.email == email for row in acts.registrations(self.database, self.run_id)):
            with suppress(Refusal):
                act(self.database, email)

    @rule(person=PEOPLE)
    def somebody_registers(self, person: int) -> None:
        acts.register(self.database, self.run_id, self.address(person))

    @rule(person=PEOPLE, act=st.sampled_from([acts.confirm, acts.accept]))
    def somebody_answers(self, person: int, act: Act) -> None:
        self.attempt(act, person)

    @rule(person=PEOPLE, act=st.sampled_from([acts.withdraw, acts.decline]))
    def somebody_gives_up(self, person: int, act: Act) -> None:
        self.attempt(act, person)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.time.shift(timedelta(hours=hours))
        acts.clear(self.database, self.run_id)

    @precondition(lambda self: self.seats < 5)
    @rule()
    def a_seat_is_added(self) -> None:
        self.seats += 1
        acts.change_run(self.database, self.run_id, seats=self.seats)
        acts.clear(self.database, self.run_id)

    @invariant()
    def seats_are_never_exceeded(self) -> None:
        assert acts.taken_and_waiting(self.database, self.run_id)[0] <= self.seats

    @invariant()
    def no_seat_is_free_while_somebody_waits(self) -> None:
        taken, waiting = acts.taken_and_waiting(self.database, self.run_id)
        assert taken == self.seats or waiting == 0, f"{taken} of {self.seats} taken, {waiting} waiting"

    @invariant()
    def nobody_is_registered_twice(self) -> None:
        moment = now()
        active = [row.email for row in acts.registrations(self.database, self.run_id) if row.is_active(moment)]
        assert len(active) == len(set(active))

    @invariant()
    def nobody_is_passed_over(self) -> None:
        """Of those who ever waited, whoever is offered a seat stood before everybody who waits still."""
        rows = acts.registrations(self.database, self.run_id)
        waiting = [row.id for row in rows if row.state is State.WAITLISTED]
        offered = [row.id for row in rows if row.state is State.OFFERED]
        assert not waiting or not offered or max(offered) < min(waiting)


@pytest.mark.promise("P02")
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_seats_and_queue_are_right_after_every_act(database: Database) -> None:
    class OnThisDatabase(Run):
        pass

    OnThisDatabase.database = database
    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            database=None,
        ),
    )


@pytest.mark.promise("P02")
def test_a_seat_that_is_not_passed_on_would_be_noticed(database: Database) -> None:
    class OnThisDatabase(Run):
        pass

    OnThisDatabase.database = database
    story = OnThisDatabase()
    try:
        for person in (1, 2, 3):
            story.somebody_registers(person)
        story.no_seat_is_free_while_somebody_waits()
        with database.writing() as db:  # Giving a seat up as it must not be done.
            gone = acts.latest(database, story.address(1)).id
            db.get_one(Registration, gone).state = State.WITHDRAWN
        with pytest.raises(AssertionError, match="1 of 2 taken, 1 waiting"):
            story.no_seat_is_free_while_somebody_waits()
    finally:
        story.teardown()
