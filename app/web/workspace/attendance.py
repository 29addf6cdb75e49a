"""The attendance of a group: its sessions, who was at which, the hours, and a list to print and sign."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.clock import now
from app.courses.own_queries import own_run
from app.dependencies import Db, RunId, RunStaff
from app.participation.attendance import attendance_of
from app.participation.certificate_queries import own_run as own_run_with_course
from app.registrations.models import Listing
from app.registrations.openings import open_group, record_copy, sees_group
from app.web.reading import language_of
from app.web.workspace.rolls import MARKS, Page
from app.web.workspace.shell import staff_page

PAGE = 50
router = APIRouter(prefix="/darbvieta/grupas/{run_id}/apmeklejums", include_in_schema=False)


@router.get("")
def attendance(request: Request, run_id: RunId, db: Db, who: RunStaff, page: Page = 1) -> HTMLResponse:
    """Sessions and hours; names beside them once the list is opened on this device."""
    run, moment = own_run_with_course(db, who, run_id), now()
    named = sees_group(db, who, run_id)
    found = attendance_of(db, run, moment, named=named)
    pages = max(1, -(-len(found.people) // PAGE))
    page = min(page, pages)
    return staff_page(
        request,
        who,
        "workspace/rolls/attendance.html",
        run=run,
        title=run.course.title_in(language_of(request).code),
        found=found,
        named=named,
        people=found.people[(page - 1) * PAGE : page * PAGE],
        page=page,
        pages=pages,
        marks=MARKS,
        moment=moment,
        url=_url(run_id),
    )


@router.post("/atvert")
def open_names(run_id: RunId, db: Db, who: RunStaff) -> Response:
    """The names are shown on this device from now; the opening is recorded."""
    own_run(db, who, run_id)
    open_group(db, who, run_id, "attendance")
    return RedirectResponse(_url(run_id), 303)


@router.post("/drukat")
def list_to_sign(request: Request, run_id: RunId, db: Db, who: RunStaff) -> Response:
    """An empty list with room for signatures; the browser prints it. That names leave the page is on record."""
    run = own_run_with_course(db, who, run_id)
    if not sees_group(db, who, run_id):
        return RedirectResponse(_url(run_id), 303)
    found = attendance_of(db, run, now(), named=True)
    people = [one for one in found.people if one.participant.has_seat]
    record_copy(db, who, Listing.RUN, run_id, {"list": "attendance", "as": "print", "people": len(people)})
    return staff_page(
        request,
        who,
        "workspace/rolls/to_sign.html",
        run=run,
        title=run.course.title_in(language_of(request).code),
        people=people,
        url=_url(run_id),
    )


def _url(run_id: int) -> str:
    return f"/darbvieta/grupas/{run_id}/apmeklejums"
