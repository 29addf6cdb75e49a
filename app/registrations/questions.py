"""Answers to the provider's own questions: checked against what the run asks now, and kept with the registration."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.courses.question_queries import all_questions
from app.courses.run_models import QuestionKind, RunQuestion, asked
from app.faults import FAULTS, Fault
from app.i18n import _
from app.refusals import Conflict
from app.registrations.models import GivenAnswer


class AnswersWrong(Conflict):
    """Questions of the provider's are not answered, or not as they can be; `faults` says which."""

    status = 422
    code = "wrong_input"
    sentence = _("Answer the questions from the provider.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = faults
        super().__init__()


def field_of(question_id: int) -> str:
    """How the field of a question is called at every door."""
    return f"question-{question_id}"


def counting(questions: Iterable[RunQuestion], given: Mapping[int, str]) -> dict[int, str]:
    """The answers that count: given, and to questions for which the other answers call."""
    return {one.id: given[one.id] for one in asked(questions, given) if given.get(one.id)}


def faults_in(questions: Iterable[RunQuestion], given: Mapping[int, str]) -> list[Fault]:
    """What must be mended in the answers to the questions that are asked."""
    found = ((question.id, _fault(question, given.get(question.id, ""))) for question in asked(questions, given))
    return [Fault(field_of(question_id), code, FAULTS[code]) for question_id, code in found if code]


def check_answers(db: Session, run_id: int, given: Mapping[int, str]) -> dict[int, str]:
    """The answers to keep; `AnswersWrong` when one is missing or cannot be. The caller holds the run.

    Answers to what the provider has withdrawn meanwhile are left out, like those for which no other answer calls.
    """
    ever = all_questions(db, run_id)
    questions = [question for question in ever if question.withdrawn_at is None]
    unknown = sorted({*given} - {question.id for question in ever})
    faults = faults_in(questions, given)
    faults += [Fault(field_of(number), "unknown_field", FAULTS["unknown_field"]) for number in unknown]
    if faults:
        raise AnswersWrong(faults)
    return counting(questions, given)


def keep_answers(db: Session, registration_id: int, answers: Mapping[int, str]) -> None:
    """Keep the answers of a new registration."""
    if answers:
        rows = [
            {"registration_id": registration_id, "question_id": question_id, "answer": answer}
            for question_id, answer in answers.items()
        ]
        db.connection().execute(insert(GivenAnswer), rows)


def _fault(question: RunQuestion, answer: str) -> str:
    """The kind of fault of one answer; empty when there is none."""
    if not answer:
        missing = {QuestionKind.CHOICE: "choose", QuestionKind.CHECKBOX: "tick"}
        return missing.get(question.kind, "missing") if question.is_required else ""
    if question.kind is not QuestionKind.TEXT and not question.can_be(answer):
        return "choice_unknown"
    return ""
