"""One's own data behind the private link: read them, take them away as a file, erase them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.clock import now
from app.dependencies import Db, Rules
from app.i18n import Language, Text, _, _p, date_text, moment_text
from app.limits import PRIVATE_LINKS
from app.privacy.erase import erase_registration
from app.privacy.inventory import LABELS
from app.privacy.kept import Kept, Row, Value, as_json, kept_about_registration
from app.registrations.page_queries import ACTS, own_page
from app.registrations.queries import by_link
from app.web.own_registration import REASONS, LinkKey, own_url
from app.web.pages import render
from app.web.reading import language_of
from app.web.registrations import PRIVATE

_WORDS: Mapping[str, Mapping[str, Text]] = {
    "state": {
        "pending": _p("registration", "To be confirmed"),
        "confirmed": _p("registration", "Confirmed"),
        "waitlisted": _p("registration", "On the waiting list"),
        "offered": _p("registration", "Seat offered"),
        "declined": _p("registration", "Offer declined"),
        "withdrawn": _p("registration", "Cancelled by you"),
        "expired": _p("registration", "Hold has ended"),
        "cancelled_by_provider": _p("registration", "Cancelled by the provider"),
    },
    "channel": {"web": _("Web"), "desk": _("Desk"), "phone": _("Phone"), "import": _("Import"), "api": _("API")},
    "mark": {
        "present": _("Took part"),
        "partly": _("Took part for some of the time"),
        "absent_excused": _("Absent, with reason"),
        "absent": _("Absent"),
    },
    "withdraw_reason": {reason.value: words for reason, words in REASONS.items()},
    "actor": {"resident": _("You"), "system": _("The catalogue itself")},
}
"""Codes as a person reads them, by column."""

router = APIRouter(prefix="/pieteikumi/{token}", include_in_schema=False, dependencies=[Depends(PRIVATE_LINKS)])


@dataclass(frozen=True, slots=True)
class Readable:
    """One table of what is kept: its heading, and for each row the names and values that are filled."""

    heading: Text
    rows: list[list[tuple[Text | str, str]]]


@router.get("/mani-dati")
def my_data(request: Request, token: str, key: LinkKey, db: Db) -> HTMLResponse:
    """Everything that is kept about the registration, to be read."""
    language = language_of(request)
    kept = kept_about_registration(db, by_link(db, key).id, language.code)
    return render(
        request,
        "registrations/my_data.html",
        headers=PRIVATE,
        url=own_url(token),
        sections=readable(kept, language),
    )


@router.get("/mani-dati.json")
def my_data_file(request: Request, key: LinkKey, db: Db) -> Response:
    """The same for a computer."""
    kept = kept_about_registration(db, by_link(db, key).id, language_of(request).code)
    return json_file([kept])


@router.get("/dzest")
def ask_before_erasing(request: Request, token: str, key: LinkKey, db: Db) -> HTMLResponse:
    """What goes, what stays and why."""
    page = own_page(db, key, language_of(request).code, now())
    return render(request, "registrations/erase.html", headers=PRIVATE, page=page, url=own_url(token))


@router.post("/dzest")
def erase(token: str, key: LinkKey, db: Db, rules: Rules) -> Response:
    """The person erases the data; the link's page says that it is done."""
    erase_registration(db, key, rules)
    return RedirectResponse(own_url(token), 303)


def json_file(kept: list[Kept]) -> Response:
    """A file to be kept at home, in no cache."""
    attached = {"Content-Disposition": 'attachment; filename="mani-dati.json"'}
    return Response(as_json(kept), media_type="application/json", headers=PRIVATE | attached)


def readable(kept: Kept, language: Language) -> list[Readable]:
    """The tables that hold anything, in words."""
    return [
        Readable(part.section.heading, [_readable(row, language) for row in part.rows])
        for part in kept.parts
        if part.rows
    ]


def _readable(row: Row, language: Language) -> list[tuple[Text | str, str]]:
    return [
        (LABELS[name], _said(name, value, language))
        for name, value in row.items()
        if name in LABELS and value not in {None, ""}
    ]


def _said(name: str, value: Value, language: Language) -> str:
    if isinstance(value, bool):
        return (_("Yes") if value else _("No")).say(language)
    if isinstance(value, datetime):
        return moment_text(value, "", language=language)
    if isinstance(value, date):
        return date_text(value, "", language=language)
    words = ACTS.get(str(value)) if name == "act" else None
    known = words({}) if words is not None else _WORDS.get(name, {}).get(str(value))
    return known.say(language) if known is not None else str(value)
