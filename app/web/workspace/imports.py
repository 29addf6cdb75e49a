"""Courses from a spreadsheet: sent, looked through and mended row by row, taken over, undone."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from app.dependencies import Claim, Db, Needs, ProviderStaff
from app.i18n import Language, Text, _
from app.imports import actions, queries
from app.imports.columns import BY_KEY, COLUMNS, Column
from app.imports.models import AT_WORK, Import, ImportRow, ImportState, RowState
from app.imports.refusals import FILE_SENTENCES, FileRefused, NothingReady
from app.imports.template import template_csv, template_xlsx
from app.imports.unreadable import MOST_BYTES
from app.limits import FORMS, IMPORTS
from app.people.staff import PROVIDER_STAFF, Staff
from app.refusals import TooManyTries
from app.web.forms import Form
from app.web.pages import wants_part
from app.web.reading import language_of
from app.web.workspace.shell import NO_STORE, staff_page

router = APIRouter(include_in_schema=False)
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VIEWS: Mapping[str, tuple[Text, RowState]] = {
    "wrong": (_("To mend"), RowState.WRONG),
    "ready": (_("Ready"), RowState.READY),
    "taken": (_("Taken over"), RowState.TAKEN),
    "left_out": (_("Left out"), RowState.LEFT_OUT),
    "undone": (_("Undone"), RowState.UNDONE),
}
"""Rows by their state, as the page divides them."""
LONG = {"course.description", "course.outcomes", "course.prerequisites"}


class Sent(NamedTuple):
    """A file of a form."""

    name: str
    content: bytes


class WrongCell(NamedTuple):
    """A cell to be mended."""

    column: Column
    value: str
    sentence: str


async def sent_file(request: Request) -> Sent:
    """The file of this form; it is not even received before it is known who sends it."""
    claim: Claim = await Needs(PROVIDER_STAFF)(request)
    await to_thread.run_sync(_settle, request, claim)
    FORMS.count(request)
    form = await request.form(max_files=1, max_fields=5, max_part_size=MOST_BYTES)
    file = form.get("file")
    if not isinstance(file, UploadFile):
        return Sent("", b"")
    return Sent(file.filename or "", await file.read(MOST_BYTES + 1))


def _settle(request: Request, claim: Claim) -> None:
    with request.app.state.database.reading() as db:
        claim.settle(db)


@router.get("/darbvieta/imports")
def imports(request: Request, db: Db, who: ProviderStaff) -> HTMLResponse:
    """The provider's imports, and where a new one begins."""
    return _list(request, db, who)


@router.post("/darbvieta/imports")
def send(request: Request, db: Db, who: ProviderStaff, sent: Annotated[Sent, Depends(sent_file)]) -> Response:
    """Take the file; it is read by the worker."""
    try:
        IMPORTS.count(request, db, f"account:{who.account_id}")
        actions.refuse_unreadable(sent.name)
        imported = actions.start_import(db, who, sent.name, sent.content)
    except (FileRefused, TooManyTries) as refusal:
        return _list(request, db, who, status=refusal.status, error=refusal.sentence, headers=refusal.headers)
    return RedirectResponse(f"/darbvieta/imports/{imported.id}", 303)


@router.get("/darbvieta/imports/veidne.xlsx")
def template_as_xlsx(request: Request, db: Db, who: ProviderStaff) -> Response:
    """The template as a workbook, with lists to choose from."""
    language = language_of(request)
    content = template_xlsx(language, queries.group_names(db, language.code), queries.venue_names(db))
    return Response(content, media_type=XLSX, headers=_saved("kursi.xlsx"))


@router.get("/darbvieta/imports/veidne.csv")
def template_as_csv(request: Request, db: Db, who: ProviderStaff) -> Response:
    """The template as text."""
    return Response(
        template_csv(language_of(request)), media_type="text/csv; charset=utf-8", headers=_saved("kursi.csv")
    )


@router.get("/darbvieta/imports/{import_id}")
def one_import(
    request: Request, import_id: Number, db: Db, who: ProviderStaff, view: str = "", page: int = 1
) -> HTMLResponse:
    """How far it is; then its rows, those to be mended first."""
    return _page(request, db, who, queries.own_import(db, who, import_id), view, page)


@router.get("/darbvieta/imports/{import_id}/rindas/{number}")
def one_row(request: Request, import_id: Number, number: Number, db: Db, who: ProviderStaff) -> HTMLResponse:
    """All cells of a row."""
    imported = queries.own_import(db, who, import_id)
    return _row_page(request, db, who, imported, queries.row_of(db, imported.id, number))


@router.post("/darbvieta/imports/{import_id}/rindas/{number}", dependencies=[Depends(FORMS)])
def change_row(request: Request, import_id: Number, number: Number, form: Form, db: Db, who: ProviderStaff) -> Response:
    """Mend cells of a row, leave it out, or take it in again."""
    act, prefix = form.one("act"), f"r{number}-"
    if act in ("out", "in"):
        row = actions.leave_out(db, who, import_id, number, out=act == "out")
    else:
        typed = {name.removeprefix(prefix): texts[0] for name, texts in form.fields.items() if name.startswith(prefix)}
        row = actions.mend_row(db, who, import_id, number, typed)
    imported = queries.own_import(db, who, import_id)
    if wants_part(request):
        return _part(request, db, who, imported, row)
    if form.one("whole") and row.state is RowState.WRONG and act not in ("out", "in"):
        return _row_page(request, db, who, imported, row, status=422)
    return RedirectResponse(f"/darbvieta/imports/{import_id}#r{number}", 303)


