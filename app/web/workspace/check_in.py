"""Checking in: a participant shows a code, whoever keeps the roll scans it while signed in, and presses a button.

Opening the address marks nobody, whoever opens it; a name is shown only where the group's list was opened.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.clock import now
from app.dependencies import Configured, Db, RunStaff
from app.limits import PRIVATE_LINKS
from app.links import read as read_token
from app.participation.check_in import PURPOSE, check_in, check_in_of
from app.people.staff import Staff
from app.refusals import Conflict, NotFound
from app.registrations.openings import sees_group
from app.web.reading import language_of
from app.web.workspace.rolls import MARKS
from app.web.workspace.shell import staff_page

router = APIRouter(
    prefix="/darbvieta/ierasanas/{token}", include_in_schema=False, dependencies=[Depends(PRIVATE_LINKS)]
)


def link_key(token: str, settings: Configured) -> str:
    """The key inside the code; one that we did not sign for this is not known."""
    key = read_token(settings.secret_key.get_secret_value(), PURPOSE, token)
    if key is None:
        raise NotFound
    return key


LinkKey = Annotated[str, Depends(link_key)]


@router.get("")
def ask(request: Request, token: str, key: LinkKey, db: Db, who: RunStaff, done: str = "") -> HTMLResponse:
    """Whether this person is marked as here, and at which session."""
    return _page(request, db, who, token, key, done=done == "marked")


@router.post("")
def mark(request: Request, token: str, key: LinkKey, db: Db, who: RunStaff) -> Response:
    """The person is here."""
    try:
        check_in(db, who, key, now())
    except Conflict as refusal:
        return _page(request, db, who, token, key, refusal=refusal)
    return RedirectResponse(f"/darbvieta/ierasanas/{token}?done=marked", 303)


def _page(
    request: Request,
    db: Session,
    who: Staff,
    token: str,
    key: str,
    *,
    done: bool = False,
    refusal: Conflict | None = None,
) -> HTMLResponse:
    found = check_in_of(db, who, key, now())
    course = None if found.session is None else found.session.run.course
    return staff_page(
        request,
        who,
        "workspace/rolls/check_in.html",
        status=refusal.status if refusal else 200,
        found=found,
        name=found.registration.name if sees_group(db, who, found.run_id) else None,
        title=course.title_in(language_of(request).code) if course is not None else "",
        mark=MARKS[found.mark] if found.mark else None,
        url=f"/darbvieta/ierasanas/{token}",
        done=done,
        notice=refusal.sentence if refusal else None,
    )
