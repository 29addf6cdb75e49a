"""The certificates of a group: the rule, who has met it, issuing, printing, revoking and issuing anew."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.clock import now
from app.courses.own_queries import own_run
from app.dependencies import Configured, Db, ProviderStaff, RunId
from app.i18n import Text, _, _n
from app.participation import certificates as acts
from app.participation.certificate_queries import own_run as own_run_with_course
from app.participation.inputs import ReissueForm, RevokeForm, RuleForm
from app.participation.models import Certificate, Measure
from app.participation.paper import certificates_pdf
from app.participation.printed import Printed
from app.participation.refusals import AlreadyRevoked, NameErased
from app.people.staff import Staff
from app.refusals import Conflict
from app.registrations.models import Listing
from app.registrations.openings import open_group, record_copy, sees_group
from app.web.forms import Form, Typed, WrongForm, read
from app.web.reading import language_of
from app.web.workspace.rolls import Page
from app.web.workspace.shell import NO_STORE, staff_page

PAGE = 50
MOST_PRINTED = 100
"""So many certificates go into one file; a larger group prints page by page."""
MEASURES: Mapping[Measure, Text] = {Measure.SESSIONS: _("of the sessions"), Measure.HOURS: _("of the hours")}
_DONE: Mapping[str, Text] = {
    "rule": _("The rule is saved. It holds for all groups of this course; certificates already issued stay valid."),
    "revoked": _("The certificate is revoked."),
    "reissued": _("The new certificate is issued, and we write to the person."),
}
router = APIRouter(prefix="/darbvieta/grupas/{run_id}/apliecibas", include_in_schema=False)
CertificateId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("")
def certificates(
    request: Request, run_id: RunId, db: Db, who: ProviderStaff, page: Page = 1, done: str = "", issued: int = 0
) -> HTMLResponse:
    """Who has met the rule, who has a certificate, and why the others have none."""
    told = _DONE.get(done)
    if done == "issued":
        told = _n("%(n)s certificate is issued.", "%(n)s certificates are issued.", min(max(issued, 0), 9999))
    return _page(request, db, who, run_id, page, toast=told)


@router.post("/atvert")
def open_names(run_id: RunId, db: Db, who: ProviderStaff) -> Response:
    """The names are shown on this device from now; the opening is recorded."""
    own_run(db, who, run_id)
    open_group(db, who, run_id, "certificates")
    return RedirectResponse(_url(run_id), 303)


@router.post("/nosacijums")
def set_rule(request: Request, run_id: RunId, form: Form, db: Db, who: ProviderStaff) -> Response:
    """The course's rule changes."""
    try:
        acts.set_rule(db, who, run_id, read(RuleForm, form))
    except WrongForm as faults:
        return _page(request, db, who, run_id, 1, form=form, errors=faults.sentences)
    return RedirectResponse(f"{_url(run_id)}?done=rule", 303)


@router.post("/izsniegt")
def issue_all(request: Request, run_id: RunId, db: Db, who: ProviderStaff) -> Response:
    """Everybody who is ready gets one."""
    return RedirectResponse(f"{_url(run_id)}?done=issued&issued={acts.issue(db, who, run_id)}", 303)


@router.post("/izsniegt/{registration_id}")
def issue_one(request: Request, run_id: RunId, registration_id: CertificateId, db: Db, who: ProviderStaff) -> Response:
    """One person who is ready gets one."""
    try:
        acts.issue(db, who, run_id, registration_id)
    except Conflict as refusal:
        return _page(request, db, who, run_id, 1, refusal=refusal)
    return RedirectResponse(f"{_url(run_id)}?done=issued&issued=1", 303)


@router.post("/visas.pdf")
def print_all(
    request: Request, run_id: RunId, db: Db, who: ProviderStaff, settings: Configured, part: Page = 1
) -> Response:
    """Every valid certificate of the group in one file, a page each. That names leave the page is on record."""
    if not sees_group(db, who, own_run(db, who, run_id).id):
        return RedirectResponse(_url(run_id), 303)
    found = acts.certificates_of(db, who, run_id, now(), named=True)
    valid = [one.certificate for one in found.issued if one.certificate and one.certificate.name]
    printed = valid[(part - 1) * MOST_PRINTED : part * MOST_PRINTED]
    record_copy(db, who, Listing.RUN, run_id, {"list": "certificates", "as": "pdf", "people": len(printed)})
    return _pdf(request, found, printed, settings.origin, "apliecibas")


@router.post("/{certificate_id}.pdf")
def print_one(
    request: Request, run_id: RunId, certificate_id: CertificateId, db: Db, who: ProviderStaff, settings: Configured
) -> Response:
    """One certificate, to print."""
    if not sees_group(db, who, own_run(db, who, run_id).id):
        return RedirectResponse(_url(run_id), 303)
    found = acts.certificates_of(db, who, run_id, now(), named=True)
    one = acts.own_certificate(db, who, run_id, certificate_id)
    if one.revoked_on is not None:
        raise AlreadyRevoked
    record_copy(db, who, Listing.RUN, run_id, {"list": "certificates", "as": "pdf", "people": 1})
    return _pdf(request, found, [one] if one.name else [], settings.origin, one.number)


