"""Registering for a run: the form, and the check of what was typed before it is sent."""

import re
import secrets

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.courses.models import RunState
from app.dependencies import Db, Rules, RunId, settings_of
from app.i18n import Text, _
from app.limits import FORMS, REGISTRATIONS
from app.refusals import Conflict, Refusal, TooManyTries
from app.registrations.actions import register_for_run
from app.registrations.inputs import RegistrationForm
from app.registrations.once import SentOnce
from app.registrations.questions import AnswersWrong, field_of
from app.registrations.receipts import scope_of
from app.registrations.refusals import BothOrNeither, FilledMeanwhile, SentTwiceDifferently
from app.web.forms import Form, Typed, WrongForm
from app.web.joining import (
    FORM_URL,
    Joining,
    check_form,
    read_registration,
    run_to_join,
    typed_answers,
    why_closed,
)
from app.web.pages import render
from app.web.reading import language_of

SENT_URL = FORM_URL + "/nosutits/{key}"
KEY = r"^[A-Za-z0-9_-]{20,64}$"
"""A key that this form gave out: one form, one registration."""
PRIVATE = {"Cache-Control": "no-store"}

router = APIRouter(include_in_schema=False)


@router.get(FORM_URL)
def open_form(request: Request, run_id: RunId, db: Db, run: str = "") -> HTMLResponse:
    """The registration form; `run` is what has just been chosen in it among the runs of the course."""
    try:
        found = run_to_join(request, db, run_id, run)
    except WrongForm:
        found = run_to_join(request, db, run_id)
    return _form(request, found, Typed())


@router.post(FORM_URL)
def register(request: Request, run_id: RunId, form: Form, db: Db, rules: Rules) -> Response:
    """Step by step: `check` shows what was typed, `change` returns to the form, `send` registers."""
    step = form.one("step")
    if step == "send":
        return _send(request, db, run_id, form, rules)
    try:
        found = run_to_join(request, db, run_id, form.one("run"))
    except WrongForm as faults:
        return _form(request, run_to_join(request, db, run_id), form, errors=faults.sentences)
    if step.startswith("change"):
        return _form(request, found, form, focus=step.removeprefix("change").removeprefix(":"))
    try:
        asked, unseen = check_form(found, form)
    except WrongForm as faults:
        return _form(request, found, form, errors=faults.sentences)
    if unseen:
        return _form(request, found, form, focus=field_of(unseen[0].id), further=len(unseen))
    return _check(request, found, asked, form, _not_as_expected(found, asked, form))


def _not_as_expected(found: Joining, asked: RegistrationForm, form: Typed) -> Conflict | None:
    """What has changed since the form was opened: the seat, or the two seats, that it promised are not there."""
    are_two = asked.companion is not None
    expects = form.one("expects_seat") == str(found.chosen.id)
    if not found.waits(are_two=are_two) or (found.chosen.has_waiting_list and not expects):
        return None
    return BothOrNeither() if found.chosen.state is RunState.OPEN else FilledMeanwhile()


def _send(request: Request, db: Session, run_id: int, form: Typed, rules: Rules) -> Response:
    """Register, and go on to the page that says so; what stands in the way is said with the answers kept."""
    key = form.one("key")
    try:
        asked = read_registration(form, typed_answers(form))
        if not re.match(KEY, key):
            sentence = _("The page was open too long. Press the button once more; your answers are kept.")
            return _check(request, run_to_join(request, db, run_id), asked, form, Conflict(sentence))
        FORMS.count(request)
        REGISTRATIONS.count(request, db)
        register_for_run(
            db,
            run_id,
            asked,
            SentOnce.of(scope_of(run_id), key, asked.as_json()),
            rules,
            locale=language_of(request).code,
            expects_seat=form.one("expects_seat") == str(run_id),
        )
    except WrongForm as faults:
        return _form(request, run_to_join(request, db, run_id), form, errors=faults.sentences)
    except AnswersWrong as wrong:
        return _form(request, run_to_join(request, db, run_id), form, errors=WrongForm([*wrong.faults]).sentences)
    except SentTwiceDifferently as refusal:
        return _closed(request, run_to_join(request, db, run_id), refusal, sent_url(run_id, key))
    except (Conflict, TooManyTries) as refusal:
        return _check(request, run_to_join(request, db, run_id), asked, form, refusal)
    return RedirectResponse(sent_url(run_id, key), 303)


def sent_url(run_id: int, key: str) -> str:
    """Where the page about a sent form stands."""
    return SENT_URL.format(run_id=run_id, key=key)


def _form(
    request: Request,
    joining: Joining,
    form: Typed,
    *,
    errors: dict[str, Text] | None = None,
    focus: str = "",
    further: int = 0,
) -> HTMLResponse:
    """The form with everything typed, and what must be mended; `further` questions are asked for the first time."""
    if reason := why_closed(joining.chosen):
        return _closed(request, joining, reason)
    return render(
        request,
        "registrations/register.html",
        partial="registrations/_register.html",
        status=422 if errors else 200,
        headers=PRIVATE,
        joining=joining,
        form=form,
        key=_key(form),
        errors=errors or {},
        focus=focus,
        further=further,
        questions=joining.form_questions(form),
        contact_days=settings_of(request).contact_days,
        special_needs_days=settings_of(request).special_needs_days,
    )


def _check(
    request: Request, joining: Joining, asked: RegistrationForm, form: Typed, refusal: Refusal | None = None
) -> HTMLResponse:
    """What was typed, once more before it is sent; or why sending it did not work."""
    if reason := why_closed(joining.chosen):
        return _closed(request, joining, reason)
    return render(
        request,
        "registrations/check.html",
        partial="registrations/_check.html",
        status=refusal.status if refusal else 200,
        headers=PRIVATE | {"HX-Push-Url": joining.url} | (refusal.headers if refusal else {}),
        joining=joining,
        asked=asked,
        answers=joining.given_answers(asked.given),
        waits=joining.waits(are_two=asked.companion is not None),
        key=_key(form),
        notice=refusal.sentence if refusal else None,
    )


def _closed(request: Request, joining: Joining, refusal: Refusal, sent: str = "") -> HTMLResponse:
    """Why nobody can register here now, and what to do instead; to have looked is no fault."""
    return render(
        request,
        "registrations/closed.html",
        partial="registrations/_closed.html",
        status=200 if request.method == "GET" else refusal.status,
        headers=PRIVATE,
        joining=joining,
        sentence=refusal.sentence,
        sent=sent,
    )


def _key(form: Typed) -> str:
    """The form's own key, or a new one where it has none."""
    return form.one("key") if re.match(KEY, form.one("key")) else secrets.token_urlsafe()
