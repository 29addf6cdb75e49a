"""A new group: the weekly pattern makes sessions, which are looked at and mended before the group is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.courses.clashes import Clash
from app.courses.models import Course, Format
from app.courses.own_queries import own_course
from app.courses.planning import plan_of, plan_run, sent_before
from app.courses.planning_queries import course_title, latest_run, venues
from app.courses.timetable import RunWrong
from app.dependencies import Db, ProviderStaff
from app.i18n import Text
from app.people.staff import Staff
from app.texts import number_in
from app.web.forms import LongForm, Typed, WrongForm
from app.web.reading import language_of
from app.web.workspace.plan_form import (
    Row,
    fingerprint,
    flat,
    proposal,
    row_changed,
    rows_of_pattern,
    rows_typed,
    run_asked,
)
from app.web.workspace.shell import staff_page

router = APIRouter(prefix="/darbvieta/kursi/{course_id}/grupas", include_in_schema=False)
CourseId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class Shown:
    """The form as it is shown: what was typed, the rows it made, what is wrong and what to look out for."""

    form: Typed
    rows: Sequence[Row] = ()
    pattern: str = ""
    """Of which pattern the rows were made."""
    editing: int | None = None
    errors: Mapping[str, Text] | None = None
    clashes: Sequence[Clash] = ()
    remade: bool = False
    """Whether the pattern was changed after its sessions were looked at."""


@router.get("/jauna")
def new_group(request: Request, course_id: CourseId, db: Db, who: ProviderStaff) -> HTMLResponse:
    """An empty form with what the course's latest group had."""
    course = own_course(db, who, course_id)
    return planning_page(request, db, who, course, Shown(proposal(latest_run(db, course.id))))


@router.post("/jauna")
def plan_group(request: Request, course_id: CourseId, form: LongForm, db: Db, who: ProviderStaff) -> Response:
    """`show` makes the sessions, `edit`, `apply` and `add` mend them, `save` keeps the group."""
    course = own_course(db, who, course_id)
    step = form.one("step") or "show"
    shown = Shown(form)
    try:
        shown = _rows(form, step, language_of(request).code, self_study=course.format is Format.SELF_STUDY)
        if step == "save" and not shown.remade:
            return _save(request, db, who, course, shown)
        return planning_page(request, db, who, course, looked_at(request, db, who, course, shown))
    except WrongForm as wrong:
        rows = shown.rows or _kept_rows(form, language_of(request).code)
        shown = replace(shown, rows=rows, pattern=form.one("pattern"), errors=wrong.sentences)
        return planning_page(request, db, who, course, shown)


def _rows(form: Typed, step: str, locale: str, *, self_study: bool) -> Shown:
    """The rows after this step: made anew from a changed pattern, mended, added to, or as they were."""
    if self_study:
        return Shown(form)
    pattern = fingerprint(form)
    has_pattern = bool(form.many("weekdays") or form.one("first_day"))
    changed = has_pattern and form.one("pattern") != pattern
    if step == "show" or (step == "save" and changed):
        rows = rows_of_pattern(form, locale) if has_pattern else rows_typed(form, locale)
        return Shown(_proposed(form, rows), rows, pattern, remade=step == "save")
    rows, pattern = rows_typed(form, locale), form.one("pattern")
    if step.startswith("edit-") and (number := number_in(step[5:])) is not None and number < len(rows):
        return Shown(form, rows, pattern, editing=number)
    if step == "apply" and (number := number_in(form.one("edited"))) is not None and number < len(rows):
        rows[number] = row_changed(form, "edit")
    elif step == "add":
        rows.append(row_changed(form, "add"))
    else:
        return Shown(form, rows, pattern)
    typed = Typed({name: texts for name, texts in form.fields.items() if not name.startswith(("edit_", "add_"))})
    tokens = {row.token: row for row in rows}
    rows = rows_typed(Typed({"row": [*tokens], "held": [token for token, row in tokens.items() if row.held]}), locale)
    return Shown(typed, rows, pattern)


def _proposed(form: Typed, rows: Sequence[Row]) -> Typed:
    """A minimum asks for a day of decision: three days before the first session, until somebody says otherwise."""
    held = [row for row in rows if row.held]
    if not held or not number_in(form.one("min_participants").strip()) or form.one("decision_day"):
        return form
    day = held[0].day.toordinal() - 3
    return Typed({**form.fields, "decision_day": [type(held[0].day).fromordinal(max(1, day)).isoformat()]})


def looked_at(request: Request, db: Session, who: Staff, course: Course, shown: Shown) -> Shown:
    """The rows with what they clash with, and with what is wrong so far."""
    self_study = course.format is Format.SELF_STUDY
    try:
        asked = run_asked(shown.form, shown.rows, self_study=self_study)
        if asked.decision_day is None:  # Asked for when the group is saved; the sessions can be looked at before.
            asked = asked.model_copy(update={"min_participants": 0})
        plan = plan_of(db, who, course.id, asked, language_of(request).code)
    except RunWrong as wrong:
        return replace(shown, errors=WrongForm(flat(wrong.faults, shown.rows)).sentences)
    except WrongForm as wrong_form:
        return replace(shown, errors=wrong_form.sentences)
    return replace(shown, clashes=plan.clashes)


def _save(request: Request, db: Session, who: Staff, course: Course, shown: Shown) -> Response:
    asked = run_asked(shown.form, shown.rows, self_study=course.format is Format.SELF_STUDY)
    locale = language_of(request).code
    try:
        run = sent_before(db, who, course.id, asked) or plan_run(db, who, course.id, asked, locale)
    except RunWrong as wrong:
        errors = WrongForm(flat(wrong.faults, shown.rows)).sentences
        shown = replace(shown, form=_proposed(shown.form, shown.rows), errors=errors)
        return planning_page(request, db, who, course, shown)
    return RedirectResponse(f"/darbvieta/grupas/{run.id}?done=planned", 303)


def _kept_rows(form: Typed, locale: str) -> list[Row]:
    try:
        return rows_typed(form, locale)
    except WrongForm:
        return []


def planning_page(
    request: Request, db: Session, who: Staff, course: Course, shown: Shown, status: int | None = None
) -> HTMLResponse:
    """The form with everything that is known so far."""
    locale = language_of(request).code
    errors = shown.errors or {}
    known = venues(db)
    warned: dict[int, list[Clash]] = {}
    held = [number for number, row in enumerate(shown.rows) if row.held]
    for clash in shown.clashes:
        number = clash.place.split(".")[1] if clash.place.startswith("sessions.") else ""
        if number.isdecimal():
            warned.setdefault(held[int(number)], []).append(clash)
    return staff_page(
        request,
        who,
        "workspace/groups/new.html",
        partial="workspace/groups/_sessions.html",
        status=status or (422 if errors else 200),
        course=course,
        title=course_title(db, course.id, locale),
        self_study=course.format is Format.SELF_STUDY,
        shown=shown,
        form=shown.form,
        errors=errors,
        warned=warned,
        venues=known,
        venue_names={venue.id: venue.name for venue in known},
        url=f"/darbvieta/kursi/{course.id}/grupas/jauna",
    )
