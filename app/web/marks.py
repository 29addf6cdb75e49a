"""The marks of the thematic groups and the few other signs: pixel drawings, each put into a page only if it is used there."""

import re
from functools import lru_cache

from app.web.static_files import HERE

PLACE = '<svg class="sprite"></svg>'  # where base.html wants the drawings of this page
PLACE_OF_ALL = '<svg class="sprite sprite--all"></svg>'  # where parts that come later may use any
_SYMBOL = re.compile(r'<symbol id="(?P<id>[\w-]+)" viewBox="(?P<box>[\d ]+)"><path d="(?P<path>[^"]+)"/></symbol>')
_USE = re.compile(r'<use href="#([mi]-[\w-]+)"')
_LOOM = "m-logo"  # stands for a thematic group that has no mark of its own yet


def draw_marks(page: str) -> str:
    """The page with the drawings of the marks that it uses."""
    if PLACE_OF_ALL in page:
        return page.replace(PLACE_OF_ALL, _sprite(frozenset(_drawings())), 1)
    return page.replace(PLACE, _sprite(frozenset(_USE.findall(page))), 1)


@lru_cache(maxsize=1)
def _drawings() -> dict[str, tuple[str, str]]:
    """Box and path of every drawing in marks.svg, by its id."""
    source = (HERE / "marks.svg").read_text(encoding="utf-8")
    return {found["id"]: (found["box"], found["path"]) for found in _SYMBOL.finditer(source)}


@lru_cache(maxsize=256)
def _sprite(ids: frozenset[str]) -> str:
    drawings = _drawings()
    symbols = []
    for name in sorted(ids):
        box, path = drawings.get(name, drawings[_LOOM])
        symbols.append(f'<symbol id="{name}" viewBox="{box}"><path d="{path}"/></symbol>')
    return f'<svg class="sprite" aria-hidden="true">{"".join(symbols)}</svg>'
