"""Groups copied into the next term: one, looked at in the form of a new group; or many, checked in a list first."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.clock import today
from app.courses.copying import Draft, Result, copy_of, drafts_of, save_drafts, terms, weeks_to
from app.courses.models import CourseRun
from app.courses.own_queries import own_course
from app.courses.planning_queries import own_runs, runs_begun_between
from app.dependencies import Db, ProviderStaff, RunId
from app.i18n import Text, at, local
from app.people.staff import Staff
from app.refusals import NotFound
from app.texts import Day
from app.web.forms import Form, LongForm, Typed, WrongForm, read, wrong
from app.web.reading import language_of
from app.web.workspace.plan_form import Row, fingerprint, with_holidays
from app.web.workspace.planning import Shown, looked_at, planning_page
from app.web.workspace.shell import staff_page

router = APIRouter(prefix="/darbvieta/grupas", include_in_schema=False)
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
MOST = 100
"""Groups on one list."""


class CopyForm(BaseModel):
    """The day on which the first of the copies begins, or in the week after it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_day: Day


class ManyForm(CopyForm):
    """Which groups are copied, of all that were looked at together."""

    run: list[Number] = Field(min_length=1, max_length=MOST)
    all: list[Number] = Field(default_factory=list, max_length=MOST)


@router.get("/kopet")
def choose(request: Request, db: Db, who: ProviderStaff, no: str = "") -> HTMLResponse:
    """The groups of a past half-year, to choose among."""
    return _choice(request, db, who, Typed({"no": [no]}), {})


@router.post("/kopet")
def copy_many(request: Request, form: LongForm, db: Db, who: ProviderStaff) -> Response:
    """Check the copies in a list; keep those that stay ticked, and say what became of each."""
    locale = language_of(request).code
    try:
        asked = read(ManyForm, form)
        _refuse_past(asked.first_day)
    except WrongForm as faults:
        return _choice(request, db, who, form, faults.sentences)
    weeks_of = own_runs(db, who, asked.all or asked.run, locale)
    runs = [(run, title) for run, title in weeks_of if run.id in {*asked.run}]
    if not runs:
        raise NotFound
    drafts = drafts_of(db, who, weeks_of, asked.first_day, locale)
    drafts = [draft for draft in drafts if draft.run_id in {*asked.run} or form.one("sure") != "yes"]
    if form.one("sure") != "yes":
        return _check(request, who, drafts, asked)
    return _results(request, who, save_drafts(db, who, drafts, locale))


@router.get("/{run_id}/kopet")
def ask_first_day(request: Request, run_id: RunId, db: Db, who: ProviderStaff) -> HTMLResponse:
    """On which day the copy of this group begins."""
    run, title = _one(db, who, run_id, language_of(request).code)
    proposed = max(local(run.starts_at).date() + timedelta(weeks=26), today() + timedelta(weeks=2))
    return _first_day(request, who, run, title, Typed({"first_day": [proposed.isoformat()]}), {})


@router.post("/{run_id}/kopet")
def copy_one(request: Request, run_id: RunId, form: Form, db: Db, who: ProviderStaff) -> Response:
    """The copy in the form of a new group: it is saved there, once it has been looked at."""
    locale = language_of(request).code
    run, title = _one(db, who, run_id, locale)
    try:
        asked = read(CopyForm, form)
        _refuse_past(asked.first_day)
    except WrongForm as faults:
        return _first_day(request, who, run, title, form, faults.sentences)
    course = own_course(db, who, run.course_id)
    copied, left_out = copy_of(run, weeks_to([run], asked.first_day), locale)
    rows = [Row(one.day, one.begins, one.ends, one.venue_id) for one in copied.sessions]
    rows += [
        Row(day, local(one.starts_at).time(), local(one.ends_at).time(), one.venue_id, held=False)
        for day, _name in left_out
        for one in run.sessions[:1]
    ]
    fields: dict[str, list[str]] = {
        "seats": [str(copied.seats)],
        "min_participants": [str(copied.min_participants or "")],
        "decision_day": [copied.decision_day.isoformat() if copied.decision_day else ""],
        "opens": [f"{copied.opens:%Y-%m-%dT%H:%M}" if copied.opens else ""],
        "closes": [f"{copied.closes:%Y-%m-%dT%H:%M}" if copied.closes else ""],
        "teacher": [copied.teacher],
        "bring": [copied.bring],
        "venue_id": [str(copied.venue_id or "")],
        "link": [next((one.link for one in copied.sessions if one.link), "")],
        "has_waiting_list": ["yes"] if copied.has_waiting_list else [],
    }
    if copied.first_day and copied.last_day:
        fields |= {"first_day": [copied.first_day.isoformat()], "last_day": [copied.last_day.isoformat()]}
    filled = Typed(fields)
    shown = Shown(filled, with_holidays(rows, locale), fingerprint(filled))
    return planning_page(request, db, who, course, looked_at(request, db, who, course, shown), status=200)


def _one(db: Session, who: Staff, run_id: int, locale: str) -> tuple[CourseRun, str]:
    found = own_runs(db, who, [run_id], locale)
    if not found:
        raise NotFound
    return found[0]


def _refuse_past(first_day: date) -> None:
    if first_day <= today():
        raise wrong("first_day", "date_past")
    if first_day > today() + timedelta(days=700):
        raise wrong("first_day", "date_far")


def _first_day(
    request: Request, who: Staff, run: CourseRun, title: str, form: Typed, errors: Mapping[str, Text]
) -> HTMLResponse:
    return staff_page(
        request,
        who,
        "workspace/groups/copy.html",
        status=422 if errors else 200,
        run=run,
        title=title,
        form=form,
        errors=errors,
        url=f"/darbvieta/grupas/{run.id}",
    )


def _choice(request: Request, db: Session, who: Staff, form: Typed, errors: Mapping[str, Text]) -> HTMLResponse:
    offered = terms()
    first, last = next((term for term in offered if term[0].isoformat() == form.one("no")), offered[1])
    begins, ends = at(first, time(0)), at(last + timedelta(days=1), time(0))
    return staff_page(
        request,
        who,
        "workspace/groups/copy_many.html",
        status=422 if errors else 200,
        terms=offered,
        first=first,
        last=last,
        runs=runs_begun_between(db, who, begins, ends, language_of(request).code, MOST),
        form=form,
        errors=errors,
    )


def _check(request: Request, who: Staff, drafts: Sequence[Draft], asked: ManyForm) -> HTMLResponse:
    return staff_page(request, who, "workspace/groups/copy_check.html", drafts=drafts, asked=asked)


def _results(request: Request, who: Staff, results: Sequence[Result]) -> HTMLResponse:
    saved = sum(one.run_id is not None for one in results)
    return staff_page(request, who, "workspace/groups/copied.html", results=results, saved=saved)
