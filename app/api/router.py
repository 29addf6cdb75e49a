"""The JSON door: every subject's routes under /api/v1, and their description."""

from itertools import chain

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from app.api import (
    changes,
    courses,
    groups,
    own_courses,
    own_runs,
    permits,
    providers,
    registrations,
    runs,
    searches,
    statistics,
    suggestions,
    wishes,
)
from app.dependencies import behind_the_turnstile
from app.settings import Settings

ROUTES = [
    *chain.from_iterable(
        subject.router.routes
        for subject in (
            courses,
            suggestions,
            runs,
            changes,
            providers,
            groups,
            permits,
            registrations,
            wishes,
            statistics,
            searches,
            own_courses,
            own_runs,
        )
    )
]
"""Every route of the API, in one list: a router within a router is looked through twice for each request."""

behind_the_turnstile(ROUTES)

TAGS = [
    {"name": "catalogue", "description": "Courses, runs, providers and groups: everything public, for everybody."},
    {"name": "registrations", "description": "Registering for a run, as the web form does."},
    {"name": "wishes", "description": "What residents want to learn and nobody offers yet."},
    {
        "name": "own",
        "description": "For a provider's own systems, with a key from the workspace: courses and runs are written here.",
    },
    {"name": "figures", "description": "The city's figures by one dictionary of metrics, and the yearly report."},
]


def describe(app: FastAPI, settings: Settings) -> None:
    """Serve the OpenAPI 3.1 description of the public API at /api/openapi.json."""
    made: dict[str, object] = {}

    @app.get("/api/openapi.json", include_in_schema=False)
    def openapi(_request: Request) -> JSONResponse:
        """The description, made once."""
        if not made:
            made.update(
                get_openapi(
                    title=f"{settings.city}: lifelong learning catalogue",
                    version="1.0.0",
                    summary="The city's courses for adults, registrations, wishes and figures.",
                    description=(
                        "Money is in euros, times are RFC 3339 in UTC, hours are academic hours of 45 minutes. "
                        "Errors are RFC 9457 problem details with a sentence in Latvian, or in English with `lang=en`."
                    ),
                    routes=ROUTES,
                    tags=TAGS,
                    servers=[{"url": settings.origin}],
                )
            )
        return JSONResponse(made)
