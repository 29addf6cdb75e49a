"""Eight hundred days later nothing but statistics is left of the people of today (ASVS V14.2.7)."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from app.clock import now, today
from app.db import Database
from app.registrations.models import Registration
from app.reports.models import AnnualReport
from app.reports.period import Period
from app.reports.values import all_figures
from app.settings import Settings
from app.tables import metadata
from app.tries import Tries
from app.worker.run import drain
from app.worker.workshop import open_workshop
from tests.pages.own_list import new_token
from tests.privacy import people
from tests.registrations import acts

KEPT = {
    "registrations.person_token": "a number made by chance, which counts a person once",
    "wish_supports.person_key": "a keyed hash, which counts a person once behind joined wishes",
}
"""Columns tagged as personal that may still hold something, and what."""


@pytest.mark.promise("P24")
def test_eight_hundred_days_later_only_statistics_are_left(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    year = today().year
    with database.writing() as db:
        known = people.somebody(db, starts_in=-3)
        people.somebody_else(db, known)
        people.counted(db, year)
        people.counted(db, year + 1)
        db.add(Tries(act="registrations", sender="hash", stretch=0, times=1))
    run_id = acts.new_run(database, seats=1)
    for email in ("anna@example.com", "berta@example.com"):
        acts.register(database, run_id, email)
    new_token(database, settings, people.EMAIL)
    drain(open_workshop(settings, database))
    before = counts(database, year)
    assert before["unique_participants"] == 2
    with database.writing() as db:
        db.add(AnnualReport(year=year, approved_at=now()))
    for days in (30, 120, 370, 400):  # A worker looks every hour; these days are enough.
        with time_machine.travel(now() + timedelta(days=days), tick=False):
            drain(open_workshop(settings, database))
    with time_machine.travel(now() + timedelta(days=800), tick=False):
        drain(open_workshop(settings, database))
        left = {
            f"{table.name}.{column.name}"
            for table in metadata.sorted_tables
            for column in table.columns
            if column.info.get("personal") not in {None, "key"}
            for value in _values(database, table.name, column.name)
            if value not in {None, ""}
        }
    assert left - {*KEPT} == set()
    dump = people.dump(database, tmp_path)
    assert people.traces_in(dump) == set()
    assert not [name for name in ("anna@", "berta@", "cita.dalibniece", "Ozola") if name in dump]
    assert not list((tmp_path / "mail").glob("*.eml")) or _all_younger(tmp_path / "mail")
    with database.reading() as db:
        tokens = [one.person_token for one in db.scalars(select(Registration).where(Registration.run_id == known.run))]
        assert all(token is not None and token.startswith("chance:") for token in tokens)
    assert counts(database, year) == before


def counts(database: Database, year: int) -> dict[str, object]:
    """The figures of the year that are counted from people."""
    wanted = ("unique_participants", "participations", "person_hours", "certificates_issued", "waiting_list_demand")
    with database.reading() as db:
        found = all_figures(db, Period(year))
    return {name: found[name].amount for name in wanted}


def _values(database: Database, table: str, column: str) -> list[object]:
    with database.reading() as db:
        return [*db.scalars(select(metadata.tables[table].c[column]))]


def _all_younger(folder: Path) -> bool:
    oldest = (now() + timedelta(days=793)).timestamp()
    return all(path.stat().st_mtime >= oldest for path in folder.glob("*.eml"))
