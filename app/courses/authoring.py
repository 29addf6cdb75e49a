"""What changes what is written of a course: begun, saved, copied, thrown away. Nothing here is public before `publish`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from slugify import slugify
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.courses import authoring_queries as queries
from app.courses.authoring_refusals import AwaitsItsDay, AwaitsReview, ChangedMeanwhile, WrongCourseState
from app.courses.draft_models import CourseDraft
from app.courses.drafts import Fields, Reading, fields_of_course, fields_of_form, kept_fields, put_on, read_fields
from app.courses.history_models import CourseStep
from app.courses.inputs import TITLE, CourseForm
from app.courses.models import Course, CourseState, CourseText
from app.i18n import DEFAULT
from app.people.staff import PROVIDER_STAFF, Staff
from app.refusals import NotAllowed

_SLUG = 70
"""Characters of an address of a course's page."""


@dataclass(frozen=True, slots=True)
class Written:
    """A course and what is written of it: the draft where there is one, else the course as it stands."""

    course: Course
    draft: CourseDraft | None
    fields: Fields
    reading: Reading

    @property
    def is_public(self) -> bool:
        """Whether residents see a version of the course."""
        return self.course.state is CourseState.PUBLISHED


def begin_course(db: Session, who: Staff, asked: CourseForm) -> Course:
    """A new course as a draft of their provider's, with a code and an address that no other has."""
    _refuse_others(who)
    return _begin(db, who, fields_of_form(asked), asked, "course_begun")


def copy_course(db: Session, who: Staff, course_id: int, title: str) -> Course:
    """A new draft that says what the course, or its draft, says; under another title."""
    _refuse_others(who)
    was = written(db, queries.whole_course(db, course_id, who.provider))
    fields = was.fields | {"title": [title[:TITLE]]}
    return _begin(db, who, fields, read_fields(fields, title[:TITLE]).form, "course_copied", was.course.code)


def save_draft(
    db: Session, who: Staff, course_id: int, typed: Mapping[str, list[str]], version: int, page: str = ""
) -> Written:
    """Keep what was typed, right or wrong, beside what residents see.

    `version` is the edition of the course that whoever types has seen. A save from the page that saved last is always
    newer than what it saved, so that a save whose answer was lost can be sent again.
    """
    course = _lock_own(db, who, course_id)
    was = written(db, course)
    fields = kept_fields(typed, was.fields)
    if fields == was.fields:
        return was
    _refuse_while_it_waits(was.draft)
    from_the_same_page = bool(page) and was.draft is not None and was.draft.page == page
    if version != course.edition and not from_the_same_page:
        raise ChangedMeanwhile
    _keep(db, who, was, fields, page)
    changed = sorted(name for name in {*fields, *was.fields} if fields.get(name) != was.fields.get(name))
    record(db, who.actor, "course_changed", "course", course.id, {"fields": ", ".join(changed)})
    return written(db, course)


def change_course(db: Session, who: Staff, course_id: int, asked: CourseForm, version: int) -> Course:
    """The draft says what the form says; `version` is the edition of the course that whoever asks has seen."""
    return save_draft(db, who, course_id, fields_of_form(asked), version).course


def discard_draft(db: Session, who: Staff, course_id: int, version: int) -> Course:
    """What is written beside the public version is thrown away; a course that was never public is archived instead."""
    course = _lock_own(db, who, course_id)
    draft = queries.draft_of(db, course_id)
    if draft is None or course.published_at is None:
        raise WrongCourseState
    _refuse_while_it_waits(draft)
    if version != course.edition:
        raise ChangedMeanwhile
    db.delete(draft)
    course.edition += 1
    record(db, who.actor, "draft_discarded", "course", course.id)
    db.flush()
    return course


def written(db: Session, course: Course) -> Written:
    """The course with what is written of it."""
    draft = queries.draft_of(db, course.id)
    fields = dict(draft.fields) if draft else fields_of_course(course)
    title = course.texts[DEFAULT].title if DEFAULT in course.texts else ""
    return Written(course, draft, fields, read_fields(fields, title))


