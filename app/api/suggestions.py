"""What a search box may suggest while somebody types: the same as on the pages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from app.api.answer import NOT_CHANGED, answer
from app.api.asked import Only, Reader
from app.api.errors import answers
from app.api.models import Told
from app.clock import now, today
from app.dependencies import Configured, Db, Engine
from app.providers.queries import labels, thematic_groups
from app.search.filters import TEXT_LIMIT
from app.search.suggestions import Known, often_searched, suggest

router = APIRouter(prefix="/api/v1", tags=["catalogue"])


class SuggestedTold(Told):
    """A thematic group or a provider."""

    code: str = Field(examples=["digital"])
    name: str = Field(examples=["Digitālās prasmes un tehnoloģiju lietojums"])


class SuggestedCourseTold(Told):
    """A course to go to at once."""

    code: str = Field(examples=["vmc-001"])
    title: str = Field(examples=["Programmēšana valodā Python bez priekšzināšanām"])
    untranslated: bool = Field(description="The title is in Latvian, for want of the language asked for.")
    provider_name: str
    url: str


class SuggestionsTold(Told):
    """What fits the letters typed so far."""

    searches: list[str] = Field(description="What many people search for.", examples=[["datorgrafika"]])
    courses: list[SuggestedCourseTold]
    groups: list[SuggestedTold]
    providers: list[SuggestedTold]


@router.get(
    "/suggestions",
    operation_id="list_suggestions",
    summary="What to suggest while somebody types",
    response_model=SuggestionsTold,
    responses={**NOT_CHANGED, **answers(422, 503)},
    dependencies=[Depends(Only("q"))],
)
def suggestions(
    request: Request,
    db: Db,
    engine: Engine,
    reader: Reader,
    settings: Configured,
    q: Annotated[
        str, Query(max_length=TEXT_LIMIT, description="The letters typed so far, from two on.", examples=["dator"])
    ] = "",
) -> Response:
    """At most five courses, three frequent searches, two groups and two providers; courses about the word come alone."""
    known = Known(thematic_groups(db, reader.code), labels(db, reader.code).providers, often_searched(db, today()))
    found = suggest(db, engine, q, known, reader.code, now())
    told = SuggestionsTold(
        searches=list(found.searches),
        courses=[
            SuggestedCourseTold(
                code=card.code,
                title=card.title,
                untranslated=card.untranslated,
                provider_name=card.provider_name,
                url=f"{settings.origin}/kursi/{card.slug}",
            )
            for card in found.courses
        ],
        groups=[SuggestedTold(code=code, name=name) for code, name in found.groups],
        providers=[SuggestedTold(code=code, name=name) for code, name in found.providers],
    )
    return answer(request, told)
