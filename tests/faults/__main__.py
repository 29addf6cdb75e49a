"""The command line: `python -m tests.faults STAGE`; exit 1 when a promise was broken, with the command to see it again."""

import argparse
import random
import secrets
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from tests import postgres
from tests.faults import (
    bench,
    crash_points,
    database_faults,
    mail_faults,
    mutants,
    random_kills,
    restarts,
    search_faults,
)
from tests.faults.bench import Broken, say
from tests.faults.crash_points import Phase
from tests.faults.database_faults import Reach
from tests.faults.flows import FLOWS
from tests.faults.points import Fault
from tests.faults.processes import NotDone

DATABASES = ("sqlite", "postgresql")
SHARES = {
    "sqlite": (("register", "register-by-api", "cancel"), ("confirm", "accept", "erase")),
    "postgresql": (("register-by-api", "accept"), ("erase",)),
}
"""Flows by processor: two of them work at once."""
LONG_SHARES = {**SHARES, "postgresql": SHARES["sqlite"]}


def crash_points_of(given: argparse.Namespace) -> None:
    """Every boundary of these flows; all flows are shared out over two processes."""
    if not given.flow:
        shares = LONG_SHARES if given.long else SHARES
        _share(given, [["--flow", ",".join(flows)] for flows in shares[given.database]])
        return
    with bench.opened(given.database) as table:
        for name in given.flow.split(","):
            ready = crash_points.prepare(table, FLOWS[name], every_read=given.long)
            if given.at:
                crash_points.case(table, ready, given.phase, Fault(given.fault), given.at)
                continue
            begun = time.monotonic()
            tried = crash_points.every_point(table, ready, _plan(given, name), given.seed)
            counts = ", ".join(f"{what} {number}" for what, number in tried.points.items())
            seconds = time.monotonic() - begun
            say(f"{given.database} {name}: {sum(tried.points.values())} crash points in {seconds:.0f} s ({counts})")


def _plan(given: argparse.Namespace, name: str) -> list[tuple[Phase, Fault, int]]:
    """Every fault at every point in both phases.

    The short form kills at every point of the request and at every second of the worker's, whole where it registers;
    of the other faults it tries every third point.
    """
    short = not given.long and not given.phase and not given.fault
    plan: list[tuple[Phase, Fault, int]] = []
    for phase in crash_points.PHASES:
        if short and phase == "reactions" and (given.database, name) == ("sqlite", "register-by-api"):
            continue  # What follows is as after the form.
        for fault in crash_points.FAULTS:
            every = 1
            if short and fault is not Fault.KILL:
                every = 3 if phase == "request" or name == "register" else 9
            elif short and phase == "reactions" and not name.startswith("register"):
                every = 2
            plan.append((phase, fault, every))
    return [one for one in plan if given.phase in {None, one[0]} and given.fault in {None, one[1].value}]


def _share(given: argparse.Namespace, parts: Sequence[Sequence[str]]) -> None:
    """The same stage in several processes at once, each with its part."""
    command = [
        sys.executable,
        "-m",
        "tests.faults",
        given.stage,
        "--database",
        given.database,
        "--seed",
        str(given.seed),
    ]
    command += ["--long"] if given.long else []
    running = [subprocess.Popen([*command, *part]) for part in parts]
    try:
        ended = [one.wait() for one in running]
        if any(ended):
            raise Broken("see above")
    finally:
        for one in running:
            one.terminate()
            one.wait()


def mutants_of(given: argparse.Namespace) -> None:
    """Every mutant is caught."""
    with bench.opened(given.database) as table:
        mutants.catch_all(table)


def random_kills_of(given: argparse.Namespace) -> None:
    """Kills at random moments under load."""
    with bench.opened(given.database) as table:
        random_kills.strike(table, given.seed, 600 if given.long else random_kills.KILLS, kills_database=given.long)


def mail_of(given: argparse.Namespace) -> None:
    """The mail server in every mood, and the way to it."""
    with bench.opened(given.database, has_mail_proxy=True) as table:
        mail_faults.strike(table)


