"""Two clerks plan the same room at the same time: one of them gets it, on both databases; and the control."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from app.clock import today
from app.courses import planning, planning_queries
from app.courses.models import CourseRun
from app.courses.planning_inputs import RunForm
from app.courses.timetable import RunWrong
from app.db import Database
from app.people.models import Role
from app.people.staff import Staff
from app.providers.models import Venue
from tests.make import make_course, make_provider, make_venue

CLERKS = 4


@pytest.fixture
def clerks(database: Database) -> list[tuple[Staff, int, RunForm]]:
    """Four providers' clerks who want the same room for the same evening."""
    found = []
    with database.writing() as db:
        room = make_venue(db)
        room.room = "12. kabinets"
        db.flush()
        day = today().replace(year=today().year + 1, month=3, day=15)
        one = {"day": day, "begins": "18.00", "ends": "19.30"}
        asked = RunForm.model_validate({"sessions": [one], "venue_id": room.id})
        for number in range(CLERKS):
            provider = make_provider(db)
            who = Staff(number, "I", Role.EDITOR, provider.id)
            found.append((who, make_course(db, provider=provider).id, asked))
    return found


def plan_at_once(database: Database, clerks: list[tuple[Staff, int, RunForm]]) -> list[str]:
    """What each of them heard."""
    ready = Barrier(CLERKS)

    def plan(one: tuple[Staff, int, RunForm]) -> str:
        ready.wait(10)
        try:
            with database.writing() as db:
                planning.plan_run(db, *one)
        except RunWrong as wrong:
            return wrong.faults[0].code
        return "planned"

    with ThreadPoolExecutor(CLERKS) as pool:
        return sorted(pool.map(plan, clerks))


def test_a_room_wanted_by_four_at_once_is_given_to_one(
    database: Database, clerks: list[tuple[Staff, int, RunForm]]
) -> None:
    assert plan_at_once(database, clerks) == ["planned"] + ["venue_taken"] * (CLERKS - 1)
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(CourseRun)) == 1


@pytest.fixture
def _nobody_holds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The control: venues are only read, and everybody looks before anybody saves."""
    looked = Barrier(CLERKS)
    seen = planning_queries.meetings_between

    def read_only(db: object, venue_ids: object) -> dict[int, Venue]:
        return {venue.id: venue for venue in planning_queries.venues(db) if venue.id in {*venue_ids}}  # type: ignore[arg-type,misc]

    def together(*args: object, **facts: object) -> object:
        found = seen(*args, **facts)  # type: ignore[arg-type]
        looked.wait(10)
        return found

    monkeypatch.setattr("app.courses.planning.hold_venues", read_only)
    monkeypatch.setattr("app.courses.clashes.meetings_between", together)
    yield


@pytest.mark.postgres
@pytest.mark.usefixtures("_nobody_holds")
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_without_the_hold_all_of_them_get_it(
    database: Database, clerks: list[tuple[Staff, int, RunForm]]
) -> None:
    assert plan_at_once(database, clerks) == ["planned"] * CLERKS
