"""The short form of the fault harness: each stage in a process of its own, whose first line names its seed.

Two stages run at a time, because each of them waits much.
"""

import subprocess
import sys

import pytest

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(900)]
BOTH = pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])


def holds(stage: str, database: str = "sqlite") -> None:
    """Run the stage; everything it said is shown when a promise was broken."""
    command = [sys.executable, "-m", "tests.faults", stage, "--database", database]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=880)
    sys.stdout.write(done.stdout)
    if done.returncode == 3:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.promise("P07")
@BOTH
def test_nothing_acknowledged_is_lost_wherever_a_process_dies(database: str) -> None:
    holds("crash-points", database)


@pytest.mark.promise("P07")
def test_nothing_acknowledged_is_lost_whenever_processes_are_killed() -> None:
    holds("random-kills")


@pytest.mark.promise("P08")
def test_every_letter_arrives_whatever_the_mail_server_does() -> None:
    holds("mail")


@pytest.mark.promise("P22")
def test_the_index_follows_whatever_the_search_server_does() -> None:
    holds("search")


@pytest.mark.postgres
@pytest.mark.promise("P29")
def test_a_database_that_is_away_is_an_honest_503() -> None:
    holds("away", "postgresql")


@pytest.mark.promise("P29")
def test_a_full_disk_is_an_honest_503() -> None:
    holds("full")


@pytest.mark.promise("P29")
@BOTH
def test_slow_clients_and_a_held_database_hold_nobody_for_ever(database: str) -> None:
    holds("spent", database)


@pytest.mark.promise("P30")
def test_rolling_restarts_drop_nothing() -> None:
    holds("restarts")


def test_all_this_can_see() -> None:
    holds("mutants")
