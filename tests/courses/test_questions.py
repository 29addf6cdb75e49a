"""Setting a run's own questions: what they may be, and that nothing answered loses its meaning."""

import pytest
from pydantic import ValidationError
from sqlalchemy import insert, select

from app.audit.models import AuditEntry
from app.courses.models import CourseRun
from app.courses.question_queries import all_questions, open_questions
from app.courses.questions import (
    MOST_QUESTIONS,
    QuestionForm,
    QuestionsWrong,
    QuestionUnknown,
    TooManyQuestions,
    set_questions,
)
from app.courses.run_models import QuestionKind, RunQuestion, asked
from app.db import Database
from app.faults import faults_of
from app.refusals import NotFound, Refusal
from app.registrations.models import GivenAnswer
from tests import make
from tests.registrations import acts

EXPERIENCE = {
    "kind": "choice",
    "words": {"lv": "Vai esat audis?", "en": "Have you woven before?"},
    "options": [{"code": "never", "words": {"lv": "Nekad"}}, {"code": "often", "words": {"lv": "Bieži"}}],
    "is_required": True,
}
LOOM = {
    "kind": "text",
    "words": {"lv": "Kādas stelles jums ir?"},
    "asked_when": {"question": 1, "answer": "often"},
}
LUNCH = {"kind": "checkbox", "words": {"lv": "Ēdīšu pusdienas"}}


def set_on(database: Database, run_id: int, *questions: dict[str, object]) -> list[RunQuestion]:
    """Somebody of the provider's sets the run's questions."""
    with database.writing() as db:
        forms = [QuestionForm.model_validate(question) for question in questions]
        return set_questions(db, run_id, forms, "staff 1")


def standing(database: Database, run_id: int) -> list[tuple[int, str]]:
    """The questions that are asked now: number and Latvian words, in order."""
    with database.reading() as db:
        return [(question.id, question.said("lv")) for question in open_questions(db, run_id)]


def test_questions_are_asked_in_their_order_and_wait_for_answers(database: Database) -> None:
    run_id = acts.new_run(database)
    first, second, third = set_on(database, run_id, EXPERIENCE, LOOM, LUNCH)
    assert [words for _id, words in standing(database, run_id)] == [
        "Vai esat audis?",
        "Kādas stelles jums ir?",
        "Ēdīšu pusdienas",
    ]
    assert (second.asked_when_id, second.asked_when_answer) == (first.id, "often")
    with database.reading() as db:
        questions = open_questions(db, run_id)
    assert [one.id for one in asked(questions, {})] == [first.id, third.id]
    assert [one.id for one in asked(questions, {first.id: "often"})] == [first.id, second.id, third.id]
    assert [one.id for one in asked(questions, {first.id: "never"})] == [first.id, third.id]


def test_a_question_that_waits_for_one_that_is_not_asked_is_not_asked_either(database: Database) -> None:
    run_id = acts.new_run(database)
    help_ = {"kind": "checkbox", "words": {"lv": "Palīdzēt?"}, "asked_when": {"question": 1, "answer": "often"}}
    when = {"kind": "text", "words": {"lv": "Kad?"}, "asked_when": {"question": 2, "answer": "yes"}}
    first, second, third = set_on(database, run_id, EXPERIENCE, help_, when)
    answers = {first.id: "often", second.id: "yes"}
    with database.reading() as db:
        questions = open_questions(db, run_id)
    assert [one.id for one in asked(questions, answers)] == [first.id, second.id, third.id]
    assert [one.id for one in asked(questions, answers | {first.id: "never"})] == [first.id]


def test_words_may_be_mended_without_losing_a_question(database: Database) -> None:
    run_id = acts.new_run(database)
    before = [one.id for one in set_on(database, run_id, EXPERIENCE, LUNCH)]
    mended = EXPERIENCE | {"id": before[0], "words": {"lv": "Vai esat kādreiz audis?"}}
    set_on(database, run_id, LUNCH | {"id": before[1]}, mended)
    assert standing(database, run_id) == [(before[1], "Ēdīšu pusdienas"), (before[0], "Vai esat kādreiz audis?")]


def test_an_option_may_be_added_to_a_question_that_stands(database: Database) -> None:
    run_id = acts.new_run(database)
    (before,) = set_on(database, run_id, EXPERIENCE)
    more = [{"code": "once", "words": {"lv": "Reiz"}}, *EXPERIENCE["options"]]  # type: ignore[misc]
    (after,) = set_on(database, run_id, EXPERIENCE | {"id": before.id, "options": more})
    assert (after.id, list(after.choices("lv"))) == (before.id, ["once", "never", "often"])


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "text", "options": []},
        {"options": [{"code": "never", "words": {"lv": "Nekad"}}, {"code": "rarely", "words": {"lv": "Reti"}}]},
    ],
    ids=["another kind", "an option taken away"],
)
def test_what_somebody_answered_stays_readable_when_the_question_becomes_another(
    database: Database, other: dict[str, object]
) -> None:
    run_id = acts.new_run(database)
    (before,) = set_on(database, run_id, EXPERIENCE)
    with database.writing() as db:
        person = make.make_registration(db, db.get_one(CourseRun, run_id))
        db.execute(insert(GivenAnswer).values(registration_id=person.id, question_id=before.id, answer="often"))
    (after,) = set_on(database, run_id, EXPERIENCE | {"id": before.id} | other)
    assert after.id != before.id
    assert [id_ for id_, _words in standing(database, run_id)] == [after.id]
    with database.reading() as db:
        given = db.scalars(select(GivenAnswer)).one()
        old = db.get_one(RunQuestion, given.question_id)
        assert (old.choices("lv")[given.answer], old.withdrawn_at is not None) == ("Bieži", True)


