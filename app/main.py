"""create_app(): settings, database and search engine joined to the two doors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from secrets import compare_digest

from anyio import to_thread
from asgi_correlation_id import CorrelationIdMiddleware, correlation_id
from asgi_cross_origin_protection import CrossOriginProtection
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.types import Receive, Scope, Send

from app.api import errors as api_errors
from app.api.router import ROUTES as API
from app.api.router import describe
from app.clock import now
from app.db import Database
from app.i18n import Text, _
from app.imports.unreadable import MOST_BYTES
from app.limits import new_limiter
from app.observe import Observed, exposition
from app.refusals import NotFound, Refusal, Unavailable
from app.registrations.seats import SeatRules
from app.revision import is_current
from app.search.open import open_engine
from app.settings import Settings, settings_from_environment
from app.turnstile import NoPlaceCame
from app.web import errors as web_errors
from app.web.kept import KeptPages
from app.web.reading import LanguageOnTheWay
from app.web.router import ROUTES as PAGES
from app.web.security import BodyLimit, PlainTextRefused, SecurityHeaders
from app.web.workspace.oidc import Elsewhere
from app.worker.figures import figures
from app.writers import TurnNotCome

LARGEST_BODY = 1024 * 1024
"""Bytes; forms and JSON need far less."""
LARGEST_SPREADSHEET_FORM = MOST_BYTES + 64 * 1024
"""Bytes of the one form that brings a file; who sends it is known before it is received."""
RETRY_AFTER_SECONDS = "5"


def create_app(settings: Settings | None = None, *, quiet: bool = False) -> FastAPI:
    """The whole application for these settings; `quiet` leaves request lines out of the log."""
    settings = settings or settings_from_environment()
    database = Database(settings.database_url, settings.database_connections)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await to_thread.run_sync(_make_ready, app)
        yield
        app.state.database.dispose()

    app = FastAPI(
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        form_limits={"max_fields": 200, "max_files": 0, "max_part_size": 64 * 1024},
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},  # app.observe counts.
        middleware=[
            Middleware(CorrelationIdMiddleware, header_name="X-Request-ID", validator=lambda _given: False),
            Middleware(SecurityHeaders, is_https=settings.secure_cookies),
            Middleware(Observed, on_fault=fault, quiet=quiet),
            Middleware(GZipMiddleware, minimum_size=700, compresslevel=4),
            Middleware(
                BodyLimit, most=LARGEST_BODY, deny=too_large, wider={"/darbvieta/imports": LARGEST_SPREADSHEET_FORM}
            ),
            Middleware(PlainTextRefused, deny=cross_origin),
            Middleware(CrossOriginProtection, allowed_origins=[settings.origin], deny_app=cross_origin),
            Middleware(LanguageOnTheWay),
        ],
    )
    app.state.settings = settings
    app.state.database = database
    app.state.engine = open_engine(settings)
    app.state.rules = SeatRules.of(settings)
    app.state.elsewhere = Elsewhere(settings) if settings.oidc_issuer else None
    app.state.kept_pages = KeptPages()
    app.state.remembered = {}
    app.state.limiter = new_limiter() if settings.rate_limits == "on" else None
    describe(app, settings)
    app.router.routes.extend([*API, *PAGES])
    _add_operation(app)
    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, not_served)
    for kind in (OperationalError, InterfaceError, PoolTimeout, NoPlaceCame, TurnNotCome):
        app.add_exception_handler(kind, database_away)
    return app


def _make_ready(app: FastAPI) -> None:
    """Let the search engine read the catalogue before the first resident waits for it."""
    try:
        with app.state.database.reading() as db:
            app.state.engine.current(db)
    except (OperationalError, InterfaceError, ProgrammingError, PoolTimeout):
        return  # No database yet, or an older schema: /readyz says so.


def _add_operation(app: FastAPI) -> None:
    """What the operator's machines ask: alive, ready, figures."""

    @app.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
    def healthz() -> Response:
        """The process answers."""
        return PlainTextResponse("ok")

    @app.api_route("/readyz", methods=["GET", "HEAD"], include_in_schema=False)
    def readyz(request: Request) -> Response:
        """The database answers and its schema is ours."""
        database: Database = request.app.state.database
        try:
            ready = is_current(database)
        except (DBAPIError, PoolTimeout):
            ready = False
        if ready:
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "unavailable"}, 503, headers={"Retry-After": RETRY_AFTER_SECONDS})

    @app.get("/metrics", include_in_schema=False)
    def metrics(request: Request) -> Response:
        """Figures for Prometheus: for this machine, or with the token."""
        settings: Settings = request.app.state.settings
        if not _may_see_metrics(request, settings):
            raise NotFound
        database: Database = request.app.state.database
        with database.reading() as db:
            return Response(exposition(figures(db, now())), media_type=CONTENT_TYPE_LATEST)


