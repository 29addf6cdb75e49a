"""For every staff page some addresses of it, and whose page it is: full, empty, wrong."""

from app.db import Database
from app.settings import Settings
from tests.pages.account_samples import account_samples

BOARD = "parvalde@example.lv"
ADMINISTRATOR = "administrators@example.lv"
MANAGER = "vadiba.vb@example.lv"
EDITOR = "redaktore.vb@example.lv"
EMPTY = "vadiba.buts@example.lv"
"""Accounts of the demonstration city; the last one's provider has the least."""

Samples = dict[str, list[tuple[str, str]]]
"""By path: the account and the address."""


def staff_samples(database: Database, settings: Settings) -> Samples:
    """Every staff page; one line or one function a subject."""
    return {
        **_home(),
        **_log(),
        **account_samples(database),
    }


def _home() -> Samples:
    return {"/darbvieta/": [(MANAGER, "/darbvieta/")], "/parvalde/": [(BOARD, "/parvalde/")]}


def _log() -> Samples:
    return {
        "/darbvieta/zurnals": [(MANAGER, "/darbvieta/zurnals"), (EMPTY, "/darbvieta/zurnals?since=2001-01-01&until=x")],
        "/parvalde/zurnals": [(BOARD, "/parvalde/zurnals"), (BOARD, "/parvalde/zurnals?object=run:1")],
    }
