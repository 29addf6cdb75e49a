"""The results of a search: every way to ask is an address, and the changing part alone where htmx asks for it."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.catalogue.cards import CourseCard
from app.clock import now, today
from app.courses.models import RunState
from app.dependencies import Db, Engine
from app.providers.queries import labels
from app.search.catalogue import search_catalogue
from app.search.engine import SearchEngine
from app.search.wishes import similar_wishes
from app.web.asking import SORT_NAMES, Asked, read_asked
from app.web.kept import kept, remembered
from app.web.narrowing import narrowing
from app.web.pages import render, wants_part
from app.web.reading import language_of

SEARCH_BOX = "q"
"""The id of the field in which people type."""

router = APIRouter(include_in_schema=False)


@router.get("/kursi")
def results(request: Request, db: Db, engine: Engine) -> Response:
    """Courses by words and filters, a page at a time; when there are none, the nearest ones and a way to wish."""
    return kept(request, db, lambda: _results(request, db, engine))


def _results(request: Request, db: Session, engine: SearchEngine) -> Response:
    language, moment = language_of(request), now()
    names = remembered(request, f"labels in {language.code}", lambda: labels(db, language.code))
    asked = read_asked(request.query_params.multi_items(), names, language.code)
    if asked.picked:
        asked = asked.in_boxes(engine.search(replace(asked.query, filters={})))
    if asked.is_raw and not wants_part(request):
        return RedirectResponse(asked.url(), 303)
    page = search_catalogue(db, engine, asked.query, moment)
    hits = page.hits
    return render(
        request,
        "catalogue/results.html",
        partial="catalogue/_results.html",
        headers=_address_after(request, asked),
        asked=asked,
        hits=hits,
        narrowing=narrowing(asked, hits, names, language, today()),
        sorts=SORT_NAMES.items(),
        pages=-(-hits.total // asked.query.per_page),
        found=page.cards,
        nearest=page.nearest,
        ended_from=ended_from(page.cards),
        wishes=[] if hits.total else similar_wishes(db, asked.query.text, language.code, moment),
    )


def _address_after(request: Request, asked: Asked) -> dict[str, str]:
    """Where the browser's address goes after a swap: while somebody types, the last one is replaced."""
    if not wants_part(request):
        return {}
    is_typing = request.headers.get("hx-trigger") == SEARCH_BOX
    return {"HX-Replace-Url" if is_typing else "HX-Push-Url": asked.url()}


def ended_from(found: Sequence[CourseCard]) -> int:
    """Where in the list the courses begin after which only ended ones follow; its length when the last one is not over."""
    place = len(found)
    while place and (run := found[place - 1].next_run) is not None and run.state is RunState.FINISHED:
        place -= 1
    return place