def _may_see_metrics(request: Request, settings: Settings) -> bool:
    token = settings.metrics_token.get_secret_value()
    if token:
        return compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    try:
        return bool(request.client and ip_address(request.client.host).is_loopback)
    except ValueError:
        return False


def _is_api(request: Request) -> bool:
    return str(request.scope["path"]).startswith("/api/")


def refused(request: Request, refusal: Exception) -> Response:
    """A refusal, said by the door it came through."""
    assert isinstance(refusal, Refusal)
    return api_errors.refused(request, refusal) if _is_api(request) else web_errors.refused(request, refusal)


def unreadable(request: Request, error: Exception) -> Response:
    """Parameters that have not the expected form: a page that does not exist, or a problem that names them."""
    assert isinstance(error, RequestValidationError)
    if _is_api(request):
        return api_errors.unreadable(request, error)
    in_path = any(detail["loc"][:1] == ("path",) for detail in error.errors())
    if in_path:
        return web_errors.refused(request, NotFound())
    return web_errors.error_page(request, 422, _("The form could not be read. Open the page again and fill it in."))


def not_served(request: Request, error: Exception) -> Response:
    """No such address, no such method, a body too large: in the words of the house."""
    assert isinstance(error, HTTPException)
    sentence = _SENTENCES.get(error.status_code, NotFound.sentence)
    headers = dict(error.headers or {})
    if _is_api(request):
        code = _CODES.get(error.status_code, "bad_request")
        words = sentence.say(api_errors.language_of(request))
        return api_errors.problem(request, error.status_code, code, words, headers=headers)
    return web_errors.error_page(request, error.status_code, sentence, headers=headers)


def database_away(request: Request, _error: Exception) -> Response:
    """The database does not answer: nothing was written, and trying again will help."""
    return refused(request, Unavailable(headers={"Retry-After": RETRY_AFTER_SECONDS}))


async def fault(request: Request, _error: Exception) -> Response:
    """A fault of ours, with a number to ask about and without its text."""
    settings: Settings = request.app.state.settings
    number = correlation_id.get() or "-"
    sentence = _(
        "Something went wrong on our side, and we have been told. Try again; if it does not help, "
        "call %(phone)s and give number %(request_id)s.",
        phone=settings.contact_phone,
        request_id=number,
    )
    try:
        if _is_api(request):
            return api_errors.problem(request, 500, "fault", sentence.say(api_errors.language_of(request)))
        return web_errors.error_page(request, 500, sentence)
    except Exception:  # Even the page that says so failed: plain words, still with the number.  # noqa: BLE001
        return HTMLResponse(f"<!doctype html><title>500</title><p>500 · {number}</p>", 500)


async def cross_origin(scope: Scope, receive: Receive, send: Send) -> None:
    """Another site tried to act in a visitor's name."""
    request = Request(scope, receive)
    sentence = _("This request came from another site and was not carried out. Open our page and try again.")
    if _is_api(request):
        words = sentence.say(api_errors.language_of(request))
        response: Response = api_errors.problem(request, 403, "cross_origin", words)
    else:
        response = web_errors.error_page(request, 403, sentence)
    await response(scope, receive, send)


async def too_large(scope: Scope, receive: Receive, send: Send) -> None:
    """More was sent than any form of ours needs."""
    response = not_served(Request(scope, receive), HTTPException(413))
    await response(scope, receive, send)


_SENTENCES: dict[int, Text] = {
    400: _("The request could not be read. Open the page again and try once more."),
    405: _("This address does not take such requests."),
    413: _("You sent too much at once. Shorten it or send it in parts."),
    415: _("We cannot read this kind of content."),
}
_CODES = {400: "unreadable", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "media_type"}
