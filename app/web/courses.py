"""A course's page, the calendar files of its runs, and the page of a course that has left the catalogue."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from slugify import slugify
from sqlalchemy.orm import Session

from app.catalogue.course_queries import course_page
from app.catalogue.queries import cards
from app.clock import now
from app.courses.queries import CourseWithdrawn, public_run
from app.dependencies import Configured, Db, Engine, RunId
from app.emails.calendar import calendar_file
from app.refusals import NotFound
from app.search.engine import SearchEngine
from app.web.described import course_described
from app.web.kept import kept
from app.web.pages import render, site_of, wants_part
from app.web.reading import language_of

SIMILAR = 3

router = APIRouter(include_in_schema=False)


@router.get("/kursi/{slug}")
def course(request: Request, slug: str, db: Db, engine: Engine) -> Response:
    """Everything a resident needs to decide; asked again by the page itself, only what changes: state and seats."""
    return kept(request, db, lambda: _course(request, slug, db, engine))


def _course(request: Request, slug: str, db: Session, engine: SearchEngine) -> Response:
    locale, moment = language_of(request).code, now()
    try:
        page = course_page(db, slug, locale, moment)
    except CourseWithdrawn as gone:
        near = cards(db, engine.similar_to_text(gone.title, SIMILAR), locale, moment)
        return render(request, "courses/withdrawn.html", status=gone.status, refusal=gone, similar=near)
    near_ids = engine.similar(page.id, SIMILAR)
    return render(
        request,
        "courses/course.html",
        partial="courses/_decision.html",
        course=page,
        has_similar=bool(near_ids),
        similar=[] if wants_part(request) else cards(db, near_ids, locale, moment),
        structured=course_described(page, site_of(request)),
    )


@router.get("/kursi/{slug}/kalendars.ics")
def course_calendar(slug: str, norise: Annotated[int, Query(ge=1, le=2**31 - 1)]) -> Response:
    """The calendar file of one of the course's runs, at its own address."""
    return RedirectResponse(f"/norises/{norise}/kalendars.ics", 308)


@router.get("/norises/{run_id}/kalendars.ics")
def run_calendar(request: Request, run_id: RunId, db: Db, settings: Configured) -> Response:
    """All sessions of a run, for the reader's own calendar."""
    run = public_run(db, run_id)
    if run is None:
        raise NotFound
    language = language_of(request)
    title = run.course.title_in(language.code)
    name = slugify(title, max_length=60) or "kurss"
    return Response(
        calendar_file(run, title=title, language=language, settings=settings),
        media_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.ics"'},
    )
