"""A provider decides whether a run with few participants starts, behind the signed link of a letter. Opening changes nothing."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.dependencies import Configured, Db, Rules
from app.emails.decision_letters import PATH, PURPOSE
from app.i18n import DEFAULT, Text, _
from app.limits import PRIVATE_LINKS
from app.links import read as read_token
from app.refusals import Conflict
from app.registrations import run_decisions as acts
from app.registrations.refusals import LinkUnknown
from app.registrations.run_inputs import CancelForm, DecisionDayForm
from app.web.forms import Form, Typed, WrongForm, read
from app.web.pages import render
from app.web.reading import language_of
from app.web.registrations import PRIVATE

_DONE: Mapping[str, Text] = {
    "start": _("Decided: the course takes place. We write to those who have a seat."),
    "later": _("The day of decision is moved. We write to those who have a seat."),
    "cancelled": _("The group is cancelled. We write to everyone registered."),
}

router = APIRouter(prefix=f"/{PATH}/{{token}}", include_in_schema=False, dependencies=[Depends(PRIVATE_LINKS)])


def link_key(token: str, settings: Configured) -> str:
    """The key inside the link; a link that we did not sign for this opens nothing."""
    key = read_token(settings.secret_key.get_secret_value(), PURPOSE, token)
    if key is None:
        raise LinkUnknown
    return key


LinkKey = Annotated[str, Depends(link_key)]


@router.get("")
def decide(request: Request, token: str, key: LinkKey, db: Db, done: str = "") -> HTMLResponse:
    """How many there are, how many it takes, and what can be decided."""
    return _page(request, db, token, key, toast=_DONE.get(done))


@router.post("/sakt")
def start(request: Request, token: str, key: LinkKey, db: Db) -> Response:
    """The course starts all the same."""
    return _act(request, db, token, key, "start", lambda run_id, actor: acts.start_all_the_same(db, run_id, actor))


@router.post("/velak")
def later(request: Request, token: str, key: LinkKey, form: Form, db: Db) -> Response:
    """The provider decides on another day."""
    try:
        asked = read(DecisionDayForm, form)
    except WrongForm as faults:
        return _page(request, db, token, key, form=form, errors=faults.sentences)
    return _act(
        request, db, token, key, "later", lambda run_id, actor: acts.decide_later(db, run_id, asked, actor), form
    )


@router.post("/atcelt")
def call_off(request: Request, token: str, key: LinkKey, form: Form, db: Db, rules: Rules) -> Response:
    """The course does not take place."""
    try:
        asked = read(CancelForm, form)
    except WrongForm as faults:
        return _page(request, db, token, key, form=form, errors=faults.sentences)
    return _act(
        request, db, token, key, "cancelled", lambda run_id, actor: acts.call_off(db, run_id, asked, actor, rules), form
    )


def _act(
    request: Request,
    db: Session,
    token: str,
    key: str,
    done: str,
    act: Callable[[int, str], None],
    form: Typed | None = None,
) -> Response:
    """Do it, and return to the page; a refusal is said there too."""
    run = acts.decision(db, key).run
    try:
        act(run.id, f"provider:{run.course.provider_id}")
    except Conflict as refusal:
        return _page(request, db, token, key, form=form, refusal=refusal)
    return RedirectResponse(f"{_url(token)}?done={done}", 303)


def _url(token: str) -> str:
    return f"/{PATH}/{token}"


def _page(
    request: Request,
    db: Session,
    token: str,
    key: str,
    *,
    form: Typed | None = None,
    errors: Mapping[str, Text] | None = None,
    toast: Text | None = None,
    refusal: Conflict | None = None,
) -> HTMLResponse:
    decision, locale = acts.decision(db, key), language_of(request).code
    status = refusal.status if refusal else 422 if errors else 200
    return render(
        request,
        "decisions/decision.html",
        status=status,
        headers=PRIVATE,
        decision=decision,
        title=decision.title(locale),
        untranslated=locale != DEFAULT and locale not in decision.run.course.texts,
        url=_url(token),
        form=form or Typed(),
        errors=errors or {},
        toast=toast,
        notice=refusal.sentence if refusal else None,
    )
