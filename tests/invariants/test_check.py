"""check-invariants: what is whole passes, and each way of breaking it by hand is found."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.clock import now, today
from app.db import Database
from app.demo.load import load_demo
from app.invariants.check import INVARIANTS, check_invariants
from app.people.models import Role, SignIn
from app.registrations import receipts
from app.registrations.actions import register_for_run
from app.registrations.inputs import NewAddress, RegistrationForm
from app.registrations.models import Registration, State
from app.registrations.once import SentOnce
from app.registrations.seats import SeatRules
from app.search.index import rebuild_index
from app.settings import Settings
from app.worker.run import drain
from app.worker.workshop import open_workshop
from tests.faults.stores import PostgresStore
from tests.make import make_account
from tests.registrations import acts


@dataclass(frozen=True)
class Damage:
    """What somebody does to the rows behind our back, and the invariant that it breaks."""

    what: str
    breaks: str
    sql: Sequence[str]
    only: str = ""


OFFERED, FIRST_WAITING, LAST_WAITING = (
    "(SELECT id FROM registrations WHERE state = 'offered')",
    "(SELECT min(id) FROM registrations WHERE state = 'waitlisted')",
    "(SELECT max(id) FROM registrations WHERE state = 'waitlisted')",
)
SEALED = "(SELECT min(entry_id) FROM audit_seals)"
DAMAGES = (
    Damage(
        "an entry of the log is gone", "I1", ["DELETE FROM audit_entries WHERE act = 'registered' AND object_id = '2'"]
    ),
    Damage("a message is gone", "I1", ["DELETE FROM messages WHERE about = 'registration:2'"]),
    Damage("a seat too many", "I2", [f"UPDATE registrations SET state = 'confirmed' WHERE id = {LAST_WAITING}"]),
    Damage("a seat left free", "I2", ["UPDATE course_runs SET seats = seats + 1"]),
    Damage(
        "an earlier place in the queue",
        "I3",
        [
            f"UPDATE registrations SET queued_at = (SELECT datetime('now', '-1 day')) WHERE id = {LAST_WAITING}",
        ],
        only="sqlite",
    ),
    Damage(
        "an earlier place in the queue",
        "I3",
        [f"UPDATE registrations SET queued_at = now() - interval '1 day' WHERE id = {LAST_WAITING}"],
        only="postgresql",
    ),
    Damage(
        "a later one was offered the seat",
        "I3",
        [
            f"UPDATE seat_offers SET registration_id = {LAST_WAITING} WHERE answer IS NULL",
            f"UPDATE registrations SET state = 'offered' WHERE id = {LAST_WAITING}",
            "UPDATE registrations SET state = 'waitlisted' WHERE state = 'offered' AND id NOT IN"
            " (SELECT registration_id FROM seat_offers)",
        ],
    ),
    Damage(
        "an offer without its registration",
        "I3",
        ["UPDATE registrations SET state = 'waitlisted' WHERE state = 'offered'"],
    ),
    Damage("an answered offer of somebody offered", "I3", ["UPDATE seat_offers SET answer = 'declined'"]),
    Damage(
        "half of a pair",
        "I3",
        [f"UPDATE registrations SET party = 7 WHERE id IN ({OFFERED}, {LAST_WAITING})"],
    ),
    Damage("a letter never written", "I4", ["UPDATE messages SET reacted = '[]' WHERE kind = 'SeatTaken'"]),
    Damage("a message about nobody", "I4", ["UPDATE messages SET about = 'registration:99' WHERE kind = 'SeatTaken'"]),
    Damage(
        "a message given up",
        "I5",
        ["UPDATE messages SET dead_at = done_at, done_at = NULL, fault = 'SMTPDataError 554' WHERE kind = 'SeatTaken'"],
    ),
    Damage(
        "a message nobody takes",
        "I5",
        ["UPDATE messages SET done_at = NULL, due_at = '2026-01-01 00:00:00+00:00' WHERE kind = 'SeatTaken'"],
    ),
    Damage("a task nobody does", "I5", ["UPDATE turns SET next_at = '2026-01-01 00:00:00+00:00'"]),
    Damage("a document of an older version", "I6", ["UPDATE courses SET version = version + 1"]),
    Damage("a document is gone", "I6", ["DELETE FROM search_documents"]),
    Damage("a withdrawn course is still found", "I6", ["UPDATE courses SET state = 'archived'"]),
    Damage(
        "a step without its entry", "I7", ["UPDATE registrations SET state = 'withdrawn' WHERE state = 'confirmed'"]
    ),
    Damage(
        "a step logged twice",
        "I7",
        [
            "INSERT INTO audit_entries (at, actor, act, object_kind, object_id, facts) SELECT at, actor, act,"
            " object_kind, object_id, facts FROM audit_entries WHERE act = 'registered' AND object_id = '2'"
        ],
    ),
    Damage("a rewritten log", "I7", [f"UPDATE audit_entries SET actor = 'account:1' WHERE id = {SEALED}"]),
    Damage("a wrong number of sessions", "I8", ["UPDATE course_runs SET session_count = session_count + 1"]),
    Damage("a published course without its publication", "I8", ["DELETE FROM course_publications"]),
    Damage(
        "an approved report that cannot be read",
        "I8",
        ["INSERT INTO annual_reports (year, approved_at, snapshot) VALUES (2025, '2026-02-01 00:00:00+00:00', '{}')"],
    ),
    Damage("a closed account that is signed in", "I10", ["UPDATE accounts SET is_active = false"]),
    Damage("a row that points at nothing", "I11", ["UPDATE course_runs SET venue_id = 99"]),
    Damage(
        "somebody registered twice",
        "I11",
        [
            "DROP INDEX uq_registrations_active",
            f"UPDATE registrations SET email_key = (SELECT email_key FROM registrations WHERE id = {OFFERED})"
            f" WHERE id = {FIRST_WAITING}",
        ],
    ),
    Damage("an index that is missing", "I11", ["DROP INDEX ix_messages_waiting"]),
    Damage(
        "a row that breaks a check",
        "I11",
        ["ALTER TABLE course_runs DROP CONSTRAINT ck_course_runs_seats", "UPDATE course_runs SET seats = -1"],
        only="postgresql",
    ),
    Damage("a row that breaks a check", "I11", ["UPDATE course_runs SET seats = -1"], only="sqlite"),
)


@dataclass
class Kept:
    """The lived-in city, kept once on each kind of database for all the tests that damage it."""

    file: Path
    rows: dict[str, dict[str, bytes]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Nothing is kept yet."""
    return Kept(tmp_path_factory.mktemp("lived-in") / "city.sqlite")


