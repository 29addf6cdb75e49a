"""What the pages of a course tell its provider and the board: where it stands, what it lacks, what it changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Path
from sqlalchemy.orm import Session

from app.clock import now, today
from app.courses import publishing
from app.courses.authoring import Written, written
from app.courses.authoring_queries import whole_course
from app.courses.difference import Change, changes
from app.courses.draft_models import CourseDraft
from app.courses.drafts import fields_of_course
from app.courses.models import Course, CourseState
from app.courses.readiness import Readiness
from app.courses.standing import BADGES, Standing, standing_of
from app.i18n import Text, _
from app.people.staff import Staff
from app.providers.queries import thematic_groups
from app.search.engine import SearchEngine
from app.search.overlap import Overlap, overlaps
from app.search.wishes import similar_wishes
from app.wishes.cards import WishCard

CourseId = Annotated[int, Path(ge=1, le=2**31 - 1)]
DONE: dict[str, Text] = {
    "begun": _("The draft has begun."),
    "saved": _("The draft is saved."),
    "copied": _("This is the copy."),
    "submitted": _("The course is sent for review."),
    "taken_back": _("You can go on writing."),
    "published": _("The course is published."),
    "scheduled": _("The course will be published on the chosen day."),
    "withdrawn": _("The course is no longer in the catalogue."),
    "archived": _("The course is archived."),
    "discarded": _("The draft is gone; residents see the same as before."),
    "returned": _("The course is returned with your comment."),
}
"""What has just been done, by the word in the address."""
_WORDS_OF_TEXT = 700


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """A course for those who work on it."""

    course: Course
    written: Written
    standing: Standing
    badge: Text
    ready: Readiness
    changes: tuple[Change, ...]
    """What the draft changes in what residents see."""
    may_publish: bool

    @property
    def draft(self) -> CourseDraft | None:
        """What is written and not yet public."""
        return self.written.draft

    @property
    def title(self) -> str:
        """The title as it is written now."""
        return self.written.reading.form.title

    @property
    def is_public(self) -> bool:
        """Whether residents see a version of it."""
        return self.course.state is CourseState.PUBLISHED

    @property
    def waits(self) -> bool:
        """Whether nothing can be written in it until it is decided or taken back."""
        return self.standing in {Standing.REVIEW, Standing.SCHEDULED}


@dataclass(frozen=True, slots=True)
class Around:
    """What there is besides: like courses of others that are planned, and wishes that say the same."""

    overlaps: tuple[Overlap, ...]
    wishes: tuple[WishCard, ...]


def course_facts(db: Session, who: Staff, course_id: int) -> CourseFacts:
    """The course, if it is their provider's or they are of the board."""
    provider_id = who.provider if who.provider_id is not None else None
    return facts_of(who, db, written(db, whole_course(db, course_id, provider_id)))


def facts_of(who: Staff, db: Session, what: Written) -> CourseFacts:
    """The same of a course that is there already."""
    found = standing_of(what.course, what.draft)
    day = what.draft.publish_on if what.draft and what.draft.publish_on else today()
    changed = changes(fields_of_course(what.course), what.fields) if what.course.published_at and what.draft else []
    return CourseFacts(
        course=what.course,
        written=what,
        standing=found,
        badge=BADGES[found],
        ready=publishing.ready(db, what, day),
        changes=tuple(changed),
        may_publish=publishing.may_publish(who, what.course),
    )


def around(db: Session, engine: SearchEngine, facts: CourseFacts, locale: str) -> Around:
    """What one should know before the course is published."""
    form, moment = facts.written.reading.form, now()
    text = " ".join((form.title, form.summary, *form.keywords))[:_WORDS_OF_TEXT]
    found = overlaps(db, engine, text, facts.course.id, facts.course.provider.code, locale, moment)
    return Around(tuple(found), tuple(similar_wishes(db, text, locale, moment)))


def group_names(db: Session, locale: str) -> Mapping[str, str]:
    """The names of the thematic groups by code, in the order agreed on."""
    return {group.code: group.name for group in thematic_groups(db, locale)}
