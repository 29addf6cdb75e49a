"""Searching in catalogues of several sizes, on each engine, beside Meilisearch asked directly with its default settings."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from rich.console import Console
from rich.table import Table

from app.db import Database
from app.search.documents import Document, Json
from benchmarks.load import RequestMaker, load
from benchmarks.many_courses import documents_in, fill
from benchmarks.prepared import prepare
from benchmarks.servers import city, free_port, resident_megabytes, serving

SIZES = tuple(int(size) for size in os.environ.get("BENCH_SIZES", "418,10000,100000").split(","))
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
DIRECT = "bench_direct"


def searching(folder: Path, seconds: float, out: Console) -> None:
    """Print times and rates for each size and engine."""
    has_meilisearch = bool(os.environ.get("MEILI_URL"))
    if not has_meilisearch:
        out.print("[bold red]NOT RUN: MEILI_URL is not set: nothing was measured on Meilisearch[/]")
    table = Table("courses", "engine", "asked", "answers/s", "p50 ms", "p95 ms", "faults", "memory MB")
    for size in SIZES:
        here = folder / str(size)
        here.mkdir()
        url = prepare(here).database
        database = Database(url)
        fill(database, size)
        documents = documents_in(database)
        database.dispose()
        _served(table, here, len(documents), "embedded", {"MEILI_URL": ""}, seconds)
        if has_meilisearch:
            with _direct(documents) as ask:
                p50, p95 = _times(ask)
                table.add_row(
                    str(len(documents)), "Meilisearch itself", "one search", "", f"{p50:.1f}", f"{p95:.1f}", "", ""
                )
            began = time.perf_counter()
            _follow(url)
            out.print(f"{len(documents)} courses brought to Meilisearch in {time.perf_counter() - began:.1f} s")
            _served(table, here, len(documents), "meilisearch", {}, seconds)
    out.print(table)


def _served(table: Table, folder: Path, size: int, engine: str, environment: dict[str, str], seconds: float) -> None:
    """One row for the API and one for the page, asked by one client and by eight."""
    port = free_port()
    command, settings = city(folder, port)
    with serving(command, port, "/readyz", {**settings, **environment}) as pid:
        for name, path in (("search API", "/api/v1/courses?q={}"), ("results page", "/kursi?q={}")):
            for clients in (1, 8):
                request = RequestMaker("GET", [path.format(word) for word in WORDS])
                load(port, request, clients, 1.0)
                one = load(port, request, clients, seconds)
                table.add_row(
                    str(size),
                    engine,
                    f"{name}, {clients} at once",
                    f"{one.rate:.0f}",
                    f"{one.p50:.1f}",
                    f"{one.p95:.1f}",
                    str(one.faults),
                    f"{resident_megabytes(pid):.0f}",
                )


def _follow(url: str) -> None:
    from app.search.open_following import open_following
    from app.settings import Settings

    following = open_following(Settings(), Database(url))
    assert following is not None
    following.rebuild()


@contextmanager
def _direct(documents: list[Document]) -> Iterator[Callable[[str], object]]:
    """Meilisearch with its default settings on the same texts, asked as anybody would."""
    from app.search.meilisearch_client import Client

    client = Client(os.environ["MEILI_URL"], os.environ.get("MEILI_API_KEY", ""))
    client.work("POST", "/indexes", {"uid": DIRECT, "primaryKey": "id"})
    try:
        for first in range(0, len(documents), 5_000):
            texts = [_texts(one) for one in documents[first : first + 5_000]]
            client.work("POST", f"/indexes/{DIRECT}/documents", cast("Json", texts))
        yield lambda word: client.ask("POST", f"/indexes/{DIRECT}/search", {"q": word})
    finally:
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


def _times(ask: Callable[[str], object]) -> tuple[float, float]:
    """p50 and p95 in milliseconds, one after another."""
    for word in WORDS:
        ask(word)
    took: list[float] = []
    for _ in range(20):
        for word in WORDS:
            began = time.perf_counter()
            ask(word)
            took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return statistics.median(took), took[int(len(took) * 0.95)]
