"""Cards made a moment ago are shown again only as long as they tell the truth."""

from datetime import timedelta

import pytest

from app.catalogue.queries import cards
from app.clock import now
from app.courses.models import CourseRun
from app.db import Database
from app.outbox.messages import CourseChanged
from app.outbox.post import post
from app.search.index import _LATE, newest_numbers
from tests.counting import statements
from tests.make import make_course
from tests.registrations import acts


def _course(database: Database) -> tuple[int, int]:
    run_id = acts.new_run(database, seats=3)
    with database.writing() as db:
        course_id = db.get_one(CourseRun, run_id).course_id
        post(db, CourseChanged(course_id))
    return run_id, course_id


def test_a_card_is_made_once_while_nothing_happens(database: Database) -> None:
    _run_id, course_id = _course(database)
    moment = now()
    with database.reading() as db:
        newest_numbers(db)
        first = cards(db, [course_id], "lv", moment)
    with database.reading() as db, statements(database) as sent:
        newest_numbers(db)
        again = cards(db, [course_id], "lv", moment + timedelta(seconds=1))
    assert again[0] is first[0]
    assert len(sent) == 1


def test_a_card_tells_of_a_seat_taken_a_moment_ago(database: Database) -> None:
    run_id, course_id = _course(database)
    left = []
    for email in ("anna@example.lv", "berta@example.lv"):
        with database.reading() as db:
            newest_numbers(db)
            [card] = cards(db, [course_id], "lv", now())
            assert card.next_run is not None
            left.append(card.next_run.seats_left)
        acts.register(database, run_id, email)
    assert left == [3, 2]


def test_time_makes_cards_anew(database: Database) -> None:
    _run_id, course_id = _course(database)
    moment = now()
    seen = []
    for moved in (timedelta(0), timedelta(seconds=6), timedelta(days=30)):
        with database.reading() as db:
            newest_numbers(db)
            seen.append(cards(db, [course_id], "lv", moment + moved)[0])
    assert seen[1] is not seen[0]
    assert seen[2].next_run != seen[0].next_run


def test_who_may_write_or_has_not_asked_what_is_newest_gets_cards_of_their_own(database: Database) -> None:
    _run_id, course_id = _course(database)
    moment = now()
    with database.reading() as db:
        newest_numbers(db)
        known = cards(db, [course_id], "lv", moment)[0]
    with database.reading() as db:
        assert cards(db, [course_id], "lv", moment)[0] is not known
    with database.writing() as db:
        newest_numbers(db)
        assert cards(db, [course_id], "lv", moment)[0] is not known


@pytest.mark.postgres
def test_what_is_committed_late_makes_a_difference_though_it_was_numbered_before(postgres_database: Database) -> None:
    def seen() -> tuple[int, int, int]:
        with postgres_database.reading() as db:
            return newest_numbers(db)

    with postgres_database.writing() as db:
        course = make_course(db).id
    with postgres_database.writing() as late:
        post(late, CourseChanged(course))
        late.flush()
        with postgres_database.writing() as db:
            post(db, CourseChanged(course))
        before = seen()
        assert seen() == before
    after = seen()
    assert after != before
    assert after[0] // _LATE == before[0] // _LATE, "the control: the newest number alone tells nothing of it"
