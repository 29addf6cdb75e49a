"""The chain over the log of actions: what is changed, taken away, put in or moved afterwards is found."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.chain import AT_ONCE, digest_of, seal_some, verify_chain
from app.audit.models import AuditEntry, AuditSeal
from app.audit.record import record
from app.clock import now
from app.db import Database

pytestmark = pytest.mark.promise("P33")
LONG = 12
FIELDS: dict[str, object] = {
    "at": datetime(2030, 1, 1, tzinfo=UTC),
    "actor": "account:666",
    "act": "nothing",
    "object_kind": "wish",
    "object_id": "4711",
    "facts": '{"state": "pending"}',
}


def write(database: Database, number: int = LONG) -> None:
    """So many acts are put on record."""
    with database.writing() as db:
        for one in range(number):
            record(db, "resident", "registered", "registration", one, {"state": "pending", "run": one % 3})


def seal(database: Database, most: int = AT_ONCE) -> None:
    """What the worker does every minute."""
    with database.writing() as db:
        seal_some(db, most)


def faults(database: Database) -> list[str]:
    """What is wrong with the log."""
    with database.reading() as db:
        return verify_chain(db)


def numbers(database: Database) -> list[tuple[int, int]]:
    """The chain: number and entry of each seal."""
    with database.reading() as db:
        return [*db.execute(select(AuditSeal.number, AuditSeal.entry_id).order_by(AuditSeal.number))]


@pytest.fixture
def sealed(database: Database) -> Database:
    """A log of some length, sealed in three pieces."""
    for _ in range(3):
        write(database, LONG // 3)
        seal(database)
    assert faults(database) == []
    return database


def without_guard(db: Session) -> None:
    """Somebody with every right to the database takes its own guards away; where it is theirs, in this transaction."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("ALTER TABLE audit_seals DROP CONSTRAINT fk_audit_seals_entry_id_audit_entries"))
    else:
        db.execute(text("PRAGMA defer_foreign_keys = ON"))


def tampered(database: Database, act: Callable[[Session], object]) -> list[str]:
    """What is found after somebody did that; then everything is as it was before."""
    db = database.writer()
    try:
        without_guard(db)
        act(db)
        db.flush()
        db.expire_all()
        return verify_chain(db)
    finally:
        db.rollback()
        database.close(db)


def test_seals_are_numbered_without_gaps_and_each_entry_has_one(sealed: Database) -> None:
    assert [number for number, _entry in numbers(sealed)] == [*range(1, LONG + 1)]
    assert len({entry for _number, entry in numbers(sealed)}) == LONG
    seal(sealed)
    assert len(numbers(sealed)) == LONG, "what is sealed is not sealed again"


def test_a_change_of_any_field_of_any_entry_is_found(sealed: Database) -> None:
    chance = random.Random(33)
    for trial in range(50):
        number, entry = chance.choice(numbers(sealed))
        field, value = chance.choice([*FIELDS.items()]) if trial >= len(FIELDS) else [*FIELDS.items()][trial]

        def change(db: Session, entry: int = entry, field: str = field, value: object = value) -> None:
            db.execute(update(AuditEntry).where(AuditEntry.id == entry).values({field: value}))

        found = tampered(sealed, change)
        assert found, (trial, field)
        assert found[0].startswith(f"seal {number}:")


def test_taking_away_any_entry_is_found_with_or_without_its_seal(sealed: Database) -> None:
    chance = random.Random(34)
    for trial in range(50):
        number, entry = chance.choice(numbers(sealed)[: LONG - 1])

        def take(db: Session, number: int = number, entry: int = entry, trial: int = trial) -> None:
            if trial % 2:
                db.execute(delete(AuditSeal).where(AuditSeal.number == number))
            if trial % 4 == 1:  # And the gap is closed, so that the numbers look well.
                for later in range(number + 1, LONG + 1):
                    db.execute(update(AuditSeal).where(AuditSeal.number == later).values(number=later - 1))
            db.execute(delete(AuditEntry).where(AuditEntry.id == entry))

        assert tampered(sealed, take), (trial, number)


def test_the_last_entry_is_missed_by_its_seal_or_by_who_saw_it(sealed: Database) -> None:
    number, entry = numbers(sealed)[-1]
    with sealed.reading() as db:
        seen = {number: db.scalars(select(AuditSeal.digest).where(AuditSeal.number == number)).one()}

    def take_entry(db: Session) -> None:
        db.execute(delete(AuditEntry).where(AuditEntry.id == entry))

    assert tampered(sealed, take_entry)
    with sealed.writing() as db:
        db.execute(delete(AuditSeal).where(AuditSeal.number == number))
        db.execute(delete(AuditEntry).where(AuditEntry.id == entry))
    with sealed.reading() as db:
        assert verify_chain(db) == [], "the chain alone cannot know how long it was"
        assert len(verify_chain(db, seen)) == 1


