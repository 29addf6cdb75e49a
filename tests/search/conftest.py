"""The engines under one contract, filled with the demonstration catalogue."""

import os
from collections.abc import Callable, Mapping

import pytest

from app.search.documents import Document
from app.search.embedded import EmbeddedEngine
from app.search.engine import Query, SearchEngine
from tests.search.catalogue import demonstration_documents
from tests.search.meilisearch_server import new_meilisearch

ENGINES: Mapping[str, Callable[[], SearchEngine]] = {
    "embedded": EmbeddedEngine,
    **({"meilisearch": new_meilisearch} if os.environ.get("MEILI_URL") else {}),
}
"""Every engine that can be tried here; without a server the run says at its end what it left out."""
NewEngine = Callable[[], SearchEngine]


@pytest.fixture(scope="session")
def documents() -> list[Document]:
    """The 418 courses, some open, some over, some without dates."""
    return demonstration_documents()


@pytest.fixture(scope="session")
def codes(documents: list[Document]) -> dict[int, str]:
    """Course ids and codes."""
    return {one.course_id: one.code for one in documents}


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, documents: list[Document]) -> SearchEngine:
    """Each engine with the whole catalogue; tests that change it take a `fresh_engine`."""
    made = ENGINES[request.param]()
    made.rebuild(documents)
    return made


@pytest.fixture(params=ENGINES)
def new_engine(request: pytest.FixtureRequest) -> NewEngine:
    """Makes empty engines of each kind."""
    return ENGINES[request.param]


@pytest.fixture
def fresh_engine(new_engine: NewEngine, documents: list[Document]) -> SearchEngine:
    """Each engine with the whole catalogue, for one test alone."""
    made = new_engine()
    made.rebuild(documents)
    return made


@pytest.fixture(scope="module")
def found(engine: SearchEngine, codes: dict[int, str]) -> Callable[[str], list[str]]:
    """The codes of the first page for a text."""

    def codes_of(text: str) -> list[str]:
        return [codes[one] for one in engine.search(Query(text)).course_ids]

    return codes_of
