"""What Meilisearch is asked: the same reading as the embedded engine's, filters that say what the sets say, within bounds."""

import re
from time import perf_counter

import pytest

from app.search import snapshot
from app.search.bitsets import members
from app.search.documents import Document
from app.search.filters import clean_text
from app.search.meilisearch_documents import SETTINGS, VERSION, mark, to_meilisearch
from app.search.meilisearch_filters import chosen, quoted
from app.search.meilisearch_plan import LONGEST, TIERS, Plan, plan, tiers
from app.search.meilisearch_tracing import traced
from app.search.reading import read
from app.search.snapshot import Snapshot
from app.search.synonyms import load_synonyms

SYNONYMS = load_synonyms()
TEXTS = ["keramika", "latviešu valoda", "mājas lapa", "datorprasmes", "angļu valoda iesācējiem", "grozu pīšana", "сварщик", "udens kvalitate"]  # fmt: skip


@pytest.fixture(scope="module")
def now(documents: list[Document]) -> Snapshot:
    return snapshot.build(documents)


def planned(now: Snapshot, text: str) -> Plan:
    reading = read(clean_text(text), traced(now.postings), SYNONYMS, literal=False)
    return plan(reading, now.standing.alive, now.standing.made_for)


@pytest.mark.parametrize("text", [*TEXTS, "bezmaksas kursi senioriem", "datrou", "frizieris", ""])
def test_the_reading_is_the_embedded_engines(now: Snapshot, text: str) -> None:
    ours = read(text, traced(now.postings), SYNONYMS, literal=False)
    assert ours == read(text, now.postings, SYNONYMS, literal=False)


def fits(filter_: str, kept: dict[str, object]) -> bool:
    """Whether a document as Meilisearch keeps it fits a filter of ours, read by Python."""
    expression = filter_
    for operator, said in ((" AND ", " and "), (" OR ", " or "), ("NOT ", "not ")):
        expression = expression.replace(operator, said)
    expression = re.sub(r"(\w+) IN (\[[^\]]*\])", r"has('\1', \2)", expression)
    expression = re.sub(r'(\w+) = ("[^"]*")', r"has('\1', [\2])", expression).replace("id < 0", "False")

    def has(name: str, values: list[str]) -> bool:
        there = kept[name]
        return bool(set(values) & set(there if isinstance(there, list) else [there]))

    return bool(eval(expression, {"has": has}))


@pytest.mark.parametrize("text", TEXTS)
def test_a_filter_says_what_its_set_says(now: Snapshot, documents: list[Document], text: str) -> None:
    kept = {one.course_id: to_meilisearch(one, 1) for one in documents}
    found = planned(now, text)
    assert found.fitting
    assert tiers(found)
    for points, filter_ in tiers(found):
        bits = found.sums.at_least(points, found.among)
        mine = {one.course_id for n in members(bits) if (one := now.documents[n]) is not None}
        theirs = {course_id for course_id, one in kept.items() if fits(filter_, one) and fits(found.fitting, one)}  # type: ignore[arg-type]
        assert mine <= theirs, "nothing that is known to fit is missed"
        assert len(theirs - mine) <= 3, "two words of a phrase may stand in two fields"


@pytest.mark.parametrize(
    "text",
    ["valoda " * 2000, "dators keramika zīmēšana dziedāšana grāmatvedība šūšana metināšana foto", "a", "kā " * 50],
)
def test_no_text_makes_a_question_out_of_bounds(now: Snapshot, text: str) -> None:
    began = perf_counter()
    found = planned(now, text)
    assert perf_counter() - began < 1
    assert len(tiers(found)) <= TIERS
    assert all(len(filter_) <= LONGEST for _points, filter_ in tiers(found))
    assert len(found.fitting or "") <= 3 * LONGEST


def test_values_cannot_leave_their_quotes() -> None:
    assert quoted('a" OR id > 0 OR b = "') == '"a\\" OR id > 0 OR b = \\""'
    assert quoted("\\") == '"\\\\"'
    assert chosen({"provider": ('x"] OR id > 0',)}) == {"provider": 'provider IN ["x\\"] OR id > 0"]'}


def test_dates_and_prices_become_numbers() -> None:
    asked = chosen({"from": ("2026-03-01",), "to": ("2026-03-31",), "price": ("77.5", "free")})
    assert asked == {"starts": "starts 739676 TO 739706", "price": "cents <= 7750"}
    assert chosen({"from": ("2026-03-02",), "to": ("2026-03-01",)}) == {"starts": "id < 0"}


def test_the_index_holds_no_text_of_a_course_but_words_and_values(documents: list[Document]) -> None:
    kept = to_meilisearch(documents[0], 7)
    assert documents[0].texts["lv"].summary not in str(kept)
    assert kept["number"] == 7
    assert {"id": 0, "kind": "mark", "follows": 9, "version": VERSION}.items() <= mark(9).items()
    assert SETTINGS["displayedAttributes"] == ["id", "kind", "number", "follows", "version"]
