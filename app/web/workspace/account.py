"""One's own account: name, language, password, address, signed-in devices."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.clock import now
from app.db import Database
from app.dependencies import AnyStaff, ConfirmedClaim, ConfirmedStaff, Db, settings_of
from app.i18n import Text, _
from app.limits import FORMS, LINKS_TO_ADDRESS
from app.people import account_queries, accounts
from app.people.inputs import AddressForm, OwnAccountForm
from app.people.new_passwords import PasswordRefused, refuse_weak
from app.people.passwords import hash_password
from app.people.sign_ins import end_device, is_awake
from app.people.staff import Staff
from app.web.errors import SIGN_IN_URL
from app.web.forms import Form, Typed, WrongForm, read
from app.web.workspace.devices import drop_token
from app.web.workspace.new_password import own_words
from app.web.workspace.shell import NO_STORE, staff_page
from app.web.workspace.sign_in import cost_of

URL = "/konts"
PASSWORD_URL = "/konts/parole"  # noqa: S105
ADDRESS_URL = "/konts/epasts"
router = APIRouter(include_in_schema=False)


@router.get(URL)
def own_account(request: Request, db: Db, who: AnyStaff, done: str = "") -> HTMLResponse:
    """One's own account."""
    return _page(request, db, who, done=done)


@router.post(URL, dependencies=[Depends(FORMS)])
def change_own(request: Request, form: Form, db: Db, who: AnyStaff) -> Response:
    """Keep another name or language of letters."""
    try:
        accounts.change_own(db, who, read(OwnAccountForm, form))
    except WrongForm as faults:
        return _page(request, db, who, form=form, errors=faults.sentences)
    return RedirectResponse(f"{URL}?done=saved", 303)


@router.get(PASSWORD_URL)
def password_form(request: Request, db: Db, who: ConfirmedStaff) -> HTMLResponse:
    """Asks for the new password."""
    return _password(request, who, account_queries.account(db, who.account_id).email)


@router.post(PASSWORD_URL, dependencies=[Depends(FORMS)])
def change_password(request: Request, form: Form, claim: ConfirmedClaim) -> Response:
    """Keep the new password; every other device is signed out."""
    database: Database = request.app.state.database
    with database.reading() as db:
        who = claim.settle(db)
        account = account_queries.account(db, who.account_id)
        own = own_words(db, account, settings_of(request))
    try:
        refuse_weak(form.one("password"), own)
    except PasswordRefused as refusal:
        return _password(request, who, account.email, wrong=refusal.sentence)
    hashed = hash_password(cost_of(request), form.one("password"))
    with database.writing() as db:
        accounts.change_password(db, claim.settle(db), hashed)
    return RedirectResponse(f"{URL}?done=password", 303)


@router.get(ADDRESS_URL)
def address_form(request: Request, db: Db, who: ConfirmedStaff) -> HTMLResponse:
    """Asks for the new address."""
    return _address(request, db, who, Typed())


@router.post(ADDRESS_URL, dependencies=[Depends(FORMS)])
def ask_for_address(request: Request, form: Form, db: Db, who: ConfirmedStaff) -> Response:
    """A link goes to the new address; until it is used, nothing changes."""
    try:
        asked = read(AddressForm, form)
    except WrongForm as faults:
        return _address(request, db, who, form, errors=faults.sentences)
    LINKS_TO_ADDRESS.count(request, db, f"new address of account {who.account_id}")
    accounts.ask_for_address(db, who, asked.email)
    return RedirectResponse(f"{URL}?done=address", 303)


@router.post(f"{URL}/ierices", dependencies=[Depends(FORMS)])
def end_one(form: Form, db: Db, who: AnyStaff) -> Response:
    """Sign out one device."""
    if len(part := form.one("device")) == _PART and part.isascii() and part.isalnum():
        end_device(db, who, part)
    return RedirectResponse(f"{URL}?done=device", 303)


@router.post(f"{URL}/ierices/visas", dependencies=[Depends(FORMS)])
def end_all(request: Request, db: Db, who: AnyStaff) -> Response:
    """Sign out everywhere, here too."""
    accounts.log_out_everywhere(db, who)
    response = RedirectResponse(f"{SIGN_IN_URL}?done=everywhere", 303, headers=NO_STORE)
    drop_token(request, response)
    return response


_PART = 16
"""Letters of a device's hash that name it in a form."""


def _page(
    request: Request,
    db: Session,
    who: Staff,
    *,
    form: Typed | None = None,
    errors: dict[str, Text] | None = None,
    done: str = "",
) -> HTMLResponse:
    account, moment = account_queries.account(db, who.account_id), now()
    typed = form or Typed({"name": [account.name], "locale": [account.locale]})
    return staff_page(
        request,
        who,
        "workspace/account/account.html",
        status=422 if errors else 200,
        account=account,
        form=typed,
        errors=errors or {},
        devices=[
            (one.token_hash[:_PART], one.device, one.created_at, one.seen_at, one.token_hash == who.sign_in)
            for one in account_queries.devices(db, who.account_id)
            if is_awake(one, moment)
        ],
        required=settings_of(request).is_production,
        toast=_DONE.get(done),
    )


def _password(request: Request, who: Staff, address: str, *, wrong: Text | None = None) -> HTMLResponse:
    return staff_page(
        request,
        who,
        "workspace/account/password.html",
        status=422 if wrong else 200,
        address=address,
        errors={"password": wrong} if wrong else {},
    )


def _address(
    request: Request, db: Session, who: Staff, form: Typed, *, errors: dict[str, Text] | None = None
) -> HTMLResponse:
    return staff_page(
        request,
        who,
        "workspace/account/address.html",
        status=422 if errors else 200,
        address=account_queries.account(db, who.account_id).email,
        form=form,
        errors=errors or {},
    )


_DONE: dict[str, Text] = {
    "saved": _("The changes are saved."),
    "password": _("The new password is kept. All other devices are signed out."),
    "address": _("A letter with a link is on its way to the new address. Until you open it, nothing changes."),
    "device": _("That device is signed out."),
    "second_step_off": _("The second step is turned off."),
}
