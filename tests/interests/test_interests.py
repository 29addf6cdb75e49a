"""“Tell me about the next dates”: one letter, only when there is news with a free seat, and then the address is gone."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.clock import now
from app.courses.models import Course
from app.db import Database
from app.interests import actions
from app.interests.inputs import InterestForm
from app.interests.models import CourseInterest
from app.interests.refusals import TooManyInterests
from app.links import sign
from app.registrations.models import Erasure
from tests import make
from tests.registrations import acts
from tests.world import World

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TO = "anna@example.com"


def new_course(database: Database) -> int:
    """A published course whose only run is over."""
    with database.writing() as db:
        course = make.make_course(db)
        make.make_run(db, course, starts_in=-60)
        return course.id


def ask(database: Database, course_id: int, *, confirmed: bool = True) -> str:
    """Somebody asks for news; the key of the private link."""
    with database.writing() as db:
        key = actions.ask_for_news(db, course_id, InterestForm(email=TO)).link_key
        if confirmed:
            actions.confirm_interest(db, key)
    return key


def new_run(database: Database, course_id: int, seats: int = 5) -> int:
    """The course takes registrations again."""
    with database.writing() as db:
        course = db.get(Course, course_id)
        assert course is not None
        run = make.make_run(db, course, seats=seats)
        run.created_at = now()
        return run.id


def subjects(world: World) -> list[str]:
    """What Anna got, by subject."""
    world.deliver()
    return [str(letter["Subject"]) for letter in world.letters(TO)]


def the_interest(database: Database) -> CourseInterest:
    """The only interest there is."""
    with database.reading() as db:
        return db.scalars(select(CourseInterest)).one()


def test_new_dates_are_told_once(world: World) -> None:
    course_id = new_course(world.database)
    ask(world.database, course_id)
    with time_machine.travel(now() + timedelta(hours=1)):
        assert not [subject for subject in subjects(world) if subject.startswith("Var pieteikties")]
        new_run(world.database, course_id)
        new_run(world.database, course_id)
        assert len([subject for subject in subjects(world) if subject.startswith("Var pieteikties")]) == 1
        assert len([subject for subject in subjects(world) if subject.startswith("Var pieteikties")]) == 1
    assert the_interest(world.database).ended_at is not None


@ON_SQLITE
def test_an_address_that_is_not_confirmed_hears_nothing(world: World) -> None:
    course_id = new_course(world.database)
    ask(world.database, course_id, confirmed=False)
    with time_machine.travel(now() + timedelta(hours=1)):
        new_run(world.database, course_id)
        assert [subject.split(":")[0] for subject in subjects(world)] == ["Apstipriniet ziņas par kursu"]


@ON_SQLITE
def test_dates_that_were_open_when_one_asked_are_no_news(world: World) -> None:
    course_id = new_course(world.database)
    new_run(world.database, course_id)
    with time_machine.travel(now() + timedelta(hours=1)):
        ask(world.database, course_id)
        assert not [subject for subject in subjects(world) if subject.startswith("Var pieteikties")]


@ON_SQLITE
def test_a_run_that_is_full_is_told_only_when_it_has_a_seat_again(world: World) -> None:
    course_id = new_course(world.database)
    ask(world.database, course_id)
    with time_machine.travel(now() + timedelta(hours=1)):
        run_id = new_run(world.database, course_id, seats=1)
        acts.seat(world.database, run_id, "first@example.com")
        assert not [subject for subject in subjects(world) if subject.startswith("Var pieteikties")]
        acts.withdraw(world.database, "first@example.com")
        assert [subject for subject in subjects(world) if subject.startswith("Var pieteikties")]


@ON_SQLITE
def test_a_run_planned_before_is_told_when_its_registration_opens(world: World) -> None:
    course_id = new_course(world.database)
    run_id = new_run(world.database, course_id)
    acts.change_run(world.database, run_id, registration_opens_at=now() + timedelta(days=2))
    ask(world.database, course_id)
    with time_machine.travel(now() + timedelta(days=1)):
        assert not [subject for subject in subjects(world) if subject.startswith("Var pieteikties")]
    with time_machine.travel(now() + timedelta(days=2, minutes=1)):
        assert [subject for subject in subjects(world) if subject.startswith("Var pieteikties")]


def test_asking_twice_is_one_interest_and_one_letter(database: Database) -> None:
    course_id = new_course(database)
    first = ask(database, course_id, confirmed=False)
    assert ask(database, course_id, confirmed=False) == first


@ON_SQLITE
def test_who_leaves_is_erased_at_once_and_hears_nothing(world: World) -> None:
    course_id = new_course(world.database)
    key = ask(world.database, course_id)
    with world.database.writing() as db:
        actions.leave_interest(db, key)
    new_run(world.database, course_id)
    assert not subjects(world)
    kept = the_interest(world.database)
    assert (kept.email, kept.email_key) == (None, None)


@ON_SQLITE
@pytest.mark.parametrize(
    ("confirmed", "days", "known"), [(False, 4, True), (False, 6, False), (True, 300, True), (True, 380, False)]
)
def test_addresses_are_erased_in_time(database: Database, confirmed: bool, days: int, known: bool) -> None:
    course_id = new_course(database)
    ask(database, course_id, confirmed=confirmed)
    for later in (days - 9, days):
        with database.writing() as db:
            actions.forget_interests(db, now() + timedelta(days=later))
    assert (the_interest(database).email_key is not None) is known


@ON_SQLITE
def test_one_address_cannot_ask_for_news_of_everything(database: Database) -> None:
    for _course in range(actions.COURSES_A_DAY):
        ask(database, new_course(database))
    with pytest.raises(TooManyInterests):
        ask(database, new_course(database))


@ON_SQLITE
def test_the_pages_lead_from_the_course_to_the_letter_and_out_again(world: World) -> None:
    course_id = new_course(world.database)
    with world.database.reading() as db:
        course = db.get(Course, course_id)
        assert course is not None
        slug = course.slug
    assert f"/kursi/{slug}/pazinot" in world.client.get(f"/kursi/{slug}").text
    wrong = world.client.post(f"/kursi/{slug}/pazinot", data={"email": "anna"})
    assert wrong.status_code == 422
    assert 'value="anna"' in wrong.text
    sent = world.client.post(f"/kursi/{slug}/pazinot", data={"email": TO}, follow_redirects=False)
    assert sent.status_code == 303
    again = world.client.post(f"/kursi/{slug}/pazinot", data={"email": TO}, follow_redirects=False)
    assert again.headers["location"] == sent.headers["location"]
    assert TO in world.client.get(sent.headers["location"]).text
    secret = world.settings.secret_key.get_secret_value()
    own = f"/pazinojumi/{sign(secret, 'interest', the_interest(world.database).link_key)}"
    world.client.get(own)
    assert the_interest(world.database).confirmed_at is None
    world.client.post(own)
    assert the_interest(world.database).confirmed_at is not None
    world.client.post(f"{own}/atteikties")
    assert the_interest(world.database).email is None
    world.client.post(f"{own}/atteikties")
    with world.database.reading() as db:
        [erased] = db.scalars(select(Erasure))
    assert (erased.object_kind, erased.object_id) == ("interest", the_interest(world.database).id)
    assert world.client.get("/pazinojumi/not-a-link-of-ours").status_code == 404


@pytest.mark.promise("P17")
@ON_SQLITE
@pytest.mark.parametrize("confirmed", [True, False])
def test_the_answer_does_not_tell_that_the_address_has_long_waited(world: World, confirmed: bool) -> None:
    course_id = new_course(world.database)
    with time_machine.travel(now() - timedelta(days=3)):
        ask(world.database, course_id, confirmed=confirmed)
    with world.database.reading() as db:
        slug = db.get_one(Course, course_id).slug
    for address in (TO, "new@example.com"):
        sent = world.client.post(f"/kursi/{slug}/pazinot", data={"email": address}, follow_redirects=False)
        page = world.client.get(sent.headers["location"])
        assert (page.status_code, address in page.text) == (200, True)
    with time_machine.travel(now() + timedelta(days=2)):
        assert world.client.get(sent.headers["location"]).status_code == 404
