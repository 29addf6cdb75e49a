"""The steps of a course between an idea and the catalogue: submitted, returned, published, withdrawn, archived.

Whoever may do a step holds the course from the first line; each step is on record with who and when.
"""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.audit.record import SYSTEM, Fact, record
from app.clock import now, today
from app.courses import authoring_queries as queries
from app.courses.authoring import Written, address_for, step, written
from app.courses.authoring_refusals import (
    AwaitsItsDay,
    ChangedMeanwhile,
    CommentMissing,
    DayWrong,
    PublishIncomplete,
    WrongCourseState,
)
from app.courses.draft_models import CourseDraft
from app.courses.drafts import fields_of_course, put_on
from app.courses.history_models import Publication
from app.courses.models import Course, CourseState
from app.courses.readiness import Readiness, readiness
from app.i18n import DEFAULT, LANGUAGES
from app.outbox.messages import CourseChanged
from app.outbox.post import post
from app.outbox.staff_messages import CourseReturned
from app.people.models import Role
from app.people.staff import BOARD, PROVIDER_STAFF, Staff
from app.refusals import NotAllowed, Refusal

LATEST_DAY = timedelta(days=365)
_ON_RECORD = (
    "title",
    "group",
    "level",
    "language",
    "format",
    "academic_hours",
    "price",
    "funding",
    "certificate",
    "permit",
)
"""Fields whose values before and after stand in the log of actions; of the long texts only the names do."""


def may_publish(who: Staff, course: Course) -> bool:
    """The board, and the manager of a provider that the board trusts."""
    if who.role in BOARD:
        return True
    return who.role is Role.MANAGER and who.provider_id == course.provider_id and course.provider.is_trusted


def ready(db: Session, what: Written, day: date) -> Readiness:
    """What the course still lacks on that day."""
    permit = queries.permit_of(db, what.reading.form.permit, what.course.provider_id)
    return readiness(what.course, what.reading, permit, day)


def submit(db: Session, who: Staff, course_id: int, version: int) -> Course:
    """Send the course, or its changes, to the board; refused while something but a permit is missing."""
    what = _hold(db, who, course_id, version)
    course = what.course
    _refuse_incomplete(ready(db, what, today()))
    draft = what.draft
    if draft is None and course.state is not CourseState.PUBLISHED:
        draft = _draft_again(db, who, what)
    if draft is None or draft.submitted_at is not None:
        raise WrongCourseState
    if draft.publish_on is not None:
        raise AwaitsItsDay
    moment = now()
    draft.submitted_at, draft.submitted_by_id = moment, who.account_id
    draft.returned_at = draft.returned_by_id = None
    if course.state is not CourseState.PUBLISHED and course.published_at is None:
        course.state = CourseState.SUBMITTED
    course.edition += 1
    step(db, course, who, CourseState.SUBMITTED, moment)
    record(db, who.actor, "course_submitted", "course", course.id)
    db.flush()
    return course


def take_back(db: Session, who: Staff, course_id: int, version: int) -> Course:
    """Go on writing what was sent for review, or what would be published on a day already chosen."""
    what = _hold(db, who, course_id, version)
    course, draft = what.course, what.draft
    if draft is None or (draft.submitted_at is None and draft.publish_on is None):
        raise WrongCourseState
    _open_again(course, draft)
    step(db, course, who, CourseState.DRAFT, now())
    record(db, who.actor, "course_taken_back", "course", course.id)
    db.flush()
    return course


def return_course(db: Session, who: Staff, course_id: int, version: int, comment: str) -> Course:
    """The board sends the course back, and says why; whoever submitted it gets a letter."""
    what = _hold(db, who, course_id, version)
    if who.role not in BOARD:
        raise NotAllowed
    if what.draft is None or what.draft.submitted_at is None:
        raise WrongCourseState
    if not comment:
        raise CommentMissing
    _return(db, what.course, what.draft, who, comment)
    return what.course


