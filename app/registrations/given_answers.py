"""What a person answered to the provider's own questions: shown on their page, corrected before the start."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.audit.record import RESIDENT, record
from app.clock import now
from app.courses.queries import lock_run
from app.courses.question_queries import all_questions, open_questions
from app.courses.run_models import RunQuestion, asked
from app.registrations import queries
from app.registrations.models import GivenAnswer, Registration
from app.registrations.questions import check_answers, keep_answers
from app.registrations.refusals import AlreadyEnded


def given_answers(db: Session, registration: Registration) -> dict[int, str]:
    """The person's answers by the question's number."""
    rows = db.execute(
        select(GivenAnswer.question_id, GivenAnswer.answer).where(GivenAnswer.registration_id == registration.id)
    )
    return {row.question_id: row.answer for row in rows}


def shown_questions(db: Session, run_id: int, given: Mapping[int, str]) -> list[RunQuestion]:
    """The questions that concern the person: those that are asked after these answers, and those answered before."""
    ever = all_questions(db, run_id)
    called_for = {question.id for question in asked([one for one in ever if one.withdrawn_at is None], given)}
    return [question for question in ever if question.id in called_for or question.id in given]


def questions_to_correct(db: Session, run_id: int) -> Sequence[RunQuestion]:
    """The questions that can be answered anew."""
    return open_questions(db, run_id)


def correct_answers(db: Session, link_key: str, answers: Mapping[int, str]) -> Registration:
    """The person answers anew what the provider asks now; answers to what is no longer asked stay. Not after the start."""
    run = lock_run(db, queries.run_of_link(db, link_key))
    registration = queries.by_link(db, link_key, lock=True)
    moment = now()
    if registration.run_id != run.id or not registration.is_active(moment) or run.starts_at <= moment:
        raise AlreadyEnded
    kept = check_answers(db, run.id, answers)
    open_now = [question.id for question in open_questions(db, run.id)]
    db.execute(
        delete(GivenAnswer).where(GivenAnswer.registration_id == registration.id, GivenAnswer.question_id.in_(open_now))
    )
    keep_answers(db, registration.id, {number: answer for number, answer in kept.items() if number in open_now})
    record(db, RESIDENT, "answers_corrected", "registration", registration.id)
    return registration
