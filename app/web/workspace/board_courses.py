"""The board's review of courses: the queue, one course with all that helps to decide, published or returned."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.clock import today
from app.courses import publishing
from app.courses.authoring_lists import history, submitted_courses
from app.courses.authoring_queries import permit_of
from app.courses.authoring_refusals import CommentMissing, PermitNeeded
from app.dependencies import BoardMember, Db, Engine
from app.i18n import Text
from app.people.staff import Staff
from app.search.engine import SearchEngine
from app.texts import Paragraphs
from app.web.forms import Form, Typed, WrongForm, read
from app.web.reading import language_of
from app.web.workspace.course_editor import preview
from app.web.workspace.course_facts import DONE, CourseId, around, course_facts, group_names
from app.web.workspace.courses import version_of
from app.web.workspace.days import read_day
from app.web.workspace.shell import staff_page

URL = "/parvalde/kursi"

router = APIRouter(include_in_schema=False)


class CommentForm(BaseModel):
    """Why a course is returned."""

    comment: Paragraphs = ""


class ReasonForm(BaseModel):
    """Why a course is published without a permit."""

    reason: Paragraphs = ""


@router.get(URL)
def queue(request: Request, db: Db, who: BoardMember) -> HTMLResponse:
    """The courses that wait, who has waited longest first."""
    return staff_page(
        request,
        who,
        "board/courses.html",
        found=submitted_courses(db, language_of(request).code),
        toast=DONE.get(request.query_params.get("done", "")),
    )


@router.get(f"{URL}/{{course_id}}")
def review(request: Request, course_id: CourseId, db: Db, engine: Engine, who: BoardMember) -> HTMLResponse:
    """What the course says or changes, its permit, what others plan, and who wishes for it."""
    return _review(request, db, engine, who, course_id, Typed(), {})


@router.get(f"{URL}/{{course_id}}/prieksskats")
def look(request: Request, course_id: CourseId, db: Db, who: BoardMember) -> HTMLResponse:
    """The course's page as residents would see it."""
    return preview(request, db, who, course_facts(db, who, course_id), f"{URL}/{course_id}")


@router.post(f"{URL}/{{course_id}}/publicet")
def publish(request: Request, course_id: CourseId, db: Db, engine: Engine, who: BoardMember, form: Form) -> Response:
    """Publish it now, or on a day; without a valid permit only with a reason."""
    try:
        reason, day = read(ReasonForm, form).reason, read_day(form, "day")
        if day is None:
            publishing.publish(db, who, course_id, version_of(form), no_permit_reason=reason)
        else:
            publishing.schedule(db, who, course_id, version_of(form), day, no_permit_reason=reason)
    except WrongForm as wrong:
        return _review(request, db, engine, who, course_id, form, wrong.sentences)
    except PermitNeeded as refusal:
        return _review(request, db, engine, who, course_id, form, {"reason": refusal.sentence})
    return RedirectResponse(f"{URL}?done={'scheduled' if day else 'published'}", 303)


@router.post(f"{URL}/{{course_id}}/atgriezt")
def send_back(request: Request, course_id: CourseId, db: Db, engine: Engine, who: BoardMember, form: Form) -> Response:
    """Return it with a comment."""
    try:
        publishing.return_course(db, who, course_id, version_of(form), read(CommentForm, form).comment)
    except WrongForm as wrong:
        return _review(request, db, engine, who, course_id, form, wrong.sentences)
    except CommentMissing as refusal:
        return _review(request, db, engine, who, course_id, form, {"comment": refusal.sentence})
    return RedirectResponse(f"{URL}?done=returned", 303)


def _review(
    request: Request,
    db: Session,
    engine: SearchEngine,
    who: Staff,
    course_id: int,
    form: Typed,
    errors: dict[str, Text],
) -> HTMLResponse:
    facts, locale = course_facts(db, who, course_id), language_of(request).code
    return staff_page(
        request,
        who,
        "board/course.html",
        status=422 if errors else 200,
        facts=facts,
        permit=permit_of(db, facts.written.reading.form.permit, facts.course.provider_id),
        around=around(db, engine, facts, locale),
        steps=history(db, course_id),
        names=group_names(db, locale),
        day=today(),
        form=form,
        errors=errors,
    )
