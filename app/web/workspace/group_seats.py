"""A seat that is free close to the start: staff see who is first in the queue, give it to them, or leave it free."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.clock import now
from app.dependencies import Db, Rules, RunId, RunStaff
from app.i18n import DEFAULT
from app.people.staff import Staff
from app.refusals import Conflict
from app.registrations import late_seats as acts
from app.registrations.models import Registration
from app.registrations.seats import SeatRules
from app.texts import number_in
from app.web.forms import Form
from app.web.reading import language_of
from app.web.workspace.shell import staff_page

router = APIRouter(prefix="/darbvieta/grupas/{run_id}/briva-vieta", include_in_schema=False)


@router.get("")
def free_seats(request: Request, run_id: RunId, db: Db, who: RunStaff, rules: Rules) -> HTMLResponse:
    """How many seats are free and how many people wait; nobody's name."""
    return _page(request, db, who, run_id, rules)


@router.post("/pirmais")
def show_first(request: Request, run_id: RunId, db: Db, who: RunStaff, rules: Rules) -> HTMLResponse:
    """Who is first in the queue; the look is recorded."""
    key = acts.provider_link(db, who, run_id)
    try:
        first = acts.show_first(db, key, rules, who.actor)
    except Conflict as refusal:
        return _page(request, db, who, run_id, rules, refusal=refusal)
    return _page(request, db, who, run_id, rules, first=first)


@router.post("/atdot")
def give_seat(request: Request, run_id: RunId, form: Form, db: Db, who: RunStaff, rules: Rules) -> Response:
    """The seat goes to the person who was shown."""
    key, shown = acts.provider_link(db, who, run_id), form.one("registration")
    try:
        acts.give_seat(db, key, number_in(shown) or 0, rules, who.actor)
    except Conflict as refusal:
        return _page(request, db, who, run_id, rules, refusal=refusal)
    return RedirectResponse(f"/darbvieta/grupas/{run_id}?done=given", 303)


@router.post("/atstat")
def leave_free(request: Request, run_id: RunId, db: Db, who: RunStaff, rules: Rules) -> Response:
    """The seat stays free."""
    key = acts.provider_link(db, who, run_id)
    try:
        acts.leave_free(db, key, rules, who.actor)
    except Conflict as refusal:
        return _page(request, db, who, run_id, rules, refusal=refusal)
    return RedirectResponse(f"/darbvieta/grupas/{run_id}?done=left", 303)


def _page(
    request: Request,
    db: Session,
    who: Staff,
    run_id: int,
    rules: SeatRules,
    *,
    first: Sequence[Registration] = (),
    refusal: Conflict | None = None,
) -> HTMLResponse:
    seats = acts.own_late_seats(db, who, run_id, rules)
    locale = language_of(request).code
    return staff_page(
        request,
        who,
        "late_seats/seats.html",
        status=refusal.status if refusal else 200,
        seats=seats,
        title=seats.title(locale),
        untranslated=locale != DEFAULT and locale not in seats.run.course.texts,
        url=f"/darbvieta/grupas/{run_id}/briva-vieta",
        over=seats.run.cancelled_at is not None or seats.run.ends_at <= now(),
        first=first,
        toast=None,
        notice=refusal.sentence if refusal else None,
    )