@pytest.fixture
def lived_in(database: Database, settings: Settings, kept: Kept) -> Database:
    """A run of one seat that was given up: somebody is offered it, two wait; everything that follows is done."""
    if database.is_sqlite:
        path = Path(database.url.database or "")
        database.dispose()
        if not kept.file.exists():
            _live(database, settings)
            database.dispose()  # Whoever closes a file last leaves no log of writes beside it.
            shutil.copyfile(path, kept.file)
        shutil.copyfile(kept.file, path)
        return database
    store = PostgresStore(str(database.url.query["host"]), database.url.database or "", kept.rows)
    if not kept.rows:
        _live(database, settings)
        store.keep("lived in")
    else:
        store.put_back("lived in")
    return database


def _live(database: Database, settings: Settings) -> None:
    run_id = acts.new_run(database, seats=2)
    acts.seat(database, run_id, "pirma@example.lv")
    acts.seat(database, run_id, "otra@example.lv")
    for place in range(3):
        acts.register(database, run_id, f"gaida{place}@example.lv")
    acts.withdraw(database, "pirma@example.lv")
    with database.writing() as db:
        account = make_account(db, Role.BOARD)
        moment = now()
        day = moment.replace(year=moment.year + 1)
        db.add(
            SignIn(
                token_hash="a",
                account_id=account.id,
                created_at=moment,
                seen_at=moment,
                ends_at=day,
                confirmed_at=moment,
            )
        )
    drain(open_workshop(settings, database))