def search_of(given: argparse.Namespace) -> None:
    """The search server fails, is slow, forgets, works in disorder."""
    with bench.opened(given.database, has_search=True) as table:
        search_faults.strike(table)


def away_of(given: argparse.Namespace) -> None:
    """PostgreSQL behind a proxy that refuses, resets, swallows, delays."""
    reach = Reach()
    with bench.opened("postgresql", reach=reach) as table:
        database_faults.away(table, reach.proxy)


def full_of(given: argparse.Namespace) -> None:
    """No room on the disk of a SQLite file."""
    with database_faults.small_disk() as disk, bench.opened("sqlite", disk=disk) as table:
        database_faults.full(table, has_own_disk=disk is not None)


def spent_of(given: argparse.Namespace) -> None:
    """Slow clients, and a database that somebody holds."""
    with bench.opened(given.database) as table:
        database_faults.spent(table)


def restarts_of(given: argparse.Namespace) -> None:
    """Rolling restarts under load."""
    with bench.opened(given.database) as table:
        restarts.roll(table, given.seed, 100 if given.long else restarts.RESTARTS)


def every_stage(given: argparse.Namespace) -> None:
    """Stage after stage with new seeds, until the minutes are over; the long form of each."""
    ends = time.monotonic() + given.minutes * 60
    databases = [one for one in DATABASES if one == "sqlite" or postgres.binaries()]
    chance = random.Random(given.seed)
    rounds = 0
    while rounds == 0 or time.monotonic() < ends:
        rounds += 1
        for stage in [name for name in STAGES if name != "all"]:
            for database in databases if stage not in ONLY else [ONLY[stage]]:
                if database in databases:
                    seed = str(chance.randrange(10**6))
                    command = [sys.executable, "-m", "tests.faults", stage, "--database", database, "--seed", seed]
                    if subprocess.run([*command, "--long"], check=False).returncode:
                        raise Broken(f"see above; {shlex.join(['python', *command[1:], '--long'])}")
    if len(databases) == 1:
        say("NOT RUN: PostgreSQL is not installed, so every stage on PostgreSQL was LEFT OUT")
    say(f"{rounds} rounds")


ONLY = {"full": "sqlite", "away": "postgresql", "mutants": "sqlite"}
"""Stages that make sense on one database only."""
STAGES: dict[str, Callable[[argparse.Namespace], None]] = {
    "crash-points": crash_points_of,
    "mutants": mutants_of,
    "mail": mail_of,
    "search": search_of,
    "away": away_of,
    "full": full_of,
    "spent": spent_of,
    "restarts": restarts_of,
    "all": every_stage,
    "random-kills": random_kills_of,
}


def main() -> int:
    """Run a stage."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("stage", choices=[*STAGES])
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--long", action="store_true", help="count every read as a boundary, wait longer, kill more")
    parser.add_argument("--minutes", type=float, default=0.0, help="of “all”; it ends with the round in which they end")
    parser.add_argument("--flow", default="")
    parser.add_argument("--phase", choices=crash_points.PHASES)
    parser.add_argument("--fault", choices=[fault.value for fault in crash_points.FAULTS])
    parser.add_argument("--at", type=int, default=0, help="only at this boundary")
    given = parser.parse_args()
    random.seed(given.seed)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))  # Then nothing is left behind.
    if given.database == "postgresql" and postgres.binaries() is None:
        say("NOT RUN: PostgreSQL is not installed")
        return 3
    say(f"{given.stage} on {given.database}, seed {given.seed}")
    begun = time.monotonic()
    try:
        STAGES[given.stage](given)
    except (Broken, NotDone) as broken:
        again = [word for word in sys.argv[1:] if not word.startswith("--seed=")]
        command = shlex.join(["python", "-m", "tests.faults", *again])
        seed = "" if "--seed" in again else f" --seed {given.seed}"
        say(f"BROKEN: {broken}\nTo see it again: {command}{seed}")
        return 1
    say(f"{given.stage} on {given.database}: held, {time.monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