@router.post("/darbvieta/imports/{import_id}/parnemt", dependencies=[Depends(FORMS)])
def take(request: Request, import_id: Number, form: Form, db: Db, who: ProviderStaff) -> Response:
    """Take over what is ready, as drafts or for residents to see."""
    try:
        actions.ask_to_take(db, who, import_id, publishes=form.one("how") == "publish")
    except NothingReady as refusal:
        return _page(request, db, who, queries.own_import(db, who, import_id), notice=refusal.sentence, status=409)
    return RedirectResponse(f"/darbvieta/imports/{import_id}", 303)


@router.get("/darbvieta/imports/{import_id}/atsaukt")
def ask_undo(request: Request, import_id: Number, db: Db, who: ProviderStaff) -> HTMLResponse:
    """Asks whether all of it shall be undone."""
    imported = queries.own_import(db, who, import_id)
    taken = queries.counts(db, import_id).get(RowState.TAKEN, 0)
    return staff_page(request, who, "workspace/imports/undo.html", imported=imported, taken=taken)


@router.post("/darbvieta/imports/{import_id}/atsaukt", dependencies=[Depends(FORMS)])
def undo(request: Request, import_id: Number, db: Db, who: ProviderStaff) -> Response:
    """Undo all that the import has made."""
    actions.ask_to_undo(db, who, import_id)
    return RedirectResponse(f"/darbvieta/imports/{import_id}", 303)


def _list(
    request: Request,
    db: Session,
    who: Staff,
    *,
    status: int = 200,
    error: Text | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    text = request.query_params.get("page", "1")
    page = min(int(text), 10_000) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
    total = queries.count_imports(db, who.provider)
    return staff_page(
        request,
        who,
        "workspace/imports/list.html",
        status=status,
        headers=headers,
        listed=queries.imports_of(db, who.provider, max(1, page)),
        page=max(1, page),
        pages=max(1, -(-total // queries.PER_PAGE)),
        error=error,
        errors={"file": error} if error else {},
        megabytes=MOST_BYTES // 1024 // 1024,
    )


def _page(
    request: Request,
    db: Session,
    who: Staff,
    imported: Import,
    view: str = "",
    page: int = 1,
    *,
    notice: Text | None = None,
    status: int = 200,
) -> HTMLResponse:
    counted = queries.counts(db, imported.id)
    chosen = view if view in VIEWS else _first_view(imported, counted)
    state = VIEWS[chosen][1]
    page = max(1, min(page, 1000))
    at_work = imported.state in AT_WORK
    rows = [] if at_work else queries.page_of_rows(db, imported.id, [state], page)
    language = language_of(request)
    return staff_page(
        request,
        who,
        "workspace/imports/import.html",
        partial="workspace/imports/_progress.html" if at_work or "darbs" in request.query_params else None,
        status=status,
        headers={} if at_work or "darbs" not in request.query_params else {"HX-Refresh": "true"},
        imported=imported,
        counted={kind.value: counted.get(kind, 0) for kind in RowState},
        rows=[(row, wrong_cells(row, language)) for row in rows],
        views=[(name, words, counted.get(kind, 0)) for name, (words, kind) in VIEWS.items() if counted.get(kind, 0)],
        view=chosen,
        page=page,
        pages=max(1, -(-counted.get(state, 0) // queries.PER_PAGE)),
        at_work=at_work,
        is_taken=imported.state is ImportState.TAKEN,
        refused=FILE_SENTENCES.get(imported.refused),
        notice=notice,
        total=sum(counted.values()),
        LONG=LONG,
    )


def _first_view(imported: Import, counted: Mapping[RowState, int]) -> str:
    """What its reader needs first: rows to mend, else those that are ready, else what became of them."""
    return next((name for name, (_words, kind) in VIEWS.items() if counted.get(kind, 0)), "ready")


def _part(request: Request, db: Session, who: Staff, imported: Import, row: ImportRow) -> HTMLResponse:
    """The row alone, with the buttons that follow it."""
    counted = queries.counts(db, imported.id)
    return staff_page(
        request,
        who,
        "workspace/imports/_row.html",
        imported=imported,
        row=row,
        wrong=wrong_cells(row, language_of(request)),
        counted={kind.value: counted.get(kind, 0) for kind in RowState},
        total=sum(counted.values()),
        follows=True,
        LONG=LONG,
    )


def _row_page(
    request: Request, db: Session, who: Staff, imported: Import, row: ImportRow, *, status: int = 200
) -> HTMLResponse:
    language = language_of(request)
    return staff_page(
        request,
        who,
        "workspace/imports/row.html",
        status=status,
        imported=imported,
        row=row,
        columns=COLUMNS,
        groups=queries.group_names(db, language.code),
        errors={f"r{row.number}-{one.column.key}": one.sentence for one in wrong_cells(row, language)},
        can_change=row.state in actions.OPEN and imported.state not in AT_WORK,
        LONG=LONG,
    )


def wrong_cells(row: ImportRow, language: Language) -> list[WrongCell]:
    """The row's wrong cells, each with its sentence in that language, in the order of the columns."""
    found = []
    for column in COLUMNS:
        if told := row.faults.get(column.key):
            sentence = _(
                "Row %(n)s, column “%(column)s”: %(problem)s",
                n=row.number,
                column=column.name,
                problem=told.get(language.code) or next(iter(told.values()), ""),
            )
            found.append(WrongCell(BY_KEY[column.key], row.cells.get(column.key, ""), sentence.say(language)))
    return found


def _saved(name: str) -> dict[str, str]:
    return NO_STORE | {"Content-Disposition": f'attachment; filename="{name}"'}
