"""Planning a run: local hours, days left out, everything wrong told at its field, rooms and teachers needed twice."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.clock import now
from app.courses.clashes import ClashKind
from app.courses.models import Course, CourseRun, CourseSession, CourseState, Format
from app.courses.planning import plan_of, plan_run
from app.courses.planning_inputs import RunForm
from app.courses.public_holidays import holidays_between
from app.courses.timetable import RunWrong
from app.db import Database
from app.i18n import RIGA, local
from app.outbox.models import Message
from app.people.models import Role
from app.people.staff import Staff
from app.providers.models import Provider, Venue
from app.refusals import NotFound
from tests.make import make_course, make_provider, make_run, make_venue

JANUARY = datetime(2027, 1, 4, 10, tzinfo=RIGA)
MONDAYS = {"weekdays": [0], "begins": "18.00", "ends": "19.30"}


def staff_of(provider: Provider, role: Role = Role.EDITOR) -> Staff:
    return Staff(account_id=1, name="Ilze", role=role, provider_id=provider.id)


def course_of(db: Session, provider: Provider | None = None, **facts: object) -> tuple[Staff, Course]:
    provider = provider or make_provider(db)
    return staff_of(provider), make_course(db, provider=provider, **facts)  # type: ignore[arg-type]


def term(first: str = "2027-03-08", last: str = "2027-04-12", **more: object) -> RunForm:
    return RunForm.model_validate({"weekly": [MONDAYS], "first_day": first, "last_day": last, **more})


def faults(db: Session, who: Staff, course: Course, asked: RunForm) -> dict[str, str]:
    with pytest.raises(RunWrong) as wrong:
        plan_run(db, who, course.id, asked)
    return {fault.field: fault.code for fault in wrong.value.faults}


@time_machine.travel(JANUARY, tick=False)
def test_a_weekly_pattern_keeps_its_hour_when_summer_time_begins(database: Database) -> None:
    with database.writing() as db:
        who, course = course_of(db)
        version = course.version
        run = plan_run(db, who, course.id, term(not_on=["29.03.2027."], seats=12, teacher="Ieva Liepa"))
        db.refresh(course)
        assert course.version == version + 1
        run_id = run.id
    with database.reading() as db:
        found = db.scalars(select(CourseSession).where(CourseSession.run_id == run_id).order_by("starts_at")).all()
        assert [local(one.starts_at).strftime("%d.%m. %H:%M") for one in found] == [
            "08.03. 18:00", "15.03. 18:00", "22.03. 18:00", "05.04. 18:00", "12.04. 18:00",
        ]  # fmt: skip
        assert [one.starts_at.hour for one in found] == [16, 16, 16, 15, 15]
        kept = db.get_one(CourseRun, run_id)
        assert (kept.session_count, kept.weekdays, kept.seats, kept.teacher) == (5, "0", 12, "Ieva Liepa")
        assert (kept.starts_at, kept.ends_at) == (found[0].starts_at, found[-1].ends_at)
        assert (kept.registration_opens_at, kept.registration_closes_at) == (now(), kept.starts_at)
        assert db.scalars(select(AuditEntry.act)).all() == ["run_planned"]
        assert db.scalars(select(Message.kind)).all() == ["CourseChanged"]


@time_machine.travel(JANUARY, tick=False)
def test_everything_that_is_wrong_is_told_at_its_field(database: Database) -> None:
    with database.writing() as db:
        who, course = course_of(db)
        night = {"weekdays": [6], "begins": "03:30", "ends": "04:30"}
        assert faults(db, who, course, term(weekly=[night])) == {"weekly.0.begins": "clock_change"}
        backwards = {"weekdays": [0], "begins": "19:30", "ends": "18:00"}
        assert faults(db, who, course, term(weekly=[backwards])) == {"weekly.0.ends": "end_before_start"}
        assert faults(db, who, course, term("2027-04-12", "2027-03-08")) == {"last_day": "end_before_start"}
        assert faults(db, who, course, RunForm(weekly=term().weekly)) == {"first_day": "missing", "last_day": "missing"}
        assert faults(db, who, course, RunForm()) == {"sessions": "no_sessions"}
        assert faults(db, who, course, term("2026-12-07")) == {"weekly.0.begins": "date_past"}
        assert faults(db, who, course, term("2037-03-02", "2037-04-06")) == {"weekly.0.begins": "date_far"}
        assert faults(db, who, course, term("9999-12-01", "9999-12-31")) == {"weekly.0.begins": "date_far"}
        assert faults(db, who, course, term(closes="09.03.2027.")) == {"closes": "closes_after_start"}
        assert faults(db, who, course, term(opens="2027-03-02T09:00", closes="01.03.2027. 12.00")) == {
            "closes": "end_before_start"
        }
        assert faults(db, who, course, term(seats=4, min_participants=6)) == {
            "decision_day": "missing",
            "min_participants": "minimum_above_seats",
        }
        assert faults(db, who, course, term(min_participants=6, decision_day="2027-03-08")) == {
            "decision_day": "decision_after_start"
        }
        assert faults(db, who, course, term(venue_id=999_999)) == {"venue_id": "choice_unknown"}
        one = {"day": "2027-03-08", "begins": "19.00", "ends": "20.00"}
        assert faults(db, who, course, term(sessions=[one])) == {"sessions.0.begins": "sessions_overlap"}
        assert db.scalars(select(CourseRun.id)).all() == []


@time_machine.travel(JANUARY, tick=False)
def test_windows_and_the_day_of_decision_are_days_and_hours_of_the_wall_clock(database: Database) -> None:
    with database.writing() as db:
        who, course = course_of(db)
        asked = term(opens="01.02.2027.", closes="04.03.2027.", min_participants=5, decision_day="01.03.2027.")
        run = plan_run(db, who, course.id, asked)
        assert local(run.registration_opens_at).isoformat() == "2027-02-01T00:00:00+02:00"
        assert local(run.registration_closes_at).isoformat() == "2027-03-04T23:59:59+02:00"
        assert run.decision_at is not None
        assert local(run.decision_at).isoformat() == "2027-03-01T23:59:59+02:00"


@time_machine.travel(JANUARY, tick=False)
def test_a_course_to_study_alone_has_days_but_no_sessions(database: Database) -> None:
    with database.writing() as db:
        who, course = course_of(db, format=Format.SELF_STUDY)
        run = plan_run(db, who, course.id, RunForm(first_day=date(2027, 2, 1), last_day=date(2027, 5, 31)))
        assert (run.session_count, run.weekdays, run.sessions) == (0, "", [])
        assert run.registration_closes_at == run.ends_at


def test_public_holidays_come_with_the_days_off_that_the_law_moves() -> None:
    named = holidays_between(date(2026, 5, 1), date(2026, 6, 30))
    assert named[date(2026, 5, 4)] == "Latvijas Republikas Neatkarības atjaunošanas diena"
    assert date(2026, 6, 22) in named, "a working day moved to a Saturday"
    assert date(2028, 11, 20) in holidays_between(date(2028, 11, 1), date(2028, 11, 30)), "18 November is a Saturday"
    assert holidays_between(date(2027, 6, 23), date(2027, 6, 23), "en") == {date(2027, 6, 23): "Midsummer Eve"}


@time_machine.travel(JANUARY, tick=False)
def test_the_same_room_is_refused_and_a_building_or_a_teacher_only_warned_about(database: Database) -> None:
    with database.writing() as db:
        other, mine = make_provider(db), make_provider(db)
        room, house = make_venue(db, name="Skola"), make_venue(db, name="Bibliotēka")
        room.room = "12. kabinets"
        who, course = course_of(db, mine)
        foreign = make_course(db, provider=other, title="Klusā zīmēšana")
        hidden = make_course(db, provider=other, title="Vēl noslēpums", published=False)
        own = make_course(db, provider=mine, title="Mūsu otrs kurss")
        start = datetime(2027, 3, 8, 19, tzinfo=RIGA) - now()
        make_run(db, foreign, starts_in=start, sessions=1, venue=room).teacher = "Ieva Liepa"
        make_run(db, own, starts_in=start, sessions=1).teacher = "Ieva Liepa"
        make_run(db, hidden, starts_in=start + timedelta(days=7), sessions=1, venue=house)
        make_run(db, foreign, starts_in=start, sessions=1, venue=house, cancelled=True)
        db.flush()
        wanted = term(venue_id=room.id, teacher="Ieva Liepa")
        found = plan_of(db, who, course.id, wanted).clashes
        assert {(one.kind, one.title) for one in found} == {
            (ClashKind.ROOM, "Klusā zīmēšana"),
            (ClashKind.TEACHER, "Mūsu otrs kurss"),
        }
        assert faults(db, who, course, wanted) == {"weekly.0.begins": "venue_taken"}
        found = plan_of(db, who, course.id, term(venue_id=house.id)).clashes
        assert [(one.kind, one.title) for one in found] == [(ClashKind.BUILDING, None)], (
            "a draft is not named to others"
        )
        assert plan_run(db, who, course.id, term(venue_id=house.id)).venue_id == house.id


@time_machine.travel(JANUARY, tick=False)
def test_a_session_may_be_in_another_room_and_a_new_room_of_a_house_is_another_venue(database: Database) -> None:
    with database.writing() as db:
        who, course = course_of(db)
        elsewhere = make_venue(db)
        new = {"name": "Skola", "address": "Saules iela 1", "room": "12. kabinets", "access_notes": "Zvaniet.\nLifts."}
        one = {"day": "2027-03-10", "begins": "10:00", "ends": "11:30", "venue_id": elsewhere.id}
        first = plan_run(db, who, course.id, RunForm.model_validate({"sessions": [one], "new_venue": new}))
        venue = db.get_one(Venue, first.venue_id)
        assert (venue.name, venue.room, venue.access_notes) == ("Skola", "12. kabinets", ["Zvaniet.", "Lifts."])
        assert first.sessions[0].venue_id == elsewhere.id
        again = plan_run(db, who, course.id, term(new_venue=new))
        assert again.venue_id == venue.id
        beside = plan_run(db, who, course.id, term(new_venue={**new, "room": "14. kabinets"}))
        assert db.get_one(Venue, beside.venue_id).name == "Skola, 14. kabinets"


def test_nothing_is_planned_for_the_course_of_another_provider_nor_for_one_in_the_archive(database: Database) -> None:
    with database.writing() as db:
        who, course = course_of(db)
        _, foreign = course_of(db)
        with pytest.raises(NotFound):
            plan_run(db, who, foreign.id, RunForm())
        with pytest.raises(NotFound):
            plan_run(db, Staff(1, "I", Role.SUBSTITUTE, who.provider_id), course.id, RunForm())
        course.state = CourseState.ARCHIVED
        db.flush()
        with pytest.raises(Exception, match="wrong_state"):
            plan_run(db, who, course.id, RunForm())


def test_an_hour_that_comes_twice_means_its_first_coming() -> None:
    from app.courses.wall_clock import instant

    assert instant(date(2027, 10, 31), time(3, 30)).isoformat() == "2027-10-31T00:30:00+00:00"
