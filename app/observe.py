"""What the operator sees: a log line and figures for each request, without anything personal."""

import logging
import os
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterable
from time import perf_counter

import structlog
from asgi_correlation_id import correlation_id
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
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
SEARCHES = Counter("searches_total", "Questions answered, by the engine that answered.", ("engine",), registry=REGISTRY)
SEARCH_FAULTS = Counter(
    "search_faults_total", "Questions Meilisearch could not answer, by how it failed.", ("kind",), registry=REGISTRY
)
SEARCH_BREAKER = Gauge(
    "search_breaker_open",
    "1 while Meilisearch is not asked because it failed, in any process.",
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
SHARED_COUNTS = "PROMETHEUS_MULTIPROC_DIR"
"""Where this names a folder when the process starts, all processes keep their counts there."""
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


class _Read(Collector):
    """Figures that were read just now."""

    def __init__(self, figures: Iterable[Metric]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        """The figures."""
        return self._figures


def exposition(figures: Iterable[Metric]) -> bytes:
    """All figures as Prometheus reads them: what this process counted, or all together where several serve, and these."""
    registry = CollectorRegistry()
    registry.register(_Read(list(figures)))
    if SHARED_COUNTS not in os.environ:
        return generate_latest(REGISTRY) + generate_latest(registry)
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


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
