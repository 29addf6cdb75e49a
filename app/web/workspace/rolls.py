"""The roll of a session, on a phone by one hand, and the list of sessions that wait to be marked."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from app.clock import now, today
from app.dependencies import Db, RunStaff
from app.i18n import Text, _, _p, at, local
from app.participation import roll_queries as queries
from app.participation import rolls as acts
from app.participation.attendance import held_of, roll_of
from app.participation.inputs import MOST_TICKS, HeadCountForm, Tick
from app.participation.models import CountedHow, Mark
from app.people.staff import Staff
from app.refusals import Conflict
from app.registrations.openings import open_group, sees_group
from app.web.forms import Form, Typed, WrongForm, read, wrong
from app.web.reading import language_of
from app.web.workspace.shell import NO_STORE, staff_page

PAGE = 50
MOST_ON_A_PAGE = 100
"""So many people stand on one page of a roll: more than a class has, fewer than a form may have fields."""
MARKS: Mapping[Mark, Text] = {
    Mark.PRESENT: _p("roll", "Here"),
    Mark.PARTLY: _p("roll", "Partly"),
    Mark.ABSENT_EXCUSED: _p("roll", "Excused"),
    Mark.ABSENT: _p("roll", "Absent"),
}
COUNTED: Mapping[CountedHow, Text] = {
    CountedHow.ON_THE_SPOT: _("Counted on the spot"),
    CountedHow.ESTIMATED: _("Estimated"),
    CountedHow.REGISTERED: _p("counted", "Registered"),
}
HEADS = (CountedHow.ON_THE_SPOT, CountedHow.ESTIMATED)
"""How people who did not register can be counted."""
_DONE: Mapping[str, Text] = {
    "saved": _("The marks are saved."),
    "rest": _("All the others are marked as here."),
    "finished": _("The roll is finished."),
}
_FIELD = re.compile(r"m([1-9][0-9]{0,9})")
_SHOWN = re.compile(r"([1-9][0-9]{0,9}):([a-z_]*)")
_BY_VALUE = {mark.value: mark for mark in Mark}
_TICKS = TypeAdapter(list[Tick])

router = APIRouter(include_in_schema=False)
SessionId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Page = Annotated[int, Query(ge=1, le=10_000)]


@router.get("/darbvieta/apmeklejums")
def sessions_to_mark(request: Request, db: Db, who: RunStaff, page: Page = 1) -> HTMLResponse:
    """Today's sessions, and those of before whose roll is not finished."""
    moment, day = now(), today()
    begins = at(day, moment.min.time())
    number = queries.count_to_mark(db, who, begins)
    pages = max(1, -(-number // PAGE))
    waiting = held_of(db, queries.to_mark(db, who, begins, (min(page, pages) - 1) * PAGE, PAGE))
    todays = held_of(
        db, queries.sessions_between(db, who, begins, at(day + timedelta(days=1), moment.min.time()), PAGE)
    )
    locale = language_of(request).code
    return staff_page(
        request,
        who,
        "workspace/rolls/sessions.html",
        waiting=waiting,
        todays=todays,
        number=number,
        page=min(page, pages),
        pages=pages,
        seated=queries.count_seated(db, {one.session.run_id for one in [*waiting, *todays]}),
        titles={one.session.run_id: one.session.run.course.title_in(locale) for one in [*waiting, *todays]},
        opens={one.session.id: acts.opens_at(one.session) for one in todays},
    )


@router.get("/darbvieta/nodarbibas/{session_id}")
def roll(
    request: Request, session_id: SessionId, db: Db, who: RunStaff, done: str = "", page: Page = 1
) -> HTMLResponse:
    """The roll: names once the list is opened on this device."""
    return _roll(request, db, who, session_id, page, toast=_DONE.get(done))


@router.post("/darbvieta/nodarbibas/{session_id}/atvert")
def open_names(session_id: SessionId, db: Db, who: RunStaff) -> Response:
    """The names are shown on this device from now; the opening is recorded."""
    session = queries.own_session(db, who, session_id)
    open_group(db, who, session.run_id, "roll")
    return RedirectResponse(_url(session_id), 303)


@router.post("/darbvieta/nodarbibas/{session_id}/atzimes")
def take_ticks(request: Request, session_id: SessionId, form: Form, db: Db, who: RunStaff) -> Response:
    """What the page has ticked since it was last heard; the answer says how far the roll is."""
    try:
        ticks = _TICKS.validate_python([_tick(text) for text in form.many("tick")[:MOST_TICKS]])
    except ValidationError:
        return HTMLResponse(status_code=422, headers=NO_STORE)
    left_out = acts.take_ticks(db, who, session_id, ticks)
    found = roll_of(db, who, session_id, language_of(request).code, named=False)
    return staff_page(request, who, "workspace/rolls/_status.html", roll=found, left_out=left_out)


@router.post("/darbvieta/nodarbibas/{session_id}")
def send_roll(request: Request, session_id: SessionId, form: Form, db: Db, who: RunStaff, page: Page = 1) -> Response:
    """The whole page of the roll, as it comes without scripts or at the end; what was pressed says what follows."""
    try:
        acts.mark_as_shown(db, who, session_id, _shown(form), _given(form))
    except Conflict as refusal:
        return _roll(request, db, who, session_id, page, form=form, refusal=refusal)
    try:
        heads = read(HeadCountForm, form)
        if heads.counted_how not in HEADS:
            raise wrong("counted_how", "choice_unknown")
    except WrongForm as faults:
        return _roll(request, db, who, session_id, page, form=form, errors=faults.sentences)
    if heads.as_kept() != form.one("heads"):  # What the page showed and nobody changed is somebody else's to change.
        acts.count_heads(db, who, session_id, heads)
    done = "saved"
    try:
        if "rest" in form.fields:
            acts.mark_the_rest(db, who, session_id)
            done = "rest"
        elif "finish" in form.fields:
            acts.finish_roll(db, who, session_id)
            done = "finished"
    except Conflict as refusal:
        return _roll(request, db, who, session_id, page, refusal=refusal)
    if done == "finished":
        return RedirectResponse(f"{_url(session_id)}?done={done}", 303)
    return RedirectResponse(f"{_url(session_id)}?done={done}" + (f"&page={page}" if page > 1 else ""), 303)


def _roll(
    request: Request,
    db: Session,
    who: Staff,
    session_id: int,
    page: int,
    *,
    toast: Text | None = None,
    form: Typed | None = None,
    errors: Mapping[str, Text] | None = None,
    refusal: Conflict | None = None,
) -> HTMLResponse:
    named = sees_group(db, who, queries.own_session(db, who, session_id).run_id)
    found = roll_of(db, who, session_id, language_of(request).code, named=named)
    pages = max(1, -(-len(found.people) // MOST_ON_A_PAGE))
    page = min(page, pages)
    moment = now()
    return staff_page(
        request,
        who,
        "workspace/rolls/roll.html",
        status=refusal.status if refusal else 422 if errors else 200,
        roll=found,
        left_out=0,
        named=named,
        people=found.people[(page - 1) * MOST_ON_A_PAGE : page * MOST_ON_A_PAGE],
        page=page,
        pages=pages,
        early=found.is_early(moment),
        opens_at=acts.opens_at(found.session),
        made_at=int(moment.timestamp() * 1000),
        day=local(found.session.starts_at).date(),
        marks=MARKS,
        counted=[(how.value, COUNTED[how]) for how in HEADS],
        url=_url(session_id),
        form=form,
        errors=errors or {},
        toast=toast,
        notice=refusal.sentence if refusal else None,
    )


def _url(session_id: int) -> str:
    return f"/darbvieta/nodarbibas/{session_id}"


def _tick(text: str) -> dict[str, str]:
    """A tick as the page writes it: id, registration, mark and time, parted by commas."""
    return dict(zip(("tick", "registration", "mark", "made"), text.split(","), strict=False))


def _given(form: Typed) -> dict[int, Mark]:
    """The marks of a whole page."""
    found = {}
    for name in form.fields:
        field, value = _FIELD.fullmatch(name), form.one(name)
        if field and value in _BY_VALUE:
            found[_number(field[1])] = _BY_VALUE[value]
    return found


def _shown(form: Typed) -> dict[int, Mark | None]:
    """What stood on the page when it was opened: “12:present 13:”."""
    pairs = [pair for text in form.one("shown").split() if (pair := _SHOWN.fullmatch(text))]
    return {_number(pair[1]): _BY_VALUE.get(pair[2]) for pair in pairs}


def _number(digits: str) -> int:
    return min(int(digits), 2**31 - 1)
