"""The public register of permits for non-formal education programmes: searched by words and validity."""

from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from app.clock import today
from app.dependencies import Db
from app.i18n import Text, _, _p
from app.limits import COSTLY
from app.permits.queries import permits_register
from app.search.filters import clean_text
from app.web.asking import read_page
from app.web.csv_file import csv_file, decimal_text
from app.web.pages import render
from app.web.reading import language_of

STATES: dict[str, tuple[Text, bool | None]] = {
    "": (_p("permits", "All"), None),
    "valid": (_("In force"), True),
    "expired": (_("Not in force"), False),
}
"""The views of the register by the word in their address: name, and whether permits in it are in force."""
TABLE_URL = "/atlaujas.csv"
MOST_ROWS = 20_000
_COLUMNS = (
    _("Number"),
    _("Programme"),
    _("Holder"),
    _("Academic hours"),
    _("Issued"),
    _("Valid until"),
    _("Validity"),
    _("Decision"),
)

router = APIRouter(include_in_schema=False)


@router.get("/atlaujas")
def permits(request: Request, db: Db) -> HTMLResponse:
    """Permits, the latest first, whose number, programme or holder hold the words."""
    language = language_of(request)
    words, state = _asked(request)
    found = permits_register(
        db, words, read_page(request.query_params.get("page", "")), today(), valid=STATES[state][1]
    )

    def url(page: int = 1, state: str = state) -> str:
        """The address of another page or view of the same search."""
        pairs = [("q", words), ("state", state), ("page", str(page) if page > 1 else "")]
        asked = urlencode([(name, value) for name, value in pairs if value])
        return f"/atlaujas?{asked}" if asked else "/atlaujas"

    return render(
        request,
        "permits/permits.html",
        partial="permits/_register.html",
        headers={"HX-Replace-Url": url(found.page)} if request.headers.get("hx-trigger-name") == "q" else {},
        words=words,
        state=state,
        views=[
            (name.say(language), url(state=value), value == state, None) for value, (name, _valid) in STATES.items()
        ],
        found=found,
        url=url,
        table=url().replace("/atlaujas", TABLE_URL, 1),
        day=today(),
    )


@router.get(TABLE_URL, dependencies=[Depends(COSTLY)])
def permits_as_table(request: Request, db: Db) -> Response:
    """The same permits for spreadsheets, all of them in one file."""
    language = language_of(request)
    words, state = _asked(request)
    found = permits_register(db, words, 1, today(), valid=STATES[state][1], per_page=MOST_ROWS)
    rows = (
        [
            permit.number,
            permit.programme,
            permit.holder,
            decimal_text(permit.hours, language),
            f"{permit.issued_on:%d.%m.%Y.}",
            f"{permit.valid_until:%d.%m.%Y.}",
            (_p("permit", "Valid") if permit.is_valid else _p("permit", "Expired")).say(language),
            permit.decision,
        ]
        for permit in found.items
    )
    return csv_file("atlaujas.csv", [[name.say(language) for name in _COLUMNS], *rows])


def _asked(request: Request) -> tuple[str, str]:
    """The words and the view that the address asks for; a view nobody knows is all."""
    state = request.query_params.get("state", "")
    return clean_text(request.query_params.get("q", "")), state if state in STATES else ""
