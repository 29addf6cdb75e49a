"""The whole catalogue at once: for open data, feeds and search engines."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.cards import CourseCard, RunCard
from app.catalogue.queries import COURSES, RUNS_OF_COURSES, course_card, run_card
from app.courses.models import Course, CourseState, CourseText


@dataclass(frozen=True, slots=True)
class CourseWords:
    """A course's texts in one language."""

    title: str
    summary: str
    description: str
    """Markdown."""
    outcomes: tuple[str, ...]
    prerequisites: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WholeCourse:
    """A course with all its texts and the runs that are not over, or else the last one."""

    card: CourseCard
    texts: Mapping[str, CourseWords]
    """By language; Latvian is always among them."""
    runs: tuple[RunCard, ...]
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """A course as feeds and search engines need it."""

    slug: str
    title: str
    summary: str
    published_at: datetime
    updated_at: datetime


def whole_catalogue(db: Session, locale: str, moment: datetime) -> list[WholeCourse]:
    """Every published course by code, in three statements."""
    rows = db.execute(_WHOLE, {"locale": locale}).mappings().all()
    ids = [row["id"] for row in rows]
    runs: dict[int, list[RunCard]] = defaultdict(list)
    for row in db.execute(RUNS_OF_COURSES, {"ids": ids, "moment": moment}).mappings():
        runs[row["course_id"]].append(run_card(row, moment))
    texts: dict[int, dict[str, CourseWords]] = defaultdict(dict)
    for course_id, language, title, summary, description, outcomes, prerequisites, keywords in db.execute(_TEXTS):
        texts[course_id][language] = CourseWords(
            title, summary, description, tuple(outcomes), prerequisites, tuple(keywords)
        )
    return [
        WholeCourse(
            course_card(row, runs[row["id"]]),
            texts[row["id"]],
            tuple(sorted(runs[row["id"]], key=lambda run: (run.starts_at, run.id))),
            row["published_at"],
            row["updated_at"],
        )
        for row in rows
    ]


def course_entries(db: Session, locale: str, limit: int | None = None) -> list[CourseEntry]:
    """Published courses, the newest first."""
    newest = _WHOLE.order_by(None).order_by(Course.published_at.desc(), Course.id.desc()).limit(limit)
    return [
        CourseEntry(
            slug=row["slug"],
            title=row["own_title"] or row["title"],
            summary=row["own_summary"] or row["summary"],
            published_at=row["published_at"],
            updated_at=row["updated_at"],
        )
        for row in db.execute(newest, {"locale": locale}).mappings()
    ]


_public = Course.state == CourseState.PUBLISHED
_WHOLE = COURSES.add_columns(Course.published_at, Course.updated_at).where(_public).order_by(Course.code)
_TEXTS = (
    select(
        CourseText.course_id,
        CourseText.locale,
        CourseText.title,
        CourseText.summary,
        CourseText.description,
        CourseText.outcomes,
        CourseText.prerequisites,
        CourseText.keywords,
    )
    .join(Course, Course.id == CourseText.course_id)
    .where(_public)
    .order_by(CourseText.course_id, CourseText.locale)
)
