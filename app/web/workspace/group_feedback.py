"""What participants said about a group, and that it was read."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.dependencies import Db, ProviderStaff, RunId
from app.feedback.reading import mark_read, run_feedback
from app.i18n import _
from app.web.pages import wants_part
from app.web.reading import language_of
from app.web.workspace.shell import staff_page

router = APIRouter(prefix="/darbvieta/grupas/{run_id}/atsauksmes", include_in_schema=False)
MARKS = (_("Content"), _("Teacher"), _("Organisation"), _("Usefulness"), _("Would you recommend it?"))
READ = _("The feedback is marked as read.")


@router.get("")
def feedback(request: Request, run_id: RunId, db: Db, who: ProviderStaff, done: str = "") -> HTMLResponse:
    """Averages and words."""
    found = run_feedback(db, who, run_id, language_of(request).code)
    return staff_page(
        request,
        who,
        "workspace/groups/feedback.html",
        feedback=found,
        marks=[*zip(MARKS, found.averages, strict=False)],
        toast=READ if done == "read" else None,
        url=f"/darbvieta/grupas/{run_id}",
    )


@router.post("")
def read(request: Request, run_id: RunId, db: Db, who: ProviderStaff) -> Response:
    """It is read; on the first page its line goes."""
    mark_read(db, who, run_id)
    if wants_part(request):
        return staff_page(request, who, "workspace/_done.html", partial="workspace/_done.html", toast=READ)
    return RedirectResponse(f"/darbvieta/grupas/{run_id}/atsauksmes?done=read", 303)
