"""Serving with several processes on one port: they answer together, count together, and end together."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from app.db import Database
from tests.ports import free_port
from tests.served import wait_for

ASKED = 30
COUNT = re.compile(r'^http_requests_total\{endpoint="main\.healthz",.*\} ([0-9.]+)$', re.MULTILINE)


@pytest.mark.slow
def test_several_processes_answer_and_count_together_and_leave_nothing_behind(
    sqlite_database: Database, tmp_path: Path
) -> None:
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": sqlite_database.url.render_as_string(hide_password=False),
        "MAIL_URL": (tmp_path / "mail").as_uri(),
        "PORT": str(port),
        "PROCESSES": "2",
        "TMPDIR": str(tmp_path),
    }
    server = subprocess.Popen(
        [sys.executable, "-c", "from app.cli import main; main()", "serve", "--quiet"], env=environment
    )
    try:
        wait_for(port)
        serving = children_of(server.pid)
        for _ in range(ASKED):
            assert urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20).read() == b"ok"
        told = urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20).read().decode()
        assert [float(number) for number in COUNT.findall(told)] == [ASKED]
        assert "outbox_waiting 0.0" in told
        assert [*tmp_path.glob("counts-*")] != []
    finally:
        server.terminate()
    assert server.wait(40) == 0
    assert len(serving) >= 2
    assert [pid for pid in serving if is_alive(pid)] == []
    assert [*tmp_path.glob("counts-*")] == []


def children_of(pid: int) -> list[int]:
    """The processes that this one began."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    """Whether the process still runs, a moment after its parent has ended."""
    for _ in range(50):
        if not Path(f"/proc/{pid}").exists():
            return False
        time.sleep(0.1)
    return True
