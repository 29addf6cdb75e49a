"""The engines under one contract, filled with the demonstration catalogue."""

from collections.abc import Callable, Mapping

import pytest

from app.search.documents import Document
from app.search.embedded import EmbeddedEngine
from app.search.engine import Query, SearchEngine
from tests.search.catalogue import demonstration_documents

ENGINES: Mapping[str, Callable[[], SearchEngine]] = {"embedded": EmbeddedEngine}


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
def fresh_engine(request: pytest.FixtureRequest, documents: list[Document]) -> SearchEngine:
    """Each engine with the whole catalogue, for one test alone."""
    made = ENGINES[request.param]()
    made.rebuild(documents)
    return made


@pytest.fixture(scope="module")
def found(engine: SearchEngine, codes: dict[int, str]) -> Callable[[str], list[str]]:
    """The codes of the first page for a text."""

    def codes_of(text: str) -> list[str]:
        return [codes[one] for one in engine.search(Query(text)).course_ids]

    return codes_of
