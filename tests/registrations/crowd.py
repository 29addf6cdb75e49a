"""Many people at the same moment, over HTTP."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from httpx2 import AsyncClient, Limits, Response

Wanted = tuple[str, dict[str, object]]
"""The address of a POST, and what it sends."""


def at_once(requests: list[Wanted]) -> list[tuple[Response, float]]:
    """Send all requests at the same moment; each answer with the seconds it took."""
    anything = Limits(max_connections=len(requests), max_keepalive_connections=0)

    async def one(client: AsyncClient, url: str, request: dict[str, object]) -> tuple[Response, float]:
        begun = time.perf_counter()
        answer = await client.post(url, **request)  # type: ignore[arg-type]
        return answer, time.perf_counter() - begun

    async def everybody() -> list[tuple[Response, float]]:
        async with AsyncClient(limits=anything, timeout=60, follow_redirects=False) as client:
            return await asyncio.gather(*(one(client, url, request) for url, request in requests))

    with ThreadPoolExecutor(1) as elsewhere:  # A browser's tests may have left a loop running in this thread.
        return elsewhere.submit(asyncio.run, everybody()).result()


def person(number: int) -> dict[str, object]:
    """Somebody's request to the API."""
    return {"json": {"name": f"Persona {'ABCDEFGHIJ'[number % 10]}", "email": f"person{number}@example.com"}}
