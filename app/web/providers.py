"""The institutions that offer courses and the thematic groups: each with its courses, by the list that searches show."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from app.catalogue.provider_queries import provider_page, providers_page
from app.clock import now, today
from app.dependencies import Db, Engine
from app.i18n import sort_key
from app.permits.queries import permits_register
from app.providers.queries import GroupFacts, thematic_groups
from app.refusals import NotFound
from app.search.catalogue import CataloguePage, search_catalogue
from app.search.engine import Query, SearchEngine
from app.web.asking import PER_PAGE, Asked, read_page
from app.web.catalogue import ended_from
from app.web.pages import render
from app.web.reading import language_of

PERMITS_SHOWN = 5

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Courses:
    """A page of the courses that belong to something: its address, and the search in which they can be narrowed."""

    page: CataloguePage
    pages: int
    path: str
    narrow_url: str

    def url(self, page: int) -> str:
        """The address of another page."""
        return f"{self.path}?page={page}" if page > 1 else self.path

    @property
    def ended_from(self) -> int:
        """Where the courses begin after which only ended ones follow."""
        return ended_from(self.page.cards)


@router.get("/istenotaji")
def providers(request: Request, db: Db) -> HTMLResponse:
    """All providers by name, with what they specialise in."""
    found = providers_page(db, language_of(request).code)
    found.sort(key=lambda one: sort_key(one.provider.name))
    return render(request, "providers/providers.html", providers=found)


@router.get("/istenotaji/{slug}")
def provider(request: Request, slug: str, db: Db, engine: Engine) -> HTMLResponse:
    """One provider: what it does, how to reach it, its courses and its permits."""
    page = provider_page(db, slug, language_of(request).code)
    return render(
        request,
        "providers/provider.html",
        partial="providers/_courses.html",
        page=page,
        provider=page.provider,
        courses=_courses(request, db, engine, "provider", page.provider.code, f"/istenotaji/{slug}"),
        website_host=_host(page.provider.website),
        permits=permits_register(db, page.provider.name, 1, today(), valid=True, per_page=PERMITS_SHOWN),
    )


@router.get("/grupas/{code}")
def group(request: Request, code: str, db: Db, engine: Engine) -> HTMLResponse:
    """One thematic group: its mark, what belongs to it, and its courses."""
    return render(
        request,
        "providers/group.html",
        partial="providers/_courses.html",
        group=_group(db, code, language_of(request).code),
        courses=_courses(request, db, engine, "group", code, f"/grupas/{code}"),
    )


def _host(website: str) -> str | None:
    """Whose address it is; None for what is no address of a website."""
    try:
        parts = urlsplit(website)
    except ValueError:  # Brackets that do not close, or what else somebody may have typed.
        return None
    return parts.hostname if parts.scheme in {"http", "https"} else None


def _group(db: Session, code: str, locale: str) -> GroupFacts:
    for one in thematic_groups(db, locale):
        if one.code == code:
            return one
    raise NotFound


def _courses(request: Request, db: Session, engine: SearchEngine, parameter: str, code: str, path: str) -> Courses:
    query = Query(
        filters={parameter: (code,)},
        page=read_page(request.query_params.get("page", "")),
        per_page=PER_PAGE,
        locale=language_of(request).code,
    )
    page = search_catalogue(db, engine, query, now())
    narrow_url = Asked(Query(filters=query.filters)).url()
    return Courses(page, -(-page.hits.total // PER_PAGE), path, narrow_url)
