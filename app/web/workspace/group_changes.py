"""Changing a group: each act is foreseen first – who will be told what – and done when that is confirmed."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.clock import now
from app.courses.clashes import Clash, VenueTaken
from app.courses.own_queries import own_run
from app.courses.planning_queries import venues
from app.courses.refusals import WrongTime
from app.courses.timetable import RunWrong
from app.dependencies import Db, ProviderStaff, Rules, RunId
from app.i18n import Text
from app.people.staff import Staff
from app.refusals import Conflict, NotFound
from app.registrations.foreseen import Foreseen, foresee
from app.registrations.group_queries import Group, group
from app.web.forms import Form, Typed, WrongForm
from app.web.reading import language_of
from app.web.workspace.group_acts import ACTS, Act
from app.web.workspace.shell import staff_page

router = APIRouter(prefix="/darbvieta/grupas/{run_id}/labot", include_in_schema=False)


@router.get("/{act}")
def ask(request: Request, run_id: RunId, act: str, db: Db, who: ProviderStaff, nodarbiba: str = "") -> HTMLResponse:
    """The form of an act, filled with how it is now."""
    found = group(db, who, run_id, language_of(request).code, now())
    wanted = _act(act)
    return _page(request, db, who, found, act, Typed({k: [v] for k, v in wanted.proposed(found, nodarbiba).items()}))


@router.post("/{act}")
def change(request: Request, run_id: RunId, act: str, form: Form, db: Db, who: ProviderStaff, rules: Rules) -> Response:
    """Show what would follow; do it once that is confirmed."""
    own_run(db, who, run_id)
    wanted = _act(act)
    errors: Mapping[str, Text] = {}
    refusal: Conflict | None = None
    foreseen: Foreseen | None = None
    clashes: list[Clash] = []
    try:
        if form.one("sure") == "yes":
            with db.begin_nested():  # A refusal half-way leaves nothing behind.
                wanted.do(db, who, run_id, form, rules)
            return RedirectResponse(f"/darbvieta/grupas/{run_id}?done={act}", 303)
        foreseen = foresee(db, run_id, lambda: clashes.extend(wanted.do(db, who, run_id, form, rules)))
    except WrongForm as wrong:
        errors = wrong.sentences
    except RunWrong as wrong_run:
        errors = WrongForm(wrong_run.faults).sentences
    except (WrongTime, VenueTaken) as wrong_time:
        field = "day" if "day" in wanted.form.model_fields else "venue_id"
        errors = {field: wrong_time.sentence}
    except Conflict as conflict:
        refusal = conflict
    found = group(db, who, run_id, language_of(request).code, now())
    return _page(request, db, who, found, act, form, errors, refusal, foreseen, clashes)


def _act(code: str) -> Act:  # type: ignore[type-arg]
    if found := ACTS.get(code):
        return found
    raise NotFound


def _page(
    request: Request,
    db: Session,
    who: Staff,
    found: Group,
    code: str,
    form: Typed,
    errors: Mapping[str, Text] | None = None,
    refusal: Conflict | None = None,
    foreseen: Foreseen | None = None,
    clashes: Sequence[Clash] = (),
) -> HTMLResponse:
    session = next((one for one in found.run.sessions if str(one.id) == form.one("session")), None)
    return staff_page(
        request,
        who,
        "workspace/groups/change.html",
        status=refusal.status if refusal else 422 if errors else 200,
        group=found,
        act=ACTS[code],
        code=code,
        form=form,
        errors=errors or {},
        notice=refusal.sentence if refusal else None,
        foreseen=foreseen,
        clashes=clashes,
        session=session,
        venues=venues(db) if code == "vieta" else (),
        url=f"/darbvieta/grupas/{found.run.id}",
    )
