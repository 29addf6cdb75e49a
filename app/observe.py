"""What the operator sees: a log line and figures for each request, without anything personal."""

import logging
import sys
import traceback
from collections.abc import Awaitable, Callable
from time import perf_counter

import structlog
from asgi_correlation_id import correlation_id
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings

REGISTRY = CollectorRegistry()
REQUESTS = Counter("http_requests_total", "Requests answered.", ("endpoint", "method", "status"), registry=REGISTRY)
SECONDS = Histogram(
    "http_request_seconds",
    "Time until an answer has left.",
    ("endpoint",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=REGISTRY,
)
OUTBOX_WAITING = Gauge("outbox_waiting", "Messages that wait for their reactions.", registry=REGISTRY)
OUTBOX_DEAD = Gauge("outbox_dead", "Messages given up after the last try.", registry=REGISTRY)
OUTBOX_AGE = Gauge(
    "outbox_oldest_due_seconds", "Age of the oldest message that is due or was tried in vain.", registry=REGISTRY
)
OUTBOX_FAILING = Gauge("outbox_failing", "Messages that wait and were tried in vain.", registry=REGISTRY)
OUTBOX_DEAD_BY_KIND = Gauge("outbox_dead_by_kind", "Messages given up, by kind.", ("kind",), registry=REGISTRY)
LETTERS_SENT = Gauge("letters_sent", "Letters that have left in all, by kind of message.", ("kind",), registry=REGISTRY)
LETTERS_REFUSED = Gauge("letters_refused", "Letters given up in all, by kind of fault.", ("fault",), registry=REGISTRY)
CALENDAR_LATE = Gauge("calendar_late_seconds", "How far a task is behind its time.", ("task",), registry=REGISTRY)
WORKER_SEEN = Gauge("worker_last_seen_seconds", "Time since a worker did its most frequent task.", registry=REGISTRY)

log = structlog.get_logger()

Answer = Callable[[Request, Exception], Awaitable[Response]]


def configure_logs(settings: Settings) -> None:
    """Lines of JSON in production, readable ones elsewhere; libraries say only what is wrong."""
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and settings.is_production)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if as_json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s")
    logging.getLogger("asgi_correlation_id").setLevel(logging.ERROR)  # It warns of every number a sender made up.


class Observed:
    """Logs and counts each request by its endpoint, never by its path; a fault becomes an answer without its text."""

    def __init__(self, app: ASGIApp, *, on_fault: Answer, quiet: bool = False) -> None:
        self.app = app
        self._on_fault = on_fault
        self._quiet = quiet

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and keep what became of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as fault:  # The last net: whatever it is, its text may hold what people typed.  # noqa: BLE001
            log.error("fault", kind=type(fault).__name__, at=place_of(fault), request_id=correlation_id.get())  # noqa: TRY400
            if not status:
                response = await self._on_fault(Request(scope, receive), fault)
                await response(scope, receive, watch)
        seconds = perf_counter() - begun
        endpoint = endpoint_name(scope)
        REQUESTS.labels(endpoint, scope["method"], str(status)).inc()
        SECONDS.labels(endpoint).observe(seconds)
        if not self._quiet:
            log.info(
                "request",
                endpoint=endpoint,
                method=scope["method"],
                status=status,
                ms=round(seconds * 1000, 1),
                request_id=correlation_id.get(),
            )


def endpoint_name(scope: Scope) -> str:
    """The function that answered, as room.function; paths hold tokens and are never kept."""
    endpoint = scope.get("endpoint")
    if endpoint is None:
        return "none"
    module = getattr(endpoint, "__module__", "").removeprefix("app.")
    return f"{module}.{getattr(endpoint, '__name__', 'unnamed')}"


def place_of(fault: Exception) -> str:
    """Where a fault happened: files and lines of our own code, never values."""
    frames = [frame for frame in traceback.extract_tb(fault.__traceback__) if "/app/" in frame.filename]
    return " < ".join(f"{frame.filename.rpartition('/app/')[2]}:{frame.lineno}" for frame in reversed(frames[-4:]))
