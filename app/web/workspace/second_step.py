"""The second step: taken at signing in, set up, changed, turned off."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.dependencies import Db, HalfSignedIn, SettingUp, settings_of
from app.i18n import Text, _
from app.limits import CODES, FORMS
from app.links import new_key
from app.participation.qr import qr_code
from app.people import account_queries
from app.people.refusals import CodeWrong
from app.people.second_step import (
    new_recovery_codes,
    phone_address,
    phone_key,
    take_second_step,
    turn_off,
    turn_on,
)
from app.people.staff import Staff
from app.refusals import TooManyTries
from app.web.errors import CODE_URL
from app.web.forms import Form, Typed
from app.web.pages import render
from app.web.reading import language_of, local_path
from app.web.workspace.devices import device_of, keep_token, token_of
from app.web.workspace.shell import NO_STORE, staff_page
from app.web.workspace.sign_in import home

URL = "/konts/otrais-solis"
router = APIRouter(include_in_schema=False)
log = structlog.get_logger()
KEY_LENGTH = 22
Next = Annotated[str, Query(alias="next", max_length=2000)]


@router.get(CODE_URL)
def code_form(request: Request, db: Db, who: HalfSignedIn, then: Next = "/") -> Response:
    """Asks for the one-time code; an account without one is led to set it up."""
    if account_queries.account(db, who.account_id).totp_secret is None:
        return RedirectResponse(URL, 303, headers=NO_STORE)
    return _code_page(request, local_path(then))


@router.post(CODE_URL, dependencies=[Depends(FORMS)])
def give_code(request: Request, form: Form, db: Db, who: HalfSignedIn) -> Response:
    """The device is signed in wholly, with another token."""
    then = local_path(form.one("next") or "/")
    try:
        CODES.count(request, db, f"account {who.account_id}")
        token = take_second_step(
            db, who, _secret(request), form.one("code"), device=device_of(request), old_token=token_of(request)
        )
    except (CodeWrong, TooManyTries) as refusal:
        log.info("sign_in_failed", account=who.account_id, why=refusal.code)
        return _code_page(request, then, notice=refusal.sentence, status=refusal.status, headers=refusal.headers)
    response = RedirectResponse(home(then, who.role), 303, headers=NO_STORE)
    keep_token(request, response, token)
    return response


@router.get(URL)
def second_step(request: Request, db: Db, who: SettingUp, change: Annotated[str, Query(max_length=8)] = "") -> Response:
    """Whether there is a second step; where there is none, or another phone is wanted, how to set it up."""
    account = account_queries.account(db, who.account_id)
    if account.totp_secret is None or change:
        return _set_up(request, db, who, new_key())
    return staff_page(
        request,
        who,
        "workspace/account/second_step.html",
        left=account_queries.recovery_codes_left(db, who.account_id),
        required=settings_of(request).is_production,
        toast=None,
    )


@router.post(URL, dependencies=[Depends(FORMS)])
def set_up(request: Request, form: Form, db: Db, who: SettingUp) -> Response:
    """The phone shows the right code: it is asked from now on; the recovery codes are shown this once."""
    half = form.one("key")
    try:
        codes = turn_on(db, who, _secret(request), half, form.one("code"))
    except CodeWrong as refusal:
        return _set_up(
            request, db, who, half if len(half) == KEY_LENGTH and half.isascii() else new_key(), wrong=refusal.sentence
        )
    return _codes(request, who, codes)


@router.post(f"{URL}/rezerves-kodi", dependencies=[Depends(FORMS)])
def other_recovery_codes(request: Request, db: Db, who: SettingUp) -> Response:
    """Other recovery codes; the ones before no longer work."""
    return _codes(request, who, new_recovery_codes(db, who))


@router.post(f"{URL}/izslegt", dependencies=[Depends(FORMS)])
def without(request: Request, db: Db, who: SettingUp) -> Response:
    """From now on the password alone opens the account, where that is allowed."""
    turn_off(db, who, required=settings_of(request).is_production)
    return RedirectResponse("/konts?done=second_step_off", 303)


def _secret(request: Request) -> str:
    return settings_of(request).secret_key.get_secret_value()


def _code_page(
    request: Request,
    then: str,
    *,
    notice: Text | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> HTMLResponse:
    return render(
        request,
        "workspace/sign_in/code.html",
        status=status,
        headers=NO_STORE | (headers or {}),
        then=then,
        form=Typed(),
        errors={"code": notice} if notice else {},
    )


def _set_up(request: Request, db: Session, who: Staff, half: str, *, wrong: Text | None = None) -> HTMLResponse:
    account, language = account_queries.account(db, who.account_id), language_of(request)
    settings, key = settings_of(request), phone_key(_secret(request), half)
    site = _("Lifelong learning in %(city_loc)s", city_loc=settings.city_loc).say(language)
    return staff_page(
        request,
        who,
        "workspace/account/set_up.html",
        status=422 if wrong else 200,
        half=half,
        key=[key[at : at + 4] for at in range(0, len(key), 4)],
        code=qr_code(phone_address(key, account.email, site)),
        errors={"code": wrong} if wrong else {},
        bare=account.totp_secret is None and settings.is_production,
    )


def _codes(request: Request, who: Staff, codes: list[str]) -> HTMLResponse:
    return staff_page(request, who, "workspace/account/recovery_codes.html", codes=codes)