def publish(db: Session, who: Staff, course_id: int, version: int, *, no_permit_reason: str = "") -> Course:
    """Residents see from now on what is written; the board may publish without a valid permit, with a reason."""
    queries.hold_names(db)
    what = _hold(db, who, course_id, version)
    _refuse_unless_publishable(db, who, what, today(), no_permit_reason)
    _publish(db, what, who, no_permit_reason)
    return what.course


def schedule(db: Session, who: Staff, course_id: int, version: int, day: date, *, no_permit_reason: str = "") -> Course:
    """Residents see from that day on what is written."""
    what = _hold(db, who, course_id, version)
    if not today() < day <= today() + LATEST_DAY:
        raise DayWrong
    _refuse_unless_publishable(db, who, what, day, no_permit_reason)
    draft = what.draft or _draft_again(db, who, what)
    draft.publish_on, draft.publish_by_id, draft.no_permit_reason = day, who.account_id, no_permit_reason
    what.course.edition += 1
    record(db, who.actor, "publishing_scheduled", "course", course_id, {"day": day.isoformat()})
    db.flush()
    return what.course


def publish_on_its_day(db: Session, course_id: int) -> bool:
    """Publish what is due today; what no longer can be goes back to who wrote it. False when nothing is due any more."""
    queries.hold_names(db)
    what = written(db, queries.lock_course(db, course_id))
    draft, day = what.draft, today()
    if draft is None or draft.publish_on is None or draft.publish_on > day:
        return False
    try:
        _refuse_unfit(ready(db, what, day), draft.no_permit_reason)
    except Refusal as refusal:
        draft.submitted_by_id = draft.submitted_by_id or draft.publish_by_id
        _return(db, what.course, draft, None, refusal.sentence.say(LANGUAGES[DEFAULT]))
        return True
    _publish(db, what, None, draft.no_permit_reason)
    return True


def archive(db: Session, who: Staff, course_id: int, version: int) -> Course:
    """Put away a course that is not in the catalogue and nobody works on; it can be taken up again."""
    what = _hold(db, who, course_id, version)
    course = what.course
    if course.state in (CourseState.PUBLISHED, CourseState.ARCHIVED):
        raise WrongCourseState
    _stop_waiting(course, what.draft)
    course.state, course.edition = CourseState.ARCHIVED, course.edition + 1
    step(db, course, who, CourseState.ARCHIVED, now())
    record(db, who.actor, "course_archived", "course", course.id)
    db.flush()
    return course


def take_out(db: Session, who: Staff, course: Course, comment: str) -> None:
    """The course leaves the catalogue; the caller holds it and has seen that nobody is registered for what is ahead."""
    moment = now()
    publication = queries.open_publication(db, course.id)
    if course.state is not CourseState.PUBLISHED:
        raise WrongCourseState
    _stop_waiting(course, queries.draft_of(db, course.id))
    course.state, course.updated_at = CourseState.ARCHIVED, moment
    course.version += 1
    course.edition += 1
    if publication is not None:
        publication.ended_at = moment
    step(db, course, who, CourseState.ARCHIVED, moment, comment)
    record(db, who.actor, "course_withdrawn", "course", course.id, {"version": course.version})
    post(db, CourseChanged(course.id))
    db.flush()


def hold_to_change(db: Session, who: Staff, course_id: int, version: int) -> Course:
    """The course held, if it is theirs or they are of the board, as whoever asks has seen it."""
    return _hold(db, who, course_id, version).course


def _hold(db: Session, who: Staff, course_id: int, version: int) -> Written:
    if who.role in BOARD:
        course = queries.lock_course(db, course_id)
    elif who.role in PROVIDER_STAFF:
        course = queries.lock_course(db, course_id, who.provider)
    else:
        raise NotAllowed
    if course.edition != version:
        raise ChangedMeanwhile
    return written(db, course)


