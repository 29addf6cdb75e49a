"""Wishes: what residents want to learn and nobody offers yet, and leaving one."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ConfigDict, Field

from app.api.answer import NOT_CHANGED, answer
from app.api.asked import Only, Reader
from app.api.errors import answers, language_of
from app.api.models import Told
from app.api.paging import DEFAULT_PER_PAGE, Page, PerPage, link_header
from app.catalogue.queries import cards
from app.clock import now
from app.dependencies import Configured, Db, Engine, RulesOfWishes
from app.i18n import _
from app.limits import FORMS, WISHES
from app.search.wishes import similar_wishes
from app.wishes import queries
from app.wishes.actions import leave_wish
from app.wishes.cards import WishCard
from app.wishes.inputs import WishForm, WishTime
from app.wishes.models import PUBLIC, WishState
from app.wishes.queries import WishOrder

PublicState = Literal["new", "under_review", "planned", "fulfilled", "declined", "merged"]
ALIKE = 3

router = APIRouter(prefix="/api/v1", tags=["wishes"])


class WishAnswerTold(Told):
    """The latest answer to a wish."""

    text: str = Field(examples=["Runājam ar pasniedzēju no Kuldīgas."])
    answered_at: datetime = Field(description="UTC.", examples=["2026-03-05T16:00:00Z"])
    provider: str = Field(description="Who answered; empty: the education board.", examples=["Ventspils bibliotēka"])


class WishTold(Told):
    """A public wish. Nothing tells who wishes for it."""

    id: int = Field(examples=[41])
    title: str = Field(examples=["Zīmju valodas pamati ģimenēm"])
    details: str
    group: str = Field(description="Code of the thematic group; empty when none is known.", examples=["personal"])
    times: list[WishTime] = Field(description="When it would suit.", examples=[["evening"]])
    format: str = Field(description="How the writer would like to learn; may be empty.", examples=["in_person"])
    audience: str = Field(description="For whom; may be empty.", examples=["parents"])
    people: int = Field(ge=1, description="For how many people the writer asks.")
    state: PublicState
    supporters: int = Field(
        ge=0, description="People who confirmed that they want this, each once, those of joined wishes included."
    )
    created_at: datetime = Field(description="UTC.", examples=["2026-03-05T16:00:00Z"])
    answer_by: datetime = Field(description="Until when an answer is promised (UTC).")
    fulfilled_at: datetime | None = Field(description="When it came true (UTC).")
    answer: WishAnswerTold | None
    merged_into: int | None = Field(description="The wish it was joined to.")
    course_url: str | None = Field(description="The course that came from it, when it is in the catalogue.")
    url: str = Field(description="The page for people.")


class WishesTold(Told):
    """A page of wishes."""

    total: int = Field(ge=0)
    page: int = Field(ge=1)
    per_page: int = Field(ge=1)
    items: list[WishTold]


class FittingCourse(Told):
    """A course that may offer already what was wished for."""

    code: str = Field(examples=["vb-059"])
    title: str
    url: str


class FittingWish(Told):
    """A wish one can join that says the same."""

    id: int
    title: str
    supporters: int = Field(ge=0)
    url: str


class Fits(Told):
    """What is there already for the words of a wish."""

    courses: list[FittingCourse]
    wishes: list[FittingWish]


class WishReceived(Told):
    """What became of the wish; the same when it was sent before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: Literal["unread"] = Field(description="It is read by a person before it becomes public.")
    message: str = Field(description="What to tell the person, in the language asked for.")
    fits: Fits


@router.get(
    "/wishes",
    operation_id="list_wishes",
    summary="What people wish for",
    response_model=WishesTold,
    responses={**NOT_CHANGED, **answers(422, 503)},
    dependencies=[Depends(Only("state", "group", "sort", "page", "per_page"))],
)
def wishes(
    request: Request,
    db: Db,
    reader: Reader,
    settings: Configured,
    state: Annotated[PublicState | None, Query(description="Only wishes in this state.")] = None,
    group: Annotated[
        str, Query(pattern="^[a-z0-9_-]{0,60}$", description="Code of a thematic group.", examples=["digital"])
    ] = "",
    sort: Annotated[
        WishOrder, Query(description="`supporters`: those that can be joined first, most wanted first.")
    ] = "supporters",
    page: Page = 1,
    per_page: PerPage = DEFAULT_PER_PAGE,
) -> Response:
    """Public wishes with the number of people behind each."""
    states = PUBLIC if state is None else (WishState(state),)
    counts = queries.count_by_state(db, group)
    total = sum(counts.get(one, 0) for one in states)
    found = queries.public_wishes(
        db, reader.code, now(), states=states, group=group, order=sort, offset=(page - 1) * per_page, limit=per_page
    )
    told = WishesTold(
        total=total, page=page, per_page=per_page, items=[_wish_told(card, settings.origin) for card in found]
    )
    return answer(request, told, link=link_header(request, total, page, per_page))


@router.post(
    "/wishes",
    operation_id="leave_wish",
    summary="Leave a wish",
    status_code=201,
    responses=answers(400, 403, 413, 422, 429, 503),
    dependencies=[Depends(FORMS)],
)
def leave(
    request: Request, asked: WishForm, db: Db, engine: Engine, rules: RulesOfWishes, settings: Configured
) -> WishReceived:
    """Keeps the wish until a person has read it. The same words from the same address within a day are one wish."""
    language, moment, origin = language_of(request), now(), settings.origin
    WISHES.count(request, db)
    leave_wish(db, asked, rules, language.code)
    courses = cards(db, engine.similar_to_text(asked.title, ALIKE), language.code, moment)
    alike = similar_wishes(db, asked.title, language.code, moment, ALIKE)
    return WishReceived(
        state="unread",
        message=_(
            "We sent a letter to %(email)s. Open the link in it and confirm the address, so that we can write to you.",
            email=asked.email,
        ).say(language),
        fits=Fits(
            courses=[
                FittingCourse(code=one.code, title=one.title, url=f"{origin}/kursi/{one.slug}") for one in courses
            ],
            wishes=[
                FittingWish(id=one.id, title=one.title, supporters=one.supporters, url=f"{origin}/velmes/{one.id}")
                for one in alike
            ],
        ),
    )


def _wish_told(card: WishCard, origin: str) -> WishTold:
    reply = card.reply
    return WishTold(
        id=card.id,
        title=card.title,
        details=card.details,
        group=card.group_code,
        times=[WishTime(time) for time in card.times],
        format=card.format,
        audience=card.audience,
        people=card.people,
        state=card.state.value,
        supporters=card.supporters,
        created_at=card.created_at,
        answer_by=card.answer_by,
        fulfilled_at=card.fulfilled_at,
        answer=reply and WishAnswerTold(text=reply.text, answered_at=reply.answered_at, provider=reply.provider_name),
        merged_into=card.merged_into_id,
        course_url=f"{origin}/kursi/{card.course_slug}" if card.course_slug else None,
        url=f"{origin}/velmes/{card.id}",
    )
