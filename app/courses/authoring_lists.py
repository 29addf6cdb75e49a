"""Lists of those who write and review courses: a provider's own, the board's queue, and a course's history."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import Session

from app.courses.draft_models import CourseDraft
from app.courses.drafts import read_fields
from app.courses.history_models import CourseStep
from app.courses.models import Course, CourseRun, CourseState, CourseText
from app.courses.standing import Standing, standing
from app.i18n import sort_key
from app.people.models import Account
from app.people.staff import Staff
from app.providers.models import Provider
from app.providers.queries import PROVIDER_SHORT_NAME

A_PAGE = 50
Order = Literal["changed", "title"]

TABS: Mapping[str, frozenset[Standing]] = {
    "": frozenset(Standing) - {Standing.ARCHIVED},
    "melnraksti": frozenset({Standing.DRAFT, Standing.RETURNED, Standing.CHANGING}),
    "izskatisana": frozenset({Standing.REVIEW, Standing.SCHEDULED}),
    "publiceti": frozenset({Standing.PUBLISHED, Standing.CHANGING}),
    "arhivs": frozenset({Standing.ARCHIVED}),
}
"""The views of the list by the word in their address; a public course with changes stands in two of them."""


@dataclass(frozen=True, slots=True)
class OwnCourse:
    """A course as its provider's list shows it."""

    id: int
    code: str
    title: str
    slug: str
    standing: Standing
    changed_at: datetime
    next_start: datetime | None = None
    """First session of its next group."""
    groups: int = 0
    """Groups that are still to begin."""


@dataclass(frozen=True, slots=True)
class OwnCourses:
    """One page of the list, and how many courses each view has."""

    items: tuple[OwnCourse, ...]
    counts: Mapping[str, int]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Submitted:
    """A course that waits for the board."""

    id: int
    title: str
    provider_name: str
    submitted_at: datetime
    is_new: bool
    """Nobody has seen it yet; else residents see an earlier version."""
    standing: Standing


@dataclass(frozen=True, slots=True)
class PastStep:
    """A step of a course, and who took it; empty where the calendar did, or the account is gone."""

    state: CourseState
    at: datetime
    name: str
    comment: str


def own_courses(
    db: Session,
    who: Staff,
    moment: datetime,
    *,
    tab: str = "",
    words: str = "",
    order: Order = "changed",
    page: int = 1,
) -> OwnCourses:
    """The courses of their provider in that view whose title or code has the words, fifty a page.

    A provider has hundreds of courses, not thousands, and neither database folds diacritics: the titles are read whole.
    """
    every = [_own(*row) for row in db.execute(_OWN, {"provider": who.provider})]
    wanted = _plain(words).split()
    fitting = [one for one in every if all(word in _plain(f"{one.title} {one.code}") for word in wanted)]
    counts = {name: sum(one.standing in states for one in fitting) for name, states in TABS.items()}
    shown = [one for one in fitting if one.standing in TABS[tab]]
    if order == "title":
        shown.sort(key=lambda one: sort_key(one.title))
    else:
        shown.sort(key=lambda one: (-one.changed_at.timestamp(), one.id))
    pages = max(1, -(-len(shown) // A_PAGE))
    page = min(max(1, page), pages)
    items = shown[(page - 1) * A_PAGE : page * A_PAGE]
    groups = _groups_ahead(db, [one.id for one in items], moment)
    made = tuple(
        OwnCourse(one.id, one.code, one.title, one.slug, one.standing, one.changed_at, *groups.get(one.id, (None, 0)))
        for one in items
    )
    return OwnCourses(made, counts, len(shown), page, pages)


def _own(
    course_id: int,
    code: str,
    slug: str,
    state: CourseState,
    updated_at: datetime,
    published_at: datetime | None,
    title: str,
    draft: CourseDraft | None,
) -> OwnCourse:
    if draft is None:
        return OwnCourse(course_id, code, title, slug, standing(state, has_draft=False), updated_at)
    found = standing(
        state,
        has_draft=True,
        submitted_at=draft.submitted_at,
        returned_at=draft.returned_at,
        publish_on=draft.publish_on,
    )
    return OwnCourse(course_id, code, title, slug, found, max(updated_at, draft.saved_at))


def _groups_ahead(db: Session, course_ids: Sequence[int], moment: datetime) -> dict[int, tuple[datetime, int]]:
    rows = db.execute(_GROUPS, {"ids": course_ids, "moment": moment})
    return {row[0]: (row[1], row[2]) for row in rows}


def submitted_courses(db: Session, locale: str) -> list[Submitted]:
    """What waits for the board, who has waited longest first; then what will be published by itself."""
    return [
        Submitted(
            id=course_id,
            title=read_fields(draft.fields, title).form.title,
            provider_name=provider,
            submitted_at=draft.submitted_at or draft.saved_at,
            is_new=published_at is None,
            standing=Standing.SCHEDULED if draft.publish_on else Standing.REVIEW,
        )
        for course_id, published_at, title, provider, draft in db.execute(_SUBMITTED, {"locale": locale})
    ]


def count_submitted(db: Session) -> int:
    """How many courses wait for the board."""
    waiting = (CourseDraft.submitted_at.is_not(None), CourseDraft.publish_on.is_(None))
    return db.scalar(select(func.count()).select_from(CourseDraft).where(*waiting)) or 0


def history(db: Session, course_id: int) -> list[PastStep]:
    """The course's steps, the latest first."""
    return [PastStep(*row) for row in db.execute(_HISTORY, {"course": course_id})]


def groups_of(db: Session, course_id: int) -> Sequence[CourseRun]:
    """The groups of a course, the latest first."""
    wanted = select(CourseRun).where(CourseRun.course_id == course_id)
    return db.scalars(wanted.order_by(CourseRun.starts_at.desc(), CourseRun.id).limit(A_PAGE)).all()


def _plain(text: str) -> str:
    """The text without case and diacritics."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


_LATVIAN = CourseText.course_id == Course.id, CourseText.locale == "lv"
_TITLE = func.coalesce(select(CourseText.title).where(*_LATVIAN).scalar_subquery(), "")
_OWN = (
    select(
        Course.id, Course.code, Course.slug, Course.state, Course.updated_at, Course.published_at, _TITLE, CourseDraft
    )
    .outerjoin(CourseDraft, CourseDraft.course_id == Course.id)
    .where(Course.provider_id == bindparam("provider", type_=Integer()))
)
_GROUPS = (
    select(CourseRun.course_id, func.min(CourseRun.starts_at), func.count())
    .where(
        CourseRun.course_id.in_(bindparam("ids", type_=Integer(), expanding=True)),
        CourseRun.cancelled_at.is_(None),
        CourseRun.starts_at > bindparam("moment", type_=CourseRun.starts_at.type),
    )
    .group_by(CourseRun.course_id)
)
_SUBMITTED = (
    select(Course.id, Course.published_at, _TITLE, PROVIDER_SHORT_NAME, CourseDraft)
    .join(CourseDraft, CourseDraft.course_id == Course.id)
    .join(Provider, Provider.id == Course.provider_id)
    .where(CourseDraft.submitted_at.is_not(None) | CourseDraft.publish_on.is_not(None))
    .order_by(CourseDraft.publish_on.is_not(None), CourseDraft.submitted_at, Course.id)
)
_HISTORY = (
    select(CourseStep.state, CourseStep.at, func.coalesce(Account.name, ""), CourseStep.comment)
    .outerjoin(Account, Account.id == CourseStep.account_id)
    .where(CourseStep.course_id == bindparam("course", type_=Integer()))
    .order_by(CourseStep.at.desc(), CourseStep.id.desc())
)
