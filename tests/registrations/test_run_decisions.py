"""Too few participants on the day of decision: asked once, told once, and decided by the provider."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.courses.models import Course, CourseRun, CourseState
from app.courses.refusals import DatePast
from app.courses.timetable import RunWrong
from app.db import Database
from app.registrations.models import State
from app.registrations.run_changes import change_seats
from app.registrations.run_decisions import waits_for_decision
from app.registrations.run_inputs import CancelForm, DecisionDayForm
from app.registrations.run_queries import runs_to_decide
from app.registrations.run_refusals import DecisionAfterStart, NothingToDecide
from tests.registrations import acts, run_acts

MORNING = datetime(2026, 6, 1, 6, tzinfo=UTC)
DECISION = MORNING + timedelta(days=7)
ASKED = ["MinimumMissed", "CourseChanged", "RunUndecided"]


@pytest.fixture
def run_id(database: Database) -> int:
    """A run in two weeks that needs three people, decides in one, and has one confirmed and one pending."""
    with time_machine.travel(MORNING, tick=False):
        found = run_acts.new_run(database, minimum=3)
        acts.change_run(database, found, decision_at=DECISION)
        acts.seat(database, found, "seated@example.com")
    with time_machine.travel(DECISION - timedelta(hours=1), tick=False):
        acts.register(database, found, "pending@example.com")
    return found


def posted_since(database: Database, before: int) -> list[str]:
    """What was posted after so many messages."""
    return acts.posted(database)[before:]


def ask_at(database: Database, run_id: int, moment: datetime) -> list[str]:
    """The worker looks at that moment; what it posted."""
    before = len(acts.posted(database))
    with time_machine.travel(moment, tick=False):
        run_acts.ask(database, run_id)
    return posted_since(database, before)


def test_the_provider_is_asked_once_and_those_with_a_seat_are_told(database: Database, run_id: int) -> None:
    assert ask_at(database, run_id, DECISION - timedelta(seconds=1)) == []
    assert ask_at(database, run_id, DECISION) == ASKED
    assert run_acts.run_of(database, run_id).minimum_asked_at == DECISION
    assert ask_at(database, run_id, DECISION + timedelta(minutes=1)) == []


def test_enough_confirmed_people_settle_it_without_a_letter(database: Database, run_id: int) -> None:
    with time_machine.travel(MORNING, tick=False):
        for name in ("second", "third"):
            acts.seat(database, run_id, f"{name}@example.com")
    assert ask_at(database, run_id, DECISION) == ["CourseChanged"]
    run = run_acts.run_of(database, run_id)
    assert (run.decided_at, run.minimum_asked_at) == (DECISION, None)
    with time_machine.travel(DECISION + timedelta(days=1), tick=False):
        acts.withdraw(database, "third@example.com")
    assert ask_at(database, run_id, DECISION + timedelta(days=2)) == []


@pytest.mark.parametrize("after_start", [timedelta(0), timedelta(days=1)])
def test_nobody_is_asked_once_the_run_has_started(database: Database, run_id: int, after_start: timedelta) -> None:
    start = run_acts.run_of(database, run_id).starts_at
    assert ask_at(database, run_id, start + after_start) == []
    assert ask_at(database, run_id, start - timedelta(seconds=1)) == ASKED


def test_nobody_is_asked_about_a_cancelled_run_or_one_without_a_minimum(database: Database, run_id: int) -> None:
    acts.change_run(database, run_id, min_participants=0)
    assert ask_at(database, run_id, DECISION) == []
    acts.change_run(database, run_id, min_participants=3)
    with time_machine.travel(MORNING + timedelta(days=1), tick=False):
        run_acts.cancel_run(database, run_id)
    assert ask_at(database, run_id, DECISION) == []


def test_the_run_starts_all_the_same_once_and_those_with_a_seat_are_told(database: Database, run_id: int) -> None:
    ask_at(database, run_id, DECISION)
    before = len(acts.posted(database))
    with time_machine.travel(DECISION + timedelta(hours=1), tick=False):
        run_acts.start_all_the_same(database, run_id)
        run_acts.start_all_the_same(database, run_id)
        with pytest.raises(NothingToDecide):
            run_acts.call_off(database, run_id)
    assert posted_since(database, before) == ["CourseChanged", "RunGoesAhead"]
    with database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "decided_to_start")).one()
    assert (entry.actor, entry.facts) == (run_acts.CLERK, '{"confirmed": 1}')


def test_a_later_day_of_decision_is_told_and_asked_about_again_when_it_comes(database: Database, run_id: int) -> None:
    ask_at(database, run_id, DECISION)
    before = len(acts.posted(database))
    with time_machine.travel(DECISION + timedelta(hours=1), tick=False):
        run_acts.decide_later(database, run_id, date(2026, 6, 10))
        run_acts.decide_later(database, run_id, date(2026, 6, 10))
    assert posted_since(database, before) == ["CourseChanged", "DecisionMoved"]
    until = datetime(2026, 6, 10, 20, 59, 59, tzinfo=UTC)
    assert run_acts.run_of(database, run_id).decision_at == until
    assert ask_at(database, run_id, until - timedelta(seconds=1)) == []
    assert ask_at(database, run_id, until) == ["MinimumMissed", "CourseChanged"]
    assert ask_at(database, run_id, until + timedelta(days=1)) == []


def test_a_day_that_is_over_or_not_before_the_start_is_refused(database: Database, run_id: int) -> None:
    ask_at(database, run_id, DECISION)
    start = run_acts.day_of(run_acts.run_of(database, run_id).starts_at)
    with time_machine.travel(DECISION + timedelta(hours=1), tick=False):
        with pytest.raises(DecisionAfterStart):
            run_acts.decide_later(database, run_id, start)
        with pytest.raises(DatePast):
            run_acts.decide_later(database, run_id, date(2026, 6, 7))
        run_acts.decide_later(database, run_id, start - timedelta(days=1))


def test_calling_it_off_ends_everything_and_tells_everyone(database: Database, run_id: int) -> None:
    ask_at(database, run_id, DECISION)
    with time_machine.travel(DECISION + timedelta(hours=1), tick=False):
        run_acts.call_off(database, run_id)
        run_acts.tell(database, run_id)
        with pytest.raises(NothingToDecide):
            run_acts.start_all_the_same(database, run_id)
    assert acts.state(database, "seated@example.com") is State.CANCELLED_BY_PROVIDER
    assert acts.posted(database).count("RunCalledOff") == 2
    assert run_acts.run_of(database, run_id).cancel_reason == "Par maz dalībnieku"


def test_nothing_is_decided_before_somebody_was_asked(database: Database, run_id: int) -> None:
    with time_machine.travel(MORNING + timedelta(days=1), tick=False):
        with pytest.raises(NothingToDecide):
            run_acts.start_all_the_same(database, run_id)
        with pytest.raises(NothingToDecide):
            run_acts.call_off(database, run_id)
        with pytest.raises(NothingToDecide):
            run_acts.decide_later(database, run_id, date(2026, 6, 9))


@pytest.mark.parametrize("written", ["2027-03-05", "05.03.2027.", "5.3.2027", " 05. 03. 2027. "])
def test_a_day_is_read_as_browsers_send_it_and_as_people_write_it(written: str) -> None:
    assert DecisionDayForm.model_validate({"day": written}).day == date(2027, 3, 5)


@pytest.mark.parametrize("reason", ["", "   ", "Jānis 010190-12345 saslimis", "x" * 201])
def test_a_reason_is_needed_and_keeps_personal_codes_out(reason: str) -> None:
    with pytest.raises(ValueError, match="reason"):
        CancelForm.model_validate({"reason": reason})


def test_without_a_minimum_nothing_waits_for_a_decision_and_seats_stay_above_it(
    database: Database, run_id: int
) -> None:
    ask_at(database, run_id, DECISION)
    with time_machine.travel(DECISION, tick=False):
        with database.writing() as db, pytest.raises(RunWrong):
            change_seats(db, run_id, 2, "provider:1", acts.RULES)
        acts.change_run(database, run_id, min_participants=0)
        with database.reading() as db:
            assert not waits_for_decision(db.get_one(CourseRun, run_id), DECISION)


def test_nobody_is_asked_about_a_group_of_a_withdrawn_course(database: Database, run_id: int) -> None:
    with database.writing() as db:
        assert runs_to_decide(db, DECISION) == [run_id]
        db.get_one(Course, db.get_one(CourseRun, run_id).course_id).state = CourseState.ARCHIVED
        db.flush()
        assert runs_to_decide(db, DECISION) == []
