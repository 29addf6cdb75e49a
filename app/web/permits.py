"""The public register of permits for non-formal education programmes: searched by words and validity."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.clock import today
from app.dependencies import Db
from app.i18n import Text, _, _p
from app.permits.queries import permits_register
from app.search.filters import clean_text
from app.web.asking import read_page
from app.web.pages import render
from app.web.reading import language_of

STATES: dict[str, tuple[Text, bool | None]] = {
    "": (_p("permits", "All"), None),
    "valid": (_("In force"), True),
    "expired": (_("Not in force"), False),
}
"""The views of the register by the word in their address: name, and whether permits in it are in force."""

router = APIRouter(include_in_schema=False)


@router.get("/atlaujas")
def permits(request: Request, db: Db) -> HTMLResponse:
    """Permits, the latest first, whose number, programme or holder hold the words."""
    language = language_of(request)
    words = clean_text(request.query_params.get("q", ""))
    state = request.query_params.get("state", "")
    state = state if state in STATES else ""
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
        day=today(),
    )
