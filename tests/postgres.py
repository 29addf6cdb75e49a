"""A PostgreSQL server of the tests' own: on a unix socket in a throw-away folder, gone when the tests end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "postgres"
MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
"""Bytes that have to be free there."""


def binaries() -> Path | None:
    """Where Debian keeps the newest PostgreSQL's programs, if it is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    here = shutil.which("initdb")
    return Path(here).parent if here else None


def _as_server_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as its own user."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups", *command]


def _quick_folder() -> str | None:
    """A folder in memory, where a database is made ten times as fast; none where there is no such room."""
    is_roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return str(MEMORY) if is_roomy else None


@contextmanager
def server(programs: Path, *, durable: bool = False) -> Iterator[str]:
    """A running server; yields the folder of its socket, to be used as host. Tests need not survive a power cut."""
    folder = Path(tempfile.mkdtemp(prefix="muz-pg-", dir=None if durable else _quick_folder()))
    if os.geteuid() == 0:
        owner = pwd.getpwnam(USER)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    folder.chmod(0o700)
    cluster = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(_as_server_user([*command]), check=True, capture_output=True, cwd=folder)

    run(str(programs / "initdb"), "-D", str(cluster), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-k {folder} -c listen_addresses='' -c max_connections=120"
    if not durable:
        options += " -c fsync=off -c full_page_writes=off"
    control = str(programs / "pg_ctl")
    run(control, "-D", str(cluster), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield str(folder)
    finally:
        run(control, "-D", str(cluster), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def url(socket: str, name: str) -> str:
    """Address of a database on that server."""
    return f"postgresql+psycopg://{USER}@/{name}?host={socket}"
