"""The HTML door: every subject's pages."""

from itertools import chain

from fastapi.routing import APIRoute

from app.dependencies import behind_the_turnstile
from app.web import (
    about,
    alerts,
    all_registrations,
    api_page,
    catalogue,
    certificate_check,
    courses,
    decisions,
    figures,
    home,
    interests,
    late_seats,
    machines,
    my_data,
    open_data,
    own_answers,
    own_registration,
    permits,
    providers,
    reading,
    receipts,
    registrations,
    starts,
    static_files,
    suggestions,
    usage,
    wish_supports,
    wishes,
)
from app.web.workspace.router import STAFF_ROUTES

ROUTES = [
    *chain.from_iterable(
        subject.router.routes
        for subject in (
            static_files,
            reading,
            registrations,
            receipts,
            all_registrations,
            own_registration,
            my_data,
            own_answers,
            late_seats,
            decisions,
            home,
            catalogue,
            suggestions,
            courses,
            providers,
            starts,
            permits,
            certificate_check,
            wishes,
            wish_supports,
            interests,
            alerts,
            usage,
            figures,
            open_data,
            machines,
            api_page,
            about,
        )
    ),
    *STAFF_ROUTES,
]
"""Every page's route, in one list: a router within a router is looked through twice for each request."""

behind_the_turnstile(ROUTES)
for route in ROUTES:
    if isinstance(route, APIRoute) and route.methods and "GET" in route.methods:
        route.methods.add("HEAD")  # Link checkers ask so; the server leaves out the body.
