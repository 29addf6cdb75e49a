"""The course page and the run page: their texts, runs, sessions and ratings, and their refusals."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.catalogue.course_queries import course_page, course_page_of_code, run_page
from app.clock import now
from app.courses.models import Audience, CourseRun, RunState
from app.courses.queries import CourseWithdrawn
from app.db import Database
from app.refusals import NotFound
from app.registrations.models import State
from tests import make
from tests.counting import statements


def test_a_course_page_tells_everything_in_three_statements(database: Database) -> None:
    with database.writing() as db:
        group = make.make_group(db, name="Māksla", name_en="Arts")
        provider = make.make_provider(db, name="Muzejs", name_en="Museum")
        permit = make.make_permit(db, "A-77")
        course = make.make_course(
            db,
            "aušana-1",
            title="Aušana",
            provider=provider,
            group=group,
            permit=permit,
            price=160,
            audiences=(Audience.PARENTS, Audience.SENIORS),
        )
        venue = make.make_venue(db, name="Amatu māja", access_notes=["Lifta nav.", "Slieksnis 2 cm."])
        run = make.make_run(db, course, venue=venue, sessions=3, seats=8, min_participants=4)
        make.make_registrations(db, run, 3)
        make.make_registration(db, run, state=State.PENDING)
    with database.reading() as db, statements(database) as sent:
        page = course_page(db, course.slug, "lv", now())
    assert len(sent) == 3
    assert (page.title, page.group_name, page.provider.name) == ("Aušana", "Māksla", "Muzejs")
    assert page.permit is not None
    assert (page.permit.number, page.permit.valid_until) == ("A-77", permit.valid_until)
    assert (page.price, page.academic_hours) == (Decimal(160), Decimal(16))
    assert page.audiences == (Audience.SENIORS, Audience.PARENTS)
    assert page.untranslated == frozenset()
    (only,) = page.runs
    assert page.next_run is only
    assert (only.card.state, only.card.seats_left, only.card.missing) == (RunState.OPEN, 4, 0)
    assert [session.starts_at for session in only.sessions] == [session.starts_at for session in run.sessions]
    assert only.venue is not None
    assert (only.venue.name, only.venue.access_notes) == ("Amatu māja", ("Lifta nav.", "Slieksnis 2 cm."))


def test_a_course_without_runs_takes_no_statement_for_sessions(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db)
    with database.reading() as db, statements(database) as sent:
        page = course_page(db, course.slug, "lv", now())
    assert len(sent) == 2
    assert (page.runs, page.next_run) == ((), None)


def test_what_is_not_translated_is_latvian_and_named(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db, title="Aušana", title_en="Weaving", description="Stelles.")
        course.texts["en"].outcomes = []
        bare = make.make_course(db, title="Aušana")
    with database.reading() as db:
        page = course_page(db, course.slug, "en", now())
        latvian = course_page(db, bare.slug, "en", now())
    assert (page.title, page.description, page.outcomes) == ("Weaving", "Stelles.", ("Virpo bļodu",))
    assert page.untranslated == {"description", "outcomes"}
    assert latvian.untranslated == {"title", "summary", "description", "outcomes", "keywords"}


def test_runs_to_come_stand_first_and_of_the_others_only_a_few(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db)
        later = make.make_run(db, course, starts_in=40)
        sooner = make.make_run(db, course, starts_in=5)
        past = [make.make_run(db, course, starts_in=-days) for days in (60, 120, 180, 240, 300)]
        called_off = make.make_run(db, course, starts_in=20, cancelled=True)
    with database.reading() as db:
        page = course_page(db, course.slug, "lv", now())
    assert [run.card.id for run in page.runs] == [
        sooner.id,
        later.id,
        called_off.id,
        *[run.id for run in past[:3]],
    ]
    assert page.runs[2].card.cancel_reason == "Pieteicās par maz dalībnieku."
    assert [len(run.sessions) for run in page.runs] == [4, 4, 0, 0, 0, 0]


def test_moved_and_cancelled_sessions_are_told(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db)
        run = make.make_run(db, course, sessions=2)
        elsewhere = make.make_venue(db, name="Muzejs")
        run.sessions[0].moved_from = run.sessions[0].starts_at - timedelta(days=1)
        run.sessions[0].venue_id = elsewhere.id
        run.sessions[1].cancelled_at = now()
        moved_from = run.sessions[0].moved_from
    with database.reading() as db:
        (found,) = course_page(db, course.slug, "lv", now()).runs
    moved, cancelled = found.sessions
    assert (moved.moved_from, moved.cancelled, cancelled.cancelled) == (moved_from, False, True)
    assert moved.venue is not None
    assert moved.venue.name == "Muzejs"
    assert cancelled.venue is None


@pytest.mark.parametrize(("answers", "rated"), [(4, False), (5, True)])
def test_a_rating_is_told_from_five_answers_up(database: Database, answers: int, rated: bool) -> None:
    with database.writing() as db:
        course, other = make.make_course(db), make.make_course(db)
        runs = [make.make_run(db, course, starts_in=-60), make.make_run(db, course, starts_in=-90)]
        for place in range(answers):
            make.make_feedback(db, runs[place % 2], mark=5 if place else 4)
        make.make_feedback(db, make.make_run(db, other, starts_in=-60), mark=1)
    with database.reading() as db:
        rating = course_page(db, course.slug, "lv", now()).rating
    assert (rating is not None) == rated
    if rating is not None:
        assert (rating.mean, rating.answers) == (Decimal("4.8"), 5)


def test_a_draft_is_not_found_and_a_withdrawn_course_says_so(database: Database) -> None:
    with database.writing() as db:
        draft = make.make_course(db, published=False)
        never = make.make_course(db, published=False)
        make.archive(db, never)
        gone = make.make_course(db, title="Aušana")
        make.archive(db, gone)
        run = make.make_run(db, gone)
        hidden = make.make_run(db, draft)
    with database.reading() as db:
        for slug in (draft.slug, never.slug, "nav-tada", "", "a\0b", "\ud800", "š" * 5000):
            with pytest.raises(NotFound):
                course_page(db, slug, "lv", now())
        with pytest.raises(CourseWithdrawn) as refused:
            course_page_of_code(db, gone.code, "en", now())
        with pytest.raises(CourseWithdrawn):
            run_page(db, run.id, "lv", now())
        with pytest.raises(NotFound):
            run_page(db, hidden.id, "lv", now())
    assert (refused.value.title, refused.value.status, refused.value.code) == ("Aušana", 410, "course_withdrawn")


def test_a_run_page_tells_its_course_and_sessions_in_three_statements(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db, title="Aušana", title_en="Weaving")
        run = make.make_run(db, course, starts_in=-60, sessions=5)
        make.make_run(db, course)
    with database.reading() as db, statements(database) as sent:
        page = run_page(db, run.id, "en", now())
    assert len(sent) == 3
    assert (page.course.title, page.run.card.state, len(page.run.sessions)) == ("Weaving", RunState.FINISHED, 5)
    assert page.course.next_run == page.run.card


@pytest.mark.parametrize("run_id", [0, -1, 77, 2**31 - 1, 2**31, 2**63, 10**40])
def test_a_run_nobody_knows_is_not_found(database: Database, run_id: int) -> None:
    with database.reading() as db, pytest.raises(NotFound):
        run_page(db, run_id, "lv", now())


def test_the_model_and_the_card_agree_on_a_runs_state(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db)
        make.make_run(db, course, starts_in=3, opens_in=timedelta(days=1))
        make.make_run(db, course, starts_in=3, closes_in=timedelta(hours=-1))
        make.make_run(db, course, starts_in=-1)
        make.make_run(db, course, starts_in=-1, closes_in=timedelta(days=1))
        make.make_run(db, course, starts_in=-100)
        make.make_run(db, course, starts_in=9, cancelled=True)
        make.make_registration(db, make.make_run(db, course, seats=1))
        make.make_run(db, course)
    with database.reading() as db:
        moment = now()
        found = course_page(db, course.slug, "lv", moment).runs
        states = [db.get_one(CourseRun, run.card.id).state(moment, run.card.taken, run.card.waiting) for run in found]
    assert [run.card.state for run in found] == states
    assert set(states) == set(RunState)
