"""Answers to the provider's questions and what somebody needs: checked, kept with the registration, and nowhere else."""

from collections.abc import Mapping

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from app.courses.questions import QuestionForm, set_questions
from app.db import Database
from app.faults import faults_of
from app.outbox.models import Message
from app.registrations import actions
from app.registrations.inputs import RegistrationForm
from app.registrations.models import Channel, GivenAnswer, Registration, SentForm, State
from app.registrations.once import SentOnce
from app.registrations.questions import AnswersWrong
from app.registrations.refusals import SentTwiceDifferently
from tests.counting import statements
from tests.registrations import acts

QUESTIONS: list[dict[str, object]] = [
    {
        "kind": "choice",
        "words": {"lv": "Vai esat audis?"},
        "options": [{"code": "never", "words": {"lv": "Nekad"}}, {"code": "often", "words": {"lv": "Bieži"}}],
        "is_required": True,
    },
    {
        "kind": "text",
        "words": {"lv": "Kādas stelles jums ir?"},
        "is_required": True,
        "asked_when": {"question": 1, "answer": "often"},
    },
    {"kind": "checkbox", "words": {"lv": "Ēdīšu pusdienas"}},
]
ANNA = {"name": "Anna Ozola", "email": "anna@example.com"}


def ask(database: Database, run_id: int, *questions: Mapping[str, object]) -> list[int]:
    """The provider asks these questions, or the usual ones; their numbers."""
    with database.writing() as db:
        forms = [QuestionForm.model_validate(question) for question in questions or QUESTIONS]
        return [question.id for question in set_questions(db, run_id, forms, "staff 1")]


def send(database: Database, run_id: int, answers: Mapping[int, object], key: str = "", **more: object) -> None:
    """Anna sends the form with these answers."""
    given = [{"question": number, "answer": answer} for number, answer in answers.items()]
    asked = RegistrationForm.model_validate({**ANNA, "answers": given, **more})
    with database.writing() as db:
        sent = SentOnce.of(f"web:{run_id}", key or f"key of {asked.email}", asked.as_json())
        actions.register_for_run(db, run_id, asked, sent, acts.RULES)


def kept(database: Database) -> dict[int, str]:
    """The answers that are kept, by question."""
    with database.reading() as db:
        return {one.question_id: one.answer for one in db.scalars(select(GivenAnswer))}


def faults(database: Database, run_id: int, answers: Mapping[int, object]) -> list[tuple[str, str]]:
    """What is wrong with the answers: field and kind of each fault."""
    with pytest.raises(AnswersWrong) as wrong:
        send(database, run_id, answers)
    assert acts.registrations(database, run_id) == []
    assert kept(database) == {}
    return [(fault.field, fault.code) for fault in wrong.value.faults]


def test_answers_are_kept_with_the_registration(database: Database) -> None:
    run_id = acts.new_run(database)
    woven, loom, lunch = ask(database, run_id)
    send(database, run_id, {woven: "often", loom: "  Grīdas\r\nstelles ", lunch: True})
    assert kept(database) == {woven: "often", loom: "Grīdas\nstelles", lunch: "yes"}
    with database.reading() as db:
        assert {one.registration_id for one in db.scalars(select(GivenAnswer))} == {
            acts.latest(database, "anna@example.com").id
        }


def test_an_answer_for_which_no_other_calls_is_not_kept(database: Database) -> None:
    run_id = acts.new_run(database)
    woven, loom, lunch = ask(database, run_id)
    send(database, run_id, {woven: "never", loom: "Grīdas stelles", lunch: False})
    assert kept(database) == {woven: "never"}


def test_what_must_be_answered_is_asked_for_and_only_when_it_is_asked(database: Database) -> None:
    run_id = acts.new_run(database)
    woven, loom, _lunch = ask(database, run_id)
    assert faults(database, run_id, {}) == [(f"question-{woven}", "choose")]
    assert faults(database, run_id, {woven: "often"}) == [(f"question-{loom}", "missing")]
    assert faults(database, run_id, {woven: "rarely"}) == [(f"question-{woven}", "choice_unknown")]
    send(database, run_id, {woven: "never"})
    assert kept(database) == {woven: "never"}


def test_a_box_that_must_be_ticked_is_ticked_or_not(database: Database) -> None:
    run_id = acts.new_run(database)
    (rules,) = ask(database, run_id, {"kind": "checkbox", "words": {"lv": "Izlasīju"}, "is_required": True})
    for answer in (False, ""):
        assert faults(database, run_id, {rules: answer}) == [(f"question-{rules}", "tick")]
    assert faults(database, run_id, {rules: "perhaps"}) == [(f"question-{rules}", "choice_unknown")]
    send(database, run_id, {rules: True})
    assert kept(database) == {rules: "yes"}


def test_questions_of_another_run_are_not_known(database: Database) -> None:
    run_id, other = acts.new_run(database), acts.new_run(database)
    _woven, _loom, lunch = ask(database, other)
    assert faults(database, run_id, {lunch: True}) == [(f"question-{lunch}", "unknown_field")]
    assert faults(database, run_id, {4711: "x"}) == [("question-4711", "unknown_field")]


def test_an_answer_to_what_was_withdrawn_meanwhile_stands_in_nobodys_way(database: Database) -> None:
    run_id = acts.new_run(database)
    woven, _loom, lunch = ask(database, run_id)
    ask(database, run_id, QUESTIONS[2] | {"id": lunch})
    send(database, run_id, {woven: "never", lunch: True})
    assert kept(database) == {lunch: "yes"}


