"""Servers to be measured, each a process of its own on a free port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: list[str], port: int, ready: str, environment: dict[str, str]) -> Iterator[int]:
    """The server's process id while it serves."""
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _try in range(2_000):  # The index of 100 000 courses takes its time.
            try:
                urlopen(f"http://127.0.0.1:{port}{ready}", timeout=1).read()
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError(f"{command} ended with {process.returncode}") from None
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def bare(module: str, port: int) -> list[str]:
    """The command that serves one of the baselines."""
    quiet = ["--log-level", "error", "--no-access-log"]
    return [sys.executable, "-m", "uvicorn", f"benchmarks.{module}:app", "--port", str(port), *quiet]


def city(
    folder: Path, port: int, *, worker: bool = False, database: str = "", processes: int = 1
) -> tuple[list[str], dict[str, str]]:
    """The city's own server on a demonstration database: in this folder, or the one at this address."""
    environment = {
        "DATABASE_URL": database or f"sqlite:///{folder}/city.sqlite",
        "MAIL_URL": f"file://{folder}/mail",
        "RATE_LIMITS": "off",
        "PORT": str(port),
        "PROCESSES": str(processes),
        "PUBLIC_URL": f"http://localhost:{port}",
    }
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--quiet"]
    return [*command, "--worker"] if worker else command, environment


def resident_megabytes(pid: int) -> float:
    """Resident memory of a process and its children."""
    pids, total = [pid], 0.0
    while pids:
        one = pids.pop()
        children = Path(f"/proc/{one}/task/{one}/children")
        if children.exists():
            pids += [int(child) for child in children.read_text().split()]
        for line in Path(f"/proc/{one}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                total += int(line.split()[1]) / 1024
    return total
