"""Loading the demonstration city: the same every time, into an empty demonstration only."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from app.courses.models import CourseRun, RunState
from app.db import Database
from app.demo.accounts import DEMO_ACCOUNTS
from app.demo.load import AlreadyLoaded, DemoRefused, load_demo
from app.i18n import at
from app.people.models import Account
from app.registrations.models import Registration
from app.registrations.queries import occupancy
from app.tables import metadata
from tests import make
from tests.demo.city import TODAY, digest, load_city, participations


def test_the_same_day_makes_the_same_city(city: Database, sqlite_database: Database) -> None:
    load_city(sqlite_database)
    with city.reading() as one, sqlite_database.reading() as other:
        for table in metadata.sorted_tables:
            assert digest(one, table) == digest(other, table), table.name


def test_the_year_2025_does_not_depend_on_the_day(city: Database, sqlite_database: Database) -> None:
    load_city(sqlite_database, date(2026, 4, 2))
    runs = "SELECT id FROM course_runs WHERE ends_at < '2025-12-31 22:00:00'"
    of_the_year = {
        "course_runs": f"id IN ({runs})",
        "sessions": f"run_id IN ({runs})",
        "attendances": f"registration_id IN (SELECT id FROM registrations WHERE run_id IN ({runs}))",
        "activities": "held_on < '2026-01-01'",
        "head_counts": f"session_id IN (SELECT id FROM sessions WHERE run_id IN ({runs}))",
        "daily_counts": "day < '2026-01-01'",
    }
    contacts = ("name", "email", "email_key", "phone", "erased_at")
    kept = [column.name for column in metadata.tables["registrations"].columns if column.name not in contacts]
    with city.reading() as one, sqlite_database.reading() as other:
        for name, where in of_the_year.items():
            table = metadata.tables[name]
            if name == "attendances":  # Later years' rolls stand between them, so their numbers differ.
                columns = text(f"SELECT registration_id, session_id, mark FROM attendances WHERE {where} ORDER BY 1, 2")
                assert one.execute(columns).all() == other.execute(columns).all()
            elif name in {"activities", "head_counts"}:
                columns = text(f"SELECT * FROM {name} WHERE {where} ORDER BY id")
                assert [tuple(row)[1:] for row in one.execute(columns)] == [
                    tuple(row)[1:] for row in other.execute(columns)
                ]
            else:
                assert digest(one, table, where) == digest(other, table, where), name
        registrations = text(f"SELECT {', '.join(kept)} FROM registrations WHERE run_id IN ({runs}) ORDER BY id")
        assert one.execute(registrations).all() == other.execute(registrations).all()
        assert participations(other) == participations(one)


@pytest.mark.parametrize("today", [date(2026, 2, 1), date(2026, 6, 23), date(2027, 12, 24)])
def test_the_city_can_be_loaded_on_any_day(sqlite_database: Database, today: date) -> None:
    load_city(sqlite_database, today)
    moment = at(today, datetime.min.time()) + timedelta(hours=12)
    with sqlite_database.reading() as db:
        counts = participations(db)
        assert counts["rolls"] + counts["walk_ins"] + counts["on_the_spot"] + counts["estimated"] == 7_840
        runs = db.scalars(select(CourseRun)).all()
        taken = occupancy(db, [run.id for run in runs], moment)
        assert all(taken.get(run.id, (0, 0))[0] <= run.seats or run.seats == 0 for run in runs)
        joinable = {
            run.course_id
            for run in runs
            if run.state(moment, *taken.get(run.id, (0, 0))) in {RunState.OPEN, RunState.FULL}
        }
        assert len(joinable) >= 90
        assert not db.scalar(select(func.count()).where(Registration.created_at > moment))


def test_the_city_goes_into_both_databases_and_work_goes_on(database: Database) -> None:
    told: list[tuple[str, int, int]] = []
    with database.writing() as db:
        summary = load_demo(db, TODAY, lambda name, done, total: told.append((name, done, total)))
    assert told[-1][1] == told[-1][2]
    assert summary.courses == 418
    with database.writing() as db:
        run = db.scalars(select(CourseRun).order_by(CourseRun.id.desc())).first()
        assert run is not None
        registration = make.make_registration(db, run)
        assert registration.id == summary.registrations + 1


def test_a_second_load_says_that_the_city_is_there(sqlite_database: Database) -> None:
    load_city(sqlite_database)
    with sqlite_database.writing() as db, pytest.raises(AlreadyLoaded):
        load_demo(db, TODAY + timedelta(days=3))


@pytest.mark.parametrize("record", ["provider", "venue", "permit", "course", "wish"])
def test_a_database_with_records_of_its_own_is_not_touched(sqlite_database: Database, record: str) -> None:
    with sqlite_database.writing() as db:
        getattr(make, f"make_{record}")(db)
    with sqlite_database.writing() as db, pytest.raises(DemoRefused):
        load_demo(db, TODAY)
    with sqlite_database.reading() as db:
        assert not db.scalar(select(func.count()).select_from(Registration))


def test_an_administrator_who_is_there_already_stays(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        account_id = make.make_account(db, email="mans@example.lv").id
    load_city(sqlite_database)
    with sqlite_database.reading() as db:
        assert db.get_one(Account, account_id).email == "mans@example.lv"
        assert db.scalar(select(func.count()).select_from(Account)) == len(DEMO_ACCOUNTS) + 1


def test_no_demonstration_no_city(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db, pytest.raises(DemoRefused):
        load_demo(db, TODAY, demonstration=False)


def test_a_slow_clock_is_refused(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db, pytest.raises(DemoRefused):
        load_demo(db, date(2025, 6, 1))
