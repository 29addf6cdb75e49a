"""The HTML door: every subject's pages."""

from itertools import chain

from app.web import (
    catalogue,
    courses,
    figures,
    home,
    own_registration,
    permits,
    providers,
    reading,
    receipts,
    registrations,
    starts,
    static_files,
    usage,
    wish_supports,
    wishes,
)

ROUTES = [
    *chain.from_iterable(
        subject.router.routes
        for subject in (
            static_files,
            reading,
            registrations,
            receipts,
            own_registration,
            home,
            catalogue,
            courses,
            providers,
            starts,
            permits,
            wishes,
            wish_supports,
            usage,
            figures,
        )
    )
]
"""Every page's route, in one list: a router within a router is looked through twice for each request."""
