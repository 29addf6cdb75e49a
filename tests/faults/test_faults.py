"""The short form of the fault harness: each stage in a process of its own; what it prints names its seed."""

import subprocess
import sys

import pytest

pytestmark = [pytest.mark.alone, pytest.mark.slow, pytest.mark.timeout(400)]


def holds(stage: str, database: str = "sqlite") -> None:
    """Run the stage; everything it said is shown when a promise was broken."""
    command = [sys.executable, "-m", "tests.faults", stage, "--database", database]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=380)
    sys.stdout.write(done.stdout)
    if done.returncode == 3:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.promise("P07")
@pytest.mark.promise("P08")
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_nothing_acknowledged_is_lost_wherever_a_process_dies(database: str) -> None:
    holds("crash-points", database)
