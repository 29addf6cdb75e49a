"""The application in several processes on one database, as an operator would run it behind a proxy."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tests.ports import free_port

PROCESSES = 3
_START = "from app.cli import main; main()"


@contextmanager
def served(database_url: str, folder: Path, processes: int = PROCESSES) -> Iterator[list[str]]:
    """Serve it until the block ends; the address of each process."""
    with ExitStack() as stack:
        ports = [free_port() for _ in range(processes)]
        for port in ports:
            stack.enter_context(_process(port, database_url, folder))
        for port in ports:
            wait_for(port)
        yield [f"http://127.0.0.1:{port}" for port in ports]


@contextmanager
def _process(port: int, database_url: str, folder: Path) -> Iterator[None]:
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": f"http://localhost:{port}",
        "MAIL_URL": (folder / "mail").as_uri(),
        "RATE_LIMITS": "off",
    }
    log = folder / f"process-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", _START, "serve", "--quiet"], env=environment, stdout=out, stderr=out
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def wait_for(port: int, seconds: float = 60) -> None:
    """Until the process is ready to serve."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError(f"nobody serves on port {port}")
