"""Registering: how many a second and how long one waits, at 1, 8 and 64 clients; and fifty people at once for ten seats.

On both databases, beside the bare framework with one durable guarded insert into the same kind of database. The city
serves with one process, as the bare framework does, and with two, as it would on two cores.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, select, text

from app.db import Database
from app.registrations.models import Registration, State
from benchmarks.load import Measured, RequestMaker, all_at_once, load
from benchmarks.prepared import Prepared, new_run, prepare
from benchmarks.servers import bare, city, free_port, serving
from tests import postgres

CLIENTS = (1, 8, 64)
PROCESSES = (1, 2)
RATIO, P95 = 0.30, 300
"""Goals at 8 clients: registrations beside the bare framework's inserts, and milliseconds."""
CROWD, SEATS, CROWDS = 50, 10, 5
PERSON = {"name": "Anna Ozola", "email": "{kind}{{n}}@example.lv"}


@dataclass(frozen=True, slots=True)
class Side:
    """One database, with the city and the baseline that uses the same kind."""

    name: str
    ready: Prepared
    baseline: str
    bare_database: str


def registering(folder: Path, ready: Prepared, seconds: float, out: Console) -> None:
    """Measure and say it; without PostgreSQL on this machine its half is left out, and that is said."""
    rates = Table(
        "registrations",
        "processes",
        "clients",
        "answers/s",
        "p50 ms",
        "p95 ms",
        "faults",
        "bare/s",
        "of the bare",
        "goal",
    )
    crowds = Table(f"{CROWD} people at once for {SEATS} seats", "all answered after, ms", "outcome")
    with _sides(folder, ready, out) as sides:
        for side in sides:
            _measure(folder, side, seconds, rates, crowds)
    out.print(rates)
    out.print(crowds)


@contextmanager
def _sides(folder: Path, ready: Prepared, out: Console) -> Iterator[list[Side]]:
    sqlite = Side("SQLite", ready, "bare", str(folder / "bare.sqlite"))
    programs = postgres.binaries()
    if programs is None:
        out.print("[bold red]PostgreSQL is not installed: registrations are NOT measured on it.[/]")
        yield [sqlite]
        return
    with postgres.server(programs, durable=True) as socket:
        engine = create_engine(postgres.url(socket, "postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name in ("city", "bare"):
                connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        os.environ["BARE_DATABASE"] = plain = f"postgresql://{postgres.USER}@/bare?host={socket}"
        from benchmarks import bare_postgres

        out.print("Preparing the demonstration city on PostgreSQL …")
        prepared = prepare(folder, postgres.url(socket, "city"))
        bare_postgres.prepare(len(prepared.run_ids))
        yield [sqlite, Side("PostgreSQL", prepared, "bare_postgres", plain)]


def _measure(folder: Path, side: Side, seconds: float, rates: Table, crowds: Table) -> None:
    bare_port = free_port()
    paths = [f"/api/v1/runs/{run_id}/registrations" for run_id in side.ready.run_ids]
    inserts = [f"/insert/{number}" for number in range(len(paths))]
    with serving(bare(side.baseline, bare_port), bare_port, "/constant", {"BARE_DATABASE": side.bare_database}):
        for processes in PROCESSES:
            port = free_port()
            command, environment = city(folder, port, database=side.ready.database, processes=processes)
            with serving(command, port, "/readyz", environment):
                for at_once in CLIENTS:
                    least = _load(bare_port, inserts, at_once, seconds)
                    one = _load(port, paths, at_once, seconds)
                    rates.add_row(side.name, str(processes), *_compared(at_once, one, least))
                for _again in range(CROWDS if processes == 1 else 0):
                    took, outcome = _crowd(port, side.ready)
                    crowds.add_row(side.name, f"{took * 1000:.0f}", outcome)


def _compared(clients: int, one: Measured, least: Measured) -> tuple[str, ...]:
    """The rest of a row: what the city did, what the bare framework did, and whether the goal is met."""
    ratio = one.rate / least.rate
    is_met = ratio >= RATIO and one.p95 < P95
    return (
        str(clients),
        f"{one.rate:.0f}",
        f"{one.p50:.1f}",
        f"{one.p95:.1f}",
        str(one.faults),
        f"{least.rate:.0f}",
        f"{ratio:.0%}",
        ("✓" if is_met else "✗") if clients == 8 else "",
    )


def _load(port: int, paths: list[str], clients: int, seconds: float) -> Measured:
    kind = f"c{clients}x{port}x"
    body = {name: value.format(kind=kind) for name, value in PERSON.items()}
    load(port, RequestMaker("POST", paths, body, start=10_000_000), clients, min(seconds, 0.7))
    return load(port, RequestMaker("POST", paths, body), clients, seconds)


def _crowd(port: int, ready: Prepared) -> tuple[float, str]:
    """How many seconds until the last of the crowd was answered, and whether seats and queue came out right."""
    database = Database(ready.database)
    run_id = new_run(database, ready.course_id, SEATS)
    make = RequestMaker(
        "POST",
        [f"/api/v1/runs/{run_id}/registrations"],
        {name: value.format(kind="crowd") for name, value in PERSON.items()},
    )
    begun = time.perf_counter()
    answers = all_at_once(port, make, CROWD)
    took = time.perf_counter() - begun
    with database.reading() as db:
        rows = db.execute(
            select(Registration.email, Registration.state)
            .where(Registration.run_id == run_id)
            .order_by(Registration.id)
        ).all()
    database.dispose()
    states = [state for _email, state in rows]
    waiting = [email for email, state in rows if state is State.WAITLISTED]
    told = {f"crowd{number}@example.lv": answer.get("position") for number, answer in enumerate(answers)}
    seated = states.count(State.PENDING)
    in_order = [told[str(email)] for email in waiting] == [*range(1, CROWD - SEATS + 1)]
    is_right = states == [State.PENDING] * SEATS + [State.WAITLISTED] * (CROWD - SEATS) and in_order
    verdict = "right ✓" if is_right else "WRONG ✗"
    return took, f"{seated} seated, {len(waiting)} waiting{' in order' if in_order else ''}: {verdict}"
