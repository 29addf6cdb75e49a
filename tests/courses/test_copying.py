"""Copying runs into the next term: whole weeks by the clock on the wall, across a year and a change of the clocks."""

from datetime import date, datetime, timedelta

import time_machine

from app.courses.copying import copy_of, drafts_of, save_drafts, terms, weeks_to
from app.courses.models import Course, CourseState
from app.courses.planning import sent_before
from app.courses.planning_queries import own_runs, runs_begun_between
from app.db import Database
from app.i18n import RIGA, at, local
from app.people.models import Role
from app.people.staff import Staff
from tests.make import make_course, make_provider, make_run, make_venue

AUTUMN = datetime(2026, 12, 1, 10, tzinfo=RIGA)


@time_machine.travel(AUTUMN, tick=False)
def test_a_copy_keeps_weekday_and_hour_across_the_year_and_leaves_out_holidays(database: Database) -> None:
    with database.writing() as db:
        provider = make_provider(db)
        who = Staff(1, "Ilze", Role.EDITOR, provider.id)
        course = make_course(db, provider=provider)
        start = datetime(2026, 11, 2, 18, tzinfo=RIGA) - AUTUMN
        run = make_run(db, course, starts_in=start, sessions=5, min_participants=4, seats=9)
        run.decision_at, run.teacher = at(date(2026, 10, 30), local(run.starts_at).time()), "Ieva Liepa"
        run.sessions[2].cancelled_at = AUTUMN
        db.flush()
        found = own_runs(db, who, [run.id], "lv")
        weeks = weeks_to([run], date(2027, 3, 11))
        asked, left_out = copy_of(run, weeks, "lv")
        assert [one.day.isoformat() for one in asked.sessions] == [
            "2027-03-15", "2027-03-22", "2027-04-05", "2027-04-12",
        ]  # fmt: skip
        assert left_out == ()
        assert {one.begins.hour for one in asked.sessions} == {18}
        assert (asked.seats, asked.teacher, asked.decision_day) == (9, "Ieva Liepa", date(2027, 3, 12))
        easter, left = copy_of(run, weeks_to([run], date(2027, 3, 22)), "lv")
        assert [day for day, _name in left] == [date(2027, 3, 29)]
        assert len(easter.sessions) == 3
        (draft,) = drafts_of(db, who, found, date(2027, 3, 11), "lv")
        (result,) = save_drafts(db, who, [draft], "lv")
        assert result.run_id is not None
        ((copied, _title),) = own_runs(db, who, [result.run_id], "lv")
        assert [local(one.starts_at).hour for one in copied.sessions] == [18, 18, 18, 18]
        assert [one.starts_at.hour for one in copied.sessions] == [16, 16, 15, 15]


@time_machine.travel(AUTUMN, tick=False)
def test_each_copy_says_for_itself_whether_it_was_saved(database: Database) -> None:
    with database.writing() as db:
        provider = make_provider(db)
        who = Staff(1, "Ilze", Role.EDITOR, provider.id)
        room = make_venue(db)
        room.room = "12. kabinets"
        course, old = make_course(db, provider=provider), make_course(db, provider=provider)
        runs = [make_run(db, one, starts_in=-20, sessions=2, venue=room).id for one in (course, course, old)]
        old.state = CourseState.ARCHIVED
        foreign = make_run(db, make_course(db), starts_in=-20, sessions=2).id
        db.flush()
        found = own_runs(db, who, [*runs, foreign], "lv")
        assert [run.id for run, _title in found] == runs, "what is not theirs is not copied"
        drafts = drafts_of(db, who, found, date(2027, 1, 11), "lv")
        assert [draft.can_be_saved for draft in drafts] == [True, True, False]
        results = save_drafts(db, who, drafts, "lv")
        assert [one.run_id is not None for one in results] == [True, False, False]
        assert all((one.why_not is None) is (one.run_id is not None) for one in results)


@time_machine.travel(AUTUMN, tick=False)
def test_terms_are_half_years_and_list_what_began_in_them(database: Database) -> None:
    assert terms(3) == [
        (date(2026, 7, 1), date(2026, 12, 31)),
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2025, 7, 1), date(2025, 12, 31)),
    ]
    with database.writing() as db:
        provider = make_provider(db)
        who = Staff(1, "Ilze", Role.EDITOR, provider.id)
        course: Course = make_course(db, provider=provider)
        mine = make_run(db, course, starts_in=-40, sessions=1)
        make_run(db, course, starts_in=-400, sessions=1)
        make_run(db, course, starts_in=-40, sessions=1, cancelled=True)
        begins, ends = AUTUMN - timedelta(days=100), AUTUMN
        assert [run.id for run, _title in runs_begun_between(db, who, begins, ends, "lv", 10)] == [mine.id]


@time_machine.travel(AUTUMN, tick=False)
def test_a_list_sent_twice_is_planned_once_and_groups_side_by_side_are_two(database: Database) -> None:
    with database.writing() as db:
        provider = make_provider(db)
        who = Staff(1, "Ilze", Role.EDITOR, provider.id)
        course = make_course(db, provider=provider)
        runs = [make_run(db, course, starts_in=-20, sessions=2, seats=seats).id for seats in (8, 9)]
        db.flush()
        drafts = drafts_of(db, who, own_runs(db, who, runs, "lv"), date(2027, 1, 11), "lv")
        first = [one.run_id for one in save_drafts(db, who, drafts, "lv")]
        assert None not in first
        assert len({*first}) == 2
        assert [one.run_id for one in save_drafts(db, who, drafts, "lv")] == first
        asked = drafts[0].asked.model_copy(update={"seats": 10})
        assert sent_before(db, who, course.id, asked) is None, "with other seats it is another group"
