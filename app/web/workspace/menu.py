"""The staff's menu: each subject once, with the roles that see it."""

from collections.abc import Set
from dataclasses import dataclass

from app.i18n import Text, _, _p
from app.people.models import Role
from app.people.staff import BOARD, PROVIDER_STAFF, RUN_STAFF, Staff


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A subject of the workspace or of the board's pages; a rare one stands under “More”."""

    address: str
    words: Text
    roles: Set[Role]
    is_rare: bool = False


_MANAGER = frozenset({Role.MANAGER})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
MENU = (
    MenuEntry("/darbvieta/", _("Workspace"), RUN_STAFF),
    MenuEntry("/darbvieta/kursi", _("Courses"), PROVIDER_STAFF),
    MenuEntry("/darbvieta/grupas", _("Groups"), RUN_STAFF),
    MenuEntry("/darbvieta/pieteikumi", _("Registrations"), PROVIDER_STAFF),
    MenuEntry("/darbvieta/apmeklejums", _("Attendance"), RUN_STAFF),
    MenuEntry("/darbvieta/pasakumi", _("Activities"), PROVIDER_STAFF, is_rare=True),
    MenuEntry("/darbvieta/imports", _("Data"), PROVIDER_STAFF, is_rare=True),
    MenuEntry("/darbvieta/konti", _p("people", "Staff"), _MANAGER, is_rare=True),
    MenuEntry("/darbvieta/zurnals", _("Log"), _MANAGER, is_rare=True),
    MenuEntry("/parvalde/", _("Overview"), BOARD),
    MenuEntry("/parvalde/kursi", _("To review"), BOARD),
    MenuEntry("/parvalde/konti", _p("people", "Staff"), _ADMINISTRATOR, is_rare=True),
    MenuEntry("/parvalde/zurnals", _("Log"), BOARD, is_rare=True),
)
"""In the order of the menu; the first that somebody sees is their home."""


def menu_of(who: Staff) -> list[MenuEntry]:
    """What this member of staff sees."""
    return [entry for entry in MENU if who.role in entry.roles]


def home_of(role: Role) -> str:
    """Where somebody with that role begins."""
    return next(entry.address for entry in MENU if role in entry.roles)
