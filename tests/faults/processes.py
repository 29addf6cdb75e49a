"""Processes of the harness: forks of one parent that has imported everything, so that none pays for its start."""

import ctypes
import importlib
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_LIBC = ctypes.CDLL(None)
_DIE_WITH_PARENT = 1
_living: dict[int, "Process"] = {}


class NotDone(Exception):
    """A process did not do in time what it was waited for."""


@dataclass(slots=True)
class Process:
    """A fork: what it reports, and how it ends."""

    name: str
    pid: int
    reports: socket.socket
    passed: list[str] = field(default_factory=list)
    """The boundaries it has told of."""
    sprung: str = ""
    """The boundary at which its trap sprang."""
    code: int | None = None
    _rest: bytes = b""
    _is_silent: bool = False

    def listen(self, seconds: float = 0) -> None:
        """Take in what it has reported; wait that long for the first word."""
        while not self._is_silent and select.select([self.reports], [], [], seconds)[0]:
            try:
                words = self.reports.recv(65536)
            except ConnectionResetError:
                words = b""
            if not words:
                self._is_silent = True
                return
            *lines, self._rest = (self._rest + words).split(b"\n")
            for line in lines:
                self.passed.append(line[1:].decode())
                if line[:1] == b"!":
                    self.sprung = self.passed[-1]
            seconds = 0

    def resume(self) -> None:
        """Its pause may end, if it has not yet."""
        with suppress(BrokenPipeError):
            self.reports.send(b".")

    def wait(self, seconds: float = 30) -> int:
        """Wait until it has ended; its exit code, negative for a signal."""
        deadline = time.monotonic() + seconds
        while not self.poll():
            if self._is_silent:
                time.sleep(0.001)
            self.listen(max(0.0, deadline - time.monotonic()))
            if time.monotonic() > deadline:
                raise NotDone(f"{self.name} has not ended within {seconds} s")
        self.listen()
        self.reports.close()
        assert self.code is not None
        return self.code

    def poll(self) -> bool:
        """Whether it has ended."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
                _living.pop(self.pid, None)
        return self.code is not None

    def kill(self) -> None:
        """kill -9; it has no time to say anything."""
        if not self.poll():
            os.kill(self.pid, signal.SIGKILL)
            _pid, status = os.waitpid(self.pid, 0)
            self.code = os.waitstatus_to_exitcode(status)
            _living.pop(self.pid, None)
        self.listen()
        self.reports.close()

    def signal(self, number: signal.Signals) -> None:
        """Tell it something."""
        os.kill(self.pid, number)

    def listen_until_ready(self, port: int, seconds: float = 10) -> None:
        """Wait until somebody listens on its port."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.01)
        raise NotDone(f"{self.name} does not listen")

    def terminate(self) -> None:
        """SIGTERM: it may finish what it has begun."""
        if not self.poll():
            os.kill(self.pid, signal.SIGTERM)


def start(name: str, log: Path, act: Callable[[socket.socket], object]) -> Process:
    """Fork a process that does this one thing; what it prints goes to its log, and it dies with the harness."""
    ours, theirs = socket.socketpair()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        theirs.close()
        process = Process(name, pid, ours)
        _living[pid] = process
        return process
    code = 1
    try:
        _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        ours.close()
        for inherited in _living.values():
            inherited.reports.close()
        _living.clear()
        with log.open("ab") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        act(theirs)
        code = 0
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else 0
    except BaseException:  # The parent's own code must never run on in a child.  # noqa: BLE001
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def kill_all() -> None:
    """Nothing of the harness lives on."""
    for process in [*_living.values()]:
        process.kill()


def learn_from(log: Path, act: Callable[[], object]) -> None:
    """Let a child do something once, and import here what it had to import there: the next ones need not."""
    found = log.with_name("modules")

    def lesson(_harness: socket.socket) -> None:
        try:
            act()
        finally:
            found.write_text("\n".join(sys.modules))

    code = start("lesson", log, lesson).wait()
    if code:
        raise NotDone(f"the first child ended with {code}: {log.read_text()[-3000:]}")
    for name in found.read_text().split():
        if name not in sys.modules:
            with suppress(ImportError):
                importlib.import_module(name)
