"""Searching in catalogues of several sizes, on each engine, beside Meilisearch asked directly with its default settings.

By itself: `python -m benchmarks.searching 418 10000 100000`; catalogues stay in the folder BENCH_FOLDER where that is named,
and so does what MEILI_URL has of them.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from rich.console import Console
from rich.table import Table

from app.db import Database
from app.search.documents import Document, Json
from app.search.index import numbers
from benchmarks.load import Measured, RequestMaker, load
from benchmarks.many_courses import documents_in, fill
from benchmarks.prepared import prepare
from benchmarks.servers import city, free_port, resident_megabytes, serving

WORDS = (
    "latviešu valoda",
    "keramika",
    "angļu valoda iesācējiem",
    "datorprasmes",
    "grāmatvedība",
    "excel",
    "pirmā palīdzība",
    "bezmaksas kursi senioriem",
    "programmēšana",
    "foto",
)
COLLECTIONS = ("data/search-queries.jsonl", "tests/search/held_out.jsonl", "tests/search/fresh.jsonl")
DIRECT = "bench_direct"


def searching(folder: Path, sizes: Sequence[int], seconds: float, out: Console) -> None:
    """Print times and rates for each size and engine."""
    has_meilisearch = bool(os.environ.get("MEILI_URL"))
    if not has_meilisearch:
        out.print("[bold red]NOT RUN: MEILI_URL is not set: nothing was measured on Meilisearch[/]")
    table = Table("courses", "engine", "asked", "answers/s", "p50 ms", "p95 ms", "faults", "memory MB")
    for size in sizes:
        here = folder / str(size)
        if not (here / "city.sqlite").exists():
            here.mkdir(exist_ok=True)
            prepare(here)
        url = f"sqlite:///{here}/city.sqlite"
        database = Database(url)
        if len(documents := documents_in(database)) < size:
            fill(database, size)
            documents = documents_in(database)
        database.dispose()
        _served(table, here, len(documents), "embedded", {"MEILI_URL": ""}, seconds)
        if has_meilisearch:
            with _direct(documents) as ask:
                one = _times(ask)
                table.add_row(str(len(documents)), "Meilisearch itself", "one search", *one)
            out.print(f"{len(documents)} courses brought to Meilisearch in {_follow(url):.1f} s")
            _served(table, here, len(documents), "meilisearch", {}, seconds)
    out.print(table)


def _texts_asked() -> list[str]:
    """Everything that the judged collections search for, each once."""
    lines = (line for path in COLLECTIONS for line in Path(path).read_text(encoding="utf-8").splitlines())
    return [*dict.fromkeys(str(json.loads(line)["q"]) for line in lines)]


def _served(table: Table, folder: Path, size: int, engine: str, environment: dict[str, str], seconds: float) -> None:
    """A row for texts that nobody asked for before, through the API and as a page, and rows for the same ten again and again."""
    port = free_port()
    command, settings = city(folder, port)
    texts, api, page = _texts_asked(), "/api/v1/courses?q={}", "/kursi?q={}"
    half = len(texts) // 2
    with serving(command, port, "/readyz", {**settings, **environment}) as pid:
        _ask(port, [api.format(word) for word in WORDS], 1, 1.0)
        _ask(port, [page.format(word) for word in WORDS], 1, 1.0)
        for name, asked, clients in (
            ("API, each text once", [api.format(text) for text in texts[:half]], 1),
            ("results page, each text once", [page.format(text) for text in texts[half:]], 1),
            ("API, ten texts", [api.format(word) for word in WORDS], 1),
            ("API, ten texts, 8 at once", [api.format(word) for word in WORDS], 8),
            ("results page, ten texts, 8 at once", [page.format(word) for word in WORDS], 8),
        ):
            one = _ask(port, asked, clients, seconds)
            told = (f"{one.rate:.0f}", f"{one.p50:.1f}", f"{one.p95:.1f}", str(one.faults))
            table.add_row(str(size), engine, name, *told, f"{resident_megabytes(pid):.0f}")


def _ask(port: int, paths: list[str], clients: int, seconds: float) -> Measured:
    return load(
        port, RequestMaker("GET", [path.replace("&", "%26").replace("#", "%23") for path in paths]), clients, seconds
    )


def _follow(url: str) -> float:
    """Seconds until Meilisearch has the catalogue; none where it has it already."""
    from app.search.open_following import open_following
    from app.settings import Settings

    database = Database(url)
    following = open_following(Settings(), database)
    assert following is not None
    began = time.perf_counter()
    with database.reading() as db:
        ours = numbers(db)
    if following.filling.follows() is None or following.filling.numbers() != ours:
        following.rebuild()
    database.dispose()
    return time.perf_counter() - began


@contextmanager
def _direct(documents: list[Document]) -> Iterator[Callable[[str], object]]:
    """Meilisearch with its default settings on the same texts, asked as anybody would."""
    from app.search.meilisearch_client import Client, MeilisearchAway

    client = Client(os.environ["MEILI_URL"], os.environ.get("MEILI_API_KEY", ""))
    try:
        has = client.ask("GET", f"/indexes/{DIRECT}/stats")["numberOfDocuments"]
    except MeilisearchAway:
        client.work("POST", "/indexes", {"uid": DIRECT, "primaryKey": "id"})
        has = 0
    for first in range(0, len(documents) if has != len(documents) else 0, 5_000):
        texts = [_texts(one) for one in documents[first : first + 5_000]]
        client.work("POST", f"/indexes/{DIRECT}/documents", cast("Json", texts))
    yield lambda word: client.ask("POST", f"/indexes/{DIRECT}/search", {"q": word})
    if not os.environ.get("BENCH_FOLDER"):
        client.work("DELETE", f"/indexes/{DIRECT}")


def _texts(document: Document) -> dict[str, Json]:
    words = document.texts["lv"]
    return {
        "id": document.course_id,
        "title": words.title,
        "keywords": list(words.keywords),
        "summary": words.summary,
        "description": words.description,
        "outcomes": list(words.outcomes),
    }


def _times(ask: Callable[[str], object]) -> tuple[str, str, str]:
    """Rate, p50 and p95 in milliseconds of the judged texts, one after another."""
    for word in WORDS:
        ask(word)
    took: list[float] = []
    for text in _texts_asked():
        began = time.perf_counter()
        ask(text)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return f"{1000 / statistics.mean(took):.0f}", f"{statistics.median(took):.1f}", f"{took[int(len(took) * 0.95)]:.1f}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        kept = Path(os.environ.get("BENCH_FOLDER") or made)
        asked_for = [int(size) for size in sys.argv[1:]] or [418]
        searching(kept, asked_for, float(os.environ.get("BENCH_SECONDS", "4")), Console())