@router.get("/{certificate_id}/atsaukt")
def ask_before_revoking(
    request: Request, run_id: RunId, certificate_id: CertificateId, db: Db, who: ProviderStaff
) -> Response:
    """Why it is revoked, and whether another one takes its place."""
    if not sees_group(db, who, own_run(db, who, run_id).id):
        return RedirectResponse(_url(run_id), 303)
    return _one(request, db, who, run_id, certificate_id)


@router.post("/{certificate_id}/atsaukt")
def revoke(
    request: Request, run_id: RunId, certificate_id: CertificateId, form: Form, db: Db, who: ProviderStaff
) -> Response:
    """The certificate is valid no more."""
    return _act(
        request,
        db,
        who,
        run_id,
        certificate_id,
        form,
        "revoked",
        lambda: acts.revoke(db, who, run_id, certificate_id, read(RevokeForm, form)),
    )


@router.post("/{certificate_id}/labot")
def reissue(
    request: Request, run_id: RunId, certificate_id: CertificateId, form: Form, db: Db, who: ProviderStaff
) -> Response:
    """One with the right name takes its place."""
    return _act(
        request,
        db,
        who,
        run_id,
        certificate_id,
        form,
        "reissued",
        lambda: acts.reissue(db, who, run_id, certificate_id, read(ReissueForm, form)),
    )


def _act(
    request: Request,
    db: Session,
    who: Staff,
    run_id: int,
    certificate_id: int,
    form: Typed,
    done: str,
    act: Callable[[], Certificate],
) -> Response:
    """Do it, and return to the list; what must be mended is said on the page of the certificate."""
    acts.own_certificate(db, who, run_id, certificate_id)
    try:
        act()
    except WrongForm as faults:
        return _one(request, db, who, run_id, certificate_id, form=form, errors=faults.sentences)
    except Conflict as refusal:
        return _one(request, db, who, run_id, certificate_id, form=form, refusal=refusal)
    return RedirectResponse(f"{_url(run_id)}?done={done}", 303)


def _one(
    request: Request,
    db: Session,
    who: Staff,
    run_id: int,
    certificate_id: int,
    *,
    form: Typed | None = None,
    errors: Mapping[str, Text] | None = None,
    refusal: Conflict | None = None,
) -> HTMLResponse:
    one = acts.own_certificate(db, who, run_id, certificate_id)
    named = sees_group(db, who, run_id)
    return staff_page(
        request,
        who,
        "workspace/certificates/certificate.html",
        status=refusal.status if refusal else 422 if errors else 200,
        one=one,
        named=named,
        form=form or Typed({"name": [one.name or "" if named else ""]}),
        errors=errors or {},
        back=_url(run_id),
        url=f"{_url(run_id)}/{one.id}",
        notice=refusal.sentence if refusal else None,
    )


def _page(
    request: Request,
    db: Session,
    who: Staff,
    run_id: int,
    page: int,
    *,
    toast: Text | None = None,
    form: Typed | None = None,
    errors: Mapping[str, Text] | None = None,
    refusal: Conflict | None = None,
) -> HTMLResponse:
    run = own_run_with_course(db, who, run_id)
    named = sees_group(db, who, run_id)
    found = acts.certificates_of(db, who, run_id, now(), named=named)
    pages = max(1, -(-len(found.candidates) // PAGE))
    page = min(page, pages)
    return staff_page(
        request,
        who,
        "workspace/certificates/certificates.html",
        status=refusal.status if refusal else 422 if errors else 200,
        found=found,
        named=named,
        title=run.course.title_in(language_of(request).code),
        people=found.candidates[(page - 1) * PAGE : page * PAGE],
        page=page,
        pages=pages,
        parts=-(-len(found.issued) // MOST_PRINTED),
        measures=MEASURES,
        form=form or Typed({"measure": [found.rule.measure.value], "share": [str(found.rule.share)]}),
        errors=errors or {},
        url=_url(run_id),
        toast=toast,
        notice=refusal.sentence if refusal else None,
    )


def _pdf(
    request: Request, found: acts.RunCertificates, certificates: Sequence[Certificate], origin: str, name: str
) -> Response:
    if not certificates:
        raise NameErased
    printed = [(one, Printed.on(one, found.run)) for one in certificates]
    return pdf_file(certificates_pdf(printed, origin, language_of(request)), name)


def pdf_file(content: bytes, name: str) -> Response:
    """A PDF to save under this name, kept by nobody on the way."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"', **NO_STORE}
    return Response(content, media_type="application/pdf", headers=headers)


def _url(run_id: int) -> str:
    return f"/darbvieta/grupas/{run_id}/apliecibas"
