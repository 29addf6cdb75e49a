"""How well an engine finds: nDCG@10, success and recall over a collection of judged searches."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

from app.search.engine import Query, SearchEngine

if TYPE_CHECKING:
    from app.search.open import OpenEngine


class Judged(TypedDict):
    """One line of a collection: what was typed, of which kind it is, and how relevant which course is (3 best)."""

    q: str
    kind: str
    relevant: dict[str, int]


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one search or the averages of many, each from 0 to 1."""

    ndcg_10: float
    success_1: float
    success_3: float
    recall_20: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a collection: altogether, by kind of search, and of each search."""

    overall: Measured
    kinds: Mapping[str, Measured]
    searches: Mapping[str, Measured]

    def worst(self, limit: int = 10) -> list[tuple[str, Measured]]:
        """The searches that went worst."""
        return sorted(self.searches.items(), key=lambda one: one[1].ndcg_10)[:limit]


def evaluate(engine: SearchEngine, path: Path, codes: Mapping[int, str]) -> Evaluation:
    """The figures of an engine on a collection; `codes` gives each course's code, by which the collection names it.

    A search with no relevant course counts as right when nothing is found.
    """
    searches: dict[str, Measured] = {}
    kinds: dict[str, list[Measured]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        judged = cast("Judged", json.loads(line))
        hits = engine.search(Query(judged["q"]))
        measured = _measure([codes[one] for one in hits.course_ids], judged["relevant"])
        searches[judged["q"]] = measured
        kinds.setdefault(judged["kind"], []).append(measured)
    return Evaluation(_average(searches.values()), {kind: _average(found) for kind, found in kinds.items()}, searches)


def lines_of(evaluation: Evaluation, worst: int = 10) -> list[str]:
    """The figures as lines of a table, the worst searches last."""
    rows = [*evaluation.kinds.items(), ("all", evaluation.overall)]
    bad = [(f"“{search}”", measured) for search, measured in evaluation.worst(worst) if measured.ndcg_10 < 1]
    width = max(len(name) for name, _measured in (*rows, *bad))
    return [
        f"{'':{width}}  nDCG@10  success@1  success@3  recall@20",
        *(
            f"{name:{width}}  {one.ndcg_10:7.3f}  {one.success_1:9.3f}  {one.success_3:9.3f}  {one.recall_20:9.3f}"
            for name, one in (*rows, *bad)
        ),
    ]


def engines_of(opened: "OpenEngine") -> dict[str, SearchEngine]:
    """Every engine by itself: the embedded one, and the one that answers first where the settings name another."""
    engines: dict[str, SearchEngine] = {"embedded": opened.embedded.engine}
    if opened.answering is not opened.embedded.engine:
        engines["meilisearch"] = cast("SearchEngine", getattr(opened.answering, "first", opened.answering))
    return engines


def side_by_side(evaluations: Mapping[str, Evaluation], worst: int = 10) -> list[str]:
    """The figures of several engines on one collection beside each other, then each engine's worst searches."""
    names = [*evaluations]
    kinds = [*next(iter(evaluations.values())).kinds, "all"] if evaluations else []
    width = max((len(kind) for kind in kinds), default=0)
    column = max(30, *(len(name) for name in names)) if names else 0
    lines = [
        f"{'':{width}}  " + "  ".join(f"{name:^{column}}" for name in names),
        f"{'':{width}}  " + "  ".join(f"{'nDCG@10   s@1    s@3   r@20':^{column}}" for _name in names),
    ]
    for kind in kinds:
        cells = []
        for one in evaluations.values():
            figures = one.overall if kind == "all" else one.kinds[kind]
            cells.append(
                f"{figures.ndcg_10:7.3f}  {figures.success_1:5.3f}  {figures.success_3:5.3f}  {figures.recall_20:5.3f}"
            )
        lines.append(f"{kind:{width}}  " + "  ".join(f"{cell:^{column}}" for cell in cells))
    for name, one in evaluations.items():
        bad = [(search, measured) for search, measured in one.worst(worst) if measured.ndcg_10 < 1]
        if bad:
            lines += [f"worst of {name}:", *(f"  {measured.ndcg_10:5.3f}  {search}" for search, measured in bad)]
    return lines


def _measure(found: list[str], relevant: Mapping[str, int]) -> Measured:
    if not relevant:
        right = 0.0 if found else 1.0
        return Measured(right, right, right, right)
    ideal = _gain(sorted(relevant.values(), reverse=True)[:10])
    best = max(relevant.values())
    right_ones = {code for code, grade in relevant.items() if grade == best}
    return Measured(
        _gain([relevant.get(code, 0) for code in found[:10]]) / ideal,
        float(bool(right_ones & set(found[:1]))),
        float(bool(right_ones & set(found[:3]))),
        len(set(relevant) & set(found[:20])) / min(20, len(relevant)),
    )


def _gain(grades: list[int]) -> float:
    return sum(float((1 << grade) - 1) / log2(place + 2) for place, grade in enumerate(grades))


def _average(measured: Iterable[Measured]) -> Measured:
    all_of_them = list(measured)
    count = max(1, len(all_of_them))
    return Measured(
        sum(one.ndcg_10 for one in all_of_them) / count,
        sum(one.success_1 for one in all_of_them) / count,
        sum(one.success_3 for one in all_of_them) / count,
        sum(one.recall_20 for one in all_of_them) / count,
    )
