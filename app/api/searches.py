"""What people searched for: frequent searches, those without a result, and where in the lists they opened a course."""

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from app.api.answer import NOT_CHANGED, answer
from app.api.asked import Only, Reader
from app.api.errors import answers
from app.api.models import Told
from app.api.statistics import YearAsked
from app.dependencies import Db
from app.limits import COSTLY
from app.reports.searches import TimesTold, searches_told

router = APIRouter(prefix="/api/v1", tags=["figures"])


class SearchTold(Told):
    """A search that was made on at least five different days."""

    text: str = Field(description="Words of the catalogue, as somebody typed them.", examples=["latviešu valoda"])
    at_least: int = Field(description="How often, rounded down to a multiple of five.", examples=[120])


class PlaceTold(Told):
    """A place in lists of results."""

    place: str = Field(description="From 1; `more` is every place after the twentieth.", examples=["1"])
    at_least: int = Field(description="How often a course was opened there, rounded down to a multiple of five.")


class SearchesOfYear(Told):
    """The searches of a year's finished months."""

    year: int = Field(examples=[2025])
    last_month: int | None = Field(description="The last month that is counted; null while there is none.")
    frequent: list[SearchTold] = Field(description="The most frequent first, at most 50.")
    without_result: list[SearchTold] = Field(
        description="Those that found nothing, the most frequent first, at most 50."
    )
    opened: list[PlaceTold] = Field(
        description="At which place of a list courses were opened; places without any are left out."
    )


@router.get(
    "/statistics/{year}/searches",
    operation_id="get_searches",
    summary="What people searched for",
    response_model=SearchesOfYear,
    responses={**NOT_CHANGED, **answers(404, 422, 429, 503)},
    dependencies=[Depends(COSTLY), Depends(Only())],
)
def searches(request: Request, db: Db, _reader: Reader, year: YearAsked) -> Response:
    """Only words that stand in the catalogue, only searches that five days have seen, only months that are over."""
    found = searches_told(db, year)
    return answer(
        request,
        SearchesOfYear(
            year=year,
            last_month=found.period.last if found.period else None,
            frequent=_told(found.frequent),
            without_result=_told(found.without_result),
            opened=[PlaceTold(place=one.name, at_least=one.at_least) for one in found.opened],
        ),
    )


def _told(searches: tuple[TimesTold, ...]) -> list[SearchTold]:
    return [SearchTold(text=one.name, at_least=one.at_least) for one in searches]
