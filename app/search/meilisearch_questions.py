"""The questions that Meilisearch is asked about a plan: what fits, in which order, how many of each; one brings the mark along."""

from collections.abc import Mapping, Sequence

from app.search.documents import Json
from app.search.engine import Sort
from app.search.meilisearch_documents import MARK
from app.search.meilisearch_filters import COURSES, NOTHING, all_of
from app.search.meilisearch_plan import Plan

ORDERS: Mapping[Sort, tuple[str, ...]] = {
    "relevance": ("standing:asc", "name:asc", "id:asc"),
    "start": ("begins:asc", "standing:asc", "name:asc", "id:asc"),
    "price": ("cents:asc", "standing:asc", "name:asc", "id:asc"),
    "newest": ("published:desc", "id:asc"),
}
"""What comes first in each order; in relevance's, this decides between courses with equal points. The mark is before all."""
AHEAD = 200
"""So many ids are asked for at once; what fits more courses is asked for tier by tier, further back by the tiers' sizes."""
Asked = dict[str, Json]


def fitting(planned: Plan) -> str:
    """The documents that a plan is about."""
    return COURSES if planned.fitting is None else planned.fitting or NOTHING


def ids(filters: Sequence[str], order: Sequence[str], skipped: int, limit: int) -> Asked:
    """Which documents, in order."""
    return {
        "filter": list(filters),
        "sort": list(order),
        "attributesToRetrieve": ["id"],
        "offset": skipped,
        "limit": limit,
    }


def count(filters: Sequence[str], facets: Sequence[str] = ()) -> Asked:
    """How many documents, and how many with each value."""
    return {"filter": list(filters), "facets": list(facets), "limit": 0}


def with_mark(question: Asked) -> Asked:
    """The same question, whose first hit is the mark; nothing before it is skipped."""
    filters, limit = question["filter"], question["limit"]
    assert isinstance(filters, list)
    assert isinstance(limit, int)
    return {
        "sort": [*ORDERS["relevance"]],
        **question,
        "filter": [[all_of([str(one) for one in filters]), f"id = {MARK}"]],
        "attributesToRetrieve": ["id", "follows", "version"],
        "limit": limit + 1,
    }


def exclusive(planned: Plan) -> list[list[str]]:
    """The filters of each tier without those above it, and of what lies below all tiers."""
    heights = [filter_ for _points, filter_ in planned.tiers]
    above = ["", *heights]
    tiers = [[height, *([f"NOT {before}"] if before else [])] for height, before in zip(heights, above, strict=False)]
    return [*tiers, [f"NOT {above[-1]}"] if above[-1] else []]


def parts(sizes: Sequence[int], skipped: int, limit: int) -> list[tuple[int, tuple[int, int]]]:
    """Which tiers a page lies in, and the offset and limit in each."""
    found: list[tuple[int, tuple[int, int]]] = []
    for n, size in enumerate(sizes):
        here = min(limit, size - skipped)
        if here > 0:
            found.append((n, (max(0, skipped), here)))
            limit -= here
        skipped = max(0, skipped - size)
        if limit <= 0:
            break
    return found
