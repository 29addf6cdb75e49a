"""The quality of the results cannot slip unnoticed: thresholds on the judged collection."""

import pytest

from app.search.documents import Document
from app.search.embedded import EmbeddedEngine
from app.search.engine import SearchEngine
from app.search.evaluate import Evaluation, evaluate, lines_of
from app.search.synonyms import Synonyms
from tests.search.catalogue import QUERIES, demonstration_documents

KINDS = ("exact", "inflected", "no_diacritics", "typo", "prefix", "everyday", "need", "foreign", "provider", "nothing")


@pytest.fixture(scope="module")
def evaluation(engine: SearchEngine, codes: dict[int, str]) -> Evaluation:
    return evaluate(engine, QUERIES, codes)


def test_the_best_courses_stand_first(evaluation: Evaluation) -> None:
    overall = evaluation.overall
    assert overall.ndcg_10 >= 0.93, "\n".join(lines_of(evaluation))
    assert overall.success_1 >= 0.9
    assert overall.success_3 >= 0.97
    assert overall.recall_20 >= 0.87


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_search_is_left_behind(evaluation: Evaluation, kind: str) -> None:
    assert evaluation.kinds[kind].ndcg_10 >= 0.85, "\n".join(lines_of(evaluation, 30))


def test_the_collection_is_whole(evaluation: Evaluation) -> None:
    assert set(evaluation.kinds) == set(KINDS)
    assert len(evaluation.searches) == 120


def test_open_courses_do_not_hide_better_ones(codes: dict[int, str], documents: list[Document]) -> None:
    alike = EmbeddedEngine()
    alike.rebuild(demonstration_documents("open"))
    varied = EmbeddedEngine()
    varied.rebuild(documents)
    best = evaluate(alike, QUERIES, codes).overall.ndcg_10
    assert best - evaluate(varied, QUERIES, codes).overall.ndcg_10 < 0.02


def test_without_synonyms_everyday_and_foreign_words_find_less(
    codes: dict[int, str], documents: list[Document]
) -> None:
    bare = EmbeddedEngine(Synonyms())
    bare.rebuild(documents)
    kinds = evaluate(bare, QUERIES, codes).kinds
    assert kinds["foreign"].ndcg_10 < 0.3
    assert kinds["everyday"].ndcg_10 < 0.8
