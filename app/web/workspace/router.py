"""The staff's pages: every subject of the workspace and of the board."""

from itertools import chain

from app.web.workspace import (
    home,
    log,
    sign_in,
)

STAFF_ROUTES = [
    *chain.from_iterable(
        subject.router.routes
        for subject in (
            home,
            log,
            sign_in,
        )
    )
]
"""The routes of every subject; one line a subject above."""
