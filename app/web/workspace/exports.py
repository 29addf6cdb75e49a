"""Everything of one's own to take along: asked for by a button, which is recorded; the file follows within some minutes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import IO

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from app.audit.record import record
from app.clock import now, today
from app.dependencies import Configured, Db, ProviderStaff
from app.exports.files import FORMATS, Format, export_file
from app.exports.tables import BY_NAME, TABLES
from app.faults import FAULTS
from app.i18n import Text
from app.limits import COSTLY, FORMS
from app.links import sign, signed_text
from app.people.staff import Staff
from app.refusals import NotFound
from app.web.forms import Form, Typed
from app.web.reading import language_of
from app.web.workspace.shell import NO_STORE, staff_page

router = APIRouter(include_in_schema=False)
KEPT_FOR = timedelta(minutes=10)
"""So long the file can be fetched after the button was pressed."""
_PURPOSE = "export"
_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "zip": "application/zip",
}
_PIECE = 64 * 1024


@router.get("/darbvieta/eksports")
def choose(request: Request, db: Db, who: ProviderStaff) -> HTMLResponse:
    """Asks what to take along, and in which form."""
    return _page(request, who, Typed({"tables": [table.name for table in TABLES if not table.has_names]}))


@router.post("/darbvieta/eksports", dependencies=[Depends(FORMS)])
def ask(request: Request, form: Form, db: Db, who: ProviderStaff, settings: Configured) -> Response:
    """Keep on record what is taken along, and lead to the file."""
    names = [table.name for table in TABLES if table.name in form.many("tables")]
    kind = form.one("format")
    if not names or kind not in FORMATS:
        return _page(request, who, form, errors={"tables" if not names else "format": FAULTS["choose"]})
    record(db, who.actor, "exported", "provider", who.provider, {"tables": " ".join(names), "format": kind})
    key = f"{who.account_id}.{int(now().timestamp())}.{kind}.{'-'.join(names)}"
    return RedirectResponse(f"/darbvieta/eksports/{sign(settings.secret_key.get_secret_value(), _PURPOSE, key)}", 303)


@router.get("/darbvieta/eksports/{token}", dependencies=[Depends(COSTLY)])
def fetch(request: Request, token: str, db: Db, who: ProviderStaff, settings: Configured) -> Response:
    """The file that was asked for just now, by the same person."""
    key = signed_text(settings.secret_key.get_secret_value(), _PURPOSE, token)
    account, moment, kind, names = key.split(".") if key and key.count(".") == 3 else ("", "0", "", "")
    asked_at = datetime.fromtimestamp(int(moment), UTC)
    if account != str(who.account_id) or not timedelta(0) <= now() - asked_at + timedelta(seconds=1) < KEPT_FOR:
        raise NotFound
    file, ending = export_file(db, who.provider, [BY_NAME[name] for name in names.split("-")], _format(kind))
    headers = NO_STORE | {"Content-Disposition": f'attachment; filename="katalogs-{today():%Y-%m-%d}.{ending}"'}
    return StreamingResponse(_pieces(file), media_type=_MEDIA[ending], headers=headers)


def _format(kind: str) -> Format:
    return next(one for one in FORMATS if one == kind)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _page(request: Request, who: Staff, form: Typed, *, errors: dict[str, Text] | None = None) -> HTMLResponse:
    language = language_of(request)
    return staff_page(
        request,
        who,
        "workspace/exports/choose.html",
        status=422 if errors else 200,
        tables=[(table.name, table.words.say(language), "") for table in TABLES],
        formats=[("xlsx", "Excel (.xlsx)", ""), ("csv", "CSV", ""), ("json", "JSON", "")],
        form=form,
        errors=errors or {},
    )
