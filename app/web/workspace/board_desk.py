"""The board sees who is registered for a group only with a reason, which is on record."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from app.clock import now
from app.courses.models import CourseRun
from app.dependencies import BoardMember, Db, RunId
from app.i18n import Text
from app.people.staff import Staff
from app.registrations import desk_queries, openings
from app.registrations.models import Listing
from app.registrations.queries import occupancy_of
from app.texts import RequiredLine
from app.web.forms import Form, Typed, WrongForm, read
from app.web.reading import language_of
from app.web.workspace.desk import around, narrowed
from app.web.workspace.shell import staff_page

LIST = "/parvalde/grupas/{run_id}/pieteikumi"

router = APIRouter(include_in_schema=False)


class ReasonForm(BaseModel):
    """Why somebody of the board has to see names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: RequiredLine


@router.get(LIST)
def board_list(
    request: Request, run_id: RunId, db: Db, who: BoardMember, view: str = "", channel: str = "", page: str = ""
) -> HTMLResponse:
    """How many are registered; who they are, once a reason was given on this device."""
    run = desk_queries.group(db, run_id, None)
    opening = openings.opening_of(db, who, Listing.RUN, run.id)
    if opening is None:
        return _closed(request, db, who, run, Typed())
    wanted = narrowed(view, channel, "", page, opening)
    people = desk_queries.people_of_run(db, run, wanted, now())
    return staff_page(
        request,
        who,
        "board/registrations.html",
        run=run,
        title=run.course.title_in(language_of(request).code),
        **around(people, wanted, LIST.format(run_id=run.id)),
    )


@router.post(LIST)
def open_with_reason(request: Request, run_id: RunId, form: Form, db: Db, who: BoardMember) -> Response:
    """The list opens for the reason that is given; both are on record."""
    run = desk_queries.group(db, run_id, None)
    try:
        asked = read(ReasonForm, form)
    except WrongForm as faults:
        return _closed(request, db, who, run, form, errors=faults.sentences)
    openings.open_list(db, who, Listing.RUN, run.id, reason=asked.reason)
    return RedirectResponse(LIST.format(run_id=run.id), 303)


def _closed(
    request: Request, db: Session, who: Staff, run: CourseRun, form: Typed, *, errors: dict[str, Text] | None = None
) -> HTMLResponse:
    return staff_page(
        request,
        who,
        "board/registrations_closed.html",
        status=422 if errors else 200,
        run=run,
        title=run.course.title_in(language_of(request).code),
        occupancy=occupancy_of(db, run, now()),
        form=form,
        errors=errors or {},
    )
