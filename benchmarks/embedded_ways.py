"""The embedded engine's own index beside SQLite's FTS5 with the same stems: quality, time, memory. Run by hand.

python -m benchmarks.embedded_ways 418 10000 100000
"""

import json
import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import process_time
from typing import cast

from app.search.documents import Document
from app.search.embedded import EmbeddedEngine
from app.search.engine import Hits, Query, SearchEngine
from app.search.evaluate import evaluate
from app.search.latvian import stem, typed_words, words_of
from app.search.plain_words import STOP_WORDS, is_general
from app.search.ranking import FIELD_POINTS
from app.search.synonyms import load_synonyms
from benchmarks.derived_courses import demonstration, derived_courses
from benchmarks.servers import resident_megabytes

COLLECTIONS = (Path("data/search-queries.jsonl"), Path("tests/search/held_out.jsonl"))


class FullText:
    """FTS5 in a file: the same stems and synonyms, its own ranking (bm25 with the fields' points as weights)."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._db = sqlite3.connect(Path(self._folder.name) / "fts.sqlite")
        self._db.execute("CREATE VIRTUAL TABLE f USING fts5(a, b, c, d, e, g, tokenize='unicode61', content='')")
        rows = ((one.course_id, *_stemmed(one)) for one in documents)
        self._db.executemany("INSERT INTO f(rowid, a, b, c, d, e, g) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        self._db.execute("INSERT INTO f(f) VALUES ('optimize')")
        self._db.commit()
        self._synonyms = load_synonyms()

    def search(self, query: Query) -> Hits:
        """The courses with any of the words, best first."""
        forms = [form for form, _typed in typed_words(query.text) if form not in STOP_WORDS and not is_general(form)]
        asked: list[str] = []
        for place, form in enumerate(forms):
            asked += [f'"{stem(form)}"' + ("*" if place == len(forms) - 1 else "")]
            for length in (1, 2, 3):
                asked += [
                    "(" + " AND ".join(f'"{one}"' for one in target) + ")"
                    for target in self._targets(forms, place, length)
                ]
        if not asked:
            return Hits(0, [], {})
        found = self._db.execute(
            f"SELECT rowid FROM f WHERE f MATCH ? ORDER BY bm25(f, {', '.join(map(str, FIELD_POINTS))}) LIMIT 20",
            (" OR ".join(dict.fromkeys(asked)),),
        ).fetchall()
        return Hits(len(found), [row[0] for row in found], {})

    def _targets(self, forms: list[str], place: int, length: int) -> Iterable[tuple[str, ...]]:
        phrase = tuple(forms[place : place + length])
        return self._synonyms.of(phrase) if len(phrase) == length else ()


def _stemmed(one: Document) -> list[str]:
    words = one.texts["lv"]
    fields = (
        words.title,
        "\n".join(words.keywords),
        words.summary,
        "\n".join(words.outcomes),
        " ".join((*one.provider_names, *one.venue_names)),
        words.description,
    )
    return [" ".join(stem(form) for form in words_of(text) if form not in STOP_WORDS) for text in fields]


def main() -> None:
    """Print a line for each way and size; times are the processor's, so that a busy machine does not blur them."""
    apart = get_context("spawn")
    for size in map(int, sys.argv[1:] or ["418"]):
        for name in WAYS:
            process = apart.Process(target=_measure, args=(name, size))
            process.start()
            process.join()


def _postings(documents: list[Document]) -> EmbeddedEngine:
    engine = EmbeddedEngine()
    engine.rebuild(documents)
    return engine


WAYS: dict[str, Callable[[list[Document]], EmbeddedEngine | FullText]] = {"postings": _postings, "FTS5": FullText}


def _measure(name: str, size: int) -> None:
    texts = [json.loads(line)["q"] for path in COLLECTIONS for line in path.read_text(encoding="utf-8").splitlines()]
    documents = derived_courses(size)
    before, began = resident_megabytes(os.getpid()), process_time()
    engine = WAYS[name](documents)
    built, after = process_time() - began, resident_megabytes(os.getpid())
    took = []
    for text in texts:
        began = process_time()
        engine.search(Query(text))
        took.append((process_time() - began) * 1000)
    took.sort()
    quality = ""
    if size == len(documents) == len(demonstration()):
        codes = {one.course_id: one.code for one in documents}
        found = [evaluate(cast("SearchEngine", engine), path, codes).overall.ndcg_10 for path in COLLECTIONS]
        quality = "; nDCG@10 " + " and ".join(f"{one:.3f}" for one in found)
    print(
        f"{name:9} {size:7}: made in {built:6.1f} s, {after - before:5.0f} MB more,"
        f" search p50 {median(took):6.2f} ms p95 {took[int(len(took) * 0.95)]:6.2f} ms{quality}",
        flush=True,
    )


if __name__ == "__main__":
    main()
