"""Courses: searching the catalogue, and one course with its runs."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.api.answer import NOT_CHANGED, answer
from app.api.asked import SEVERAL_FILTERS, SINGLE_FILTERS, ChosenFilters, Only, Reader, filter_parameters
from app.api.errors import answers
from app.api.models import (
    CoursesTold,
    FullCourseTold,
    ListedCourseTold,
    PermitOfCourseTold,
    RatingTold,
    UnderstoodTold,
)
from app.api.paging import DEFAULT_PER_PAGE, Page, PerPage, link_header
from app.api.runs import full_run_told, run_told
from app.catalogue.cards import CourseCard
from app.catalogue.course_queries import course_page_of_code
from app.catalogue.pages import CoursePage
from app.clock import now
from app.dependencies import Configured, Db, Engine
from app.search import engine as searching
from app.search.catalogue import search_catalogue
from app.search.engine import Sort
from app.search.filters import TEXT_LIMIT

router = APIRouter(prefix="/api/v1", tags=["catalogue"])


@router.get(
    "/courses",
    operation_id="list_courses",
    summary="Search the catalogue",
    response_model=CoursesTold,
    responses={**NOT_CHANGED, **answers(422, 503)},
    openapi_extra={"parameters": filter_parameters()},
    dependencies=[Depends(Only("q", "sort", "page", "per_page", "literal", *SINGLE_FILTERS, several=SEVERAL_FILTERS))],
)
def courses(
    request: Request,
    db: Db,
    engine: Engine,
    reader: Reader,
    settings: Configured,
    filters: ChosenFilters,
    q: Annotated[
        str,
        Query(max_length=TEXT_LIMIT, description="Words, as people type them.", examples=["latviesu valoda vakaros"]),
    ] = "",
    sort: Annotated[Sort, Query(description="Order of the courses.")] = "relevance",
    literal: Annotated[bool, Query(description="Take no word for a filter and correct none.")] = False,
    page: Page = 1,
    per_page: PerPage = DEFAULT_PER_PAGE,
) -> Response:
    """Courses in rank order, those one can register for first; without words and filters the whole catalogue."""
    query = searching.Query(q, filters, sort, page, per_page, literal, reader.code)
    found = search_catalogue(db, engine, query, now())
    hits = found.hits
    told = CoursesTold(
        total=hits.total,
        page=page,
        per_page=per_page,
        items=[_listed_course_told(card, settings.origin) for card in found.cards] if hits.page == page else [],
        facets={parameter: dict(counts) for parameter, counts in hits.facets.items()},
        understood=[
            UnderstoodTold(parameter=one.parameter, values=list(one.values), words=one.words) for one in hits.understood
        ],
        corrected=hits.corrected,
        absent=list(hits.absent),
    )
    return answer(request, told, link=link_header(request, hits.total, page, per_page))


@router.get(
    "/courses/{code}",
    operation_id="get_course",
    summary="One course with its runs",
    response_model=FullCourseTold,
    responses={**NOT_CHANGED, **answers(404, 410, 422, 503)},
    dependencies=[Depends(Only())],
)
def course(request: Request, code: str, db: Db, reader: Reader, settings: Configured) -> Response:
    """Everything a resident needs to decide; 410 when the course has left the catalogue."""
    return answer(request, _full_course_told(course_page_of_code(db, code, reader.code, now()), settings.origin))


def _listed_course_told(card: CourseCard, origin: str) -> ListedCourseTold:
    return ListedCourseTold(
        code=card.code,
        slug=card.slug,
        title=card.title,
        summary=card.summary,
        untranslated=card.untranslated,
        provider=card.provider_code,
        provider_name=card.provider_name,
        group=card.group_code,
        group_name=card.group_name,
        audiences=list(card.audiences),
        level=card.level,
        language=card.language,
        format=card.format,
        academic_hours=card.academic_hours,
        price=card.price,
        funding=card.funding,
        certificate=card.certificate,
        url=f"{origin}/kursi/{card.slug}",
        run_count=card.run_count,
        next_run=run_told(card.next_run) if card.next_run else None,
    )


def _full_course_told(page: CoursePage, origin: str) -> FullCourseTold:
    permit, rating = page.permit, page.rating
    return FullCourseTold(
        code=page.code,
        slug=page.slug,
        title=page.title,
        summary=page.summary,
        untranslated="title" in page.untranslated,
        provider=page.provider.code,
        provider_name=page.provider.name,
        group=page.group_code,
        group_name=page.group_name,
        audiences=list(page.audiences),
        level=page.level,
        language=page.language,
        format=page.format,
        academic_hours=page.academic_hours,
        price=page.price,
        funding=page.funding,
        certificate=page.certificate,
        url=f"{origin}/kursi/{page.slug}",
        description=page.description,
        outcomes=list(page.outcomes),
        prerequisites=page.prerequisites,
        keywords=list(page.keywords),
        untranslated_fields=sorted(page.untranslated),
        permit=PermitOfCourseTold(number=permit.number, valid_until=permit.valid_until) if permit else None,
        contact_email=page.contact_email,
        contact_phone=page.contact_phone,
        rating=RatingTold(mean=float(rating.mean), answers=rating.answers) if rating else None,
        published_at=page.published_at,
        updated_at=page.updated_at,
        version=page.version,
        runs=[full_run_told(run) for run in page.runs],
    )
