"""Which searches a single course fits: asked of the engine that knows this course and nothing else."""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from app.search.documents import Document
from app.search.embedded import EmbeddedEngine
from app.search.engine import Query, SearchEngine
from app.search.filters import read_filters


def fitting(document: Document, searches: Iterable[tuple[int, str, str]]) -> list[int]:
    """The numbers of those searches, each a number, its words and its filters as an address writes them, that find it.

    A course that only fits when words are corrected does not: with one course to compare with, too much looks like a slip.
    """
    engine: SearchEngine = EmbeddedEngine()
    engine.rebuild([document])
    found = []
    for number, words, filters in searches:
        hits = engine.search(Query(words, read_filters(parse_qsl(filters)).filters, per_page=1))
        if hits.total and hits.corrected is None:
            found.append(number)
    return found