def test_a_question_left_out_is_withdrawn_and_never_comes_back_by_its_number(database: Database) -> None:
    run_id = acts.new_run(database)
    first, second = set_on(database, run_id, EXPERIENCE, LUNCH)
    set_on(database, run_id, LUNCH | {"id": second.id})
    set_on(database, run_id)
    assert standing(database, run_id) == []
    with database.reading() as db:
        assert {question.id for question in all_questions(db, run_id)} == {first.id, second.id}
    with pytest.raises(QuestionUnknown):
        set_on(database, run_id, EXPERIENCE | {"id": first.id})


@pytest.mark.parametrize(
    ("questions", "refusal"),
    [
        ([LOOM], QuestionsWrong),
        ([EXPERIENCE, LOOM | {"asked_when": {"question": 2, "answer": "often"}}], QuestionsWrong),
        ([EXPERIENCE, LOOM | {"asked_when": {"question": 1, "answer": "rarely"}}], QuestionsWrong),
        ([LUNCH, LOOM | {"asked_when": {"question": 1, "answer": "no"}}], QuestionsWrong),
        ([{"kind": "text", "words": {"lv": "Kas?"}}, LOOM], QuestionsWrong),
        ([LUNCH | {"id": 4711}], QuestionUnknown),
        ([LUNCH] * (MOST_QUESTIONS + 1), TooManyQuestions),
    ],
)
def test_conditions_that_cannot_come_true_are_refused(
    database: Database, questions: list[dict[str, object]], refusal: type[Refusal]
) -> None:
    run_id = acts.new_run(database)
    with pytest.raises(refusal):
        set_on(database, run_id, *questions)
    assert standing(database, run_id) == []


def test_a_question_belongs_to_its_run(database: Database) -> None:
    run_id, other = acts.new_run(database), acts.new_run(database)
    (question,) = set_on(database, run_id, LUNCH)
    for wrong in ([LUNCH | {"id": question.id}], [LUNCH | {"id": question.id}] * 2):
        with pytest.raises(QuestionUnknown):
            set_on(database, other, *wrong)
    with pytest.raises(NotFound):
        set_on(database, 4711, LUNCH)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (LUNCH | {"words": {"en": "Lunch"}}, "missing"),
        (LUNCH | {"words": {"lv": "Pusdienas", "xx": "?"}}, "unknown_field"),
        (LUNCH | {"words": {"lv": "Jūsu kods: 010190-12345"}}, "personal_code"),
        (LUNCH | {"options": EXPERIENCE["options"]}, "choose"),
        (EXPERIENCE | {"options": []}, "choose"),
        (EXPERIENCE | {"options": [{"code": "a", "words": {"lv": "A"}}] * 2}, "repeated"),
        (EXPERIENCE | {"options": [{"code": "Ā b", "words": {"lv": "A"}}] * 2}, "not_text"),
    ],
)
def test_a_question_that_could_not_be_asked_is_refused(question: dict[str, object], code: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        QuestionForm.model_validate(question)
    assert code in {fault.code for fault in faults_of(wrong.value)}


def test_setting_questions_is_on_record_and_told_once(database: Database) -> None:
    run_id = acts.new_run(database)
    set_on(database, run_id, EXPERIENCE, LUNCH)
    set_on(database, run_id)
    with database.reading() as db:
        entries = db.scalars(select(AuditEntry).where(AuditEntry.act == "questions_set").order_by(AuditEntry.id)).all()
    assert [(entry.actor, entry.object_id) for entry in entries] == [("staff 1", str(run_id))] * 2
    assert [entry.facts for entry in entries] == ['{"asked": 2, "withdrawn": 0}', '{"asked": 0, "withdrawn": 2}']
    assert acts.posted(database) == ["CourseChanged"] * 2


def test_a_language_that_is_missing_falls_back_to_latvian() -> None:
    question = RunQuestion(kind=QuestionKind.CHOICE, words=EXPERIENCE["words"], options=[{"code": "a", "lv": "Ā"}])
    assert (question.said("en"), question.choices("en")) == ("Have you woven before?", {"a": "Ā"})
    assert (question.is_translated("en"), question.is_translated("lv")) == (False, True)
