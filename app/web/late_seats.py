"""The provider decides about seats that are free close to the start, behind the signed link of a letter.

Opening the link names nobody. Who is first in the queue is shown by a button, because every look at a name is written
into the log of actions, and a GET writes nothing: so the page with the name answers that POST itself.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.clock import now
from app.dependencies import Configured, Db, Rules
from app.i18n import DEFAULT, Text, _
from app.limits import PRIVATE_LINKS
from app.links import read as read_token
from app.refusals import Conflict
from app.registrations import late_seats as acts
from app.registrations.models import Registration
from app.registrations.refusals import LinkUnknown, NoSeatToGive
from app.registrations.seats import SeatRules
from app.texts import number_in
from app.web.forms import Form
from app.web.pages import render
from app.web.reading import language_of
from app.web.registrations import PRIVATE

_DONE: Mapping[str, Text] = {
    "given": _("The seat is given, and we write to the person at once."),
    "left": _("The seat stays free. You can still give it to the first on the list."),
}

router = APIRouter(prefix="/brivas-vietas/{token}", include_in_schema=False, dependencies=[Depends(PRIVATE_LINKS)])


def link_key(token: str, settings: Configured) -> str:
    """The key inside the link; a link that we did not sign opens nothing."""
    key = read_token(settings.secret_key.get_secret_value(), "late_seats", token)
    if key is None:
        raise LinkUnknown
    return key


LinkKey = Annotated[str, Depends(link_key)]


@router.get("")
def free_seats(request: Request, token: str, key: LinkKey, db: Db, rules: Rules, done: str = "") -> HTMLResponse:
    """How many seats are free and how many people wait; nobody's name."""
    return _page(request, db, token, key, rules, toast=_DONE.get(done))


@router.post("/pirmais")
def show_first(request: Request, token: str, key: LinkKey, db: Db, rules: Rules) -> HTMLResponse:
    """Who is first in the queue; the look is recorded."""
    try:
        first = acts.show_first(db, key, rules)
    except Conflict as refusal:
        return _page(request, db, token, key, rules, refusal=refusal)
    return _page(request, db, token, key, rules, first=first)


@router.post("/atdot")
def give_seat(request: Request, token: str, key: LinkKey, form: Form, db: Db, rules: Rules) -> Response:
    """The seat goes to the person who was shown, and the next one is shown; or the page says why not."""
    shown = form.one("registration")
    try:
        acts.give_seat(db, key, number_in(shown) or 0, rules)
    except Conflict as refusal:
        return _page(request, db, token, key, rules, refusal=refusal)
    try:
        following = acts.show_first(db, key, rules)
    except NoSeatToGive:
        return RedirectResponse(f"{_url(token)}?done=given", 303)
    return _page(request, db, token, key, rules, first=following, toast=_DONE["given"])


@router.post("/atstat")
def leave_free(request: Request, token: str, key: LinkKey, db: Db, rules: Rules) -> Response:
    """The seat stays free."""
    try:
        acts.leave_free(db, key, rules)
    except Conflict as refusal:
        return _page(request, db, token, key, rules, refusal=refusal)
    return RedirectResponse(f"{_url(token)}?done=left", 303)


def _url(token: str) -> str:
    return f"/brivas-vietas/{token}"


def _page(
    request: Request,
    db: Session,
    token: str,
    key: str,
    rules: SeatRules,
    *,
    first: Sequence[Registration] = (),
    toast: Text | None = None,
    refusal: Conflict | None = None,
) -> HTMLResponse:
    seats = acts.late_seats(db, key, rules)
    locale = language_of(request).code
    return render(
        request,
        "late_seats/seats.html",
        status=refusal.status if refusal else 200,
        headers=PRIVATE,
        seats=seats,
        title=seats.title(locale),
        untranslated=locale != DEFAULT and locale not in seats.run.course.texts,
        url=_url(token),
        over=seats.run.cancelled_at is not None or seats.run.ends_at <= now(),
        first=first,
        toast=toast,
        notice=refusal.sentence if refusal else None,
    )
