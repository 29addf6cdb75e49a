"""One's answers to the provider's questions: read on one's page, corrected before the start, checked like in the form."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.courses.models import CourseRun
from app.courses.run_models import QuestionKind, RunQuestion
from app.db import Database
from app.registrations.models import GivenAnswer, State
from tests import make
from tests.registrations import acts
from tests.web.reader import lint, words
from tests.world import World

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def asked(world: World) -> dict[str, int]:
    """A person who said that they bring a computer: numbers of the registration, the run and the two questions."""
    with world.database.writing() as db:
        run = make.make_run(db, make.make_course(db))
        first = RunQuestion(run_id=run.id, position=1, kind=QuestionKind.CHECKBOX, words={"lv": "Vai būs dators?"})
        db.add(first)
        db.flush()
        second = RunQuestion(
            run_id=run.id,
            position=2,
            kind=QuestionKind.TEXT,
            words={"lv": "Kāds dators?"},
            is_required=True,
            asked_when_id=first.id,
            asked_when_answer="yes",
        )
        db.add(second)
        db.flush()
        person = make.make_registration(db, run)
        db.add(GivenAnswer(registration_id=person.id, question_id=first.id, answer="yes"))
        db.add(GivenAnswer(registration_id=person.id, question_id=second.id, answer="Vecs"))
        return {"person": person.id, "run": run.id, "first": first.id, "second": second.id}


def kept(database: Database, person: int) -> dict[int, str]:
    """The answers that are kept."""
    with database.reading() as db:
        found = db.scalars(select(GivenAnswer).where(GivenAnswer.registration_id == person))
        return {one.question_id: one.answer for one in found}


def sent(asked: dict[str, int], first: str, second: str) -> dict[str, object]:
    """The whole form, with both questions shown."""
    numbers = [str(asked["first"]), str(asked["second"])]
    return {"asked": numbers, f"question-{numbers[0]}": first, f"question-{numbers[1]}": second}


def test_answers_are_read_and_corrected(world: World, asked: dict[str, int]) -> None:
    link = world.link(asked["person"])
    own = world.client.get(link)
    assert "Vai būs dators? Jā Kāds dators? Vecs" in words(own, "main")
    form = world.client.get(f"{link}/atbildes")
    lint(form)
    assert "Vecs" in form.text
    done = world.client.post(f"{link}/atbildes", data=sent(asked, "yes", "Jauns"))
    assert (done.status_code, done.headers["location"]) == (303, f"{link}?done=corrected")
    assert kept(world.database, asked["person"]) == {asked["first"]: "yes", asked["second"]: "Jauns"}
    assert "Jauns" in words(world.client.get(link), "main")
    assert "Jūs labojāt atbildes" in words(world.client.get(link), "main")


def test_an_answer_for_which_no_other_calls_any_more_goes(world: World, asked: dict[str, int]) -> None:
    link = world.link(asked["person"])
    world.client.post(f"{link}/atbildes", data={"asked": [str(asked["first"])]})
    assert kept(world.database, asked["person"]) == {}


@ON_SQLITE
def test_a_question_that_comes_with_an_answer_is_asked_before_anything_is_kept(
    world: World, asked: dict[str, int]
) -> None:
    link = world.link(asked["person"])
    typed = {"asked": [str(asked["first"])], f"question-{asked['first']}": "yes"}
    again = world.client.post(f"{link}/atbildes", data=typed)
    assert again.status_code == 200
    assert "Kāds dators?" in words(again, "main")
    assert kept(world.database, asked["person"])[asked["second"]] == "Vecs"


@ON_SQLITE
@pytest.mark.parametrize(("first", "second"), [("yes", ""), ("maybe", ""), ("yes", "x" * 501), ("yes", "010190-12345")])
def test_a_wrong_answer_is_said_at_its_field(world: World, asked: dict[str, int], first: str, second: str) -> None:
    link = world.link(asked["person"])
    wrong = world.client.post(f"{link}/atbildes", data=sent(asked, first, second))
    assert wrong.status_code == 422
    assert "Izlabojiet 1 lauku" in words(wrong, "main")
    assert kept(world.database, asked["person"])[asked["second"]] == "Vecs"


@ON_SQLITE
def test_after_the_start_and_after_the_end_nothing_is_corrected(world: World, asked: dict[str, int]) -> None:
    link = world.link(asked["person"])
    acts.change_run(world.database, asked["run"], starts_at=now() - timedelta(hours=1))
    for response in (
        world.client.get(f"{link}/atbildes"),
        world.client.post(f"{link}/atbildes", data=sent(asked, "", "")),
    ):
        assert (response.status_code, response.headers["location"]) == (303, link)
    acts.change_run(world.database, asked["run"], starts_at=now() + timedelta(days=1))
    with world.database.writing() as db:
        world_person = db.get_one(GivenAnswer, (asked["person"], asked["first"]))
        assert world_person.answer == "yes"
    world.client.post(f"{link}/atsaukt", data={})
    assert world.registration(asked["person"]).state is State.WITHDRAWN
    assert world.client.get(f"{link}/atbildes").headers["location"] == link


@ON_SQLITE
def test_where_nothing_is_asked_there_is_nothing_to_correct(world: World) -> None:
    with world.database.writing() as db:
        run = make.make_run(db, make.make_course(db))
        number = make.make_registration(db, run).id
        assert db.get_one(CourseRun, run.id)
    link = world.link(number)
    assert "/atbildes" not in world.client.get(link).text
    assert world.client.get(f"{link}/atbildes").headers["location"] == link
