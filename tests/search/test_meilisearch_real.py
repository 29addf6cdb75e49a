"""Against the server named by MEILI_URL: it follows the catalogue, drift is repaired, a rebuild leaves no gap, no key does too much."""

import os
import threading
from time import monotonic, perf_counter, sleep

import pytest
from sqlalchemy import update

from app.clock import now
from app.courses.models import Course, CourseText
from app.db import Database
from app.search import meilisearch, meilisearch_plan
from app.search.documents import Document
from app.search.embedded import EmbeddedEngine
from app.search.engine import Query
from app.search.index import Follower, sync_courses
from app.search.meilisearch import MeilisearchEngine
from app.search.meilisearch_client import Client, MeilisearchAway
from app.search.meilisearch_documents import SETTINGS
from app.search.meilisearch_following import Following
from app.search.meilisearch_keys import SearchClient, search_key
from app.search.open import BackedEngine, OpenEngine
from app.worker.searching import keep_meilisearch
from app.worker.workshop import Workshop
from tests import make
from tests.search.meilisearch_server import KEY, RUN, URL, new_filling, new_meilisearch

pytestmark = [
    pytest.mark.skipif(not URL, reason="MEILI_URL is not set"),
    pytest.mark.promise("P22"),
]
CHANGES = int(os.environ.get("SEARCH_CHANGES", "12"))


@pytest.fixture
def following(sqlite_database: Database) -> Following:
    return Following(sqlite_database, new_filling())


def opened_on(following: Following) -> OpenEngine:
    embedded = EmbeddedEngine()
    asking = SearchClient(URL, KEY, RUN, refuses_master=False)
    return OpenEngine(
        BackedEngine(MeilisearchEngine(asking, following.filling, embedded), embedded), Follower(embedded)
    )


def raw(following: Following) -> MeilisearchEngine:
    """Meilisearch without the embedded engine behind it, knowing the words of the catalogue."""
    opened = opened_on(following)
    with following.database.reading() as db:
        opened.embedded.follow(db)
    assert isinstance(opened.answering, BackedEngine)
    return opened.answering.first


def test_what_is_published_changed_and_withdrawn_is_found_or_gone_within_a_second(
    following: Following, workshop_with_meilisearch: Workshop
) -> None:
    database = following.database
    with database.writing() as db:
        sync_courses(db, [make.make_course(db, title="Aušana").id], now())
    following.look()
    opened = opened_on(following)
    stop = threading.Event()
    hand = threading.Thread(target=keep_meilisearch, args=(workshop_with_meilisearch, stop))
    hand.start()
    by_resident: list[float] = []
    by_meilisearch: list[float] = []
    try:
        for number in range(CHANGES):
            word = f"kvark{'abcdefghij'[number % 10]}{'klmnoprstu'[number // 10 % 10]}{'vz'[number // 100 % 2]}onija"
            with database.writing() as db:
                course = make.make_course(db, title=word, summary="", description="", keywords=())
                sync_courses(db, [course.id], now())
            for change in ("published", "withdrawn"):
                if change == "withdrawn":
                    with database.writing() as db:
                        make.archive(db, db.get_one(Course, course.id))
                        sync_courses(db, [course.id], now())
                expected = [course.id] if change == "published" else []
                began = perf_counter()
                with database.reading() as db:
                    assert opened.current(db).search(Query(word)).course_ids == expected, change
                by_resident.append(perf_counter() - began)
                with database.reading() as db:
                    newest = opened.embedded.number
                while (following.filling.follows() or 0) < newest:
                    assert perf_counter() - began < 5
                    sleep(0.01)
                by_meilisearch.append(perf_counter() - began)
    finally:
        stop.set()
        hand.join()
    for name, took in (("resident", sorted(by_resident)), ("meilisearch", sorted(by_meilisearch))):
        print(f"{name}: median {took[len(took) // 2]:.3f} s, longest {took[-1]:.3f} s of {len(took)}")
    assert max(by_resident) < 1.0


@pytest.fixture
def workshop_with_meilisearch(following: Following, workshop: Workshop) -> Workshop:
    return Workshop(workshop.settings, following.database, workshop.sender, workshop.rules, following)


@pytest.fixture
def workshop(sqlite_database: Database) -> Workshop:
    from tests.worker.postbox import Postbox, workshop_with

    return workshop_with(sqlite_database, Postbox())


def test_drift_is_found_and_repaired(following: Following) -> None:
    with following.database.writing() as db:
        ids = [make.make_course(db, title=f"Aušana {number}").id for number in range(6)]
        sync_courses(db, ids, now())
    following.look()
    following.filling.remove(ids[:2])
    following.filling.client.work(
        "POST", f"/indexes/{following.filling.index}/documents", [{"id": 9_999, "kind": "course", "number": 1}]
    )
    assert following.repair() == 3
    assert following.repair() == 0
    assert sorted(raw(following).search(Query()).course_ids) == sorted(ids)


