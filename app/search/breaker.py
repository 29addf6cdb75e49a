"""A breaker: after some failures in a row nobody waits for what fails, and one question at a time finds out when it is back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

FAILURES = 3
PAUSE_SECONDS = 5.0


@dataclass(slots=True)
class Breaker:
    """Counts failures in a row; open, it lets one question through every few seconds."""

    failures: int = 0
    opened_at: float | None = None
    clock: Callable[[], float] = monotonic
    _lock: Lock = field(default_factory=Lock)

    @property
    def is_open(self) -> bool:
        """Whether the other side is left alone."""
        return self.opened_at is not None

    def lets_through(self) -> bool:
        """Whether a question may be asked now."""
        if self.opened_at is None:
            return True
        with self._lock:
            if self.opened_at is not None and self.clock() - self.opened_at < PAUSE_SECONDS:
                return False
            self.opened_at = self.clock()  # This one tries; the others wait for its luck.
            return True

    def succeed(self) -> bool:
        """An answer came; whether that closes it."""
        if not self.failures:
            return False
        with self._lock:
            was_open = self.opened_at is not None
            self.failures, self.opened_at = 0, None
            return was_open

    def fail(self) -> bool:
        """No answer came; whether that opens it."""
        with self._lock:
            self.failures += 1
            if self.failures < FAILURES:
                return False
            opens = self.opened_at is None
            self.opened_at = self.clock()
            return opens
