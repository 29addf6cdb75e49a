"""A provider's groups: the list, and the page of one."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from app.clock import now
from app.courses.models import RunState
from app.dependencies import Db, Rules, RunId, RunStaff
from app.i18n import Text, _, _p
from app.people.staff import PROVIDER_STAFF
from app.registrations.group_list_queries import GroupsTab, groups_page
from app.registrations.group_queries import group, possible_substitutes
from app.web.reading import language_of
from app.web.workspace.group_acts import ACTS
from app.web.workspace.shell import staff_page

TABS: Mapping[GroupsTab, Text] = {
    GroupsTab.UPCOMING: _("Upcoming"),
    GroupsTab.RUNNING: _p("run", "Running"),
    GroupsTab.ENDED: _("Ended ones"),
    GroupsTab.CANCELLED: _("Cancelled ones"),
}
STATES: Mapping[RunState, tuple[str, Text]] = {
    RunState.UPCOMING: ("off", _p("run", "Soon")),
    RunState.OPEN: ("open", _p("run", "Open")),
    RunState.FULL: ("full", _p("run", "Full")),
    RunState.CLOSED: ("off", _p("run", "Registration closed")),
    RunState.RUNNING: ("off", _p("run", "Running")),
    RunState.FINISHED: ("off", _p("run", "Ended")),
    RunState.CANCELLED: ("off", _p("run", "Cancelled")),
}
"""Shape and words of each state."""
_DONE: Mapping[str, Text] = {
    "planned": _("The group is saved."),
    "questions": _("The questions are saved."),
    "substitute": _("The substitute is set."),
    "given": _("The seat is given, and we write to the person at once."),
    "left": _("The seat stays free. You can still give it to the first on the list."),
    "same": _("Nothing has changed."),
    **{code: act.done for code, act in ACTS.items()},
}

router = APIRouter(prefix="/darbvieta/grupas", include_in_schema=False)
Words = Annotated[str, Query(max_length=100)]
Page = Annotated[int, Query(ge=1, le=100_000)]


@router.get("")
def groups(
    request: Request,
    db: Db,
    who: RunStaff,
    tab: str = GroupsTab.UPCOMING,
    q: Words = "",
    page: Page = 1,
) -> HTMLResponse:
    """The list, in parts by time."""
    part = next((one for one in GroupsTab if one == tab), GroupsTab.UPCOMING)
    found = groups_page(db, who, part, q, page, language_of(request).code, now())

    def url(number: int = 1, *, of: GroupsTab = part) -> str:
        asked = {"tab": of.value, **({"q": q} if q else {}), **({"page": str(number)} if number > 1 else {})}
        return f"/darbvieta/grupas?{urlencode(asked)}"

    return staff_page(
        request,
        who,
        "workspace/groups/groups.html",
        partial="workspace/groups/_list.html",
        found=found,
        tabs=[
            (words.say(language_of(request)), url(of=one), one is part, found.counts[one])
            for one, words in TABS.items()
        ],
        states=STATES,
        q=q,
        url=url,
        may_plan=who.role in PROVIDER_STAFF,
    )


@router.get("/{run_id}")
def one_group(request: Request, run_id: RunId, db: Db, who: RunStaff, rules: Rules, done: str = "") -> HTMLResponse:
    """One group: its facts, its sessions, and what can be done with it."""
    moment = now()
    found = group(db, who, run_id, language_of(request).code, moment)
    may_change, seats = who.role in PROVIDER_STAFF, found.seats
    free = found.run.seats == 0 or seats.taken < found.run.seats
    return staff_page(
        request,
        who,
        "workspace/groups/group.html",
        group=found,
        state=STATES[found.state],
        toast=_DONE.get(done),
        may_change=may_change,
        late_seat=bool(seats.waiting and free and not found.is_over and not rules.offers_by_itself(found.run, moment)),
        possible=[
            (one.id, one.name)
            for one in (possible_substitutes(db, who) if may_change else ())
            if one.id not in {other.id for other in found.substitutes}
        ],
        url=f"/darbvieta/grupas/{run_id}",
    )
