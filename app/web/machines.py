"""What machines ask of a site: robots.txt, the sitemap, security.txt, the icon, and the feed of new courses."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response
from feedgenerator import Atom1Feed
from markupsafe import escape

from app.catalogue.provider_queries import providers_page
from app.catalogue.whole import course_entries
from app.clock import RIGA, today
from app.dependencies import Configured, Db
from app.i18n import DEFAULT, LANGUAGES
from app.limits import READING
from app.providers.queries import thematic_groups
from app.web.reading import language_of
from app.web.static_files import find_static, send
from app.wishes.queries import public_ids

PAGES = (
    "/",
    "/kursi",
    "/kalendars",
    "/velmes",
    "/istenotaji",
    "/atlaujas",
    "/raditaji",
    "/par",
    "/viegli-lasit",
    "/pieklustamiba",
    "/privatums",
    "/atvertie-dati",
    "/api",
)
"""Public pages of which there is one each."""
PRIVATE = (
    "/pieteikumi/",
    "/norises/",
    "/lemumi/",
    "/velmes/atbalsts/",
    "/velmes/nosutita/",
    "/darbvieta/",
    "/parvalde/",
)
"""Beginnings of addresses that are nobody else's business."""
NEWEST = 30
SECURITY_EXPIRES = timedelta(days=180)
_DAY = "public, max-age=86400"
_HOUR = "public, max-age=3600"

router = APIRouter(include_in_schema=False)


@router.get("/robots.txt")
def robots(settings: Configured) -> Response:
    """Everything public may be looked through; private links and staff pages may not."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), "", f"Sitemap: {settings.origin}/sitemap.xml"]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": _DAY})


@router.get("/.well-known/security.txt")
def security(settings: Configured) -> Response:
    """Whom to tell about a weakness (RFC 9116)."""
    expires = datetime.combine(today() + SECURITY_EXPIRES, time(), RIGA)
    lines = [
        f"Contact: {settings.security_contact}",
        f"Expires: {expires.isoformat()}",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Canonical: {settings.origin}/.well-known/security.txt",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": _DAY})


@router.api_route("/favicon.ico", methods=["GET", "HEAD"])
def favicon(request: Request) -> Response:
    """The icon, for those who ask for it at its old place."""
    file = find_static("favicon.ico")
    assert file is not None
    return send(request, file, _DAY)


@router.get("/sitemap.xml", dependencies=[Depends(READING)])
def sitemap(db: Db, settings: Configured) -> Response:
    """Every public page in every language."""
    addresses: list[tuple[str, datetime | None]] = [(path, None) for path in PAGES]
    addresses += [(f"/grupas/{group.code}", None) for group in thematic_groups(db, DEFAULT)]
    addresses += [(f"/istenotaji/{page.provider.slug}", None) for page in providers_page(db, DEFAULT)]
    addresses += [(f"/kursi/{course.slug}", course.updated_at) for course in course_entries(db, DEFAULT)]
    addresses += [(f"/velmes/{wish_id}", changed) for wish_id, changed in public_ids(db)]
    body = "".join(_entries(addresses, settings.origin))
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{body}</urlset>\n'
    )
    return Response(xml, media_type="application/xml", headers={"Cache-Control": _HOUR})


@router.get("/jaunumi.atom", dependencies=[Depends(READING)])
def new_courses(request: Request, db: Db, settings: Configured) -> Response:
    """The newest courses, for feed readers, in the language asked for."""
    language = language_of(request)
    address = f"{settings.origin}/jaunumi.atom" + ("" if language.code == DEFAULT else f"?lang={language.code}")
    feed = Atom1Feed(
        title=language.gettext("New in the catalogue"),
        link=f"{settings.origin}/kursi?sort=newest",
        description=None,
        subtitle=language.gettext(
            "All courses for adults in %(city_loc)s in one place. You can register without an account."
        )
        % {"city_loc": settings.city_loc if language.code == DEFAULT else settings.city},
        language=language.code,
        author_name=settings.institution,
        feed_url=address,
        feed_guid=address,
    )
    for course in course_entries(db, language.code, NEWEST):
        feed.add_item(
            title=_printable(course.title),
            link=_in_language(f"{settings.origin}/kursi/{course.slug}", language.code),
            description=_printable(course.summary),
            unique_id=f"{settings.origin}/kursi/{course.slug}",
            pubdate=course.published_at,
            updateddate=course.updated_at,
        )
    return Response(
        feed.writeString("utf-8"), media_type="application/atom+xml; charset=utf-8", headers={"Vary": "Cookie"}
    )


def _entries(addresses: Iterable[tuple[str, datetime | None]], origin: str) -> Iterable[str]:
    """The entries of the sitemap: each page once, with its other languages beside it."""
    for path, changed in addresses:
        place = origin + path
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href="{escape(_in_language(place, code))}"/>'
            for code in LANGUAGES
        )
        when = f"<lastmod>{changed:%Y-%m-%d}</lastmod>" if changed else ""
        yield f"<url><loc>{escape(place)}</loc>{when}{others}</url>\n"


def _in_language(address: str, code: str) -> str:
    return address if code == DEFAULT else f"{address}?lang={code}"


def _printable(text: str) -> str:
    """The text without signs that XML cannot hold."""
    return "".join(sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cs", "Cn"})