def broken(database: Database, *ids: str) -> dict[str, str]:
    """Which invariants do not hold, and what was found."""
    return {
        checked.invariant.id: "; ".join(checked.findings) or checked.fault
        for checked in check_invariants(database, SeatRules(), ids)
        if not checked.holds
    }


def do_damage(database: Database, damage: Damage) -> None:
    """Change the rows as nobody may, past the constraints that would forbid it."""
    with database.writers.connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        for statement in damage.sql:
            connection.exec_driver_sql(statement)
        connection.commit()
        connection.invalidate()


def test_a_city_that_was_lived_in_is_whole(lived_in: Database) -> None:
    assert broken(lived_in) == {}


@pytest.mark.parametrize(
    ("database", "damage"),
    [
        pytest.param(dialect, damage, id=f"{damage.breaks} {damage.what} {dialect}", marks=marks)
        for dialect, marks in (("sqlite", ()), ("postgresql", (pytest.mark.postgres,)))
        for damage in DAMAGES
        if damage.only in {"", dialect}
    ],
    indirect=["database"],
)
def test_each_damage_by_hand_is_found(lived_in: Database, damage: Damage) -> None:
    do_damage(lived_in, damage)
    assert damage.breaks in broken(lived_in, damage.breaks)


def test_findings_name_numbers_and_nothing_personal(lived_in: Database) -> None:
    for damage in DAMAGES:
        if damage.only not in {"", "sqlite" if lived_in.is_sqlite else "postgresql"} or "DROP" in damage.sql[0]:
            continue
        do_damage(lived_in, damage)
    found = " ".join(broken(lived_in).values())
    with lived_in.reading() as db:
        people = db.scalars(select(Registration)).all()
    assert len(found) > 100
    for person in people:
        for value in (person.name, person.email, person.email_key, person.link_key):
            assert value not in found


def test_the_demonstration_city_is_whole(database: Database) -> None:
    with database.writing() as db:
        load_demo(db, today())
        rebuild_index(db)
    assert broken(database) == {}


def test_looking_changes_nothing_and_holds_nobody_up(lived_in: Database) -> None:
    looking = check_invariants(lived_in, SeatRules())
    assert next(looking).holds
    run_id = acts.new_run(lived_in, seats=1)  # Somebody writes in the middle of the look.
    acts.register(lived_in, run_id, "cita@example.lv")
    assert [checked.invariant.id for checked in looking if not checked.holds] == []
    assert len(INVARIANTS) == 10


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_damaged_file_is_not_taken_for_a_sound_one(lived_in: Database) -> None:
    lived_in.dispose()
    path = Path(lived_in.url.database or "")
    pages = path.stat().st_size // 4096
    with path.open("r+b") as file:
        for page in range(pages // 2, pages):
            file.seek(page * 4096)
            file.write(b"\xff" * 512)
    assert "I11" in broken(lived_in)


def test_a_correction_that_gives_a_place_up_leaves_the_records_whole(database: Database, settings: Settings) -> None:
    run_id = acts.new_run(database, seats=2)
    acts.register(database, run_id, "anna@example.lv")
    asked = RegistrationForm(name="Anna Ozola", email="ana@example.lv")
    with database.writing() as db:
        sent = SentOnce.of(receipts.scope_of(run_id), "key", repr(asked))
        register_for_run(db, run_id, asked, sent, acts.RULES)
    with database.writing() as db:
        receipts.correct_address(db, run_id, "key", NewAddress(email="anna@example.lv"), acts.RULES, locale="lv")
    assert acts.state(database, "ana@example.lv") is State.WITHDRAWN
    drain(open_workshop(settings, database))
    assert broken(database) == {}
