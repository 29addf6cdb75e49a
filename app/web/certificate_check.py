"""Whether a certificate is genuine, for whoever holds it: by its number and its code, and by nothing less.

Asked by POST, so that no log of an address holds them. A wrong number and a wrong code get the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from app.dependencies import Db
from app.i18n import Text
from app.limits import CERTIFICATES
from app.participation.certificate_queries import by_number_and_code, run_of
from app.participation.inputs import CheckForm
from app.participation.paper import HEADINGS
from app.participation.printed import Printed
from app.web.forms import Form, Typed, WrongForm, read
from app.web.pages import render
from app.web.reading import language_of
from app.web.registrations import PRIVATE

router = APIRouter(prefix="/apliecibas", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Genuine:
    """What the page tells about a certificate: what the paper says, and of the name no more than its initials."""

    kind: Text
    title: str
    provider: str
    hours: Decimal
    issued_on: date
    revoked_on: date | None
    initials: str
    """Enough to see that a paper bears another name; empty when the name was erased."""


@router.get("")
def ask(request: Request) -> HTMLResponse:
    """Number and code."""
    return _page(request, Typed())


@router.post("", dependencies=[Depends(CERTIFICATES)])
def check(request: Request, form: Form, db: Db) -> HTMLResponse:
    """Genuine, revoked, or not known."""
    try:
        asked = read(CheckForm, form)
    except WrongForm as faults:
        return _page(request, form, errors=faults.sentences)
    number = asked.number.upper().replace(" ", "").replace("–", "-")
    code = "".join(sign for sign in asked.code.upper() if sign.isalnum())
    found = by_number_and_code(db, number, code)
    if found is None:
        return _page(request, form, unknown=True)
    certificate, locale = found.certificate, language_of(request).code
    printed = Printed.on(certificate, run_of(db, found.run_id))
    genuine = Genuine(
        HEADINGS[printed.kind],
        printed.title(locale),
        printed.provider(locale),
        printed.hours,
        certificate.issued_on,
        certificate.revoked_on,
        " ".join(f"{part[0]}." for part in (certificate.name or "").split()),
    )
    return _page(request, form, genuine=genuine)


def _page(
    request: Request,
    form: Typed,
    *,
    errors: Mapping[str, Text] | None = None,
    genuine: Genuine | None = None,
    unknown: bool = False,
) -> HTMLResponse:
    return render(
        request,
        "certificates/check.html",
        status=422 if errors else 200,
        headers=PRIVATE if form.fields else None,
        form=form,
        errors=errors or {},
        genuine=genuine,
        unknown=unknown,
    )
