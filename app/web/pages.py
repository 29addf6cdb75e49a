"""Pages: render() answers with a whole page, or with its changing part when htmx asks for that."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.i18n import DEFAULT, LANGUAGES
from app.settings import Settings
from app.web.marks import draw_marks
from app.web.reading import Reading, reading_of, remember
from app.web.templates import environment


def render(
    request: Request,
    template: str,
    *,
    partial: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **facts: object,
) -> HTMLResponse:
    """The page in its reader's language; only `partial` where htmx will put it into the page that is already open."""
    reading = reading_of(request)
    swapped = partial is not None and wants_part(request)
    name = partial if partial is not None and swapped else template
    written = environment(reading.language.code).get_template(name)
    html = written.render(_everywhere(request, reading), swapped=swapped, **facts)
    if not swapped:
        html = draw_marks(html)
    response = HTMLResponse(html, status, headers)
    response.headers["Content-Language"] = reading.language.code
    response.headers.add_vary_header("HX-Request")
    response.headers.add_vary_header("Cookie")
    if "lang" in request.query_params:
        remember(request, response, reading)
    return response


@dataclass(frozen=True)
class Site:
    """What every page may tell about the site: the public part of the settings."""

    city: str
    city_gen: str
    city_loc: str
    municipality: str
    institution: str
    contact_phone: str
    contact_email: str
    contact_address: str
    dpo_contact: str
    origin: str
    demonstration: bool
    offer_hours: int
    provider_decides_hours: int


def site_of(request: Request) -> Site:
    """The site this request came to."""
    settings: Settings = request.app.state.settings
    return Site(**{field.name: getattr(settings, field.name) for field in fields(Site)})


def wants_part(request: Request) -> bool:
    """Whether htmx asks for a part: not when it follows a link like a browser, nor when it restores a page from history."""
    headers = request.headers
    return "hx-request" in headers and "hx-boosted" not in headers and "hx-history-restore-request" not in headers


def _everywhere(request: Request, reading: Reading) -> dict[str, object]:
    """The facts that every page has."""
    site = site_of(request)
    inflected = reading.language.code == DEFAULT  # other languages say the city's name as it is
    path = quote(request.scope["path"], safe="/:@!$&'()*+,;=~", errors="replace")
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]

    def address(code: str) -> str:
        """This very page, with its search and filters, in another language."""
        return f"{path}?{urlencode([*asked, ('lang', code)], errors='replace')}"

    def public(code: str) -> str:
        """The page's own public address in a language, without search and filters."""
        return site.origin + path + ("" if code == DEFAULT else f"?lang={code}")

    return {
        "site": site,
        "city_loc": site.city_loc if inflected else site.city,
        "city_gen": site.city_gen if inflected else site.city,
        "reading": reading,
        "language": reading.language,
        "languages": LANGUAGES.values(),
        "path": path,
        "here": f"{path}?{urlencode(asked, errors='replace')}" if asked else path,
        "in_language": address,
        "public_address": public,
    }
