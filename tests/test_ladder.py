"""Imports only go down: each room knows the floors below it and nobody beside or above."""

import ast
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "app"

FLOORS: list[set[str]] = [
    {"cli"},
    {"commands"},
    {"main", "invariants"},
    {"api", "web", "worker", "demo"},
    {"dependencies"},
    {"privacy"},
    {"search", "emails", "reports", "tables", "schema", "backup"},
    {"catalogue", "monday"},
    {"search", "emails", "reports", "exports", "tables", "schema", "backup"},
    {"catalogue"},
    {"feedback", "usage", "participation", "imports"},
    {"registrations", "wishes", "interests"},
    {"courses"},
    {"permits", "people"},
    {"providers"},
    {"outbox", "audit"},
    {"limits"},
    {"tries", "prepared", "observe", "texts", "markdown", "messages", "translated", "revision"},
    {"db", "refusals", "faults"},
    {"settings", "clock", "i18n", "links", "places", "turnstile", "writers"},
]
"""From the top to the ground."""


def floor_of(room: str) -> int:
    """How high a room lies; 0 is the top."""
    return next(height for height, rooms in enumerate(FLOORS) if room in rooms)


def room_of(path: Path) -> str:
    """The room a file stands in."""
    return path.relative_to(APP).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """The rooms a file imports from."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "app":
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("app.")}
    return found


FILES = sorted(path for path in APP.rglob("*.py") if path != APP / "__init__.py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_a_room_imports_only_from_floors_below(path: Path) -> None:
    here = room_of(path)
    for room in imports(path) - {here}:
        if here == "tables" or (here in {"schema"} and room == "tables"):
            continue
        assert floor_of(here) < floor_of(room), f"{path.name} in {here} imports {room}, which is not below it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_domains_know_neither_doors_nor_letters_nor_search(path: Path) -> None:
    if floor_of(room_of(path)) >= floor_of("catalogue"):
        assert not imports(path) & {"api", "web", "worker", "emails", "search", "cli", "main"}


def test_the_ladder_itself_sees_a_wrong_import(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from app.web.pages import render\n")
    assert imports(wrong) == {"web"}
    assert floor_of("courses") > floor_of("web")


def test_files_are_short_enough_to_read() -> None:
    long = {str(path.relative_to(APP)): n for path in FILES if (n := len(path.read_text().splitlines())) > 300}
    assert long == {}
