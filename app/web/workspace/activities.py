"""Learning activities outside the catalogue: listed, entered, corrected. Their participants count in the city's figures."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.clock import today
from app.dependencies import Db, ProviderStaff
from app.i18n import Text, _
from app.participation import activities as acts
from app.participation import activity_queries as queries
from app.participation.inputs import ActivityForm
from app.participation.models import Activity, CountedHow
from app.participation.refusals import ActivityAhead, GroupUnknown
from app.people.staff import Staff
from app.search.filters import FILTERS
from app.web.forms import Form, Typed, WrongForm, read
from app.web.reading import language_of
from app.web.workspace.rolls import COUNTED, Page
from app.web.workspace.shell import staff_page

PAGE = 50
_DONE: Mapping[str, Text] = {
    "added": _("The activity is entered and counts in the figures."),
    "corrected": _("The changes are saved."),
}
_CHOICES = {
    one.parameter: [(choice.value, choice.label) for choice in one.choices]
    for one in FILTERS
    if one.parameter in {"audience", "format", "language"}
}
"""As courses are described, so that activities fall into the same parts of the figures."""
router = APIRouter(prefix="/darbvieta/pasakumi", include_in_schema=False)
ActivityId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("")
def activities(request: Request, db: Db, who: ProviderStaff, page: Page = 1, done: str = "") -> HTMLResponse:
    """The provider's activities, the latest first."""
    number = queries.count_activities(db, who)
    pages = max(1, -(-number // PAGE))
    page = min(page, pages)
    return staff_page(
        request,
        who,
        "workspace/activities/activities.html",
        found=queries.own_activities(db, who, (page - 1) * PAGE, PAGE),
        groups=queries.groups(db, language_of(request).code),
        counted=COUNTED,
        page=page,
        pages=pages,
        toast=_DONE.get(done),
    )


@router.get("/jauns")
def new_activity(request: Request, db: Db, who: ProviderStaff) -> HTMLResponse:
    """An empty form."""
    return _form(request, db, who, None, Typed({"held_on": [today().isoformat()], "language": ["lv"]}))


@router.post("/jauns")
def add_activity(request: Request, form: Form, db: Db, who: ProviderStaff) -> Response:
    """An activity that took place."""
    try:
        acts.add_activity(db, who, read(ActivityForm, form))
    except WrongForm as faults:
        return _form(request, db, who, None, form, faults.sentences)
    except (ActivityAhead, GroupUnknown) as refusal:
        return _form(request, db, who, None, form, _at_its_field(refusal))
    return RedirectResponse("/darbvieta/pasakumi?done=added", 303)


@router.get("/{activity_id}")
def activity(request: Request, activity_id: ActivityId, db: Db, who: ProviderStaff) -> HTMLResponse:
    """What was entered, to be corrected."""
    known = queries.own_activity(db, who, activity_id)
    return _form(request, db, who, known, _as_typed(db, request, known))


@router.post("/{activity_id}")
def correct_activity(request: Request, activity_id: ActivityId, form: Form, db: Db, who: ProviderStaff) -> Response:
    """What was wrong is put right."""
    known = queries.own_activity(db, who, activity_id)
    try:
        acts.correct_activity(db, who, activity_id, read(ActivityForm, form))
    except WrongForm as faults:
        return _form(request, db, who, known, form, faults.sentences)
    except (ActivityAhead, GroupUnknown) as refusal:
        return _form(request, db, who, known, form, _at_its_field(refusal))
    return RedirectResponse("/darbvieta/pasakumi?done=corrected", 303)


def _at_its_field(refusal: ActivityAhead | GroupUnknown) -> dict[str, Text]:
    return {"held_on" if isinstance(refusal, ActivityAhead) else "group": refusal.sentence}


def _as_typed(db: Session, request: Request, known: Activity) -> Typed:
    groups = queries.groups(db, language_of(request).code)
    facts = {
        "title": known.title,
        "held_on": known.held_on.isoformat(),
        "group": groups[known.group_id][0],
        "audience": known.audience,
        "format": known.format,
        "language": known.language,
        "participants": str(known.participants),
        "counted_how": known.counted_how.value,
        "academic_hours": f"{known.academic_hours:.2f}".replace(".", ","),
        "public_money": f"{known.public_money:.2f}".replace(".", ","),
    }
    return Typed({name: [value] for name, value in facts.items()})


def _form(
    request: Request,
    db: Session,
    who: Staff,
    known: Activity | None,
    form: Typed,
    errors: Mapping[str, Text] | None = None,
) -> HTMLResponse:
    return staff_page(
        request,
        who,
        "workspace/activities/activity.html",
        status=422 if errors else 200,
        known=known,
        form=form,
        errors=errors or {},
        groups=queries.groups(db, language_of(request).code).values(),
        choices=_CHOICES,
        counted=[(how.value, COUNTED[how]) for how in CountedHow],
        url=f"/darbvieta/pasakumi/{known.id}" if known else "/darbvieta/pasakumi/jauns",
    )
