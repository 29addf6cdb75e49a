"""Signing in with an account elsewhere: away, back, and in."""

from secrets import compare_digest
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.db import Database
from app.dependencies import settings_of
from app.i18n import Text
from app.limits import FORMS, PRIVATE_LINKS, SIGN_INS, sender_of
from app.people.elsewhere import begin_from_elsewhere
from app.people.refusals import SignInFailed
from app.refusals import NotFound
from app.web.forms import Form
from app.web.pages import render
from app.web.reading import local_path
from app.web.workspace.devices import device_of, keep_token, make_known, token_of
from app.web.workspace.oidc import UNSURE, Elsewhere, Errand
from app.web.workspace.shell import NO_STORE
from app.web.workspace.sign_in import code_step, home

AWAY_URL = "/pieslegties/cits"
BACK_URL = "/pieslegties/cits/atpakal"
MINUTES = 10 * 60
router = APIRouter(include_in_schema=False, dependencies=[Depends(PRIVATE_LINKS)])
log = structlog.get_logger()


@router.get(AWAY_URL)
def go_there(
    request: Request,
    then: Annotated[str, Query(alias="next", max_length=2000)] = "/",
    confirm: Annotated[str, Query(max_length=8)] = "",
) -> Response:
    """Send the browser to the other place; what it has to bring back lies in its cookie, and nothing is written."""
    place, errand = _place(request), Errand.new(local_path(then))
    response = RedirectResponse(place.address_for(errand, confirming=bool(confirm)), 303, headers=NO_STORE)
    settings = settings_of(request)
    response.set_cookie(
        _cookie(request),
        errand.written(),
        max_age=MINUTES,
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )
    return response


@router.get(BACK_URL)
def came_back(
    request: Request,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=2000)] = "",
) -> HTMLResponse:
    """One more button: opening an address signs nobody in."""
    errand = _errand(request, state)
    if errand is None or not code:
        return _page(request, state, code, notice=UNSURE)
    return _page(request, state, code)


@router.post(BACK_URL, dependencies=[Depends(FORMS)])
def sign_in_from_there(request: Request, form: Form) -> Response:
    """Who signed in there is signed in here, if an account here is theirs."""
    place, errand = _place(request), _errand(request, form.one("state"))
    database: Database = request.app.state.database
    if errand is None or not form.one("code").isascii():
        return _page(request, "", "", notice=UNSURE)
    SIGN_INS.count_at_once(request, sender_of(request))
    try:
        somebody = place.who_came_back(errand, form.one("code")[:2000])
        with database.writing() as db:
            begun = begin_from_elsewhere(db, somebody, device=device_of(request), old_token=token_of(request))
            account_id, role = begun.account.id, begun.account.role
    except SignInFailed as refusal:
        log.info("sign_in_failed", account=None, why="elsewhere")
        return _page(request, "", "", notice=refusal.sentence)
    where = code_step(errand.then) if begun.needs_code else home(errand.then, role)
    response = RedirectResponse(where, 303, headers=NO_STORE)
    keep_token(request, response, begun.token)
    make_known(request, response, account_id)
    settings = settings_of(request)
    response.delete_cookie(_cookie(request), path="/", secure=settings.secure_cookies, httponly=True, samesite="lax")
    return response


def _place(request: Request) -> Elsewhere:
    """The other place; without one there are no such pages."""
    found = request.app.state.elsewhere
    if not isinstance(found, Elsewhere):
        raise NotFound
    return found


def _errand(request: Request, state: str) -> Errand | None:
    """What this browser was sent away with, if the answer is to that."""
    _place(request)
    errand = Errand.read(request.cookies.get(_cookie(request), ""))
    if errand is None or not compare_digest(errand.state.encode("utf-8", "replace"), state.encode("utf-8", "replace")):
        return None
    return errand


def _cookie(request: Request) -> str:
    return "__Host-elsewhere" if settings_of(request).secure_cookies else "elsewhere"


def _page(request: Request, state: str, code: str, *, notice: Text | None = None) -> HTMLResponse:
    return render(
        request,
        "workspace/sign_in/elsewhere.html",
        status=422 if notice else 200,
        headers=NO_STORE,
        state=state,
        code=code,
        elsewhere=settings_of(request).elsewhere,
        notice=notice,
    )
