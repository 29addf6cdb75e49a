"""What needs a provider's staff now: each kind appears for its reason and goes with it; always so many statements."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now, today
from app.courses.draft_models import CourseDraft
from app.courses.models import Course, CourseRun, CourseSession, CourseState
from app.courses.run_models import RunNotice, RunSubstitute
from app.db import Database
from app.feedback.reading import mark_read, run_feedback
from app.monday.queries import Monday, monday
from app.monday.todo import SHOWN, Need
from app.outbox.models import Message
from app.participation.models import Attendance, FinishedRoll, HeadCount, Mark
from app.people.models import Role
from app.people.staff import Staff
from app.providers.models import Provider
from app.refusals import Refusal
from app.registrations.models import State
from app.registrations.run_decisions import take_place
from app.registrations.unused_runs import RunInUse, remove_unused_run
from app.wishes.models import WishState
from tests.counting import statements
from tests.make import (
    make_account,
    make_course,
    make_feedback,
    make_group,
    make_permit,
    make_provider,
    make_registration,
    make_registrations,
    make_run,
    make_wish,
)
from tests.registrations.acts import RULES


@pytest.fixture
def who(database: Database) -> Staff:
    """A clerk; another provider has all of it too, which is none of theirs."""
    with database.writing() as db:
        provider = make_provider(db)
        account = make_account(db, Role.EDITOR, provider=provider)
        return Staff(account.id, "Ilze", Role.EDITOR, provider.id)


def page(database: Database, who: Staff) -> Monday:
    with database.reading() as db:
        return monday(db, who, "lv", now(), RULES)


def needs(database: Database, who: Staff) -> list[Need]:
    return [todo.need for todo in page(database, who).todos]


def course_of(db: Session, who: Staff, **facts: object) -> Course:
    return make_course(db, provider=db.get_one(Provider, who.provider), **facts)  # type: ignore[arg-type]


def draft_of(db: Session, course: Course, *, days: int = 0) -> CourseDraft:
    """What waits to become public, saved so many days ago."""
    draft = CourseDraft(course_id=course.id, fields={}, based_on=0, saved_at=now() - timedelta(days=days))
    db.add(draft)
    db.flush()
    return draft


def test_nothing_waits_where_nothing_is(database: Database, who: Staff) -> None:
    found = page(database, who)
    assert (found.todos, found.today, found.wishes, found.nearest) == ((), (), (), ())


def test_too_few_participants_stand_there_until_it_is_decided(database: Database, who: Staff) -> None:
    with database.writing() as db:
        run = make_run(db, course_of(db, who), min_participants=5)
        run.decision_at = now() + timedelta(days=3)
        make_registrations(db, run, 4)
        far = make_run(db, course_of(db, who), starts_in=60, min_participants=5)
        far.decision_at = now() + timedelta(days=40)
        run_id = run.id
    (todo,) = page(database, who).todos
    assert (todo.need, todo.id, todo.people, todo.of, todo.asked) == (Need.TOO_FEW, run_id, 4, 5, False)
    with database.writing() as db:
        course = db.get_one(Course, db.get_one(CourseRun, run_id).course_id)
        course.state = CourseState.ARCHIVED
    assert needs(database, who) == [], "nobody decides about a course that was withdrawn"
    with database.writing() as db:
        db.get_one(Course, course.id).state = CourseState.PUBLISHED
        make_registration(db, db.get_one(CourseRun, run_id))
    assert needs(database, who) == []


def test_a_group_that_began_without_a_decision_takes_place_by_one_act_and_without_letters(
    database: Database, who: Staff
) -> None:
    with database.writing() as db:
        run = make_run(db, course_of(db, who), starts_in=-1, sessions=4, min_participants=5)
        run.decision_at = run.minimum_asked_at = now() - timedelta(days=5)
        make_registrations(db, run, 2)
        run_id = run.id
    assert Need.UNDECIDED in needs(database, who)
    with database.writing() as db:
        before = db.scalars(select(func.count()).select_from(Message)).one()
        for _twice in range(2):
            take_place(db, run_id, who.actor)
        kinds = db.scalars(select(Message.kind).order_by(Message.id).offset(before)).all()
    assert kinds == ["CourseChanged"], "who is there already sees it"
    assert Need.UNDECIDED not in needs(database, who)


def test_sessions_wait_until_their_roll_is_finished(database: Database, who: Staff) -> None:
    with database.writing() as db:
        run = make_run(db, course_of(db, who), starts_in=-8, sessions=2)
        person = make_registration(db, run)
        make_run(db, course_of(db, who), starts_in=-8, sessions=1)  # Nobody was there to be marked.
        make_registration(db, make_run(db, course_of(db, who), starts_in=-100, sessions=1))
        first, second = db.scalars(select(CourseSession).where(CourseSession.run_id == run.id).order_by("starts_at"))
        ids, person_id = [second.id, first.id], person.id
    found = page(database, who).todos
    assert [(todo.need, todo.id, todo.people) for todo in found] == [(Need.UNMARKED, one, 1) for one in ids]
    with database.writing() as db:
        db.add(Attendance(registration_id=person_id, session_id=ids[0], mark=Mark.ABSENT, marked_at=now()))
        db.add(HeadCount(session_id=ids[1], people=3, counted_at=now()))
    assert needs(database, who) == [Need.UNMARKED] * 2, "a mark and a count are a beginning"
    with database.writing() as db:
        db.add_all([FinishedRoll(session_id=one, finished_at=now()) for one in ids])
    assert needs(database, who) == []


def test_people_wait_for_a_full_group_or_close_to_the_start_for_a_decision(database: Database, who: Staff) -> None:
    with database.writing() as db:
        course = course_of(db, who)
        full, soon = make_run(db, course, seats=1), make_run(db, course, seats=1, starts_in=timedelta(hours=5))
        make_registrations(db, full, 1)
        make_registrations(db, full, 2, State.WAITLISTED)
        make_registrations(db, soon, 1, State.WAITLISTED)
        full_id, soon_id = full.id, soon.id
    found = page(database, who).todos
    assert [(todo.need, todo.id, todo.people) for todo in found] == [
        (Need.LATE_SEAT, soon_id, 1),
        (Need.WAITING, full_id, 2),
    ]


def test_full_groups_under_way_push_nobody_out_and_one_seat_is_nothing_for_two(database: Database, who: Staff) -> None:
    with database.writing() as db:
        course = course_of(db, who)
        for _full in range(4 * SHOWN):
            run = make_run(db, course, seats=1, starts_in=-1)
            make_registrations(db, run, 1)
            make_registrations(db, run, 1, State.WAITLISTED)
        soon = make_run(db, course, seats=1, starts_in=timedelta(hours=5))
        together = make_registrations(db, soon, 2, State.WAITLISTED)
        for one in together:
            one.party = together[0].id
        soon_id = soon.id
    assert Need.LATE_SEAT not in needs(database, who)
    with database.writing() as db:
        make_registrations(db, db.get_one(CourseRun, soon_id), 1, State.WAITLISTED)
    found = page(database, who).todos
    assert [todo.id for todo in found if todo.need is Need.LATE_SEAT] == [soon_id]


def test_returned_courses_come_before_forgotten_ones_and_what_is_put_away_or_has_its_day_does_not(
    database: Database, who: Staff
) -> None:
    with database.writing() as db:
        for _old in range(4 * SHOWN):
            draft_of(db, course_of(db, who, published=False), days=40)
        returned = draft_of(db, course_of(db, who, published=False))
        returned.returned_at = now()
    found = page(database, who)
    assert [todo.need for todo in found.todos] == [Need.RETURNED] + [Need.OLD_DRAFT] * SHOWN
    with database.writing() as db:
        for place, draft in enumerate(db.scalars(select(CourseDraft).where(CourseDraft.returned_at.is_(None)))):
            if place % 2:
                draft.publish_on = today() + timedelta(days=3)
            else:
                db.get_one(Course, draft.course_id).state = CourseState.ARCHIVED
        db.get_one(CourseDraft, returned.course_id).publish_on = today() + timedelta(days=3)
    assert needs(database, who) == []


def test_courses_returned_or_forgotten_permits_and_late_answers_wait(database: Database, who: Staff) -> None:
    with database.writing() as db:
        provider = db.get_one(Provider, who.provider)
        returned, old, fresh = (course_of(db, who, published=False) for _ in range(3))
        draft_of(db, old, days=31)
        draft_of(db, fresh)
        draft = draft_of(db, returned)
        draft.returned_at, draft.comment = now(), "Pierakstiet maksu."
        make_permit(
            db, provider=provider, issued_on=today() - timedelta(days=300), valid_until=today() + timedelta(days=60)
        )
        make_permit(db, provider=provider, valid_until=today() + timedelta(days=61))
        late = make_wish(db, state=WishState.PLANNED)
        late.provider_id, late.answer_by = provider.id, now() - timedelta(days=1)
    found = page(database, who).todos
    assert [todo.need for todo in found] == [Need.RETURNED, Need.OVERDUE_WISH, Need.PERMIT, Need.OLD_DRAFT]
    assert found[0].words == "Pierakstiet maksu."


def test_wishes_in_the_providers_directions_are_shown_by_how_many_want_them(database: Database) -> None:
    with database.writing() as db:
        group = make_group(db)
        provider = make_provider(db, directions=[group])
        who = Staff(1, "Ilze", Role.MANAGER, provider.id)
        make_wish(db, "Bites", group=group, supporters=2)
        make_wish(db, "Aitas", group=group, supporters=4)
        make_wish(db, "Zivis", group=make_group(db), supporters=9)
        make_wish(db, "Taken", group=group, supporters=9).provider_id = make_provider(db).id
    assert [(wish.title, wish.people) for wish in page(database, who).wishes] == [("Aitas", 4), ("Bites", 2)]


def test_a_group_that_nobody_ever_saw_is_taken_away_and_one_that_was_public_is_not(
    database: Database, who: Staff
) -> None:
    with database.writing() as db:
        draft = course_of(db, who, published=False)
        draft.updated_at = now()
        run = make_run(db, draft, starts_in=-3, sessions=1)
        run_id = run.id
        db.add(RunNotice(run_id=run_id, before="{}", opened_at=now(), due_at=now()))  # A session was moved.
        public_id = make_run(db, course_of(db, who), sessions=1).id
    assert needs(database, who) == [Need.PAST]
    with database.writing() as db:
        with pytest.raises(RunInUse):
            remove_unused_run(db, who, public_id)
        remove_unused_run(db, who, run_id)
    with database.reading() as db:
        assert db.scalars(select(CourseRun.id)).all() == [public_id]
        with pytest.raises(Refusal):
            remove_unused_run(db, Staff(2, "X", Role.EDITOR, 999), public_id)
    assert needs(database, who) == []


def test_feedback_stands_there_until_it_is_read_and_comes_again_with_the_next_answer(
    database: Database, who: Staff
) -> None:
    with database.writing() as db:
        run = make_run(db, course_of(db, who), starts_in=-200, sessions=1)
        for _answer in range(4):
            make_feedback(db, run)
        make_feedback(db, make_run(db, make_course(db), starts_in=-200, sessions=1))
        run_id = run.id
    (todo,) = page(database, who).todos
    assert (todo.need, todo.id, todo.people) == (Need.FEEDBACK, run_id, 4)
    with database.writing() as db:
        assert run_feedback(db, who, run_id, "lv").averages == (), "four answers make no average"
        mark_read(db, who, run_id)
        mark_read(db, who, run_id)
    assert needs(database, who) == []
    with database.writing() as db:
        make_feedback(db, db.get_one(CourseRun, run_id), 3)
    with database.reading() as db:
        found = run_feedback(db, who, run_id, "lv")
        assert (found.answers, found.unread, str(found.averages[0])) == (5, 1, "4.6")
        with pytest.raises(Refusal):
            run_feedback(db, Staff(2, "X", Role.EDITOR, 999), run_id, "lv")
    assert needs(database, who) == [Need.FEEDBACK]


def test_todays_sessions_come_with_how_many_are_expected(database: Database, who: Staff) -> None:
    with database.writing() as db:
        run = make_run(db, course_of(db, who, title="Aušana"), starts_in=0, sessions=1)
        make_registrations(db, run, 3)
        make_run(db, course_of(db, who), starts_in=0, sessions=1, cancelled=True)
        make_run(db, make_course(db), starts_in=0, sessions=1)
        make_run(db, course_of(db, who), starts_in=1, sessions=1)
    assert [(one.title, one.people) for one in page(database, who).today] == [("Aušana", 3)]


def test_it_takes_as_many_statements_for_much_as_for_little_and_says_when_there_is_more(
    database: Database, who: Staff
) -> None:
    with statements(database) as few:
        page(database, who)
    with database.writing() as db:
        for place in range(SHOWN + 3):
            make_registrations(db, make_run(db, course_of(db, who), starts_in=-9 - place, sessions=2), 2)
            run = make_run(db, course_of(db, who), starts_in=10 + place, seats=1)
            make_registrations(db, run, 1)
            make_registrations(db, run, 1, State.WAITLISTED)
    with statements(database) as many:
        found = page(database, who)
    assert len(few) == len(many) == 12
    assert found.more == {Need.UNMARKED, Need.WAITING}
    assert sum(todo.need is Need.UNMARKED for todo in found.todos) == SHOWN


def test_a_substitute_is_told_only_of_their_own_run(database: Database, who: Staff) -> None:
    with database.writing() as db:
        mine, other = (make_run(db, course_of(db, who), starts_in=-8, sessions=1) for _ in range(2))
        for run in (mine, other):
            make_registration(db, run)
        draft_of(db, course_of(db, who, published=False), days=90)
        account = make_account(db, Role.SUBSTITUTE, provider=db.get_one(Provider, who.provider))
        db.add(RunSubstitute(run_id=mine.id, account_id=account.id, created_at=now()))
        substitute = Staff(account.id, "Juris", Role.SUBSTITUTE, who.provider)
    assert len(page(database, who).todos) == 3
    assert [todo.need for todo in page(database, substitute).todos] == [Need.UNMARKED]
