"""How a person reads the site: language, text size and contrast, remembered together in one cookie."""

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.i18n import Language, pick_language

SIZES = ("normal", "large", "largest")
CONTRASTS = ("normal", "high")
_YEAR = 365 * 24 * 60 * 60  # seconds
_SENDS_ON = {301, 302, 303, 307, 308}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Reading:
    """What this reader has chosen."""

    language: Language
    size: str = SIZES[0]
    contrast: str = CONTRASTS[0]

    @property
    def classes(self) -> str:
        """Names for the root element, from which the stylesheet takes size and contrast."""
        names = [f"text-{self.size}"] * (self.size != SIZES[0]) + [f"contrast-{self.contrast}"] * (
            self.contrast != CONTRASTS[0]
        )
        return " ".join(names)

    def with_choice(self, *, size: str, contrast: str) -> "Reading":
        """The same with what has just been chosen; an unknown word changes nothing."""
        return replace(
            self,
            size=size if size in SIZES else self.size,
            contrast=contrast if contrast in CONTRASTS else self.contrast,
        )


def reading_of(request: Request) -> Reading:
    """How the sender of this request reads: `?lang=` first, then the cookie, then Latvian, normal, normal."""
    code, _, look = request.cookies.get(cookie_name(request), "").partition("-")
    size, _, contrast = look.partition("-")
    language = pick_language(request.query_params.get("lang"), code)
    return Reading(language).with_choice(size=size, contrast=contrast)


def language_of(request: Request) -> Language:
    """The language in which this request is answered."""
    return reading_of(request).language


def remember(request: Request, response: Response, reading: Reading) -> None:
    """Set the cookie, unless it says the same already."""
    value = f"{reading.language.code}-{reading.size}-{reading.contrast}"
    if request.cookies.get(cookie_name(request)) != value:
        secure = request.app.state.settings.secure_cookies
        response.set_cookie(
            cookie_name(request), value, max_age=_YEAR, path="/", secure=secure, httponly=True, samesite="lax"
        )


class LanguageOnTheWay:
    """Remembers `?lang=` where the answer only sends the reader on: the page they come to is in that language."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the cookie to an answer that sends elsewhere."""
        if scope["type"] != "http" or b"lang=" not in scope["query_string"] or scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        request = Request(scope)

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in _SENDS_ON:
                headers = MutableHeaders(scope=message)
                response = Response()
                if "lang" in request.query_params:
                    remember(request, response, reading_of(request))
                if (cookie := response.headers.get("set-cookie")) and "set-cookie" not in headers:
                    headers.append("Set-Cookie", cookie)
                    headers["Cache-Control"] = "no-store"  # Even what has moved for good is another reader's too.
            await send(message)

        await self.app(scope, receive, watch)


def cookie_name(request: Request) -> str:
    """`__Host-reading` under https, where the browser guards the prefix; `reading` elsewhere."""
    return "__Host-reading" if request.app.state.settings.secure_cookies else "reading"


def local_path(address: str) -> str:
    """The address if it is a path of this site, else the home page: nobody is sent elsewhere by a forged form."""
    is_plain = address.startswith("/") and address.isprintable() and "\\" not in address
    if not is_plain or address.startswith("//") or urlsplit(address).netloc:
        return "/"
    return address


@router.post("/izskats")
def change_reading(
    request: Request,
    size: Annotated[str, Form()] = "",
    contrast: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/",
) -> Response:
    """Remember the text size and contrast a person chose, and show the page they were on."""
    reading = reading_of(request).with_choice(size=size, contrast=contrast)
    response = RedirectResponse(f"{local_path(back)}#izskats", status_code=303)
    remember(request, response, reading)
    return response
