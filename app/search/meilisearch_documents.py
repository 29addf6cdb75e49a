"""What Meilisearch is given: a course as words and values, how the index is set up, and the version of both."""

import json
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256

from app.search.documents import STATUSES, Document, Json
from app.search.facets import VALUES
from app.search.filters import FREE, PRICE_STEPS
from app.search.latvian import fold
from app.search.meilisearch_tracing import AMONG_KEYWORDS, DEPTH, PAIR, ROOT, STEM, at_depth
from app.search.postings import FIELDS, Analysis, analyse
from app.search.snapshot import made_especially_for

MARK = 0
"""The id of the one document that is no course: it tells up to which number the index follows, and its version."""
NEVER = 9_999_999
"""The day on which a course without dates begins, for sorting."""
LAST = 1e15
"""A moment of publishing after all others."""
_FORMAT = 5
"""Rises when `to_meilisearch` puts other things into documents."""
_TITLE = 80
KEYWORDS = FIELDS.index("keywords")


def to_meilisearch(document: Document, number: int) -> dict[str, Json]:
    """A course as it is kept in Meilisearch: the stems and roots of its words by where they stand, and every value one can ask for."""
    begins = document.next_start.toordinal() if document.next_start else NEVER
    steps = [FREE] if document.price == 0 else []
    return {
        "id": document.course_id,
        "kind": "course",
        "number": number,
        "words": _tokens(analyse(document)),
        **{parameter: list(values_of(document)) for parameter, values_of in VALUES.items()},
        "price": [*steps, *(step for step in PRICE_STEPS if document.price <= Decimal(step))],
        "made_for": list(made_especially_for(document)),
        "cents": int(document.price * 100),
        "starts": [day.toordinal() for day in document.starts],
        "standing": STATUSES.index(document.status) * 10 * NEVER + begins,
        "begins": begins,
        "published": document.published_at.timestamp(),
        "name": fold(document.texts["lv"].title)[:_TITLE],
    }


def mark(number: int) -> dict[str, Json]:
    """The document that tells up to which number the index follows, and its version; in every order it is the first."""
    first: dict[str, Json] = {"standing": -1, "begins": -1, "cents": -1, "published": LAST, "name": ""}
    return {"id": MARK, "kind": "mark", "number": number, "follows": number, "version": VERSION, **first}


def _tokens(analysis: Analysis) -> list[Json]:
    """Every word under the depth of its best field: how long an index takes to fill is decided by how many these are."""
    tokens: list[Json] = []
    for kind, masks in ((STEM, analysis.stems), (ROOT, analysis.roots), (PAIR, analysis.pairs)):
        for word, mask in masks.items():
            best = min(depth for place, depth in enumerate(DEPTH) if mask >> place & 1)
            tokens.append(at_depth(best, kind + word))
            if mask >> KEYWORDS & 1:
                tokens.append(at_depth(AMONG_KEYWORDS, kind + word))
    return tokens


def _equal(*names: str, compared: bool = False) -> dict[str, Json]:
    features: dict[str, Json] = {"facetSearch": False, "filter": {"equality": True, "comparison": compared}}
    return {"attributePatterns": list(names), "features": features}


SETTINGS: Mapping[str, Json] = {
    "searchableAttributes": ["name"],
    "displayedAttributes": ["id", "kind", "number", "follows", "version"],
    "filterableAttributes": [
        _equal("kind", "made_for", "price", "words", *VALUES),
        _equal("id", "number", "cents", "starts", compared=True),
    ],
    "sortableAttributes": ["standing", "begins", "cents", "published", "name", "id", "number"],
    "rankingRules": ["sort"],
    "typoTolerance": {"enabled": False},
    "prefixSearch": "disabled",
    "proximityPrecision": "byAttribute",
    "facetSearch": False,
    "pagination": {"maxTotalHits": 1_000_000},
    "faceting": {"maxValuesPerFacet": 2_000},
    "searchCutoffMs": 1_000,
}
"""Words are read by `reading.py`, so Meilisearch's own rules about slips, beginnings and synonyms are off."""
VERSION = sha256(json.dumps([_FORMAT, SETTINGS], sort_keys=True).encode()).hexdigest()[:16]
"""An index of another version is not asked, and made anew by the worker."""
