"""`make bench`: the city beside the bare framework in one run; prints a table of rates and ratios.

Searching is measured at 418 courses, or at the sizes that are named: `make bench SIZES="418 10000 100000"`.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.load import Measured, RequestMaker, load
from benchmarks.pages import costs
from benchmarks.prepared import RUNS, Prepared, prepare
from benchmarks.registering import registering
from benchmarks.relevance import relevance
from benchmarks.searching import searching
from benchmarks.servers import bare as bare_command
from benchmarks.servers import city, free_port, resident_megabytes, serving
from benchmarks.workspace import workspace

SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
WORDS = ["latviesu valoda", "datora", "keramika", "angļu valoda", "gleznošana", "excel", "dārza", "pirmā palīdzība"]
out = Console()


def main() -> None:
    """Measure everything and say it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        out.print("Preparing the demonstration city …")
        ready = prepare(folder)
        _city(folder, ready, _bare(folder))
        registering(folder, ready, SECONDS, out)
        relevance(ready.database, out)
        _memory(folder)
        searching(folder, [int(size) for size in sys.argv[1:]] or [418], SECONDS, out)
        costs(folder, ready.slugs, out)
        workspace(folder, out)


def _bare(folder: Path) -> dict[str, Measured]:
    path = folder / "bare.sqlite"
    os.environ["BARE_DATABASE"] = str(path)
    from benchmarks import bare

    with Path("data/courses.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    bare.prepare({**row, "price": str(row["price_eur"]), "keywords": " ".join(row["keywords"])} for row in rows)
    port = free_port()
    command = bare_command("bare", port)
    with serving(command, port, "/constant", {"BARE_DATABASE": str(path)}):
        found = {
            "constant": _measure(port, RequestMaker("GET", ["/constant"])),
            "page": _measure(port, RequestMaker("GET", [f"/page?q={word}" for word in WORDS])),
            "insert": _measure(
                port,
                RequestMaker(
                    "POST",
                    [f"/insert/{number}" for number in range(RUNS)],
                    {"name": "Anna Ozola", "email": "a{n}@example.lv"},
                ),
            ),
        }
    table = Table("the bare framework", "answers/s", "p50 ms", "p95 ms", "faults")
    for name, one in found.items():
        table.add_row(name, f"{one.rate:.0f}", f"{one.p50:.1f}", f"{one.p95:.1f}", str(one.faults))
    out.print(table)
    return found


def _city(folder: Path, ready: Prepared, bare: dict[str, Measured]) -> None:
    port = free_port()
    command, environment = city(folder, port)
    person = {"name": "Anna Ozola", "email": "b{n}@example.lv"}
    places = [f"/api/v1/runs/{run_id}/registrations" for run_id in ready.run_ids]
    fresh = [
        f"/kursi?q={word}&to={2027 + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
        for number in range(3000)
        for word in WORDS[number % 8 :][:1]
    ]
    measured = [
        ("home page", RequestMaker("GET", ["/"]), "page", None),
        ("results page, words", RequestMaker("GET", [f"/kursi?q={word}" for word in WORDS]), "page", 0.40),
        ("results page, each asked once", RequestMaker("GET", fresh), "page", None),
        ("results page, all", RequestMaker("GET", ["/kursi"]), "page", 0.40),
        ("course page", RequestMaker("GET", [f"/kursi/{slug}" for slug in ready.slugs]), "page", 0.50),
        ("API search", RequestMaker("GET", [f"/api/v1/courses?q={word}" for word in WORDS]), "page", None),
        ("registration", RequestMaker("POST", places, person), "insert", 0.30),
    ]
    table = Table("the city", "answers/s", "p50 ms", "p95 ms", "faults", "of the bare", "goal")
    with serving(command, port, "/readyz", environment):
        for name, request, baseline, goal in measured:
            load(port, request, seconds=0.7)
            one = _measure(port, request)
            ratio = one.rate / bare[baseline].rate
            wanted = "" if goal is None else f"≥ {goal:.0%} {'✓' if ratio >= goal else '✗'}"
            table.add_row(
                name,
                f"{one.rate:.0f}",
                f"{one.p50:.1f}",
                f"{one.p95:.1f}",
                str(one.faults),
                f"{ratio:.0%} of {baseline}",
                wanted,
            )
        out.print(table)


def _measure(port: int, request: RequestMaker) -> Measured:
    return load(port, request, 8, SECONDS)


def _memory(folder: Path) -> None:
    port = free_port()
    command, environment = city(folder, port, worker=True)
    with serving(command, port, "/readyz", environment) as pid:
        load(port, RequestMaker("GET", ["/", "/kursi", "/kursi?q=valoda"]), seconds=3)
        out.print(f"Memory of app and worker together: {resident_megabytes(pid):.0f} MB (goal ≤ 300 MB)")


if __name__ == "__main__":
    main()
