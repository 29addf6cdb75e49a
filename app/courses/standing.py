"""Where a course stands for those who write it: its state and what is written beside it, in one word."""

from datetime import date, datetime
from enum import StrEnum

from app.courses.draft_models import CourseDraft
from app.courses.models import Course, CourseState
from app.i18n import Text, _p


class Standing(StrEnum):
    """What a badge says."""

    DRAFT = "draft"
    RETURNED = "returned"
    REVIEW = "review"
    SCHEDULED = "scheduled"
    CHANGING = "changing"
    PUBLISHED = "published"
    ARCHIVED = "archived"


BADGES: dict[Standing, Text] = {
    Standing.DRAFT: _p("course", "Draft"),
    Standing.RETURNED: _p("course", "Returned with a comment"),
    Standing.REVIEW: _p("course", "Waiting for review"),
    Standing.SCHEDULED: _p("course", "Will be published by itself"),
    Standing.CHANGING: _p("course", "Published, changes in draft"),
    Standing.PUBLISHED: _p("course", "Published"),
    Standing.ARCHIVED: _p("course", "Archived"),
}


def standing(
    state: CourseState,
    *,
    has_draft: bool,
    submitted_at: datetime | None = None,
    returned_at: datetime | None = None,
    publish_on: date | None = None,
) -> Standing:
    """The one word for a course in that state with that draft, or with none."""
    if has_draft and publish_on is not None:
        return Standing.SCHEDULED
    if has_draft and submitted_at is not None:
        return Standing.REVIEW
    if has_draft and returned_at is not None:
        return Standing.RETURNED
    if state is CourseState.PUBLISHED:
        return Standing.CHANGING if has_draft else Standing.PUBLISHED
    return Standing.ARCHIVED if state is CourseState.ARCHIVED else Standing.DRAFT


def standing_of(course: Course, draft: CourseDraft | None) -> Standing:
    """The one word for this course."""
    if draft is None:
        return standing(course.state, has_draft=False)
    return standing(
        course.state,
        has_draft=True,
        submitted_at=draft.submitted_at,
        returned_at=draft.returned_at,
        publish_on=draft.publish_on,
    )