def test_an_index_that_is_lost_is_made_anew(following: Following) -> None:
    with following.database.writing() as db:
        sync_courses(db, [make.make_course(db, title="Aušana").id], now())
    following.look()
    following.filling.client.work("DELETE", f"/indexes/{following.filling.index}")
    opened = opened_on(following)
    with following.database.reading() as db:
        assert opened.current(db).search(Query("aušana")).total == 1, "the embedded engine answers meanwhile"
    began = monotonic()
    following.look()
    assert monotonic() - began < 60
    assert raw(following).search(Query("aušana")).total == 1


def test_a_rebuild_under_load_never_fails_and_is_never_empty(following: Following) -> None:
    with following.database.writing() as db:
        ids = [make.make_course(db, title=f"Aušana {number}").id for number in range(40)]
        sync_courses(db, ids, now())
    following.look()
    engine, stop = raw(following), threading.Event()
    totals: list[int] = []

    def search() -> None:
        while not stop.wait(0.05):
            try:
                totals.append(engine.search(Query("aušana")).total)
            except MeilisearchAway:
                totals.append(-1)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    following.rebuild()
    stop.set()
    for thread in threads:
        thread.join()
    assert set(totals) == {40}
    uids = [str(one["uid"]) for one in following.filling.client.ask("GET", "/indexes?limit=1000")["results"]]  # type: ignore[union-attr,call-overload,index]
    assert [uid for uid in uids if uid.startswith(f"{following.filling.index}_")] == [], "the old index is removed"


def test_the_settings_are_the_ones_in_the_code(following: Following) -> None:
    following.rebuild()
    kept = following.filling.client.ask("GET", f"/indexes/{following.filling.index}/settings")
    for name in ("rankingRules", "searchableAttributes", "displayedAttributes", "prefixSearch", "searchCutoffMs"):
        assert kept[name] == SETTINGS[name]


def test_the_search_key_can_neither_write_nor_look_into_another_index(following: Following) -> None:
    following.rebuild()
    only = Client(URL, search_key(Client(URL, KEY), RUN))
    only.search([{"indexUid": following.filling.index, "filter": "id = 0"}])
    for method, path, body in (
        ("POST", f"/indexes/{following.filling.index}/documents", [{"id": 1}]),
        ("DELETE", f"/indexes/{following.filling.index}", None),
        ("GET", "/keys", None),
        ("POST", "/multi-search", {"queries": [{"indexUid": "other", "q": ""}]}),
    ):
        with pytest.raises(MeilisearchAway, match="403"):
            only.ask(method, path, body)  # type: ignore[arg-type]


def test_nothing_in_the_index_can_be_read_with_the_search_key_but_numbers(following: Following) -> None:
    with following.database.writing() as db:
        course = make.make_course(db, title="Aušana")
        sync_courses(db, [course.id], now())
    following.look()
    with following.database.writing() as db:
        db.execute(update(CourseText).where(CourseText.course_id == course.id).values(title="Keramika"))
        sync_courses(db, [course.id], now())
    following.look()
    only = Client(URL, search_key(Client(URL, KEY), RUN))
    (found,) = only.search([{"indexUid": following.filling.index, "filter": "kind = course"}])
    assert [set(hit) for hit in found["hits"]] == [{"id", "kind", "number"}]  # type: ignore[union-attr,arg-type]


def test_many_courses_are_named_and_few_are_asked_for_by_their_words_with_the_same_outcome(
    documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = new_meilisearch()
    engine.rebuild(documents)
    for text in ("valoda", "keramika vakaros", "datorprasmes senioriem", "mājas lapa", ""):
        whole = engine.search(Query(text, per_page=100))
        for bound, value in ((meilisearch, "FEW"), (meilisearch, "AHEAD"), (meilisearch_plan, "LONGEST")):
            monkeypatch.setattr(bound, value, 6)
            assert engine.search(Query(text, per_page=100)) == whole
            pages = [engine.search(Query(text, page=page, per_page=5)) for page in range(1, -(-whole.total // 5) + 1)]
            assert [one for page in pages for one in page.course_ids][:100] == whole.course_ids
            monkeypatch.undo()


def test_where_the_index_says_something_else_it_is_believed(documents: list[Document]) -> None:
    engine = new_meilisearch()
    engine.rebuild(documents)
    whole = engine.search(Query("keramika", per_page=100))
    engine._filling.remove(whole.course_ids[:2])
    found = engine.search(Query("keramika", per_page=100))
    assert (found.total, found.course_ids) == (whole.total - 2, whole.course_ids[2:])
    assert sum(found.facets["group"].values()) == found.total
    every = engine.search(Query(sort="newest", per_page=5))
    assert every.total == len(documents) - 2
