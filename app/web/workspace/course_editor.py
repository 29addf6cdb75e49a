"""The editor of a course: every pause of typing saves the draft; the whole page of the draft can be looked at."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.catalogue.any_course import any_course_page
from app.catalogue.pages import CoursePage, PermitFacts
from app.clock import now
from app.courses import inputs, publishing
from app.courses.authoring import Written, save_draft, written
from app.courses.authoring_queries import permit_of, whole_course
from app.courses.authoring_refusals import (
    AwaitsItsDay,
    AwaitsReview,
    ChangedMeanwhile,
    PermitNeeded,
    PublishIncomplete,
)
from app.courses.difference import changes
from app.courses.drafts import kept_fields, read_fields
from app.courses.models import Audience, CertificateKind, Format, Funding
from app.courses.readiness import LABELS
from app.dependencies import Db, ProviderStaff
from app.faults import Fault
from app.i18n import DEFAULT, LANGUAGES, Text, _
from app.people.staff import Staff
from app.refusals import Conflict
from app.web.forms import Form, Typed
from app.web.pages import wants_part
from app.web.reading import language_of
from app.web.workspace.course_facts import DONE, CourseFacts, CourseId, course_facts, facts_of, group_names
from app.web.workspace.courses import URL, version_of
from app.web.workspace.shell import staff_page

router = APIRouter(include_in_schema=False)
_LIMITS = {
    "title": inputs.TITLE,
    "summary": inputs.SUMMARY,
    "description": inputs.DESCRIPTION,
    "prerequisites": inputs.PREREQUISITES,
}
_TEXTS = ("title", "summary", "description", "outcomes", "prerequisites", "keywords")
_OTHERS = [LANGUAGES[code] for code in inputs.OTHER_LANGUAGES]


@router.get(f"{URL}/{{course_id}}/labot")
def edit(request: Request, course_id: CourseId, db: Db, who: ProviderStaff) -> Response:
    """The form; what waits for review is only looked at."""
    facts = course_facts(db, who, course_id)
    if facts.waits:
        return RedirectResponse(f"{URL}/{course_id}", 303)
    toast = DONE.get(request.query_params.get("done", ""))
    return _editor(request, db, who, facts, facts.written.fields, page=secrets.token_urlsafe(12), toast=toast)


@router.post(f"{URL}/{{course_id}}/labot")
def save(request: Request, course_id: CourseId, db: Db, who: ProviderStaff, form: Form) -> Response:
    """Keep what was typed, right or wrong; then, if that was the button, send it for review or publish it."""
    page = form.one("page")[:40]
    version = version_of(Typed({"version": [form.one("instead") or form.one("version")]}))
    try:
        what = save_draft(db, who, course_id, form.fields, version, page)
    except (ChangedMeanwhile, AwaitsReview, AwaitsItsDay) as refusal:
        return _compare(request, db, who, course_id, form, refusal)
    facts = facts_of(who, db, what)
    never_kept = _faults_of(form, what)
    if wants_part(request):
        return _saved(request, who, facts, never_kept)
    errors = {one.field: one.sentence for one in (*what.reading.faults, *never_kept)}
    then = form.one("then")
    if errors or not then:
        if not errors:
            return RedirectResponse(f"{URL}/{course_id}/labot?done=saved", 303)
        title = _("The draft is saved, but not everything in it is right.")
        return _editor(request, db, who, facts, form.fields, page=page, errors=errors, title=title, status=422)
    try:
        if then == "publish":
            publishing.publish(db, who, course_id, what.course.edition)
        else:
            publishing.submit(db, who, course_id, what.course.edition)
    except PublishIncomplete as refusal:
        errors = {one.field: one.words for one in facts.ready.missing}
        title = refusal.sentence if not errors else _("The draft is saved, but something is still missing.")
        return _editor(request, db, who, facts, form.fields, page=page, missing=errors, title=title, status=422)
    except PermitNeeded as refusal:
        errors = {"permit": refusal.sentence}
        title = _("The draft is saved, but something is still missing.")
        return _editor(request, db, who, facts, form.fields, page=page, errors=errors, title=title, status=422)
    return RedirectResponse(f"{URL}/{course_id}?done={'published' if then == 'publish' else 'submitted'}", 303)


@router.get(f"{URL}/{{course_id}}/prieksskats")
def look(request: Request, course_id: CourseId, db: Db, who: ProviderStaff) -> HTMLResponse:
    """The course's page as residents would see it if the draft were public now."""
    facts = course_facts(db, who, course_id)
    return preview(request, db, who, facts, f"{URL}/{course_id}")


