"""Mailed links of staff: an invitation, a new password, a new address. Opening one changes nothing; each works once."""

from collections.abc import Iterable

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.db import Database
from app.dependencies import Db, settings_of
from app.i18n import Text
from app.limits import FORMS, LINKS_TO_ADDRESS, ONE_TIME_LINKS, PRIVATE_LINKS
from app.links import read as read_link
from app.people import account_queries, accounts
from app.people.account_links import PURPOSES, is_open
from app.people.addresses import email_key
from app.people.inputs import AddressForm
from app.people.models import Account, LinkKind
from app.people.new_passwords import PasswordRefused, refuse_weak
from app.people.passwords import hash_password
from app.people.queries import short_names
from app.people.refusals import AccountLinkSpent, AddressTaken
from app.settings import Settings
from app.web.errors import SIGN_IN_URL
from app.web.forms import Form, Typed, WrongForm, read
from app.web.pages import render
from app.web.workspace.devices import device_of, keep_token, make_known, token_of
from app.web.workspace.menu import home_of
from app.web.workspace.shell import NO_STORE
from app.web.workspace.sign_in import cost_of

FORGOTTEN_URL = "/pieslegties/parole"
RESET_URL = "/pieslegties/parole/{token}"
INVITATION_URL = "/pieslegties/uzaicinajums/{token}"
ADDRESS_URL = "/pieslegties/epasts/{token}"
router = APIRouter(include_in_schema=False, dependencies=[Depends(PRIVATE_LINKS)])


@router.get(FORGOTTEN_URL)
def forgotten(request: Request, done: str = "") -> HTMLResponse:
    """Where one asks for a new password."""
    return _ask(request, sent=done == "sent")


@router.post(FORGOTTEN_URL, dependencies=[Depends(FORMS)])
def ask_for_reset(request: Request, form: Form, db: Db) -> Response:
    """The answer is the same for every address: only its owner learns by mail whether it has an account."""
    try:
        asked = read(AddressForm, form)
    except WrongForm as faults:
        return _ask(request, form, errors=faults.sentences)
    ONE_TIME_LINKS.count(request, db)
    if LINKS_TO_ADDRESS.takes(request, db, f"account {email_key(asked.email)}"):
        accounts.ask_for_reset(db, asked.email)
    return RedirectResponse(f"{FORGOTTEN_URL}?done=sent", 303, headers=NO_STORE)


@router.get(RESET_URL)
def reset_form(request: Request, token: str, db: Db) -> HTMLResponse:
    """Asks for the new password."""
    return _choose(request, _account_behind(request, db, token, LinkKind.RESET), RESET_URL, token)


@router.post(RESET_URL, dependencies=[Depends(FORMS)])
def reset(request: Request, token: str, form: Form) -> Response:
    """Keep the new password; one signs in with it, and with the code where there is one."""
    database: Database = request.app.state.database
    with database.reading() as db:
        account = _account_behind(request, db, token, LinkKind.RESET)
        own = own_words(db, account, settings_of(request))
    try:
        refuse_weak(form.one("password"), own)
    except PasswordRefused as refusal:
        return _choose(request, account, RESET_URL, token, wrong=refusal.sentence)
    hashed = hash_password(cost_of(request), form.one("password"))
    with database.writing() as db:
        accounts.reset_password(db, _key(request, token, LinkKind.RESET), hashed)
    return RedirectResponse(f"{SIGN_IN_URL}?done=password", 303, headers=NO_STORE)


@router.get(INVITATION_URL)
def invitation(request: Request, token: str, db: Db) -> HTMLResponse:
    """Who is invited, and asks for a password."""
    return _choose(request, _account_behind(request, db, token, LinkKind.INVITATION), INVITATION_URL, token)


@router.post(INVITATION_URL, dependencies=[Depends(FORMS)])
def accept_invitation(request: Request, token: str, form: Form) -> Response:
    """The account is in use, and this device is signed in."""
    database: Database = request.app.state.database
    with database.reading() as db:
        account = _account_behind(request, db, token, LinkKind.INVITATION)
        own = own_words(db, account, settings_of(request))
    try:
        refuse_weak(form.one("password"), own)
    except PasswordRefused as refusal:
        return _choose(request, account, INVITATION_URL, token, wrong=refusal.sentence)
    hashed = hash_password(cost_of(request), form.one("password"))
    with database.writing() as db:
        key = _key(request, token, LinkKind.INVITATION)
        begun = accounts.accept_invitation(db, key, hashed, device=device_of(request), old_token=token_of(request))
    response = RedirectResponse(home_of(account.role), 303, headers=NO_STORE)
    keep_token(request, response, begun)
    make_known(request, response, account.id)
    return response


@router.get(ADDRESS_URL)
def new_address(request: Request, token: str, db: Db) -> HTMLResponse:
    """Asks whether this is the new address."""
    _account_behind(request, db, token, LinkKind.NEW_EMAIL)
    link = account_queries.link_by_key(db, _key(request, token, LinkKind.NEW_EMAIL), LinkKind.NEW_EMAIL)
    return render(
        request,
        "workspace/sign_in/new_address.html",
        headers=NO_STORE,
        url=ADDRESS_URL.format(token=token),
        address=link.email if link else "",
    )


@router.post(ADDRESS_URL, dependencies=[Depends(FORMS)])
def confirm_address(request: Request, token: str, db: Db) -> Response:
    """The account has the new address from now on; one signs in with it."""
    try:
        accounts.confirm_address(db, _key(request, token, LinkKind.NEW_EMAIL))
    except AddressTaken:
        raise AccountLinkSpent from None  # Whose it is by now, nobody learns.
    return RedirectResponse(f"{SIGN_IN_URL}?done=address", 303, headers=NO_STORE)


def own_words(db: Session, account: Account, settings: Settings) -> Iterable[str]:
    """Words that somebody who knows the account tries first."""
    names = short_names(db, account.provider_id)
    return [
        account.name,
        account.email,
        account.email.partition("@")[0],
        settings.city,
        settings.institution,
        settings.municipality,
        *names.values(),
        *account_queries.provider_names(db, account.provider_id),
    ]


def _key(request: Request, token: str, kind: LinkKind) -> str:
    key = read_link(settings_of(request).secret_key.get_secret_value(), PURPOSES[kind], token)
    if key is None:
        raise AccountLinkSpent
    return key


def _account_behind(request: Request, db: Session, token: str, kind: LinkKind) -> Account:
    """Whose link it is, while it works."""
    link = account_queries.link_by_key(db, _key(request, token, kind), kind)
    if link is None or not is_open(link):
        raise AccountLinkSpent
    account = account_queries.account(db, link.account_id)
    if not account.is_active:
        raise AccountLinkSpent
    return account


def _ask(
    request: Request, form: Typed | None = None, *, errors: dict[str, Text] | None = None, sent: bool = False
) -> HTMLResponse:
    return render(
        request,
        "workspace/sign_in/forgotten.html",
        status=422 if errors else 200,
        headers=NO_STORE,
        form=form or Typed(),
        errors=errors or {},
        sent=sent,
    )


def _choose(request: Request, account: Account, url: str, token: str, *, wrong: Text | None = None) -> HTMLResponse:
    return render(
        request,
        "workspace/sign_in/new_password.html",
        status=422 if wrong else 200,
        headers=NO_STORE,
        account=account,
        is_invitation=url == INVITATION_URL,
        url=url.format(token=token),
        errors={"password": wrong} if wrong else {},
    )