def _draft_again(db: Session, who: Staff, what: Written) -> CourseDraft:
    """What stands on the course is written anew: it was withdrawn, or kept from a time without drafts."""
    draft = CourseDraft(
        course_id=what.course.id,
        fields=what.fields,
        based_on=what.course.version if what.course.published_at else 0,
        saved_at=now(),
        saved_by_id=who.account_id,
    )
    db.add(draft)
    return draft


def _open_again(course: Course, draft: CourseDraft) -> None:
    draft.submitted_at = draft.publish_on = None
    if course.state is CourseState.SUBMITTED:
        course.state = CourseState.DRAFT
    course.edition += 1


def _stop_waiting(course: Course, draft: CourseDraft | None) -> None:
    """Neither its day nor the board brings back what was put away, and nobody has to answer a comment about it."""
    if draft is not None:
        if draft.submitted_at or draft.publish_on:
            _open_again(course, draft)
        draft.returned_at = draft.returned_by_id = None


def _return(db: Session, course: Course, draft: CourseDraft, who: Staff | None, comment: str) -> None:
    moment = now()
    _open_again(course, draft)
    draft.returned_at, draft.returned_by_id, draft.comment = moment, who.account_id if who else None, comment
    step(db, course, who, CourseState.DRAFT, moment, comment)
    record(db, who.actor if who else SYSTEM, "course_returned", "course", course.id)
    post(db, CourseReturned(course.id))
    db.flush()


def _refuse_incomplete(found: Readiness) -> None:
    if found.missing:
        raise PublishIncomplete([one.words for one in found.missing])


def _refuse_unfit(found: Readiness, no_permit_reason: str) -> None:
    _refuse_incomplete(found)
    if found.permit is not None and not no_permit_reason:
        raise found.permit


def _refuse_unless_publishable(db: Session, who: Staff, what: Written, day: date, no_permit_reason: str) -> None:
    """The board publishes what was sent to it; a trusted provider whatever it has written."""
    if not may_publish(who, what.course):
        raise NotAllowed
    draft = what.draft
    if who.role in BOARD:
        if draft is None or (draft.submitted_at is None and draft.publish_on is None):
            raise WrongCourseState
    elif no_permit_reason:
        raise NotAllowed
    if draft is None and what.course.state is CourseState.PUBLISHED:
        raise WrongCourseState
    _refuse_unfit(ready(db, what, day), no_permit_reason)


def _publish(db: Session, what: Written, who: Staff | None, no_permit_reason: str) -> None:
    course, form, moment = what.course, what.reading.form, now()
    before = fields_of_course(course) if course.published_at is not None else {}
    permit = queries.permit_of(db, form.permit, course.provider_id)
    put_on(course, form, queries.group_id(db, form.group), permit.id if permit else None)
    course.no_permit_reason = no_permit_reason
    if course.published_at is None:
        course.slug, course.published_at = address_for(db, form.title, course.code, course.id), moment
    else:
        course.version += 1
    course.state, course.updated_at, course.edition = CourseState.PUBLISHED, moment, course.edition + 1
    if queries.open_publication(db, course.id) is None:
        db.add(Publication(course_id=course.id, begun_at=moment))
    if what.draft is not None:
        db.delete(what.draft)
    step(db, course, who, CourseState.PUBLISHED, moment, no_permit_reason)
    actor = who.actor if who else SYSTEM
    record(db, actor, "course_published", "course", course.id, _changes(course, before, what.fields))
    post(db, CourseChanged(course.id))
    db.flush()


def _changes(course: Course, before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, Fact]:
    """What changed for residents; before and after of the short facts."""
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name)) if before else []
    facts: dict[str, Fact] = {"version": course.version}
    if changed:
        facts["fields"] = ", ".join(changed)
    for name in _ON_RECORD:
        if name in changed:
            facts[f"{name}_before"] = "\n".join(before.get(name, ()))
            facts[f"{name}_after"] = "\n".join(after.get(name, ()))
    return facts
