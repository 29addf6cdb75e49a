"""staff_page(): a page that only staff see. It is never kept by browsers or proxies."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.people.staff import Staff
from app.web.pages import render
from app.web.workspace.menu import menu_of

NO_STORE = {"Cache-Control": "no-store"}


def staff_page(
    request: Request,
    who: Staff,
    template: str,
    *,
    partial: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **facts: object,
) -> HTMLResponse:
    """The page for who is signed in, with the staff's header; else like `render`."""
    return render(
        request,
        template,
        partial=partial,
        status=status,
        headers=NO_STORE | dict(headers or {}),
        who=who,
        staff_menu=menu_of(who),
        **facts,
    )
