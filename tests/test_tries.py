"""Counting tries: never one too many however many try at once, right about when to try again, and forgotten in time."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import Database
from app.tries import Tries, count_try, forget_tries, seconds_to_wait

pytestmark = pytest.mark.promise("P18")
BEGUN = datetime(2031, 3, 5, 12, 0, tzinfo=UTC)
MOST, HOUR = 40, 3600


def one_more(db: Session, moment: datetime = BEGUN, sender: str = "somebody", act: str = "act") -> bool:
    """The sender tries once more."""
    return count_try(db, act, sender, amount=MOST, seconds=HOUR, moment=moment)


def count_then_insert(db: Session) -> bool:
    """How it must not be done: look, then write what was looked up."""
    found = db.get(Tries, ("act", "somebody", int(BEGUN.timestamp())))
    times = found.times if found else 0
    if times >= MOST:
        return False
    db.merge(Tries(act="act", sender="somebody", stretch=int(BEGUN.timestamp()), times=times + 1))
    return True


def at_once(database: Database, how: Callable[[Session], bool], people: int = 8, times: int = 10) -> int:
    """Several processes' worth of people try at once, each with connections of their own; how many were let through."""

    def somebody(_number: int) -> int:
        own = Database(database.url.render_as_string(hide_password=False), connections=2)
        through = 0
        for _ in range(times):
            with own.writing() as db:
                through += how(db)
        own.dispose()
        return through

    with ThreadPoolExecutor(people) as everybody:
        return sum(everybody.map(somebody, range(people)))


def test_of_eighty_tries_at_once_exactly_forty_count(database: Database) -> None:
    assert at_once(database, one_more) == MOST
    with database.reading() as db:
        assert db.scalar(select(func.sum(Tries.times))) == MOST


def test_counting_and_then_inserting_would_let_more_through(postgres_database: Database) -> None:
    """The control, on the database where several write at once."""
    with postgres_database.writing() as db:
        count_then_insert(db)
    through = 1 + at_once(postgres_database, count_then_insert)
    with postgres_database.reading() as db:
        kept = db.scalar(select(func.sum(Tries.times)))
    assert through > (kept or 0), "some tries were overwritten by others"
    assert through > MOST


def test_the_hour_before_counts_as_far_as_it_still_lies_within_sixty_minutes(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        assert all(one_more(db, BEGUN + timedelta(minutes=30)) for _ in range(MOST))
        assert not one_more(db, BEGUN + timedelta(minutes=59))
        assert not one_more(db, BEGUN + timedelta(minutes=60)), "all of the hour before still counts"
        half = [one_more(db, BEGUN + timedelta(minutes=90)) for _ in range(MOST)]
        assert half.count(True) == MOST // 2
        assert half == sorted(half, reverse=True)
        assert one_more(db, BEGUN + timedelta(minutes=30), sender="another")
        assert one_more(db, BEGUN + timedelta(minutes=30), act="another")


@pytest.mark.parametrize("seed", range(40))
def test_who_waits_as_long_as_told_is_let_through_and_not_a_second_earlier(
    sqlite_database: Database, seed: int
) -> None:
    chance = random.Random(seed)
    amount, seconds = chance.choice([(1, 60), (3, 3600), (10, 600), (120, 3600)])

    def tries(db: Session, moment: datetime) -> bool:
        return count_try(db, "act", "somebody", amount=amount, seconds=seconds, moment=moment)

    with sqlite_database.writing() as db:
        moment = BEGUN + timedelta(seconds=chance.randrange(seconds))
        while tries(db, moment):
            moment += timedelta(seconds=chance.randrange(max(2, seconds // amount // 2)))
        wait = seconds_to_wait(db, "act", "somebody", amount=amount, seconds=seconds, moment=moment)
        assert 1 <= wait <= 2 * seconds
        assert not tries(db, moment + timedelta(seconds=wait - 1))
        assert tries(db, moment + timedelta(seconds=wait))


def test_stretches_are_erased_when_they_count_no_more_and_not_before(database: Database) -> None:
    lengths = {"act": HOUR, "short": 60}

    def kept() -> dict[str, int]:
        with database.reading() as db:
            return {row.act: row.times for row in db.scalars(select(Tries))}

    with database.writing() as db:
        for act in ("act", "short", "of an older release"):
            one_more(db, act=act)
        count_try(db, "short", "somebody", amount=9, seconds=60, moment=BEGUN)
    for minutes, left in ((1, 3), (119, 2), (120, 0)):
        with database.writing() as db:
            forget_tries(db, lengths, BEGUN + timedelta(minutes=minutes))
        assert len(kept()) == left, minutes
