"""Who may come to which route: read from the routes, written down in docs/access.md, asked one by one by test_access."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from app.api.router import ROUTES as API
from app.dependencies import KeyNeeds, Needs
from app.people.models import Role
from app.web.router import ROUTES as PAGES

DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"
ROLES = (Role.SUBSTITUTE, Role.EDITOR, Role.MANAGER, Role.BOARD, Role.ADMINISTRATOR)
Asked = TypeVar("Asked", Needs, KeyNeeds)
HALF_OPEN, WHERE_ON, NEEDED = "password only", "where it is on", "needed"
_HEAD = """# Who may come where

Every route with the roles it lets in, as the routes themselves say it (`app/dependencies.py`). `yes` lets in, `–` refuses
with 403; whoever is not signed in is led to the page where one signs in (GET) or gets 401. What belongs to another
provider is not found (404, the same bytes as for what does not exist). `again` asks for the password once more where it
was typed longer than ten minutes ago. A test asks every cell.
`python -m tests.protection.access` writes this page anew.
"""


@dataclass(frozen=True, slots=True)
class Access:
    """A route and whom it lets in; None is everybody."""

    method: str
    path: str
    needs: Needs | None
    key: KeyNeeds | None = None

    def admits(self, role: Role | None) -> bool:
        """Whether somebody with that role may come; None is nobody signed in."""
        return self.needs is None or (role is not None and role in self.needs.roles)


def accesses(routes: list[BaseRoute]) -> Iterator[Access]:
    """Every route, by path and method."""
    for route in sorted((one for one in routes if isinstance(one, APIRoute)), key=lambda one: one.path):
        for method in sorted({*route.methods} - {"HEAD"}):
            yield Access(method, route.path, _asked(route.dependant, Needs), _asked(route.dependant, KeyNeeds))


def _asked(dependant: Dependant, kind: type[Asked]) -> Asked | None:
    """What a route asks of who comes."""
    return next((one.call for one in dependant.dependencies if isinstance(one.call, kind)), None)


def table(routes: list[BaseRoute]) -> str:
    """The page that says it."""
    found = list(accesses(routes))
    staff = [one for one in found if one.needs is not None]
    lines = [
        _HEAD,
        "## Staff",
        "",
        f"| route | {' | '.join(ROLES)} | second step | password |",
        "|---" * (len(ROLES) + 3) + "|",
    ]
    for one in staff:
        assert one.needs is not None
        cells = ["yes" if one.admits(role) else "–" for role in ROLES]
        step = HALF_OPEN if not one.needs.needs_code else WHERE_ON if one.needs.may_lack_code else NEEDED
        again = "again" if one.needs.confirmed else ""
        lines.append(f"| {one.method} `{one.path}` | {' | '.join(cells)} | {step} | {again} |")
    lines += ["", "## Systems of providers", "", "With a key that has one of these scopes; without one 401.", ""]
    keyed = [one for one in found if one.key is not None]
    lines += [f"- {one.method} `{one.path}`: {', '.join(sorted(one.key.scopes))}" for one in keyed if one.key]
    lines += ["", "## Everybody", "", "Pages and the open API; private links carry their own key.", ""]
    public: Mapping[str, list[str]] = {}
    for one in found:
        if one.needs is None and one.key is None:
            public = {**public, one.path: [*public.get(one.path, []), one.method]}
    lines += [f"- {' '.join(methods)} `{path}`" for path, methods in public.items()]
    return "\n".join(lines) + "\n"


def routes() -> list[BaseRoute]:
    """The routes of both doors."""
    return [*API, *PAGES]


if __name__ == "__main__":
    DOCUMENT.write_text(table(routes()), encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT}\n")
