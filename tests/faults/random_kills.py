"""kill -9 at random moments under load: of applications and workers, and in the long form of PostgreSQL itself."""

import random
import socket
import subprocess
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from app.search.index import rebuild_index
from tests import make, postgres
from tests.faults import processes
from tests.faults.bench import LEASE_OVER, Bench, Broken, say
from tests.faults.load import Crowd
from tests.faults.processes import Process
from tests.faults.stores import PostgresStore
from tests.ports import free_port

KILLS = 100
RUNS = range(2, 8)
SEATS = 9
LEASE_PASSES_EVERY = 2.0
"""Seconds: then the clock jumps, so that what a killed worker held is taken up again."""
LEAST_ACKNOWLEDGED = {"register": 30, "confirm": 2}
"""Else this proved nothing."""


def strike(bench: Bench, seed: int, kills: int = KILLS, *, kills_database: bool = False) -> None:
    """So many kills under load; then everything must be as promised."""
    chance = random.Random(seed)
    bench.begin("base")
    bench.by_calendar = True
    _make_runs(bench)
    ports = (free_port(), free_port())
    living: dict[str, Process] = {name: _start(bench, name, ports) for name in ("A1", "A2", "W1", "W2")}
    crowd = Crowd(bench.folder, ports, RUNS, bench.sink, seed)
    crowd.come(bench.history.path)
    killed: Counter[str] = Counter()
    jumped = time.monotonic()
    for _kill in range(kills):
        time.sleep(chance.uniform(0.02, 0.4))
        name = chance.choice([*living])
        living[name].kill()
        killed[name[0]] += 1
        if kills_database and chance.random() < 0.05 and isinstance(bench.store, PostgresStore):
            restart_postgres(bench.store)
            killed["D"] += 1
        living[name] = _start(bench, name, ports)
        if time.monotonic() - jumped > LEASE_PASSES_EVERY:
            jumped = time.monotonic()
            bench.city.clock.advance(LEASE_OVER)
    crowd.go()
    for process in living.values():
        process.kill()
    bench.city.clock.advance(LEASE_OVER)
    bench.drain()
    acknowledged = Counter(str(one.act.what) for one in bench.told() if one.is_acknowledged)
    say(f"kills {dict(killed)}, acknowledged {dict(acknowledged)}, letters {len(bench.mails())}")
    wrong = bench.violations(killed["W"] + 2 + killed["D"] * 4)
    wrong += [
        f"only {acknowledged[what]} {what}" for what, few in LEAST_ACKNOWLEDGED.items() if acknowledged[what] < few
    ]
    if wrong:
        folder = bench.keep_evidence(f"{bench.store.name}-random-{seed}")
        raise Broken("\n".join([*wrong[:20], f"evidence in {folder}"]))


def _make_runs(bench: Bench) -> None:
    def make_them(_harness: socket.socket) -> None:
        with bench.city.workshop.database.writing() as db:
            provider, group = make.make_provider(db, "skola"), make.make_group(db, "jauna")
            for run in RUNS:
                course = make.make_course(db, f"kurss-{run}", provider=provider, group=group)
                make.make_run(db, course, seats=SEATS, starts_in=timedelta(days=60))
            rebuild_index(db)

    if processes.start("setup", bench.folder / "first.log", make_them).wait():
        raise Broken(f"no runs: {bench.log_end()}")
    bench.drain()


def _start(bench: Bench, name: str, ports: tuple[int, int]) -> Process:
    if name[0] == "A":
        return bench.app(port=ports[int(name[1]) - 1])[0]
    return bench.tireless_worker()


def restart_postgres(store: PostgresStore) -> None:
    """Its processes end at once, without writing anything more; then it recovers from its log of writes."""
    programs, folder = postgres.binaries(), Path(store.socket)
    assert programs is not None
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=120"
    for act in (["-m", "immediate", "stop"], ["-o", options, "-l", str(folder / "log"), "start"]):
        command = [str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w", *act]
        subprocess.run(postgres._as_server_user(command), check=True, capture_output=True, cwd=folder)
