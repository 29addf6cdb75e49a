"""Several people act on one queue at the same moment: whoever is first, the queue keeps its order and no seat is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import Select

from app.db import Database
from app.refusals import Refusal
from app.registrations import answers, queue_queries
from app.registrations.inputs import Who, WithdrawForm
from app.registrations.models import ACTIVE, Registration, State
from tests.registrations import acts, length
from tests.registrations.watch import Watch

AT_ONCE = 4
RACES_ON_ONE_RUN = 20
pytestmark = [pytest.mark.promise("P03"), pytest.mark.slow, pytest.mark.timeout(length.SECONDS)]


class Races:
    """One full run after another, on each of which several things happen at once, again and again."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database = database
        self.dice = Random(seed)
        self.people = 0
        self.happened = 0

    def somebody_new(self) -> str:
        """An address that nobody had before."""
        self.people += 1
        return f"person{self.people}@example.com"

    def register(self, run_id: int, together: bool) -> None:
        """One person comes, or two together."""
        act = acts.register_two if together else acts.register
        act(self.database, run_id, self.somebody_new())

    def some_act(self, run_id: int) -> Callable[[], object]:
        """Somebody gives up, answers, parts or comes, as the dice fall."""
        rows = [row for row in acts.registrations(self.database, run_id) if row.state in ACTIVE]
        row = self.dice.choice(rows)
        match row.state:
            case State.PENDING:
                act = self.dice.choice([answers.confirm_registration, self.withdraw])
            case State.OFFERED:
                act = self.dice.choice([answers.accept_offer, answers.accept_offer, answers.decline_offer])
            case State.WAITLISTED if row.party is not None:
                act = self.dice.choice([answers.separate, self.withdraw])
            case _:
                act = self.withdraw
        if self.dice.random() < 0.2:
            return partial(self.register, run_id, self.dice.random() < 0.3)
        return partial(self.press, act, row.link_key)

    def withdraw(self, db: object, link_key: str, rules: object) -> object:
        """Both of two, or one."""
        form = WithdrawForm(who=self.dice.choice([*Who]))
        return answers.withdraw(db, link_key, form, rules)  # type: ignore[arg-type]

    def press(self, act: Callable[..., object], link_key: str) -> None:
        """Behind the person's link; whoever comes too late is refused."""
        try:
            with self.database.writing() as db:
                act(db, link_key, acts.RULES)
        except Refusal:
            return
        self.happened += 1

    def run(self, races: int) -> int:
        """So many moments; how many acts were not refused."""
        with ThreadPoolExecutor(AT_ONCE) as people:
            for race in range(races):
                if race % RACES_ON_ONE_RUN == 0:
                    run_id = acts.new_run(self.database, seats=self.dice.randint(1, 4))
                    watch = Watch(self.database, run_id)
                while sum(row.state in ACTIVE for row in acts.registrations(self.database, run_id)) < 10:
                    self.register(run_id, self.dice.random() < 0.3)
                acts.clear(self.database, run_id)
                watch.look()
                ready = Barrier(AT_ONCE)
                planned = [self.some_act(run_id) for _ in range(AT_ONCE)]
                list(people.map(partial(_when_all_are_ready, ready), planned))
                acts.clear(self.database, run_id)  # What the worker does every few seconds.
                watch.look()
        return self.happened


def _when_all_are_ready(ready: Barrier, act: Callable[[], object]) -> None:
    ready.wait(timeout=60)
    act()


def test_whatever_happens_at_once_the_queue_keeps_its_order(database: Database) -> None:
    seed = Random().randrange(10**6)
    print(f"seed {seed}")
    happened = Races(database, seed).run(length.RACES)
    print(f"{length.RACES} races, {happened} acts that were not refused")
    assert happened > length.RACES


def test_races_would_notice_a_queue_without_its_order(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: whoever the database finds first gets the seat, here the newest."""
    wanted: Select[tuple[int, int | None]] = queue_queries._QUEUE.order_by(None).order_by(Registration.email.desc())
    monkeypatch.setattr(queue_queries, "_QUEUE", wanted)
    with pytest.raises(AssertionError, match="got a seat before"):
        Races(database, 1).run(60)
