"""Runs to come on which providers ask questions, and people who come together."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courses.models import CourseRun
from app.courses.run_models import RunQuestion, asked
from app.registrations.models import ACTIVE, GivenAnswer, Registration, State
from app.registrations.questions import faults_in
from tests.demo.city import NOON


def test_some_runs_to_come_ask_questions_and_one_waits_for_an_answer(db: Session) -> None:
    questions = db.scalars(select(RunQuestion)).all()
    runs = {run.id: run for run in db.scalars(select(CourseRun))}
    assert len({question.run_id for question in questions}) == 3
    assert any(question.asked_when_id for question in questions)
    assert all(runs[question.run_id].starts_at > NOON and question.is_translated("en") for question in questions)


def test_everybody_answered_what_is_asked_and_nothing_else(db: Session) -> None:
    given: dict[int, dict[int, str]] = {}
    for one in db.scalars(select(GivenAnswer)):
        given.setdefault(one.registration_id, {})[one.question_id] = one.answer
    assert len(given) > 10
    for run_id in db.scalars(select(RunQuestion.run_id).distinct()):
        questions = db.scalars(
            select(RunQuestion).where(RunQuestion.run_id == run_id).order_by(RunQuestion.position)
        ).all()
        people = db.scalars(
            select(Registration).where(Registration.run_id == run_id, Registration.state.in_(ACTIVE))
        ).all()
        for person in people:
            if person.party in {None, person.id}:
                answers = given.get(person.id, {})
                assert faults_in(questions, answers) == []
                assert {*answers} <= {question.id for question in asked(questions, answers)}


def test_some_come_together_alike_in_everything_and_next_to_each_other(db: Session) -> None:
    together = db.scalars(select(Registration).where(Registration.party.is_not(None)).order_by(Registration.id)).all()
    assert set(Counter(person.party for person in together).values()) == {2}
    assert {person.state for person in together} == {State.CONFIRMED, State.WAITLISTED}
    runs = {run.id: run for run in db.scalars(select(CourseRun))}
    for first, second in zip(together[::2], together[1::2], strict=True):
        assert first.id == first.party == second.party
        assert (first.run_id, first.state, first.channel) == (second.run_id, second.state, second.channel)
        assert first.confirmed_at == second.confirmed_at
        between = select(Registration.id).where(
            Registration.run_id == first.run_id, Registration.id > first.id, Registration.id < second.id
        )
        assert db.scalars(between).all() == []
        assert runs[first.run_id].starts_at > NOON