def test_answers_given_before_stay_when_the_questions_change(database: Database) -> None:
    run_id = acts.new_run(database)
    woven, loom, _lunch = ask(database, run_id)
    send(database, run_id, {woven: "often", loom: "Rāmis"})
    ask(database, run_id, {"kind": "text", "words": {"lv": "Kas cits?"}})
    assert kept(database) == {woven: "often", loom: "Rāmis"}


def test_a_form_sent_again_is_answered_as_before_whatever_is_asked_now(database: Database) -> None:
    run_id = acts.new_run(database)
    woven, _loom, lunch = ask(database, run_id)
    send(database, run_id, {woven: "never"}, key="the-key")
    ask(database, run_id, {"kind": "text", "words": {"lv": "Kas cits?"}, "is_required": True})
    send(database, run_id, {woven: "never"}, key="the-key")
    with pytest.raises(SentTwiceDifferently):
        send(database, run_id, {woven: "never", lunch: True}, key="the-key")
    assert len(acts.registrations(database, run_id)) == 1


def test_a_known_address_answers_nothing_for_its_owner(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.seat(database, run_id, "anna@example.com")
    woven, _loom, lunch = ask(database, run_id)
    send(database, run_id, {woven: "never", lunch: True}, special_needs="Skaļi", special_needs_consent=True)
    assert kept(database) == {}
    assert acts.latest(database, "anna@example.com").special_needs is None


def test_needs_are_kept_with_their_own_consent_and_in_one_place_only(database: Database) -> None:
    run_id = acts.new_run(database)
    needs = "Vajadzīgs zīmju valodas tulks."
    send(database, run_id, {}, special_needs=needs, special_needs_consent=True)
    assert acts.latest(database, "anna@example.com").special_needs == needs
    with database.reading() as db:
        (form,) = db.scalars(select(SentForm))
        told = [message.facts for message in db.scalars(select(Message))]
    assert "tulks" not in form.answer + "".join(told)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"special_needs": "Skaļi"}, ("special_needs_consent", "consent")),
        ({"special_needs": "Skaļi", "special_needs_consent": False}, ("special_needs_consent", "consent")),
        ({"special_needs": "010190-12345", "special_needs_consent": True}, ("special_needs", "personal_code")),
        ({"special_needs": "Skaļi\x00", "special_needs_consent": True}, ("special_needs", "not_text")),
        ({"special_needs": "a" * 501, "special_needs_consent": True}, ("special_needs", "too_long")),
        ({"answers": [{"question": 1, "answer": "a" * 501}]}, ("answers.0.answer", "too_long")),
        ({"answers": [{"question": 1, "answer": "kods 32123412345"}]}, ("answers.0.answer", "personal_code")),
        ({"answers": [{"question": 1, "answer": "\ud800"}]}, ("answers.0.answer", "not_text")),
        ({"answers": [{"question": 0, "answer": "a"}]}, ("answers.0.question", "range")),
        ({"companion": {"name": "Jānis 010190-12345"}}, ("companion.name", "personal_code")),
        ({"companion": {"name": ""}}, ("companion.name", "name_missing")),
        ({"companion": {"name": "Jānis Ozols", "email": "janis"}}, ("companion.email", "email_no_at")),
        ({"companion": {"name": "Jānis Ozols", "email": "ANNA@example.com"}}, ("companion", "companion_same")),
    ],
)
def test_what_cannot_be_taken_is_named(changes: dict[str, object], fault: tuple[str, str]) -> None:
    with pytest.raises(ValidationError) as wrong:
        RegistrationForm.model_validate(ANNA | changes)
    assert [(one.field, one.code) for one in faults_of(wrong.value)] == [fault]


def test_a_text_that_is_too_long_says_by_how_much() -> None:
    with pytest.raises(ValidationError) as wrong:
        RegistrationForm.model_validate(ANNA | {"special_needs": "a" * 521, "special_needs_consent": True})
    (fault,) = faults_of(wrong.value)
    assert "21" in str(fault.sentence)
    with pytest.raises(ValidationError):
        RegistrationForm.model_validate(ANNA | {"answers": [{"question": 1, "answer": "a"}] * 51})


def test_a_consent_without_needs_is_no_fault_and_keeps_nothing() -> None:
    asked = RegistrationForm.model_validate(ANNA | {"special_needs": "  \r\n ", "special_needs_consent": True})
    assert asked.special_needs == ""


def test_questions_cost_a_plain_form_nothing(database: Database) -> None:
    plain, asking = acts.new_run(database, seats=9), acts.new_run(database, seats=9)
    woven, _loom, _lunch = ask(database, asking)
    acts.register(database, plain, "first@example.com")  # It makes the year's key.
    with statements(database) as without:
        acts.register(database, plain, "second@example.com")
    with statements(database) as with_answers:
        send(database, asking, {woven: "never"})
    assert len(without) == 6, without
    assert len(with_answers) == len(without) + 2, with_answers


def test_every_registration_tells_how_it_came(database: Database) -> None:
    run_id = acts.new_run(database, seats=9)
    for channel in Channel:
        asked = RegistrationForm(name="Anna Ozola", email=f"{channel}@example.com")
        with database.writing() as db:
            sent = SentOnce.of("desk", str(channel), asked.as_json())
            actions.register_for_run(db, run_id, asked, sent, acts.RULES, channel=channel)
    with database.reading() as db:
        rows = db.scalars(select(Registration).order_by(Registration.id)).all()
    assert [row.channel for row in rows] == [*Channel]
    assert {row.state for row in rows} == {State.PENDING}
