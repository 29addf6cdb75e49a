"""One's answers to the provider's own questions behind the private link: read, and corrected before the start."""

from collections.abc import Iterable, Mapping

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.clock import now
from app.courses.run_models import asked as called_for
from app.dependencies import Db
from app.faults import Fault
from app.i18n import Text
from app.limits import PRIVATE_LINKS
from app.registrations.given_answers import correct_answers, given_answers, questions_to_correct
from app.registrations.inputs import MOST_ANSWERS, AnswerForm
from app.registrations.page_queries import own_page
from app.registrations.questions import AnswersWrong, counting, field_of
from app.web.forms import Form, Typed, WrongForm, read
from app.web.joining import FormQuestion, typed_answers
from app.web.own_registration import LinkKey, own_url
from app.web.pages import render
from app.web.reading import language_of
from app.web.registrations import PRIVATE

router = APIRouter(prefix="/pieteikumi/{token}", include_in_schema=False, dependencies=[Depends(PRIVATE_LINKS)])


class AnswersForm(BaseModel):
    """All answers to the provider's questions, as they shall stand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answers: tuple[AnswerForm, ...] = Field((), max_length=MOST_ANSWERS)


@router.get("/atbildes")
def answers_form(request: Request, token: str, key: LinkKey, db: Db) -> Response:
    """The questions that are asked now, with what was answered."""
    page = own_page(db, key, language_of(request).code, now())
    if not page.can_answer:
        return RedirectResponse(own_url(token), 303)
    given = given_answers(db, page.registration)
    form = Typed({field_of(number): [answer] for number, answer in given.items()})
    return _form(request, db, token, key, form)


@router.post("/atbildes")
def correct(request: Request, token: str, key: LinkKey, form: Form, db: Db) -> Response:
    """The person answers anew; a question that the new answers call for is asked before anything is kept."""
    page = own_page(db, key, language_of(request).code, now())
    if not page.can_answer:
        return RedirectResponse(own_url(token), 303)
    typed, shown = typed_answers(form), {*form.many("asked")}
    questions = questions_to_correct(db, page.run.id)
    further = [one for one in called_for(questions, typed) if str(one.id) not in shown]
    if further:
        return _form(request, db, token, key, form, further=len(further))
    given = [(number, answer) for number, answer in counting(questions, typed).items() if answer]
    try:
        asked = read(AnswersForm, Typed(), {"answers": [{"question": one, "answer": said} for one, said in given]})
        correct_answers(db, key, {one.question: one.answer for one in asked.answers})
    except WrongForm as wrong:
        names = {f"answers.{place}.answer": field_of(number) for place, (number, _said) in enumerate(given)}
        return _form(request, db, token, key, form, errors=_named(wrong.faults, names))
    except AnswersWrong as wrong:
        return _form(request, db, token, key, form, errors=_named(wrong.faults, {}))
    return RedirectResponse(f"{own_url(token)}?done=corrected", 303)


def _named(faults: Iterable[Fault], names: Mapping[str, str]) -> dict[str, Text]:
    return {names.get(fault.field, fault.field): fault.sentence for fault in faults}


def _form(
    request: Request,
    db: Session,
    token: str,
    key: str,
    form: Typed,
    *,
    errors: dict[str, Text] | None = None,
    further: int = 0,
) -> HTMLResponse:
    page = own_page(db, key, language_of(request).code, now())
    questions = questions_to_correct(db, page.run.id)
    shown = {one.id for one in called_for(questions, typed_answers(form))}
    return render(
        request,
        "registrations/answers.html",
        status=422 if errors else 200,
        headers=PRIVATE,
        page=page,
        url=own_url(token),
        questions=[FormQuestion(question, question.id in shown) for question in questions],
        form=form,
        errors=errors or {},
        focus="",
        further=further,
    )