def test_a_chain_written_anew_is_found_by_who_saw_the_first(sealed: Database) -> None:
    with sealed.reading() as db:
        seen = dict(db.execute(select(AuditSeal.number, AuditSeal.digest).where(AuditSeal.number == 7)).all())
        assert verify_chain(db, seen) == []

    entry_id = numbers(sealed)[2][1]

    def forge(db: Session) -> None:
        db.execute(update(AuditEntry).where(AuditEntry.id == entry_id).values(actor="account:1"))
        before = ""
        for one, entry in db.execute(
            select(AuditSeal, AuditEntry)
            .join(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
            .order_by(AuditSeal.number)
        ).all():
            before = one.digest = digest_of(before, entry)

    assert tampered(sealed, forge) == []
    with sealed.writing() as db:
        forge(db)
        assert len(verify_chain(db, seen)) == 1


def test_an_entry_put_in_between_is_found(sealed: Database) -> None:
    for place in range(2, LONG + 1):

        def put(db: Session, place: int = place) -> None:
            for later in range(LONG, place - 1, -1):
                db.execute(update(AuditSeal).where(AuditSeal.number == later).values(number=later + 1))
            added = AuditEntry(id=999, **FIELDS)
            db.add(added)
            db.flush()
            before = db.scalars(select(AuditSeal.digest).where(AuditSeal.number == place - 1)).one()
            db.add(AuditSeal(number=place, entry_id=999, digest=digest_of(before, added), sealed_at=now()))

        assert tampered(sealed, put)


@pytest.mark.parametrize("with_digests", [False, True])
def test_entries_in_another_order_are_found(sealed: Database, with_digests: bool) -> None:
    chance = random.Random(35)
    for _ in range(20):
        one, other = chance.sample(numbers(sealed), 2)

        def exchange(db: Session, one: tuple[int, int] = one, other: tuple[int, int] = other) -> None:
            digests = dict(db.execute(select(AuditSeal.number, AuditSeal.digest)).all())
            db.execute(delete(AuditSeal).where(AuditSeal.number.in_([one[0], other[0]])))
            for (number, _), (from_number, entry) in ((one, other), (other, one)):
                digest = digests[from_number if with_digests else number]
                db.add(AuditSeal(number=number, entry_id=entry, digest=digest, sealed_at=now()))

        assert tampered(sealed, exchange)


def test_the_database_itself_keeps_a_sealed_entry(sealed: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"), sealed.writing() as db:
        db.execute(delete(AuditEntry).where(AuditEntry.id == numbers(sealed)[3][1]))


def test_a_lower_number_that_is_committed_later_is_sealed_later(postgres_database: Database) -> None:
    slow = postgres_database.writer()
    record(slow, "resident", "registered", "registration", 1)
    write(postgres_database, 2)
    seal(postgres_database)
    slow.commit()
    postgres_database.close(slow)
    seal(postgres_database)
    entries = [entry for _number, entry in numbers(postgres_database)]
    assert entries == [2, 3, 1]
    assert faults(postgres_database) == []


def test_workers_that_seal_at_once_make_one_chain(database: Database) -> None:
    write(database, 60)
    start = threading.Barrier(4)

    def work(_number: int) -> None:
        own = Database(database.url.render_as_string(hide_password=False), connections=2)
        start.wait()
        for _ in range(25):
            with own.writing() as db:
                record(db, "system", "act", "object", 1)
            with own.writing() as db:
                seal_some(db, 7)
        own.dispose()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))
    while len(numbers(database)) < 160:
        seal(database)
    assert [number for number, _entry in numbers(database)] == [*range(1, 161)]
    assert faults(database) == []


def test_without_holding_the_chain_two_workers_would_collide(postgres_database: Database) -> None:
    """The control: the same sealing, but nobody waits for anybody; only the database's own guard is left."""
    write(postgres_database, 40)
    start = threading.Barrier(4)

    def work(_number: int) -> int:
        collided = 0
        for _ in range(5):
            start.wait()
            try:
                with postgres_database.writing() as db:
                    last = queries.last_seal(db)
                    entry = queries.unsealed(db, 1)[0]
                    start.wait()
                    number, before = (last.number + 1, last.digest) if last else (1, "")
                    digest = digest_of(before, entry)
                    db.add(AuditSeal(number=number, entry_id=entry.id, digest=digest, sealed_at=now()))
            except IntegrityError:
                collided += 1
        return collided

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(4))) == 15
