"""Where staff begin: what needs them, and what happens today."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.clock import now, today
from app.dependencies import BoardMember, Db, RunStaff
from app.i18n import local
from app.web.workspace.shell import staff_page

router = APIRouter(include_in_schema=False)


@router.get("/darbvieta/")
def workspace(request: Request, db: Db, who: RunStaff) -> HTMLResponse:
    """The workspace's first page."""
    return staff_page(request, who, "workspace/home.html", day=today(), hour=local(now()).hour)


@router.get("/parvalde/")
def board(request: Request, db: Db, who: BoardMember) -> HTMLResponse:
    """The board's first page."""
    return staff_page(request, who, "board/home.html", day=today(), hour=local(now()).hour)
