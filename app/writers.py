"""One writer at a time on SQLite: a queue of threads at a lock, of processes at a locked file."""

import fcntl
import os
import threading
import time
from pathlib import Path


class WriterTurn:
    """One writer at a time on SQLite: threads queue at a lock, processes at a locked file.

    SQLite lets a single transaction write. Waiting here, in order, is faster and fairer than its own retries.
    """

    def __init__(self, path: Path, seconds: float) -> None:
        self._lock = threading.Lock()
        self._path = path
        self._file = -1
        self._seconds = seconds

    def take(self) -> None:
        """Wait for the turn; `TurnNotCome` when it does not come in time."""
        deadline = time.monotonic() + self._seconds
        if not self._lock.acquire(timeout=self._seconds):
            raise TurnNotCome
        try:
            self._hold_file(deadline)
        except BaseException:
            self._lock.release()
            raise

    def _hold_file(self, deadline: float) -> None:
        if self._file < 0:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        pause = 0.0002
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError as busy:
                if time.monotonic() > deadline:
                    raise TurnNotCome from busy
                time.sleep(pause)
                pause = min(pause * 1.5, 0.004)

    def give_back(self) -> None:
        """Let the next writer in."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._lock.release()

    def close(self) -> None:
        """Let go of the file; the next writer opens it again."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class TurnNotCome(Exception):
    """Another writer held the database for too long; nothing was written."""
