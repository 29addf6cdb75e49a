"""S, the search server: the stub of Meilisearch in a process of its own, which answers, fails and forgets as it is told."""

import json
import mmap
import time
from contextlib import suppress
from pathlib import Path
from socket import socket
from typing import cast
from urllib.request import Request, urlopen

from app.search.meilisearch_documents import MARK
from app.search.meilisearch_filling import INDEX
from tests.faults.processes import NotDone, Process, start
from tests.search.meilisearch_stub import Mode, Stub, stub_server

MODES: tuple[Mode, ...] = ("ok", "500", "slow", "reset", "forget", "disorder")
KEY = "admin"


class SearchServer:
    """The harness's hand on the server's process."""

    def __init__(self, folder: Path) -> None:
        self._mode = mmap.mmap(-1, 1)
        told = folder / "search.url"
        log = folder / "search.log"
        self._process: Process = start("S", log, lambda harness: _serve(told, self._mode, harness))
        deadline = time.monotonic() + 10
        while not told.exists() or not (url := told.read_text()):
            if time.monotonic() > deadline:
                raise NotDone(f"the search server does not start: {log.read_text()}")
            time.sleep(0.01)
        self.url = url

    def be(self, mode: Mode) -> None:
        """From the next request on."""
        self._mode[0] = MODES.index(mode)

    def numbers(self) -> dict[int, int]:
        """The number of each course's document there, by course id; nothing where there is no index. It must be well."""
        asked = Request(f"{self.url}/indexes/{INDEX}/documents/fetch", b"{}", method="POST")
        with suppress(OSError), urlopen(asked, timeout=5) as answer:
            rows = cast("list[dict[str, int]]", json.load(answer)["results"])
            return {row["id"]: row["number"] for row in rows if row["id"] != MARK}
        return {}


class _Told(Stub):
    """A stub whose mode the harness holds."""

    told: mmap.mmap | None = None

    @property  # type: ignore[override]
    def mode(self) -> Mode:
        """As the harness says now."""
        return MODES[self.told[0]] if self.told is not None else "ok"

    @mode.setter
    def mode(self, _mode: Mode) -> None:
        """The harness says."""


def _serve(told: Path, mode: mmap.mmap, harness: socket) -> None:
    stub = _Told()
    stub.told = mode
    with stub_server(stub):
        told.write_text(stub.url)
        harness.recv(1)  # Until the harness goes.
