"""Which run somebody wants to join, what its form asks, and what was typed into it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request
from sqlalchemy.orm import Session

from app.catalogue.cards import CourseCard, RunCard
from app.catalogue.course_queries import run_page
from app.catalogue.pages import RunFacts
from app.catalogue.run_queries import runs_ahead
from app.clock import now
from app.courses import run_models
from app.courses.models import RunState
from app.courses.run_models import TICKED, QuestionKind, RunQuestion
from app.faults import Fault
from app.i18n import Text, _
from app.refusals import Conflict, Refusal
from app.registrations.inputs import PlaceForm, RegistrationForm
from app.registrations.questions import counting, faults_in, field_of
from app.registrations.refusals import RunCancelled, RunClosed, RunFull, RunNotOpen, RunStarted
from app.web.forms import Typed, WrongForm, read, wrong
from app.web.reading import language_of

Place = TypeVar("Place", bound=PlaceForm)
FORM_URL = "/norises/{run_id}/pieteikties"
_QUESTION = re.compile(r"question-([1-9][0-9]{0,8})")
_OWN = ("run", "name", "email", "phone", "question", "companion", "special")
"""How the names of fields begin, in the order of the form."""


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """A question of the provider's in the form: shown, or kept ready for the answer that calls for it."""

    question: RunQuestion
    is_asked: bool

    @property
    def field(self) -> str:
        """The name of its field."""
        return field_of(self.question.id)

    @property
    def waits_for(self) -> str:
        """The name of the field whose answer calls for it; empty when it is always asked."""
        return field_of(self.question.asked_when_id) if self.question.asked_when_id else ""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer to a question of the provider's, as the check shows it."""

    question: RunQuestion
    answer: str

    @property
    def field(self) -> str:
        """The name of its field."""
        return field_of(self.question.id)

    def said(self, locale: str) -> Text | str:
        """The answer in words."""
        if self.question.kind is QuestionKind.CHECKBOX:
            return _("Yes") if self.answer == TICKED else _("No")
        if self.question.kind is QuestionKind.CHOICE and self.answer:
            return self.question.choices(locale).get(self.answer, self.answer)
        return self.answer or _("not given")


@dataclass(frozen=True, slots=True)
class Joining:
    """The run somebody wants to join, and the runs of its course among which they may choose."""

    course: CourseCard
    run: RunFacts
    choices: list[RunCard]
    questions: tuple[RunQuestion, ...]

    @property
    def chosen(self) -> RunCard:
        """The run as one of the choices."""
        return self.run.card

    @property
    def url(self) -> str:
        """Where its form stands."""
        return FORM_URL.format(run_id=self.chosen.id)

    def waits(self, *, are_two: bool) -> bool:
        """Whether one, or two who come together, would go on the waiting list."""
        left = self.chosen.seats_left
        return self.chosen.state is RunState.FULL or (are_two and left is not None and left < 2)

    def form_questions(self, form: Typed) -> list[FormQuestion]:
        """All questions, those among them marked that are asked after what was typed."""
        shown = {one.id for one in run_models.asked(self.questions, typed_answers(form))}
        return [FormQuestion(question, question.id in shown) for question in self.questions]

    def given_answers(self, given: Mapping[int, str]) -> list[GivenAnswer]:
        """The questions that are asked after these answers, each with its own."""
        return [GivenAnswer(one, given.get(one.id, "")) for one in run_models.asked(self.questions, given)]


def run_to_join(request: Request, db: Session, run_id: int, wanted: str = "") -> Joining:
    """The run of the address, or the run of the same course that is wanted instead."""
    moment = now()
    chosen_id = int(wanted) if re.fullmatch(r"[0-9]{1,10}", wanted) else 0 if wanted else run_id
    try:
        page = run_page(db, chosen_id, language_of(request).code, moment)
    except Refusal:
        if chosen_id == run_id:
            raise
        raise wrong("run", "choice_unknown") from None
    ahead = {run.id: run for run in runs_ahead(db, page.course.id, moment)}
    found = Joining(page.course, page.run, [run for run in ahead.values() if run.can_be_joined], page.questions)
    if chosen_id != run_id and (run_id not in ahead or not found.chosen.can_be_joined):
        raise wrong("run", "choice_unknown")
    return found


def why_closed(run: RunCard) -> Conflict | None:
    """Why nobody can register for the run now; none when one can, be it for the waiting list."""
    match run.state:
        case RunState.CANCELLED:
            return RunCancelled()
        case RunState.UPCOMING:
            return RunNotOpen(run.opens_at)
        case RunState.RUNNING:
            return RunStarted()
        case RunState.CLOSED | RunState.FINISHED:
            return RunClosed(run.closes_at)
        case RunState.FULL if not run.has_waiting_list:
            return RunFull()
    return None


def typed_answers(form: Typed) -> dict[int, str]:
    """What was typed into the fields of questions, by the question's number."""
    found = ((_QUESTION.fullmatch(name), name) for name in form.fields)
    return {int(number[1]): form.one(name).strip() for number, name in found if number}


def read_registration(form: Typed, answers: Mapping[int, str]) -> RegistrationForm:
    """The form as it is asked for, with these answers; `WrongForm` with every fault under the name of its field."""
    return read_place(RegistrationForm, form, answers)


def read_place(model: type[Place], form: Typed, answers: Mapping[int, str]) -> Place:
    """The same for any form that asks for a place."""
    given = [(number, answer) for number, answer in answers.items() if answer]
    companion = {"name": form.one("companion.name"), "email": form.one("companion.email")}
    more: dict[str, object] = {
        "answers": [{"question": number, "answer": answer} for number, answer in given],
        "companion": companion if any(companion.values()) else None,
    }
    try:
        return read(model, form, more)
    except WrongForm as faults:
        names = {f"answers.{place}.answer": field_of(number) for place, (number, _answer) in enumerate(given)}
        names["companion"] = "companion.email"
        renamed = [Fault(names.get(one.field, one.field), one.code, one.sentence) for one in faults.faults]
        raise WrongForm(sorted(renamed, key=_place)) from faults


def check_form(joining: Joining, form: Typed) -> tuple[RegistrationForm, list[RunQuestion]]:
    """What is asked for, and questions that these answers call for and that the form has not shown yet."""
    typed = typed_answers(form)
    given = counting(joining.questions, typed)
    shown = {*form.many("asked")}
    faults = [fault for fault in faults_in(joining.questions, typed) if fault.field.removeprefix("question-") in shown]
    try:
        asked = read_registration(form, given)
    except WrongForm as found:
        raise WrongForm(sorted([*found.faults, *faults], key=_place)) from found
    if faults:
        raise WrongForm(faults)
    return asked, [one for one in run_models.asked(joining.questions, typed) if str(one.id) not in shown]


def _place(fault: Fault) -> int:
    """Where on the form the field stands."""
    return next((place for place, name in enumerate(_OWN) if fault.field.startswith(name)), len(_OWN))
