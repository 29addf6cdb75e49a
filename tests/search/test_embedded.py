"""What only the embedded engine is made of: sets as bits, sums over sets, short and long lists of documents."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search import bitsets, indexing
from app.search.bitsets import Sums
from app.search.documents import Document
from app.search.embedded import EmbeddedEngine
from app.search.engine import Query

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
