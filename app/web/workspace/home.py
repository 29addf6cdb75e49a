"""Where staff begin: what needs them, and what happens today."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.clock import now, today
from app.courses.authoring_lists import count_submitted
from app.courses.own_queries import own_run
from app.dependencies import BoardMember, Db, ProviderStaff, Rules, RunId, RunStaff
from app.i18n import Text, _, local
from app.monday.queries import monday
from app.monday.todo import Need
from app.people.staff import PROVIDER_STAFF
from app.registrations.run_decisions import take_place
from app.registrations.unused_runs import remove_unused_run
from app.web.pages import wants_part
from app.web.reading import language_of
from app.web.workspace.groups import STATES
from app.web.workspace.shell import staff_page

router = APIRouter(include_in_schema=False)
_REMOVED = _("The group is taken away.")
_TAKES_PLACE = _("It is on record that the group takes place.")
_DONE = {"removed": _REMOVED, "takes_place": _TAKES_PLACE}


@router.get("/darbvieta/")
def workspace(request: Request, db: Db, who: RunStaff, rules: Rules, done: str = "") -> HTMLResponse:
    """The workspace's first page: what needs its reader now."""
    moment = now()
    found = monday(db, who, language_of(request).code, moment, rules)
    return staff_page(
        request,
        who,
        "workspace/home.html",
        day=today(),
        greeting=_greeting(local(moment).hour, who.name.split(" ")[0]),
        found=found,
        needs=Need,
        states=STATES,
        toast=_DONE.get(done),
        may_plan=who.role in PROVIDER_STAFF,
    )


@router.post("/darbvieta/grupas/{run_id}/nonemt")
def remove(request: Request, run_id: RunId, db: Db, who: ProviderStaff) -> Response:
    """A group that nobody ever saw is taken away; in the list its line goes."""
    remove_unused_run(db, who, run_id)
    if wants_part(request):
        return staff_page(request, who, "workspace/_done.html", partial="workspace/_done.html", toast=_REMOVED)
    return RedirectResponse("/darbvieta/?done=removed", 303)


@router.post("/darbvieta/grupas/{run_id}/notiek")
def takes_place(request: Request, run_id: RunId, db: Db, who: ProviderStaff) -> Response:
    """A group that began without a decision takes place; in the list its line goes."""
    own_run(db, who, run_id)
    take_place(db, run_id, who.actor)
    if wants_part(request):
        return staff_page(request, who, "workspace/_done.html", partial="workspace/_done.html", toast=_TAKES_PLACE)
    return RedirectResponse("/darbvieta/?done=takes_place", 303)


@router.get("/parvalde/")
def board(request: Request, db: Db, who: BoardMember) -> HTMLResponse:
    """The board's first page: what waits for review, and where the figures are."""
    greeting = _greeting(local(now()).hour, who.name.split(" ")[0])
    return staff_page(request, who, "board/home.html", day=today(), greeting=greeting, waiting=count_submitted(db))


def _greeting(hour: int, name: str) -> Text:
    """By the clock on the wall; the name stands as it is."""
    if hour < 11:
        return _("Good morning, %(name)s", name=name)
    if hour < 18:
        return _("Good afternoon, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)
