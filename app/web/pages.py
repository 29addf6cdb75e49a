"""Pages: the templates of each language, and render(), which answers with a whole page or with its changing part."""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app import clock, i18n
from app.i18n import LANGUAGES, Language, Sayable
from app.settings import Settings
from app.web.markdown import markdown
from app.web.marks import draw_marks
from app.web.reading import Reading, reading_of, remember
from app.web.speech import Speech
from app.web.static_files import has_static, static

_APP = Path(__file__).parent.parent
TEMPLATES = next(folder for folder in (_APP / "templates", _APP.parent / "templates") if folder.is_dir())


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


def site_of(request: Request) -> Site:
    """The site this request came to."""
    settings: Settings = request.app.state.settings
    return Site(**{field.name: getattr(settings, field.name) for field in fields(Site)})


def wants_part(request: Request) -> bool:
    """Whether htmx asks for a part: not when it follows a link like a browser, nor when it restores a page from history."""
    headers = request.headers
    return "hx-request" in headers and "hx-boosted" not in headers and "hx-history-restore-request" not in headers


@functools.cache
def environment(code: str) -> Environment:
    """The templates in one language: messages, dates and prices are bound to it once, so macros need no context."""
    language = LANGUAGES[code]
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
    )
    speech = Speech(language)
    templates.globals |= {
        "_": speech.text,
        "_n": speech.number,
        "_p": speech.text_in,
        "_np": speech.number_in,
        "static": static,
        "has_static": has_static,
        "page_window": page_window,
    }
    templates.filters |= {
        "say": lambda said: _say(said, language),
        "local": i18n.local,
        "markdown": markdown,
        "json_ld": json_ld,
        "short_date": lambda value, case="": i18n.short_date(value, clock.today(), language, case),
    }
    bound: list[Callable[..., str]] = [
        i18n.date_text,
        i18n.moment_text,
        i18n.month_text,
        i18n.numeric_date,
        i18n.time_text,
        i18n.time_range,
        i18n.weekday_text,
        i18n.rhythm,
        i18n.number_text,
        i18n.money_text,
        i18n.price_text,
        i18n.percent_text,
    ]
    templates.filters |= {function.__name__: functools.partial(function, language=language) for function in bound}
    return templates


def _say(said: Sayable | str, language: Language) -> str:
    return said if isinstance(said, str) else said.say(language)


def json_ld(thing: Mapping[str, object]) -> Markup:
    """A description for search engines that cannot end its own script element."""
    text = json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704


def page_window(page: int, pages: int) -> list[int]:
    """The pages worth a link: the first, the last, and those around this one; 0 stands for the ones left out."""
    near = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    window: list[int] = []
    for number in near:
        if window and number == window[-1] + 2:
            window.append(number - 1)
        elif window and number > window[-1] + 1:
            window.append(0)
        window.append(number)
    return window


def _everywhere(request: Request, reading: Reading) -> dict[str, object]:
    """The facts that every page has."""
    site = site_of(request)
    inflected = reading.language.code == i18n.DEFAULT  # other languages say the city's name as it is
    path = quote(request.scope["path"], safe="/:@!$&'()*+,;=~", errors="replace")
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]

    def address(code: str) -> str:
        """This very page, with its search and filters, in another language."""
        return f"{path}?{urlencode([*asked, ('lang', code)], errors='replace')}"

    def public(code: str) -> str:
        """The page's own public address in a language, without search and filters."""
        return site.origin + path + ("" if code == i18n.DEFAULT else f"?lang={code}")

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
