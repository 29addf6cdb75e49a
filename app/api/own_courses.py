"""A provider's own courses, for its systems: written, changed, sent for review or published, withdrawn."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Request, Response
from sqlalchemy.orm import Session

from app.api.asked import Only
from app.api.errors import answers, language_of
from app.api.once import Once
from app.api.own_models import CoursePatch, MissingTold, OwnCoursesTold, OwnCourseTold
from app.api.paging import DEFAULT_PER_PAGE, Page, PerPage, link_header
from app.api.registrations import IdempotencyKey
from app.clock import today
from app.courses import publishing
from app.courses.authoring import Written, begin_course, change_course, written
from app.courses.authoring_refusals import ChangedMeanwhile
from app.courses.draft_models import CourseDraft
from app.courses.drafts import fields_of_course, read_fields
from app.courses.inputs import CourseForm
from app.courses.models import Course, CourseState
from app.courses.own_queries import count_own_courses, drafts_of, own_course_of_code, own_courses
from app.dependencies import AnyKey, Configured, CourseWriter, Db
from app.i18n import DEFAULT, _
from app.limits import FORMS, KEY_WRITES, READING
from app.people.staff import Staff
from app.refusals import Refusal
from app.registrations.withdrawing import withdraw_course
from app.texts import number_in

router = APIRouter(prefix="/api/v1/own", tags=["own"])
NO_STORE = {"Cache-Control": "no-store"}
Code = Annotated[str, Path(max_length=80, pattern="^[!-~]+$", description="Code of the course.", examples=["vb-061"])]
IfMatch = Annotated[
    str | None,
    Header(
        max_length=80,
        pattern=r'^(\*|(W/)?"[!#-~]{1,70}")$',
        description="The `ETag` of what you have read, so that nobody's change is lost; `*` for whatever is there now.",
        examples=['"7"'],
    ),
]
WRITES = answers(400, 401, 403, 404, 409, 412, 413, 422, 428, 429, 503)
READS = answers(401, 403, 404, 422, 429, 503)
EXAMPLE = {
    "title": "Māla trauki",
    "summary": "Pirmie trauki no māla.",
    "description": "Mācāmies **virpot** un glazēt.",
    "outcomes": ["Virpo bļodu", "Glazē krūzi"],
    "group": "personal",
    "audiences": ["everyone"],
    "format": "in_person",
    "academic_hours": "16",
    "price": "18.50",
    "funding": "self_paid",
    "certificate": "none",
    "contact_email": "kursi@example.lv",
}


class IfMatchNeeded(Refusal):
    """Whoever changes something says which state of it they have read."""

    status = 428
    code = "if_match_needed"
    sentence = _("Send the header If-Match with the ETag of what you have read.")


class ChangedSince(Refusal):
    """It is no longer as the asker has read it."""

    status = 412
    code = "changed_meanwhile"


@router.get(
    "/courses",
    operation_id="list_own_courses",
    summary="Your courses",
    response_model=OwnCoursesTold,
    responses=READS,
    dependencies=[Depends(Only("state", "page", "per_page")), Depends(READING)],
)
def courses(
    request: Request,
    db: Db,
    who: AnyKey,
    settings: Configured,
    state: Annotated[CourseState | None, Query(description="Only in this state.")] = None,
    page: Page = 1,
    per_page: PerPage = DEFAULT_PER_PAGE,
) -> Response:
    """Drafts, submitted, published and archived ones, by their codes."""
    total = count_own_courses(db, who, state)
    found = own_courses(db, who, state, page, per_page)
    drafts = drafts_of(db, [course.id for course in found])
    items = [_told(request, db, _written(course, drafts.get(course.id)), settings.origin) for course in found]
    told = OwnCoursesTold(total=total, page=page, per_page=per_page, items=items)
    headers = NO_STORE | {"Link": link_header(request, total, page, per_page)}
    return Response(told.model_dump_json(), headers=headers, media_type="application/json")


@router.get(
    "/courses/{code}",
    operation_id="get_own_course",
    summary="One of your courses, as it is written now",
    response_model=OwnCourseTold,
    responses=READS,
    dependencies=[Depends(Only()), Depends(READING)],
)
def course(request: Request, code: Code, db: Db, who: AnyKey, settings: Configured) -> Response:
    """With what it lacks before it can be published; its `ETag` is needed to change it."""
    return _answer(request, db, own_course_of_code(db, who, code), settings.origin)


@router.post(
    "/courses",
    operation_id="create_course",
    summary="Write a new course",
    status_code=201,
    response_model=OwnCourseTold,
    responses=answers(400, 401, 403, 409, 413, 422, 429, 503),
    dependencies=[Depends(FORMS)],
)
def create(
    request: Request,
    asked: Annotated[CourseForm, Body(examples=[EXAMPLE])],
    db: Db,
    who: CourseWriter,
    settings: Configured,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """A draft; nobody sees it before it is published."""
    KEY_WRITES.count(request, db, f"key:{who.key_id}")
    once = Once.of(db, who, "courses", idempotency_key, asked.model_dump_json())
    if before := once.answered(db):
        return before
    made = begin_course(db, who, asked)
    answer = _answer(request, db, own_course_of_code(db, who, made.code), settings.origin, status=201)
    answer.headers["Location"] = f"{settings.origin}/api/v1/own/courses/{made.code}"
    return once.keep(db, answer)


@router.put(
    "/courses/{code}",
    operation_id="replace_course",
    summary="Write a course anew",
    response_model=OwnCourseTold,
    responses=WRITES,
    dependencies=[Depends(FORMS)],
)
def replace(
    request: Request,
    code: Code,
    asked: Annotated[CourseForm, Body(examples=[EXAMPLE])],
    db: Db,
    who: CourseWriter,
    settings: Configured,
    if_match: IfMatch = None,
) -> Response:
    """The whole content; of a published course a draft beside what residents see, until it is published."""
    KEY_WRITES.count(request, db, f"key:{who.key_id}")
    found = own_course_of_code(db, who, code)
    _change(db, who, found, asked, if_match)
    return _answer(request, db, own_course_of_code(db, who, code), settings.origin)


@router.patch(
    "/courses/{code}",
    operation_id="change_course",
    summary="Change fields of a course",
    response_model=OwnCourseTold,
    responses=WRITES,
    dependencies=[Depends(FORMS)],
)
def patch(
    request: Request,
    code: Code,
    asked: Annotated[CoursePatch, Body(examples=[{"price": "20.00"}])],
    db: Db,
    who: CourseWriter,
    settings: Configured,
    if_match: IfMatch = None,
) -> Response:
    """What is not sent stays as it is written."""
    KEY_WRITES.count(request, db, f"key:{who.key_id}")
    found = own_course_of_code(db, who, code)
    given = {
        name: getattr(asked, name) for name in asked.model_fields_set if name != "title" or asked.title is not None
    }
    _change(db, who, found, written(db, found).reading.form.model_copy(update=given), if_match)
    return _answer(request, db, own_course_of_code(db, who, code), settings.origin)


@router.post(
    "/courses/{code}/publish",
    operation_id="publish_course",
    summary="Publish a course, or send it for review",
    response_model=OwnCourseTold,
    responses=WRITES,
    dependencies=[Depends(FORMS)],
)
def publish(
    request: Request, code: Code, db: Db, who: CourseWriter, settings: Configured, if_match: IfMatch = None
) -> Response:
    """A trusted provider's course is public at once; another's waits for the board. What is missing is named."""
    KEY_WRITES.count(request, db, f"key:{who.key_id}")
    found = own_course_of_code(db, who, code)
    act = publishing.publish if publishing.may_publish(who, found) else publishing.submit
    _refusing_changed(lambda: act(db, who, found.id, _edition(if_match, found)))
    return _answer(request, db, own_course_of_code(db, who, code), settings.origin)


@router.post(
    "/courses/{code}/withdraw",
    operation_id="withdraw_course",
    summary="Take a course out of the catalogue",
    response_model=OwnCourseTold,
    responses=WRITES,
    dependencies=[Depends(FORMS)],
)
def withdraw(
    request: Request, code: Code, db: Db, who: CourseWriter, settings: Configured, if_match: IfMatch = None
) -> Response:
    """Refused while somebody is registered for what is still ahead; a draft is put away."""
    KEY_WRITES.count(request, db, f"key:{who.key_id}")
    found = own_course_of_code(db, who, code)
    act = withdraw_course if found.state is CourseState.PUBLISHED else publishing.archive
    _refusing_changed(lambda: act(db, who, found.id, _edition(if_match, found)))
    return _answer(request, db, own_course_of_code(db, who, code), settings.origin)


def version_of(if_match: str | None) -> str | None:
    """The version that the header names; None for any. Refused without the header."""
    if if_match is None:
        raise IfMatchNeeded
    return None if if_match == "*" else if_match.removeprefix("W/").strip('"')


def _edition(if_match: str | None, found: Course) -> int:
    asked = version_of(if_match)
    if asked is None:
        return found.edition
    number = number_in(asked)
    return -1 if number is None else number


def _change(db: Session, who: Staff, found: Course, asked: CourseForm, if_match: str | None) -> None:
    edition = _edition(if_match, found)
    if edition != found.edition:
        raise ChangedSince
    _refusing_changed(lambda: change_course(db, who, found.id, asked, edition))


def _refusing_changed(act: Callable[[], object]) -> None:
    try:
        act()
    except ChangedMeanwhile as refusal:
        raise ChangedSince from refusal


def _written(course: Course, draft: CourseDraft | None) -> Written:
    fields = dict(draft.fields) if draft else fields_of_course(course)
    title = course.texts[DEFAULT].title if DEFAULT in course.texts else ""
    return Written(course, draft, fields, read_fields(fields, title))


def _answer(request: Request, db: Session, found: Course, origin: str, *, status: int = 200) -> Response:
    told = _told(request, db, written(db, found), origin)
    headers = NO_STORE | {"ETag": f'"{found.edition}"', "Content-Language": language_of(request).code}
    return Response(told.model_dump_json(), status, headers=headers, media_type="application/json")


def _told(request: Request, db: Session, what: Written, origin: str) -> OwnCourseTold:
    found, draft, language = what.course, what.draft, language_of(request)
    waits = "review" if draft and draft.submitted_at else "day" if draft and draft.publish_on else None
    return OwnCourseTold(
        code=found.code,
        state=found.state,
        waits_for=waits,
        has_changes=draft is not None,
        missing=[
            MissingTold(field=one.field, words=one.words.say(language))
            for one in publishing.ready(db, what, today()).missing
        ],
        url=f"{origin}/kursi/{found.slug}",
        published_at=found.published_at,
        updated_at=found.updated_at,
        content=what.reading.form,
    )
