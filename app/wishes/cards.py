"""Cards: what is told about a wish in lists and on its own page, and the statement that reads it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from app.courses.models import Course, CourseRun, CourseState, CourseText
from app.db import UtcDateTime
from app.providers.models import Provider, ProviderText, ThematicGroup
from app.providers.queries import GROUP_NAME, PROVIDER_NAME
from app.translated import in_language
from app.wishes.models import JOINABLE, WishAnswer, WishRequest, WishState, WishSupport


@dataclass(frozen=True, slots=True)
class WishReply:
    """A dated public answer."""

    state: WishState
    text: str
    answered_at: datetime
    provider_name: str
    """Empty where the education board answered."""


@dataclass(frozen=True, slots=True)
class WishCard:
    """A wish as lists and its own page show it, with its names in the reader's language."""

    id: int
    title: str
    details: str
    locale: str
    """In which language its writer read the site."""
    group_code: str
    """Empty where nobody has named a group."""
    group_name: str
    times: tuple[str, ...]
    format: str
    audience: str
    people: int
    state: WishState
    supporters: int
    """People who confirmed that they want this, each once, those of joined wishes included."""
    created_at: datetime
    answer_by: datetime
    fulfilled_at: datetime | None
    provider_name: str
    course_slug: str
    """Empty while no course in the catalogue came from it."""
    course_title: str
    course_starts_at: datetime | None
    merged_into_id: int | None
    merged_title: str
    reply: WishReply | None
    """The latest answer."""

    @property
    def can_be_joined(self) -> bool:
        """Whether others can still say that they want this too."""
        return self.state in JOINABLE

    @property
    def days_to_course(self) -> int | None:
        """Days from the wish to the day it came true."""
        return (self.fulfilled_at - self.created_at).days if self.fulfilled_at else None

    def is_overdue(self, moment: datetime) -> bool:
        """Whether the promised day has passed without any answer."""
        return self.state is WishState.NEW and self.answer_by < moment


@dataclass(frozen=True, slots=True)
class WishTitle:
    """A wish one can join, as far as likeness needs it."""

    id: int
    title: str
    details: str


def wish_card(row: RowMapping) -> WishCard:
    """A wish's card from a row of `WISHES`."""
    reply = None
    if row["answer"] is not None:
        reply = WishReply(row["answer_state"], row["answer"], row["answered_at"], row["answered_by"])
    return WishCard(
        id=row["id"],
        title=row["title"],
        details=row["details"],
        locale=row["locale"],
        group_code=row["group_code"] or "",
        group_name=row["group_name"],
        times=tuple(row["times"]),
        format=row["format"],
        audience=row["audience"],
        people=row["people"],
        state=row["state"],
        supporters=row["supporters"],
        created_at=row["created_at"],
        answer_by=row["answer_by"],
        fulfilled_at=row["fulfilled_at"],
        provider_name=row["provider_name"],
        course_slug=row["course_slug"] or "",
        course_title=row["course_title"],
        course_starts_at=row["course_starts_at"],
        merged_into_id=row["merged_into_id"],
        merged_title=row["merged_title"] or "",
        reply=reply,
    )


_joined, _target, _writer = aliased(WishRequest), aliased(WishRequest), aliased(WishSupport)
_latest, _other = aliased(WishAnswer), aliased(WishAnswer)
SUPPORTERS = (
    select(func.count(WishSupport.person_key.distinct()))
    .join(_joined, _joined.id == WishSupport.wish_id)
    .where(
        or_(_joined.id == WishRequest.id, _joined.merged_into_id == WishRequest.id),
        WishSupport.confirmed_at.is_not(None),
        WishSupport.withdrawn_at.is_(None),
    )
    .scalar_subquery()
)
"""People behind a wish and behind those joined to it, each once."""
WISHES = (
    select(
        WishRequest.id,
        WishRequest.title,
        WishRequest.details,
        WishRequest.times,
        WishRequest.format,
        WishRequest.audience,
        WishRequest.people,
        WishRequest.state,
        WishRequest.created_at,
        WishRequest.answer_by,
        WishRequest.fulfilled_at,
        WishRequest.merged_into_id,
        func.coalesce(
            select(func.max(_writer.locale))
            .where(_writer.wish_id == WishRequest.id, _writer.is_writer)
            .scalar_subquery(),
            "lv",
        ).label("locale"),
        ThematicGroup.code.label("group_code"),
        GROUP_NAME.label("group_name"),
        PROVIDER_NAME.label("provider_name"),
        SUPPORTERS.label("supporters"),
        Course.slug.label("course_slug"),
        in_language(CourseText.title, CourseText.locale, CourseText.course_id == Course.id).label("course_title"),
        select(func.min(CourseRun.starts_at, type_=UtcDateTime()))
        .where(
            CourseRun.course_id == Course.id,
            CourseRun.cancelled_at.is_(None),
            CourseRun.starts_at > bindparam("moment", type_=UtcDateTime()),
        )
        .scalar_subquery()
        .label("course_starts_at"),
        _target.title.label("merged_title"),
        _latest.state.label("answer_state"),
        _latest.text.label("answer"),
        _latest.answered_at,
        in_language(ProviderText.name, ProviderText.locale, ProviderText.provider_id == _latest.provider_id).label(
            "answered_by"
        ),
    )
    .outerjoin(WishRequest.group)
    .outerjoin(Provider, Provider.id == WishRequest.provider_id)
    .outerjoin(Course, and_(Course.id == WishRequest.course_id, Course.state == CourseState.PUBLISHED))
    .outerjoin(_target, _target.id == WishRequest.merged_into_id)
    .outerjoin(
        _latest,
        _latest.id
        == select(_other.id)
        .where(_other.wish_id == WishRequest.id)
        .order_by(_other.answered_at.desc(), _other.id.desc())
        .limit(1)
        .scalar_subquery(),
    )
)
"""Every wish in LOCALE, in the columns that `wish_card` reads."""
