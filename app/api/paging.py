"""Pages of a list: which is asked for, and the addresses of its neighbours."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request

from app.search.engine import PER_PAGE, PER_PAGE_LIMIT
from app.settings import Settings

LAST_PAGE = 10_000
Page = Annotated[int, Query(ge=1, le=LAST_PAGE, description="Which page, from 1; one past the end is empty.")]
PerPage = Annotated[int, Query(ge=1, le=PER_PAGE_LIMIT, description="How many entries a page has.")]
DEFAULT_PER_PAGE = PER_PAGE


def link_header(request: Request, total: int, page: int, per_page: int) -> str:
    """The Link header (RFC 8288) with the first, previous, next and last page of this very list."""
    last = max(1, -(-total // per_page))
    pages = {"first": 1, "last": last}
    if page > 1:
        pages["prev"] = min(page - 1, last)
    if page < last:
        pages["next"] = page + 1
    return ", ".join(f'<{_address(request, number)}>; rel="{relation}"' for relation, number in pages.items())


def _address(request: Request, page: int) -> str:
    settings: Settings = request.app.state.settings
    asked = [pair for pair in request.query_params.multi_items() if pair[0] != "page"]
    return f"{settings.origin}{request.scope['path']}?{urlencode([*asked, ('page', str(page))], errors='replace')}"
