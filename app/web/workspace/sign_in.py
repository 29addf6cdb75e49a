"""Signing in and out: address and password on one page, then the second step where there is one."""

from typing import Annotated
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.db import Database
from app.dependencies import Db, settings_of
from app.i18n import Text, _
from app.limits import FORMS, KNOWN_PASSWORDS, PASSWORDS, SIGN_INS, sender_of
from app.people import account_queries
from app.people.addresses import email_key
from app.people.models import Role
from app.people.new_passwords import LONGEST
from app.people.passwords import PasswordCost
from app.people.refusals import SignInFailed
from app.people.sign_ins import end_sign_in
from app.people.signing_in import Knocking, begin_with_password, check_password, who_knocks
from app.refusals import TooManyTries
from app.web.errors import CODE_URL, SIGN_IN_URL
from app.web.forms import Form, Typed
from app.web.pages import render
from app.web.reading import local_path
from app.web.workspace.devices import device_of, drop_token, is_known, keep_token, make_known, token_of
from app.web.workspace.menu import home_of
from app.web.workspace.shell import NO_STORE

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()
Next = Annotated[str, Query(alias="next", max_length=2000)]


@router.get(SIGN_IN_URL)
def sign_in_form(request: Request, then: Next = "/", done: str = "") -> HTMLResponse:
    """Where staff sign in; residents need no account."""
    return _page(request, Typed(), local_path(then), done=done)


@router.post(SIGN_IN_URL, dependencies=[Depends(FORMS)])
def sign_in(request: Request, form: Form) -> Response:
    """Check the password; the answer to a wrong one is the same whether the address has an account or not.

    Hashing takes long, so no transaction is open meanwhile.
    """
    then, address, password = local_path(form.one("next") or "/"), form.one("email")[:300], form.one("password")
    database: Database = request.app.state.database
    with database.reading() as db:
        knocking = who_knocks(db, address)
    try:
        count_try(request, address, knocking)
        passed = check_password(knocking, password[:LONGEST], cost_of(request))
        with database.writing() as db:
            token = begin_with_password(db, passed, device=device_of(request), old_token=token_of(request))
            account = account_queries.account(db, passed.account_id)
            role, has_code = account.role, account.totp_secret is not None
    except (SignInFailed, TooManyTries) as refusal:
        log.info("sign_in_failed", account=knocking.account_id, why=refusal.code)
        return _page(request, form, then, notice=refusal.sentence, status=refusal.status, headers=refusal.headers)
    response = RedirectResponse(code_step(then) if has_code else home(then, role), 303, headers=NO_STORE)
    keep_token(request, response, token)
    make_known(request, response, passed.account_id)
    return response


@router.post("/pieslegties/iziet")
def sign_out(request: Request, db: Db) -> Response:
    """This device is signed out at once, whatever it shows when one goes back."""
    end_sign_in(db, token_of(request))
    response = RedirectResponse(f"{SIGN_IN_URL}?done=out", 303, headers=NO_STORE)
    drop_token(request, response)
    return response


def count_try(request: Request, address: str, knocking: Knocking) -> None:
    """Count a password that is about to be checked, of its sender and of its account, or refuse it."""
    known = knocking.account_id is not None and is_known(request, knocking.account_id)
    SIGN_INS.count_at_once(request, sender_of(request))
    (KNOWN_PASSWORDS if known else PASSWORDS).count_at_once(request, f"account {email_key(address)}")


def cost_of(request: Request) -> PasswordCost:
    """What hashing a password costs in this installation."""
    settings = settings_of(request)
    return PasswordCost(settings.password_memory, settings.password_rounds)


def home(then: str, role: Role) -> str:
    """Where they wanted to go, else where their role begins."""
    return home_of(role) if then == "/" else then


def code_step(then: str) -> str:
    """Where the code is asked for on the way there."""
    return f"{CODE_URL}?{urlencode({'next': then})}"


def _page(
    request: Request,
    form: Typed,
    then: str,
    *,
    done: str = "",
    notice: Text | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> HTMLResponse:
    return render(
        request,
        "workspace/sign_in/sign_in.html",
        status=status,
        headers=NO_STORE | (headers or {}),
        form=form,
        then=then,
        elsewhere=settings_of(request).elsewhere,
        notice=notice,
        toast=_DONE.get(done),
    )


_DONE: dict[str, Text] = {
    "out": _("You are signed out on this device."),
    "everywhere": _("You are signed out on all devices."),
    "password": _("The new password is kept. Sign in with it."),
    "address": _("The new address is confirmed. Sign in with it."),
}
