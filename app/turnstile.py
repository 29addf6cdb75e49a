"""The turnstile: lets in as many requests as there are connections; the others wait their turn.

Without it, requests that hold a connection wait for threads that are held by requests waiting for a connection.
It is entered after the body was read, so that slow uploads hold no place.
"""

from types import TracebackType

import anyio

PATIENCE_SECONDS = 15.0
"""So long a request waits at the door; behind a database that is held nobody shall wait for ever."""


class NoPlaceCame(Exception):
    """All places were taken for too long; nothing was begun."""


class Turnstile:
    """As many places as connections; a request without a place waits without holding anything."""

    def __init__(self, places: int) -> None:
        self.places = places
        self._semaphore: anyio.Semaphore | None = None

    async def __aenter__(self) -> None:
        """Wait for a place; `NoPlaceCame` when none comes in time."""
        if self._semaphore is None:
            self._semaphore = anyio.Semaphore(self.places)
        try:
            self._semaphore.acquire_nowait()  # Mostly there is a place, and nothing to time. Nobody is overtaken:
        except anyio.WouldBlock:  # as long as somebody waits, a place that is given back is theirs.
            try:
                with anyio.fail_after(PATIENCE_SECONDS):
                    await self._semaphore.acquire()
            except TimeoutError:
                raise NoPlaceCame from None

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the place back."""
        if self._semaphore is not None:
            self._semaphore.release()
