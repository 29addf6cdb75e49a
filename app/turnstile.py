"""The turnstile: lets in as many requests as there are connections; the others wait their turn.

Without it, requests that hold a connection wait for threads that are held by requests waiting for a connection.
It is entered after the body was read, so that slow uploads hold no place.
"""

from types import TracebackType

import anyio


class Turnstile:
    """As many places as connections; a request without a place waits without holding anything."""

    def __init__(self, places: int) -> None:
        self.places = places
        self._semaphore: anyio.Semaphore | None = None

    async def __aenter__(self) -> None:
        """Wait for a place."""
        if self._semaphore is None:
            self._semaphore = anyio.Semaphore(self.places)
        await self._semaphore.acquire()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the place back."""
        if self._semaphore is not None:
            self._semaphore.release()
