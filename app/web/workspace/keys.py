"""Keys of a provider's own systems: made, told once, withdrawn; for managers only."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.clock import today
from app.dependencies import ConfirmedManager, Db, ProviderManager
from app.i18n import Text, _
from app.limits import FORMS
from app.people.key_queries import keys_of
from app.people.keys import KeyForm, Scope, TooManyKeys, make_key, revoke_key
from app.people.staff import Staff
from app.web.forms import Form, Typed, WrongForm, read, wrong
from app.web.reading import language_of
from app.web.workspace.shell import staff_page

router = APIRouter(include_in_schema=False)
SCOPES: Mapping[Scope, Text] = {
    Scope.COURSES_WRITE: _("Write and publish courses"),
    Scope.RUNS_WRITE: _("Plan, change and cancel groups"),
    Scope.REGISTRATIONS_READ: _("Read registrations, with names"),
}


@router.get("/darbvieta/atslegas")
def keys(request: Request, db: Db, who: ProviderManager) -> HTMLResponse:
    """The keys, and where a new one is made."""
    return _page(request, db, who, Typed())


@router.post("/darbvieta/atslegas", dependencies=[Depends(FORMS)])
def make(request: Request, form: Form, db: Db, who: ConfirmedManager) -> HTMLResponse:
    """Make a key, for whoever typed the password minutes ago; its token stands on this one page and nowhere else."""
    try:
        asked = read(KeyForm, form)
        if asked.expires_on is not None and asked.expires_on < today():
            raise wrong("expires_on", "date_past")
        _key, token = make_key(db, who, asked)
    except WrongForm as faults:
        return _page(request, db, who, form, errors=faults.sentences)
    except TooManyKeys as refusal:
        return _page(request, db, who, form, notice=refusal.sentence)
    return _page(request, db, who, Typed(), token=token)


@router.post("/darbvieta/atslegas/{key_id}/atsaukt", dependencies=[Depends(FORMS)])
def revoke(
    request: Request, key_id: Annotated[int, Path(ge=1, le=2**31 - 1)], db: Db, who: ProviderManager
) -> Response:
    """From now on the key opens nothing."""
    revoke_key(db, who, key_id)
    return RedirectResponse("/darbvieta/atslegas", 303)


def _page(
    request: Request,
    db: Session,
    who: Staff,
    form: Typed,
    *,
    token: str = "",
    errors: Mapping[str, Text] | None = None,
    notice: Text | None = None,
) -> HTMLResponse:
    language = language_of(request)
    return staff_page(
        request,
        who,
        "workspace/keys/keys.html",
        status=422 if errors else 409 if notice else 200,
        keys=keys_of(db, who.provider),
        token=token,
        form=form,
        errors=errors or {},
        notice=notice,
        scopes=[(scope.value, words.say(language), "") for scope, words in SCOPES.items()],
    )
