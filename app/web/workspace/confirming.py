"""Typing the password once more before what matters: then on to where one wanted, with what was typed there."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.db import Database
from app.dependencies import Confirming, ConfirmingClaim, Db, settings_of
from app.i18n import Text
from app.limits import FORMS
from app.people import account_queries
from app.people.new_passwords import LONGEST
from app.people.refusals import SignInFailed
from app.people.sign_ins import confirm
from app.people.signing_in import Knocking, check_password
from app.refusals import TooManyTries
from app.web.errors import CONFIRM_URL
from app.web.forms import Form, Typed
from app.web.pages import render
from app.web.reading import local_path
from app.web.workspace.shell import NO_STORE
from app.web.workspace.sign_in import cost_of, count_try

router = APIRouter(include_in_schema=False)
OWN_FIELDS = {"confirm_password", "confirm_to", "confirm_method"}


@router.get(CONFIRM_URL)
def confirm_form(
    request: Request, db: Db, who: Confirming, then: Annotated[str, Query(alias="next", max_length=2000)] = "/konts"
) -> HTMLResponse:
    """Asks for the password."""
    return _page(request, local_path(then), "get")


@router.post(CONFIRM_URL, dependencies=[Depends(FORMS)])
def confirm_password(request: Request, form: Form, claim: ConfirmingClaim) -> Response:
    """The password is right: on to the page, or the form that was on its way is sent on (307 keeps what it brought)."""
    database: Database = request.app.state.database
    then, method = local_path(form.one("confirm_to") or "/konts"), form.one("confirm_method")
    with database.reading() as db:
        who = claim.settle(db)
        account = account_queries.account(db, who.account_id)
        knocking, address = Knocking(account.id, account.password_hash, account.is_active), account.email
    try:
        count_try(request, address, knocking)
        check_password(knocking, form.one("confirm_password")[:LONGEST], cost_of(request))
    except (SignInFailed, TooManyTries) as refusal:
        return _page(
            request, then, method, form, notice=refusal.sentence, status=refusal.status, headers=refusal.headers
        )
    with database.writing() as db:
        confirm(db, claim.settle(db))
    return RedirectResponse(then, 307 if method == "post" else 303, headers=NO_STORE)


def _page(
    request: Request,
    then: str,
    method: str,
    form: Typed | None = None,
    *,
    notice: Text | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> HTMLResponse:
    fields = form.fields if form else {}
    return render(
        request,
        "workspace/sign_in/confirm.html",
        status=status,
        headers=NO_STORE | (headers or {}),
        url=then,
        method=method,
        kept=[(name, value) for name, values in fields.items() if name not in OWN_FIELDS for value in values],
        notice=notice,
        elsewhere=settings_of(request).elsewhere,
    )
