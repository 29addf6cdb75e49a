"""The questions that Meilisearch is asked about a plan: what fits, in which order, how many of each; one brings the mark along."""

from collections.abc import Mapping, Sequence

from app.search.documents import Json
from app.search.engine import Sort
from app.search.meilisearch_documents import MARK
from app.search.meilisearch_filters import COURSES, NOTHING, all_of
from app.search.meilisearch_plan import Plan, tiers

ORDERS: Mapping[Sort, tuple[str, ...]] = {
    "relevance": ("standing:asc", "name:asc", "id:asc"),
    "start": ("begins:asc", "standing:asc", "name:asc", "id:asc"),
    "price": ("cents:asc", "standing:asc", "name:asc", "id:asc"),
    "newest": ("published:desc", "id:asc"),
}
"""What comes first in each order; in relevance's, this decides between courses with equal points. The mark is before all."""
AHEAD = 200
"""So many ids are asked for at once, to be put in order here."""
ALL = 1_000
"""Where no order is asked for, the mark may be the last."""
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


def any_order(filters: Sequence[str]) -> Asked:
    """Which documents, in whatever order: to find few takes less time than to put them in order."""
    return {"filter": list(filters), "sort": [], "offset": 0, "limit": ALL}


def count(filters: Sequence[str], facets: Sequence[str] = ()) -> Asked:
    """How many documents, and how many with each value."""
    return {"filter": list(filters), "facets": list(facets), "limit": 0}


def with_mark(question: Asked) -> Asked:
    """The same question, among whose hits is the mark, in every order the first; nothing before it is skipped."""
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
    heights = [filter_ for _points, filter_ in tiers(planned)]
    above = ["", *heights]
    asked = [[height, *([f"NOT {before}"] if before else [])] for height, before in zip(heights, above, strict=False)]
    return [*asked, [f"NOT {above[-1]}"] if above[-1] else []]
