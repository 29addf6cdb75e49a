"""The log is cut when it is too old; what is left can still be checked."""

import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, insert, select

from app.audit.chain import cut_log
from app.audit.models import AuditEntry, AuditSeal
from app.clock import now
from app.db import Database
from app.settings import Settings
from app.worker.log import cut_old_log, seal_log
from app.worker.schedule import TASKS
from app.worker.workshop import Workshop, open_workshop
from tests.audit.test_chain import FIELDS, faults, numbers, seal, write

pytestmark = pytest.mark.promise("P33")


@pytest.fixture
def workshop(settings: Settings, database: Database) -> Workshop:
    """A worker on the test's database."""
    return open_workshop(settings, database)


def test_cutting_the_oldest_leaves_a_chain_that_can_be_checked(database: Database) -> None:
    write(database, 5)
    seal(database)
    border = now()
    write(database, 4)
    seal(database)
    with database.writing() as db:
        assert cut_log(db, border) == 5
    assert faults(database) == []
    seal(database)
    assert faults(database) == []
    assert [number for number, _entry in numbers(database)] == [6, 7, 8, 9, 10]
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(AuditEntry)) == 5
    with database.writing() as db:
        assert cut_log(db, border) == 0, "nothing is left to cut, and nothing is put on record"
        assert cut_log(db, now() + timedelta(days=1)) == 4, "the end of the chain stays"
    seal(database)
    assert faults(database) == []


def test_the_beginning_cannot_be_taken_away_without_a_cut(database: Database) -> None:
    write(database, 6)
    seal(database)
    with database.writing() as db:
        db.execute(delete(AuditSeal).where(AuditSeal.number <= 2))
        db.execute(delete(AuditEntry).where(AuditEntry.id <= 2))
    assert len(faults(database)) == 1


def test_an_old_entry_that_was_sealed_late_waits_for_its_turn(database: Database) -> None:
    write(database, 1)
    with database.writing() as db:
        db.execute(insert(AuditEntry), [{**FIELDS, "at": now() - timedelta(days=900)}])
    write(database, 1)
    seal(database)
    with database.writing() as db:
        assert cut_log(db, now() - timedelta(days=600)) == 0
    assert faults(database) == []


def test_the_worker_seals_everything_and_says_where_the_chain_ends(
    workshop: Workshop, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {"seal_log", "cut_old_log"} <= {task.name for task in TASKS}
    write(database, 1203)
    seal_log(workshop)
    assert len(numbers(database)) == 1203
    assert faults(database) == []
    with database.reading() as db:
        digest = db.scalars(select(AuditSeal.digest).where(AuditSeal.number == 1203)).one()
    told = "".join(capsys.readouterr())
    assert "log_sealed" in told
    assert digest in told
    seal_log(workshop)
    assert "log_sealed" not in "".join(capsys.readouterr())


def test_after_the_months_the_city_keeps_it_only_the_cuts_themselves_are_left(
    workshop: Workshop, database: Database, settings: Settings
) -> None:
    write(database, 20)
    seal_log(workshop)
    with time_machine.travel(now() + timedelta(days=settings.log_months * 30)):
        cut_old_log(workshop)
        assert len(numbers(database)) == 20, "eighteen months are longer than 540 days"
    with time_machine.travel(now() + timedelta(days=settings.log_months * 31)):
        for _ in range(2):
            cut_old_log(workshop)
            seal_log(workshop)
            assert faults(database) == []
        assert len(numbers(database)) == 2
        with database.reading() as db:
            kept = db.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [entry.act for entry in kept] == ["log_cut", "log_cut"]
        assert json.loads(kept[-1].facts)["number"] == 20
