"""Registering for a run: the form, and the check of what was typed before it is sent."""

import json
import re
import secrets
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.catalogue.cards import CourseCard, RunCard
from app.catalogue.course_queries import run_page
from app.catalogue.pages import RunFacts
from app.catalogue.run_queries import runs_ahead
from app.clock import now
from app.courses.models import RunState
from app.dependencies import Db, Rules, RunId, settings_of
from app.i18n import Text, _
from app.limits import FORMS, REGISTRATIONS
from app.refusals import Conflict, Refusal, TooManyTries
from app.registrations.actions import register_for_run
from app.registrations.inputs import RegistrationForm
from app.registrations.once import SentOnce
from app.registrations.receipts import scope_of
from app.registrations.refusals import (
    FilledMeanwhile,
    RunCancelled,
    RunClosed,
    RunFull,
    RunNotOpen,
    RunStarted,
    SentTwiceDifferently,
)
from app.web.forms import Form, Typed, WrongForm, read, wrong
from app.web.pages import render
from app.web.reading import language_of

FORM_URL = "/norises/{run_id}/pieteikties"
SENT_URL = FORM_URL + "/nosutits/{key}"
KEY = r"^[A-Za-z0-9_-]{20,64}$"
"""A key that this form gave out: one form, one registration."""
PRIVATE = {"Cache-Control": "no-store"}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Joining:
    """The run somebody wants to join, and the runs of its course among which they may choose."""

    course: CourseCard
    run: RunFacts
    choices: list[RunCard]

    @property
    def chosen(self) -> RunCard:
        """The run as one of the choices."""
        return self.run.card

    @property
    def url(self) -> str:
        """Where its form stands."""
        return FORM_URL.format(run_id=self.chosen.id)


@router.get(FORM_URL)
def open_form(request: Request, run_id: RunId, db: Db, run: str = "") -> HTMLResponse:
    """The registration form; `run` is what has just been chosen in it among the runs of the course."""
    try:
        joining = _joining(request, db, run_id, run)
    except WrongForm:
        joining = _joining(request, db, run_id)
    return _form(request, joining, Typed())


@router.post(FORM_URL)
def register(request: Request, run_id: RunId, form: Form, db: Db, rules: Rules) -> Response:
    """Step by step: `check` shows what was typed, `change` returns to the form, `send` registers."""
    step = form.one("step")
    try:
        asked = read(RegistrationForm, form)
        if step == "send":
            return _send(request, db, run_id, form, asked, rules)
        joining = _joining(request, db, run_id, form.one("run"))
    except WrongForm as faults:
        return _form(request, _joining(request, db, run_id), form, errors=faults.sentences)
    if step.startswith("change"):
        return _form(request, joining, form, focus=step.removeprefix("change").removeprefix(":"))
    filled = form.one("expects_seat") == str(joining.chosen.id) and joining.chosen.state is RunState.FULL
    return _check(request, joining, asked, form, FilledMeanwhile() if filled else None)


def _send(request: Request, db: Session, run_id: int, form: Typed, asked: RegistrationForm, rules: Rules) -> Response:
    """Register, and go on to the page that says so; what stands in the way is said with the answers kept."""
    key = form.one("key")
    if not re.match(KEY, key):
        sentence = _("The page was open too long. Press the button once more; your answers are kept.")
        return _check(request, _joining(request, db, run_id), asked, form, Conflict(sentence))
    try:
        FORMS.count(request)
        REGISTRATIONS.count(request, db)
        register_for_run(
            db,
            run_id,
            asked,
            SentOnce.of(scope_of(run_id), key, _as_json(run_id, asked)),
            rules,
            locale=language_of(request).code,
            expects_seat=form.one("expects_seat") == str(run_id),
        )
    except SentTwiceDifferently as refusal:
        return _closed(request, _joining(request, db, run_id), refusal, sent_url(run_id, key))
    except (Conflict, TooManyTries) as refusal:
        return _check(request, _joining(request, db, run_id), asked, form, refusal)
    return RedirectResponse(sent_url(run_id, key), 303)


def sent_url(run_id: int, key: str) -> str:
    """Where the page about a sent form stands."""
    return SENT_URL.format(run_id=run_id, key=key)


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


def _as_json(run_id: int, asked: RegistrationForm) -> str:
    """What was asked, always written the same way."""
    return json.dumps([run_id, asked.name, asked.email, asked.phone], ensure_ascii=False)


def _joining(request: Request, db: Session, run_id: int, wanted: str = "") -> Joining:
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
    joining = Joining(page.course, page.run, [run for run in ahead.values() if run.can_be_joined])
    if chosen_id != run_id and (run_id not in ahead or not joining.chosen.can_be_joined):
        raise wrong("run", "choice_unknown")
    return joining


def _form(
    request: Request, joining: Joining, form: Typed, *, errors: dict[str, Text] | None = None, focus: str = ""
) -> HTMLResponse:
    """The form with everything typed, and what must be mended."""
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
        contact_days=settings_of(request).contact_days,
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
