"""What only the embedded engine is made of: sets as bits, sums over sets, short and long lists of documents."""

import json
from dataclasses import replace
from random import Random
from statistics import median
from threading import Event, Thread
from time import perf_counter, thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search import bitsets, indexing, snapshot
from app.search.bitsets import Sums
from app.search.documents import STATUSES, Document
from app.search.embedded import EmbeddedEngine
from app.search.engine import SORTS, Query
from tests.search.catalogue import QUERIES

SIZE = 70
numbers = st.sets(st.integers(0, SIZE - 1))


@given(numbers)
def test_a_set_of_bits_holds_its_members_in_order(members: set[int]) -> None:
    assert list(bitsets.members(bitsets.of(members, SIZE))) == sorted(members)


@given(st.lists(st.tuples(numbers, st.integers(0, 300)), max_size=8), numbers, st.integers(0, 900))
def test_sums_over_sets_are_the_sums_of_each_member(
    given_points: list[tuple[set[int], int]], among: set[int], least: int
) -> None:
    sums = Sums()
    for members, points in given_points:
        sums.add(bitsets.of(members, SIZE), points)
    expected = {one: sum(points for members, points in given_points if one in members) for one in range(SIZE)}
    bits = bitsets.of(among, SIZE)
    assert all(sums.of(one) == expected[one] for one in range(SIZE))
    assert sums.highest(bits) == max((expected[one] for one in among), default=0)
    assert set(bitsets.members(sums.at_least(least, bits))) == {one for one in among if expected[one] >= least}
    groups = [list(bitsets.members(group)) for group in sums.groups(bits)]
    in_order = [expected[one] for group in groups for one in group]
    assert in_order == sorted((expected[one] for one in among), reverse=True)
    assert all(len({expected[one] for one in group}) == 1 for group in groups)


@given(numbers, st.integers(1, SIZE), st.randoms())
def test_the_first_of_a_set_in_an_order(members: set[int], need: int, random: object) -> None:
    ranked = list(range(SIZE))
    random.shuffle(ranked)  # type: ignore[attr-defined]
    ranks = [ranked.index(one) for one in range(SIZE)]
    expected = [one for one in ranked if one in members][:need]
    assert bitsets.first_by(bitsets.of(members, SIZE), ranked, ranks, need) == expected


def test_long_catalogues_with_listed_postings_find_the_same(
    documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_bits = EmbeddedEngine()
    as_bits.rebuild(documents)
    monkeypatch.setattr(indexing, "SMALL", 0)
    as_lists = EmbeddedEngine()
    as_lists.rebuild(documents[:300])
    as_lists.put(documents[250:])
    as_lists.remove([documents[7].course_id])
    as_lists.put([documents[7]])
    for text in ("", "latviešu valoda", "datrou", "keramik", "angļu val", "grozu pīšana", "bezmaksas kursi senioriem"):
        assert as_lists.search(Query(text, per_page=50)) == as_bits.search(Query(text, per_page=50))


def test_a_search_takes_a_moment_and_a_rebuild_not_long(documents: list[Document]) -> None:
    engine = EmbeddedEngine()
    began = perf_counter()
    engine.rebuild(documents)
    assert perf_counter() - began < 5
    texts = [f"{one.texts['lv'].title.split()[0]} {n}" for n, one in enumerate(documents[:200])]
    took = []
    for text in texts:
        began = perf_counter()
        engine.search(Query(text))
        took.append(perf_counter() - began)
    assert sorted(took)[len(took) // 2] < 0.01, "seconds of a typical search, with room for a busy machine"


def test_after_many_changes_the_same_is_found_as_by_a_fresh_engine(
    documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "SMALL", 0)
    monkeypatch.setattr(indexing, "FEW", 3)
    monkeypatch.setattr(snapshot, "RESTING", 8)
    chance = Random(7)
    changed = EmbeddedEngine()
    changed.rebuild(documents[:200])
    kept = {one.course_id: one for one in documents[:200]}
    for _change in range(250):
        one, other = chance.choice(documents), chance.choice(documents)
        if chance.random() < 0.3:
            changed.remove([one.course_id])
            kept.pop(one.course_id, None)
        else:
            kept[one.course_id] = replace(one, texts=other.texts, status=other.status, price=other.price)
            changed.put([kept[one.course_id]])
    fresh = EmbeddedEngine()
    fresh.rebuild(kept.values())
    assert changed.count() == len(kept)
    for name in ("forms", "stems", "roots", "pairs"):
        assert _told(changed, name) == _told(fresh, name), name
    for line in QUERIES.read_text(encoding="utf-8").splitlines():
        for sort in SORTS:
            query = Query(json.loads(line)["q"], sort=sort)
            assert changed.search(query).course_ids[:5] == fresh.search(query).course_ids[:5], query


def _told(engine: EmbeddedEngine, name: str) -> dict[str, list[list[int]]]:
    """One part of an engine's index, with the courses' ids."""
    now = engine._snapshot
    told = {}
    for word, entry in getattr(now.postings, name).items():
        fields = [[now.documents[one] for one in bitsets.members(bits)] for bits in now.postings.bits(entry)]
        assert all(one is not None for found in fields for one in found), word
        told[word] = [sorted(one.course_id for one in found if one) for found in fields]
    return told


def test_a_change_that_is_under_way_does_not_disturb_a_search(documents: list[Document]) -> None:
    engine = EmbeddedEngine()
    engine.rebuild(documents)
    stop = Event()
    wrong: list[int] = []

    def search() -> None:
        while not stop.is_set():
            if (total := engine.search(Query("keramika")).total) < 3:
                wrong.append(total)

    searching = Thread(target=search)
    searching.start()
    pottery = [one for one in documents if one.code in {"vm-020", "buts-038", "vm-034"}]
    for version in range(60):
        engine.put([replace(one, version=version, status=STATUSES[version % 4]) for one in pottery])
    stop.set()
    searching.join()
    assert wrong == []


def test_a_change_costs_little_in_a_large_catalogue(documents: list[Document]) -> None:
    engine = EmbeddedEngine()
    engine.rebuild(replace(one, course_id=one.course_id + 1000 * turn) for turn in range(10) for one in documents)
    took = []
    for one in documents[:20]:
        new = replace(one, texts={"lv": replace(one.texts["lv"], title=f"{one.texts['lv'].title} jaunums")})
        began = thread_time()
        engine.put([new])
        took.append(thread_time() - began)
    assert engine.search(Query("jaunums", per_page=50)).total >= 20
    assert median(took) < 0.1


def test_other_prices_and_dates_are_found_without_reading_a_word(
    documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    changing, fresh = EmbeddedEngine(), EmbeddedEngine()
    changing.rebuild(documents)
    monkeypatch.setattr(snapshot, "analyse", None)
    changed = [replace(one, price=one.price + one.course_id % 7, can_register=False) for one in documents[:300]]
    changing.put(changed)
    fresh.rebuild([*changed, *documents[300:]])
    for sort in SORTS:
        query = Query("valoda", {"price": ("60",)}, sort=sort)
        assert changing.search(query) == fresh.search(query)
    with pytest.raises(TypeError):
        changing.put([replace(documents[0], code="other words")])
