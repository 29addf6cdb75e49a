"""The demonstration's courses: texts, publications and the steps that led to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from pydantic import TypeAdapter
from slugify import slugify

from app.courses.history_models import CourseStep, Publication
from app.courses.models import (
    Audience,
    CertificateKind,
    Course,
    CourseAudience,
    CourseState,
    CourseText,
    Format,
    Funding,
    Level,
)
from app.demo import files
from app.demo.days import moment, office_day
from app.demo.files import CourseEntry, CourseWords
from app.demo.institutions import Places
from app.demo.rows import Rows, seeded

LATE_COMERS = {
    "vb-060": date(2025, 2, 10), "buts-019": date(2025, 3, 10), "buts-050": date(2025, 3, 24),
    "vm-036": date(2025, 4, 22), "vatp-004": date(2025, 9, 1), "vatp-009": date(2025, 9, 22),
    "vatp-012": date(2025, 10, 6), "zrs-024": date(2025, 10, 20),
}  # fmt: skip
"""Courses that nobody wished for and that joined the catalogue in 2025."""
FIRST_DAY = date(2022, 11, 1)


@dataclass(frozen=True, slots=True)
class Public:
    """When a course was public: since its first day, and again since `renewed` after a pause that began at `paused`."""

    first: date
    paused: date | None = None
    renewed: date | None = None

    @property
    def since(self) -> date:
        """Since when it is public now."""
        return self.renewed or self.first

    def is_public(self, day: date) -> bool:
        """Whether one could see it all that day."""
        in_pause = self.paused is not None and self.renewed is not None and self.paused <= day <= self.renewed
        return self.first < day and not in_pause


def public_times(courses: Sequence[CourseEntry], fulfilled: Mapping[str, date]) -> dict[str, Public]:
    """When each course was public; `fulfilled` says on which day a wish brought one (back) into the catalogue."""
    chance = seeded("publications")
    times = {}
    for course in courses:
        early = FIRST_DAY + timedelta(days=chance.randrange(12))
        later = date(2023, 1, 9) + timedelta(days=chance.randrange(690))
        first = LATE_COMERS.get(course.code, office_day(early if chance.random() < 0.38 else later))
        came = fulfilled.get(course.code)
        if came is None:
            times[course.code] = Public(first)
        elif came.year == 2025:
            times[course.code] = Public(came)
        else:
            times[course.code] = Public(first, max(date(2026, 1, 5), came - timedelta(days=150)), came)
    return times


def add_courses(
    rows: Rows,
    places: Places,
    courses: Sequence[CourseEntry],
    times: Mapping[str, Public],
    permits: Mapping[str, int],
) -> dict[str, int]:
    """Keep every course with its texts, audiences, steps and publications; ids by code."""
    chance = seeded("courses")
    english = files.read("english.json", TypeAdapter(dict[str, CourseWords]))
    ids: dict[str, int] = {}
    slugs: set[str] = set()
    for course in courses:
        public = times[course.code]
        published_at = _office_moment(public.since, chance)
        created_at = _office_moment(office_day(public.first - timedelta(days=chance.randrange(16, 60))), chance)
        email, phone = places.contacts[course.provider]
        ids[course.code] = course_id = rows.add(
            Course,
            code=course.code,
            slug=_slug(course, slugs),
            provider_id=places.providers[course.provider],
            group_id=places.groups[course.group],
            permit_id=permits.get(course.code),
            state=CourseState.PUBLISHED,
            level=Level(course.level),
            language=course.language,
            format=Format(course.format),
            funding=Funding(course.funding),
            certificate=CertificateKind(course.certificate),
            academic_hours=course.academic_hours,
            price=course.price_eur,
            needs_permit=course.needs_permit,
            no_permit_reason="",
            contact_email=email,
            contact_phone=phone,
            picture="",
            version=2 if public.renewed else 1,
            created_at=created_at,
            updated_at=published_at,
            published_at=published_at,
        )
        _add_texts(rows, course_id, course, english.get(course.code))
        for audience in course.audience:
            rows.put(CourseAudience, course_id=course_id, audience=Audience(audience))
        _add_steps(rows, places, course, course_id, public, created_at, published_at)
    return ids


def _slug(course: CourseEntry, taken: set[str]) -> str:
    slug = slugify(course.title)
    if slug in taken:
        slug = f"{slug}-{course.code}"
    taken.add(slug)
    return slug


def _add_texts(rows: Rows, course_id: int, course: CourseEntry, english: CourseWords | None) -> None:
    for locale, words in (("lv", course), ("en", english)):
        if words is not None:
            rows.put(
                CourseText,
                course_id=course_id,
                locale=locale,
                title=words.title,
                summary=words.summary,
                description=words.description,
                outcomes=[_sentence(outcome) for outcome in words.outcomes],
                prerequisites="",
                keywords=words.keywords,
                picture_alt="",
            )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _add_steps(
    rows: Rows,
    places: Places,
    course: CourseEntry,
    course_id: int,
    public: Public,
    created_at: datetime,
    published_at: datetime,
) -> None:
    """Draft, submitted, published; and withdrawn and published anew where there was a pause."""
    manager = places.managers[course.provider]
    publisher = manager if course.provider in places.trusted else places.managers[""]
    first_at = published_at if public.renewed is None else moment(public.first, 10)
    steps = [(CourseState.DRAFT, created_at, manager, ""), (CourseState.PUBLISHED, first_at, publisher, "")]
    if publisher != manager:
        steps.insert(1, (CourseState.SUBMITTED, created_at + (first_at - created_at) / 2, manager, ""))
    begun_at = first_at
    if public.paused:
        paused_at = moment(public.paused, 9)
        steps.append((CourseState.ARCHIVED, paused_at, manager, "Programmu pārstrādājam."))
        steps.append((CourseState.PUBLISHED, published_at, publisher, "Atjaunotā programma."))
        rows.add(Publication, course_id=course_id, begun_at=first_at, ended_at=paused_at)
        begun_at = published_at
    rows.add(Publication, course_id=course_id, begun_at=begun_at, ended_at=None)
    for state, at, account_id, comment in steps:
        rows.add(CourseStep, course_id=course_id, state=state, at=at, account_id=account_id, comment=comment)


def _office_moment(day: date, chance: Random) -> datetime:
    return moment(day, chance.randrange(9, 16), chance.randrange(60))
