"""All registrations of an address: a mailed link that works once and soon shows them; no session is kept."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.clock import now
from app.dependencies import Configured, Db, Rules
from app.i18n import Text, _
from app.limits import LINKS_TO_ADDRESS, ONE_TIME_LINKS, PRIVATE_LINKS
from app.links import sign
from app.people.addresses import email_key
from app.privacy.erase import erase_address
from app.privacy.kept import kept_about_address
from app.registrations import own_list
from app.registrations.inputs import NewAddress
from app.registrations.own_list_queries import entries_of
from app.registrations.refusals import OneTimeLinkSpent
from app.web.forms import Form, Typed, WrongForm, read
from app.web.my_data import json_file
from app.web.own_registration import own_url
from app.web.pages import render
from app.web.reading import language_of
from app.web.registrations import PRIVATE

URL = "/pieteikumi"
LINK_URL = "/pieteikumi/visi/{token}"
PAGE_URL = "/pieteikumi/visi"

router = APIRouter(include_in_schema=False, dependencies=[Depends(PRIVATE_LINKS)])


@router.get(URL)
def address_form(request: Request, done: str = "") -> HTMLResponse:
    """Where one asks for the link."""
    return _form(request, sent=done == "sent", erased=done == "erased")


@router.post(URL)
def ask_for_link(request: Request, form: Form, db: Db, settings: Configured) -> Response:
    """The answer is the same for every address: only its owner learns by mail what is kept under it."""
    try:
        asked = read(NewAddress, form)
    except WrongForm as faults:
        return _form(request, form=form, errors=faults.sentences)
    ONE_TIME_LINKS.count(request, db)
    if LINKS_TO_ADDRESS.takes(request, db, email_key(asked.email)):
        own_list.ask_for_link(db, asked, settings.secret_key.get_secret_value(), language_of(request).code)
    return RedirectResponse(f"{URL}?done=sent", 303)


@router.post(PAGE_URL + "/mani-dati.json")
def all_my_data(request: Request, form: Form, db: Db) -> Response:
    """Everything that is kept about the address, as a file."""
    try:
        key = own_list.address_of(db, form.one("ticket"))
    except OneTimeLinkSpent:
        return _spent(request)
    return json_file(kept_about_address(db, key, language_of(request).code))


@router.post(PAGE_URL + "/dzest")
def erase_all(request: Request, form: Form, db: Db, rules: Rules) -> Response:
    """First what goes, what stays and why; then, by the second button, everything under the address is erased."""
    ticket = form.one("ticket")
    try:
        key = own_list.address_of(db, ticket)
    except OneTimeLinkSpent:
        return _spent(request)
    if form.one("step") != "erase":
        entries = entries_of(db, key, language_of(request).code, now())
        count = sum(entry.is_active for entry in entries)
        return render(request, "registrations/erase_all.html", headers=PRIVATE, ticket=ticket, active=count)
    erase_address(db, key, rules)
    return RedirectResponse(f"{URL}?done=erased", 303)


@router.get(LINK_URL)
def before_opening(request: Request, token: str, db: Db) -> HTMLResponse:
    """Only a button: whatever opens links in mails before their reader does must not use this one up."""
    if not own_list.can_be_opened(db, token):
        return _spent(request)
    return render(request, "registrations/open_list.html", headers=PRIVATE, url=LINK_URL.format(token=token))


@router.post(LINK_URL)
def open_list(request: Request, token: str, db: Db, settings: Configured) -> HTMLResponse:
    """Everything under the address, shown once; the page may be acted on for some minutes."""
    try:
        opened = own_list.open_link(db, token)
    except OneTimeLinkSpent:
        return _spent(request)
    secret = settings.secret_key.get_secret_value()
    entries = entries_of(db, opened.address_key, language_of(request).code, now())
    links = {
        entry.registration.id: own_url(sign(secret, "registration", entry.registration.link_key)) for entry in entries
    }
    return render(
        request,
        "registrations/all.html",
        headers=PRIVATE,
        opened=opened,
        active=[entry for entry in entries if entry.is_active],
        past=[entry for entry in entries if not entry.is_active],
        links=links,
    )


def _spent(request: Request) -> HTMLResponse:
    """Used, late or never ours: the same page, with the form to ask again."""
    return _form(request, notice=OneTimeLinkSpent.sentence, status=OneTimeLinkSpent.status)


def _form(
    request: Request,
    *,
    form: Typed | None = None,
    errors: dict[str, Text] | None = None,
    notice: Text | None = None,
    status: int = 200,
    sent: bool = False,
    erased: bool = False,
) -> HTMLResponse:
    return render(
        request,
        "registrations/ask_for_all.html",
        status=422 if errors else status,
        headers=PRIVATE,
        form=form or Typed(),
        errors=errors or {},
        notice=notice,
        sent=sent,
        toast=_("Everything under your address is erased. No letter follows: we have no address any more.")
        if erased
        else None,
    )
