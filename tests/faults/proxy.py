"""X, a proxy of bytes: passes them on, or refuses, swallows, resets or delays, as it is told; also the switch of two."""

import asyncio
import mmap
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from enum import IntEnum
from pathlib import Path

from tests.faults.processes import Process, start

Address = int | str
"""A port of this machine, or the path of a socket."""


class Way(IntEnum):
    """What becomes of bytes and connections."""

    PASS = 0
    REFUSE = 1
    """Nobody listens; what is open is reset."""
    SWALLOW = 2
    """Connections stand, and nothing comes through until the way is free again."""
    RESET = 3
    """Every connection is reset, old and new."""
    DELAY = 4
    """Each piece comes a little later."""


class Proxy:
    """The harness's hand on a proxy's process; with several addresses behind it, it takes them in turn."""

    def __init__(self, folder: Path, behind: Sequence[Address], name: str = "X") -> None:
        self._word = mmap.mmap(-1, 2)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        log = folder / f"{name}.log"
        self._process: Process = start(name, log, lambda _harness: asyncio.run(_run(self.port, behind, self._word)))
        self._process.listen_until_ready(self.port)

    def be(self, way: Way) -> None:
        """From now on, for old and new connections."""
        self._word[0] = way
        self._process.signal(signal.SIGUSR1)

    def leave_out(self, number: int) -> None:
        """No new connection goes to this address, counted from 1; 0: to all."""
        self._word[1] = number


async def _run(port: int, behind: Sequence[Address], word: mmap.mmap) -> None:
    open_now: set[asyncio.WriteTransport] = set()
    met = 0

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal met
        met += 1
        choice = [address for number, address in enumerate(behind, 1) if number != word[1]]
        try:
            there = await _connect(choice[met % len(choice)])
        except OSError:
            writer.transport.abort()
            return
        open_now.update((writer.transport, there[1].transport))
        await asyncio.gather(_pump(reader, there[1], word), _pump(there[0], writer, word))
        open_now.difference_update((writer.transport, there[1].transport))

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(meet, "127.0.0.1", port, backlog=512)

    server: asyncio.Server | None = await listen()
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, told.set)
    while True:
        await told.wait()
        told.clear()
        if word[0] in {Way.REFUSE, Way.RESET}:
            for transport in [*open_now]:
                transport.abort()
        if word[0] == Way.REFUSE and server is not None:
            server.close()
            server = None
        elif word[0] != Way.REFUSE and server is None:
            server = await listen()


async def _connect(address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if isinstance(address, str):
        return await asyncio.open_unix_connection(address)
    return await asyncio.open_connection("127.0.0.1", address)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, word: mmap.mmap) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            while word[0] == Way.SWALLOW:
                await asyncio.sleep(0.02)
            if word[0] == Way.DELAY:
                await asyncio.sleep(0.05)
            if word[0] == Way.RESET:
                writer.transport.abort()
            writer.write(piece)
            await writer.drain()
    with suppress(OSError, RuntimeError):
        writer.close()
