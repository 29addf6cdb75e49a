"""A load of so many clients, each on a connection of its own, asking one after another."""

import asyncio
import json
import statistics
import sys
import time
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Measured:
    """What a load saw."""

    rate: float
    """Answers a second."""
    p50: float
    """Milliseconds."""
    p95: float
    """Milliseconds."""
    answers: int
    faults: int


async def _client(port: int, request: "RequestMaker", until: float, seen: list[float], bad: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        begun = time.perf_counter()
        writer.write(request())
        status = int((await reader.readline()).split(b" ", 2)[1])
        length = 0
        chunked = False
        while (line := await reader.readline()) not in {b"\r\n", b""}:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif name.lower() == b"transfer-encoding":
                chunked = True
        if chunked:
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        elif length:
            await reader.readexactly(length)
        seen.append(time.perf_counter() - begun)
        if status >= 400:
            bad.append(status)
    writer.close()


class RequestMaker:
    """Makes the bytes of each request: the paths in turn, or a body with a number that rises."""

    def __init__(self, method: str, paths: list[str], body: dict[str, str] | None = None, start: int = 0) -> None:
        self.method, self.paths, self.body = method, paths, body
        self._number = count(start)

    def __call__(self) -> bytes:
        """The next request."""
        number = next(self._number)
        path = quote(self.paths[number % len(self.paths)], safe="/?=&%+")
        body = b""
        head = f"{self.method} {path} HTTP/1.1\r\nHost: localhost\r\n"
        if self.body is not None:
            body = json.dumps({name: value.format(n=number) for name, value in self.body.items()}).encode()
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + b"\r\n" + body


async def _load(port: int, request: RequestMaker, clients: int, seconds: float) -> Measured:
    seen: list[float] = []
    bad: list[int] = []
    begun = time.perf_counter()
    await asyncio.gather(*(_client(port, request, begun + seconds, seen, bad) for _ in range(clients)))
    took = time.perf_counter() - begun
    seen.sort()
    return Measured(
        len(seen) / took,
        statistics.median(seen) * 1000,
        seen[int(len(seen) * 0.95)] * 1000,
        len(seen),
        len(bad),
    )


def load(port: int, request: RequestMaker, clients: int = 8, seconds: float = 4.0) -> Measured:
    """Ask for so long with so many clients at once."""
    return asyncio.run(_load(port, request, clients, seconds))


async def _crowd(port: int, request: RequestMaker, people: int) -> list[dict[str, object]]:
    connections = [await asyncio.open_connection("127.0.0.1", port) for _one in range(people)]
    for _reader, writer in connections:
        writer.write(request())

    async def answer(reader: asyncio.StreamReader) -> dict[str, object]:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        told: dict[str, object] = json.loads(await reader.readexactly(length))
        return told

    answers = await asyncio.gather(*(answer(reader) for reader, _writer in connections))
    for _reader, writer in connections:
        writer.close()
    return answers


def all_at_once(port: int, request: RequestMaker, people: int) -> list[dict[str, object]]:
    """Everybody asks at the same moment; what each was answered, in the order of their requests."""
    return asyncio.run(_crowd(port, request, people))


if __name__ == "__main__":  # python -m benchmarks.load PORT METHOD PATH
    print(load(int(sys.argv[1]), RequestMaker(sys.argv[2], sys.argv[3:])))