def preview(request: Request, db: Session, who: Staff, facts: CourseFacts, back: str) -> HTMLResponse:
    """The page of a draft, marked as such; nobody counts looking at it, and no search engine keeps it."""
    locale = language_of(request).code
    page = as_written(db, any_course_page(db, facts.course.id, locale, now()), facts, locale)
    return staff_page(
        request,
        who,
        "workspace/courses/preview.html",
        course=page,
        facts=facts,
        back=back,
        similar=[],
        has_similar=False,
    )


def as_written(db: Session, page: CoursePage, facts: CourseFacts, locale: str) -> CoursePage:
    """The course's page with the texts and facts of its draft."""
    form = facts.written.reading.form
    own = form.translations.get(locale)
    said = {name: getattr(own, name, None) or getattr(form, name) for name in _TEXTS}
    permit = permit_of(db, form.permit, facts.course.provider_id)
    names = group_names(db, locale)
    return replace(
        page,
        title=str(said["title"]),
        summary=str(said["summary"]),
        description=str(said["description"]),
        outcomes=tuple(said["outcomes"]),
        prerequisites=str(said["prerequisites"]),
        keywords=tuple(said["keywords"]),
        untranslated=frozenset(
            name for name in _TEXTS if locale != DEFAULT and getattr(form, name) and not getattr(own, name, None)
        ),
        group_code=form.group or page.group_code,
        group_name=names.get(form.group, page.group_name),
        audiences=tuple(form.audiences) or (Audience.EVERYONE,),
        level=form.level,
        language=form.language,
        format=form.format or Format.IN_PERSON,
        academic_hours=form.academic_hours or page.academic_hours,
        price=form.price or Decimal(0),
        funding=form.funding or Funding.FREE,
        certificate=form.certificate or CertificateKind.NONE,
        permit=PermitFacts(permit.number, permit.valid_until) if permit else None,
        contact_email=form.contact_email or "",
        contact_phone=form.contact_phone or "",
    )


def _faults_of(form: Typed, what: Written) -> list[Fault]:
    """What is wrong with texts that may not even be kept: they stay on the page, not in the draft."""
    typed = {name: texts for name, texts in form.fields.items() if what.fields.get(name, []) != texts}
    told = {one.field for one in what.reading.faults}
    never = {"personal_code", "not_text"}
    faults = read_fields(typed).faults
    return [one for one in faults if one.code in never or (one.code == "too_long" and one.field not in told)]


def _saved(request: Request, who: Staff, facts: CourseFacts, never_kept: Sequence[Fault]) -> HTMLResponse:
    faults = (*facts.written.reading.faults, *never_kept)
    return staff_page(
        request, who, "workspace/courses/_saved.html", facts=facts, faults=faults, labels=LABELS, swapped_in=True
    )


def _compare(request: Request, db: Session, who: Staff, course_id: int, form: Typed, refusal: Conflict) -> HTMLResponse:
    """Somebody else saved or sent it meanwhile: theirs beside what was typed, and the way to keep either."""
    facts = facts_of(who, db, written(db, whole_course(db, course_id, who.provider)))
    typed = kept_fields(form.fields, facts.written.fields)
    differing = changes(facts.written.fields, typed)
    if wants_part(request):
        return staff_page(
            request, who, "workspace/courses/_conflict.html", status=409, facts=facts, differing=differing,
            names=group_names(db, language_of(request).code), refusal=refusal,
        )  # fmt: skip
    return _editor(
        request,
        db,
        who,
        facts,
        form.fields,
        page=form.one("page")[:40],
        status=409,
        differing=differing,
        refusal=refusal,
    )


def _editor(
    request: Request,
    db: Session,
    who: Staff,
    facts: CourseFacts,
    fields: Mapping[str, Sequence[str]],
    *,
    page: str,
    status: int = 200,
    errors: Mapping[str, Text] | None = None,
    missing: Mapping[str, Text] | None = None,
    title: Text | None = None,
    differing: Sequence[object] = (),
    refusal: Conflict | None = None,
    toast: Text | None = None,
) -> HTMLResponse:
    return staff_page(
        request,
        who,
        "workspace/courses/edit.html",
        status=status,
        facts=facts,
        fields=fields,
        page=page,
        errors=dict(errors or missing or {}),
        title_of_errors=title,
        faults=facts.written.reading.faults,
        differing=differing,
        refusal=refusal,
        labels=LABELS,
        limits=_LIMITS,
        others=_OTHERS,
        taught_in=inputs.TAUGHT_IN,
        names=group_names(db, language_of(request).code),
        toast=toast,
    )
