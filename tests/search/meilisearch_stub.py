"""A server that speaks the used part of Meilisearch's API, and fails as it is told to."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, cast

from app.search.documents import Json

Mode = Literal[
    "ok",
    "500",
    "slow",
    "reset",
    "garbage",
    "redirect",
    "forget",
    "disorder",
    "wrong key",
    "empty",
    "stale",
    "master key",
]
FAULTS: tuple[Mode, ...] = ("500", "slow", "reset", "garbage", "redirect", "wrong key", "empty", "stale", "master key")
SLOW_SECONDS = 10.0


@dataclass
class Stub:
    """What the server has, how it behaves, and what it was asked."""

    mode: Mode = "ok"
    url: str = ""
    indexes: dict[str, dict[int, dict[str, Json]]] = field(default_factory=dict)
    keys: dict[str, dict[str, Json]] = field(default_factory=dict)
    tasks: list[str] = field(default_factory=list)
    """The status of each task, "succeeded" where nothing else is said."""
    held: list[tuple[str, list[str], Json]] = field(default_factory=list)
    """Work that was said to be done, and is done only after what comes next: so is everything in disorder."""
    asked: list[str] = field(default_factory=list)
    """Method and path of every request."""
    stop: threading.Event = field(default_factory=threading.Event)

    def searches(self) -> int:
        """How many searches came."""
        return sum(one == "POST /multi-search" for one in self.asked)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stub: Stub

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        stub = self.stub
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.partition("?")[0]
        stub.asked.append(f"{self.command} {path}")
        match stub.mode:
            case "500":
                self._say(500, {"message": "broken"})
            case "slow":
                stub.stop.wait(SLOW_SECONDS)
                self._say(200, {})
            case "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
            case "garbage":
                self._raw(200, b"<html>a proxy's page</html>")
            case "redirect":
                self._raw(302, b"", {"Location": f"{stub.url}/elsewhere"})
            case "wrong key":
                self._say(403, {"code": "invalid_api_key"})
            case "master key" if path.startswith("/keys/"):
                self._say(404, {"code": "api_key_not_found"})
            case _:
                status, told = self._answer(path, json.loads(body) if body else None)
                self._say(status, told)

    do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815

    def _say(self, status: int, told: Json) -> None:
        self._raw(status, json.dumps(told).encode())

    def _raw(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, path: str, body: Json) -> tuple[int, Json]:
        stub, parts = self.stub, path.strip("/").split("/")
        match self.command, parts:
            case "GET", ["keys", uid]:
                kept = stub.keys.get(uid) or ({"key": uid} if uid == "admin" else None)
                return (200, cast("Json", kept)) if kept else (404, {"code": "api_key_not_found"})
            case "POST", ["keys"]:
                wanted = cast("dict[str, Json]", body)
                made = {**wanted, "key": f"secret of {wanted['uid']}"}
                stub.keys[str(wanted["uid"])] = made
                return 201, cast("Json", made)
            case "POST", ["multi-search"]:
                return 200, {
                    "results": [self._found(one) for one in cast("dict[str, list[dict[str, Json]]]", body)["queries"]]
                }
            case "GET", ["tasks", number]:
                return 200, {"status": stub.tasks[int(number)]}
            case "GET", ["indexes"]:
                return 200, {"results": [{"uid": uid, "createdAt": "2026-01-01T00:00:00Z"} for uid in stub.indexes]}
            case "GET", ["indexes", uid, "documents", number]:
                kept = stub.indexes.get(uid, {}).get(int(number))
                return (200, cast("Json", kept)) if kept else (404, {"code": "document_not_found"})
            case "GET", ["indexes", uid]:
                return (200, {"uid": uid}) if uid in stub.indexes else (404, {"code": "index_not_found"})
            case "POST", ["indexes", uid, "documents", "fetch"]:
                return 200, {"results": cast("Json", [*stub.indexes[uid].values()])}
        return self._work(parts, body)

    def _work(self, parts: list[str], body: Json) -> tuple[int, Json]:
        stub = self.stub
        stub.tasks.append("succeeded")
        told: tuple[int, Json] = (202, {"taskUid": len(stub.tasks) - 1})
        if stub.mode == "forget":
            return told
        if stub.mode == "disorder" and not stub.held:
            stub.held.append((self.command, parts, body))
            return told
        self._do(self.command, parts, body)
        while stub.held:
            self._do(*stub.held.pop())
        return told

    def _do(self, command: str, parts: list[str], body: Json) -> None:
        stub = self.stub
        match command, parts:
            case "POST", ["indexes"]:
                stub.indexes.setdefault(str(cast("dict[str, Json]", body)["uid"]), {})
            case "POST", ["indexes", uid, "documents"]:
                for one in cast("list[dict[str, Json]]", body):
                    stub.indexes.setdefault(uid, {})[cast("int", one["id"])] = one
            case "POST", ["indexes", uid, "documents", "delete-batch"]:
                for one in cast("list[int]", body):
                    stub.indexes.get(uid, {}).pop(one, None)
            case "DELETE", ["indexes", uid]:
                stub.indexes.pop(uid, None)
            case "POST", ["swap-indexes"]:
                first, second = cast("list[dict[str, list[str]]]", body)[0]["indexes"]
                stub.indexes[first], stub.indexes[second] = stub.indexes[second], stub.indexes[first]

    def _found(self, query: dict[str, Json]) -> Json:
        """Every course for whatever is asked: this is no search engine. What lies below another tier is empty."""
        kept = self.stub.indexes.get(str(query["indexUid"]), {})
        asked = json.dumps(query["filter"])
        mark = {**kept.get(0, {}), **({"follows": 0} if self.stub.mode == "stale" else {})} if 0 in kept else {}
        marks = [mark] if mark and "id = 0" in asked and self.stub.mode != "empty" else []
        ids = [] if "NOT " in asked or self.stub.mode == "empty" else sorted(one for one in kept if one)
        hits = [*marks, *({"id": one} for one in ids)][: cast("int", query.get("limit", 20))]
        total = len(marks) + len(ids)
        return {"hits": cast("Json", hits), "estimatedTotalHits": total, "facetDistribution": {}}


@contextmanager
def stub_server(stub: Stub | None = None) -> Iterator[Stub]:
    """The stub, listening on a port of its own."""
    stub = stub or Stub()
    handler = type("Handler", (_Handler,), {"stub": stub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.stop.set()
        server.shutdown()
        server.server_close()
        time.sleep(0)
