"""P22: whatever happens to Meilisearch, residents search on; tried with a server that fails in every way."""

from collections.abc import Iterator
from time import perf_counter

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy.orm import Session

from app.clock import now
from app.db import Database
from app.main import create_app
from app.observe import SEARCH_BREAKER
from app.search import breaker
from app.search import open as search_open
from app.search.breaker import Breaker
from app.search.engine import Query
from app.search.index import sync_courses
from app.search.open import BackedEngine, OpenEngine, open_engine
from app.search.open_following import open_following
from app.settings import Settings
from tests import make
from tests.search.meilisearch_stub import FAULTS, Mode, Stub, stub_server

pytestmark = pytest.mark.promise("P22")


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_server() as started:
        yield started


@pytest.fixture
def on_stub(stub: Stub, sqlite_database: Database) -> Settings:
    """Settings for the stub, which has been filled with two courses."""
    url = sqlite_database.url.render_as_string(hide_password=False)
    found = Settings(
        _env_file=None,
        database_url=url,
        meili_url=stub.url,
        meili_api_key=SecretStr("admin"),
        public_url="http://testserver",
    )
    with sqlite_database.writing() as db:
        ids = [new_course(db, title) for title in ("Aušana", "Keramika")]
        sync_courses(db, ids, now())
    following = open_following(found, sqlite_database)
    assert following is not None
    assert following.look() == 2
    return found


NOBODY = "frizieris"
"""What no course is about."""


def new_course(db: Session, title: str) -> int:
    return make.make_course(db, title=title, summary="", description="", keywords=()).id


def search(opened: OpenEngine, database: Database, text: str = "keramika") -> tuple[int, float]:
    """How many courses were found, and in how many seconds."""
    began = perf_counter()
    with database.reading() as db:
        total = opened.current(db).search(Query(text)).total
    return total, perf_counter() - began


def backed(opened: OpenEngine) -> BackedEngine:
    assert isinstance(opened.answering, BackedEngine)
    return opened.answering


def test_meilisearch_answers_while_it_can(stub: Stub, on_stub: Settings, sqlite_database: Database) -> None:
    opened = open_engine(on_stub)
    assert search(opened, sqlite_database)[0] == 1
    assert stub.searches() == 1, "one question a search"
    assert search(opened, sqlite_database, NOBODY)[0] == 2, (
        "the stub finds every course; the embedded engine would find none"
    )
    assert [one["actions"] for one in stub.keys.values()] == [["search"]]


@pytest.mark.parametrize("mode", [*FAULTS, "off"])
def test_the_embedded_engine_answers_within_a_second_and_the_breaker_opens_after_three_failures(
    stub: Stub, on_stub: Settings, sqlite_database: Database, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_open, "BEHIND_SECONDS", 0.0)
    settings = on_stub.model_copy(update={"meili_url": "http://127.0.0.1:1"}) if mode == "off" else on_stub
    if mode == "master key":
        settings = settings.model_copy(update={"environment": "production"})
    stub.mode = mode
    opened = open_engine(settings)
    for _ in range(6):
        total, seconds = search(opened, sqlite_database)
        assert total == 1
        assert seconds < 1.0
    assert backed(opened).breaker.failures == 3
    assert backed(opened).breaker.is_open
    assert SEARCH_BREAKER._value.get() == 1


def test_meilisearch_is_back_by_itself(
    stub: Stub, on_stub: Settings, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_engine(on_stub)
    time = [100.0]
    backed(opened).breaker.clock = lambda: time[0]
    stub.mode = "500"
    for _ in range(5):
        assert search(opened, sqlite_database)[0] == 1
    asked = len(stub.asked)
    stub.mode = "ok"
    assert search(opened, sqlite_database)[0] == 1, "the breaker is open: nobody asks"
    assert len(stub.asked) == asked
    time[0] += breaker.PAUSE_SECONDS
    assert breaker.PAUSE_SECONDS <= 30
    assert search(opened, sqlite_database, NOBODY)[0] == 2
    assert SEARCH_BREAKER._value.get() == 0


def test_only_one_question_at_a_time_finds_out_whether_it_is_back() -> None:
    time = [0.0]
    tried = Breaker(clock=lambda: time[0])
    assert [tried.fail() for _ in range(4)] == [False, False, True, False]
    time[0] = breaker.PAUSE_SECONDS
    assert [tried.lets_through() for _ in range(3)] == [True, False, False]
    assert tried.succeed()
    assert tried.lets_through()


def test_what_meilisearch_does_not_know_yet_the_embedded_engine_tells(
    stub: Stub, on_stub: Settings, sqlite_database: Database
) -> None:
    opened = open_engine(on_stub)
    assert search(opened, sqlite_database, NOBODY)[0] == 2
    with sqlite_database.writing() as db:
        sync_courses(db, [new_course(db, "Keramika iesācējiem")], now())
    for _ in range(5):
        assert search(opened, sqlite_database)[0] == 2, "both courses on pottery, from the embedded engine"
    assert not backed(opened).breaker.failures, "being a moment behind is no failure"
    following = open_following(on_stub, sqlite_database)
    assert following is not None
    following.look()
    assert search(opened, sqlite_database, NOBODY)[0] == 3


def test_a_server_that_accepts_and_forgets_is_found_out(
    stub: Stub, on_stub: Settings, sqlite_database: Database
) -> None:
    following = open_following(on_stub, sqlite_database)
    assert following is not None
    (index,) = stub.indexes.values()
    forgotten = index.pop(max(index))
    index[77] = {"id": 77, "number": 1}
    assert following.repair() == 2
    assert sorted(index) == sorted({0, *index, forgotten["id"]})
    assert 77 not in index
    stub.indexes.clear()
    stub.mode = "forget"
    following.look()
    assert stub.indexes == {}
    stub.mode = "ok"
    assert following.repair() == 2
    assert len(next(iter(stub.indexes.values()))) == 3


@pytest.mark.parametrize("mode", [*FAULTS, "ok"])
def test_no_page_fails_and_the_app_stays_ready(
    stub: Stub, on_stub: Settings, mode: Mode, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(search_open, "BEHIND_SECONDS", 0.0)
    stub.mode = mode
    with TestClient(create_app(on_stub, quiet=True)) as client:
        for path in (
            "/",
            "/kursi?q=slepenvards+keramika",
            "/api/v1/courses?q=keramika",
            "/kursi?q=frizieris",
            "/readyz",
        ):
            before = stub.searches()
            assert client.get(path).status_code == 200, path
            if mode not in {"ok", "master key"}:  # The latter is refused in production only.
                assert stub.searches() - before <= 1, "a page that was let down once asks no more"
        figures = client.get("/metrics", headers={"host": "localhost"})
    assert "slepenvards" not in "".join(capfd.readouterr())
    assert figures.status_code in {200, 404}