def step(
    db: Session, course: Course, who: Staff | None, state: CourseState, moment: datetime, comment: str = ""
) -> None:
    """Keep that the course went on; nobody where the calendar did it."""
    account = who.account_id if who else None
    db.add(CourseStep(course_id=course.id, state=state, at=moment, account_id=account, comment=comment))


def address_for(db: Session, title: str, code: str, course_id: int | None) -> str:
    """An address of the course's page that is free; the caller holds the names."""
    slug = slugify(title, max_length=_SLUG, word_boundary=True) or code
    return slug if not queries.is_taken(db, slug, course_id) else f"{slug}-{code}"


def _begin(db: Session, who: Staff, fields: Fields, form: CourseForm, act: str, origin: str | None = None) -> Course:
    moment = now()
    provider = queries.provider_of(db, who)
    queries.hold_names(db)
    code = _next_code(db, provider.code)
    course = Course(
        code=code,
        slug=address_for(db, form.title, code, None),
        provider_id=provider.id,
        group_id=queries.first_group(db, provider.id),
        state=CourseState.DRAFT,
        academic_hours=Decimal(0),
        created_at=moment,
        updated_at=moment,
    )
    course.texts, course.audiences = {DEFAULT: CourseText(locale=DEFAULT, title=form.title)}, []
    _put(db, course, form)
    db.add(course)
    db.flush()
    db.add(CourseDraft(course_id=course.id, fields=fields, based_on=0, saved_at=moment, saved_by_id=who.account_id))
    step(db, course, who, CourseState.DRAFT, moment)
    record(db, who.actor, act, "course", course.id, {"code": code} | ({"origin": origin} if origin else {}))
    db.flush()
    return course


def _put(db: Session, course: Course, form: CourseForm) -> None:
    permit = queries.permit_of(db, form.permit, course.provider_id)
    put_on(course, form, queries.group_id(db, form.group), permit.id if permit else None)


def _keep(db: Session, who: Staff, was: Written, fields: Fields, page: str) -> None:
    """The draft holds these fields. A course nobody ever saw follows it, so that lists of drafts show what they say."""
    course, moment = was.course, now()
    draft = was.draft
    if draft is None:
        based_on = course.version if course.published_at else 0
        draft = CourseDraft(course_id=course.id, based_on=based_on)
        db.add(draft)
    draft.fields, draft.page, draft.saved_at, draft.saved_by_id = fields, page, moment, who.account_id
    course.edition += 1
    if course.published_at is None:
        course.updated_at = moment
        _put(db, course, read_fields(fields, course.texts[DEFAULT].title).form)
        if course.state is CourseState.ARCHIVED:
            course.state = CourseState.DRAFT
            step(db, course, who, CourseState.DRAFT, moment)
    elif was.is_public and draft.returned_at is None and fields == fields_of_course(course):
        db.delete(draft)  # What was typed was taken back: nothing waits.
    db.flush()


def _lock_own(db: Session, who: Staff, course_id: int) -> Course:
    _refuse_others(who)
    return queries.lock_course(db, course_id, who.provider)


def _refuse_others(who: Staff) -> None:
    if who.role not in PROVIDER_STAFF:
        raise NotAllowed


def _refuse_while_it_waits(draft: CourseDraft | None) -> None:
    if draft is not None and draft.publish_on is not None:
        raise AwaitsItsDay
    if draft is not None and draft.submitted_at is not None:
        raise AwaitsReview


def _next_code(db: Session, provider_code: str) -> str:
    """The next of the provider's codes: vb-061 after vb-060; the caller holds the names."""
    ends = [code.removeprefix(f"{provider_code}-") for code in queries.codes_of(db, provider_code)]
    highest = max((int(end) for end in ends if end.isascii() and end.isdigit() and len(end) < 9), default=0)
    return f"{provider_code}-{highest + 1:03}"
