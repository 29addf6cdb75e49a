"""What stands in an answer of Meilisearch's."""

from collections.abc import Mapping
from typing import cast

from app.search.documents import Json


def total_of(answer: Mapping[str, Json]) -> int:
    """How many documents were found in all."""
    return int(cast("int", answer.get("estimatedTotalHits", 0)))


def ids_of(answer: Mapping[str, Json]) -> list[int]:
    """The courses found, in order."""
    return [int(cast("int", hit["id"])) for hit in cast("list[Mapping[str, Json]]", answer["hits"])]


def facets_of(answer: Mapping[str, Json]) -> dict[str, dict[str, int]]:
    """The counts of every facet that was asked for."""
    counted = cast("Mapping[str, Mapping[str, int]]", answer.get("facetDistribution") or {})
    return {parameter: dict(values) for parameter, values in counted.items()}
