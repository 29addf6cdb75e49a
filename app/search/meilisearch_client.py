"""How Meilisearch is spoken to: JSON over kept connections, with short patience, checked certificates and no redirects."""

import json
from collections.abc import Mapping, Sequence
from time import monotonic, sleep
from typing import cast

import urllib3
from urllib3.exceptions import HTTPError

from app.search.documents import Json

SEARCH_SECONDS = 0.4
"""A search that takes longer is answered by the embedded engine."""
CONNECT_SECONDS = 0.2
WORK_SECONDS = 10.0
"""Patience of the worker, who has time, and of a look at keys."""
TASK_SECONDS = 60.0
"""For a server that is busy with the last batch while it takes the next one."""
_CONNECTIONS = 16


class MeilisearchAway(Exception):
    """Meilisearch did not answer as it should; `kind` says how, in a word or two and without anything a person typed."""

    def __init__(self, kind: str, status: int = 0) -> None:
        super().__init__(kind)
        self.kind = kind
        self.status = status


class TaskFailed(MeilisearchAway):
    """Meilisearch took the work and could not do it."""


class Client:
    """One Meilisearch, spoken to with one key. Safe to use from many threads."""

    def __init__(self, url: str, key: str, *, patience: float = SEARCH_SECONDS) -> None:
        self._patience = patience
        self._base = url.rstrip("/")
        self._headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
        self._pool = urllib3.PoolManager(maxsize=_CONNECTIONS, block=False, retries=False)

    def ask(self, method: str, path: str, body: Json = None, *, seconds: float = WORK_SECONDS) -> Mapping[str, Json]:
        """What Meilisearch answers; MeilisearchAway when that is no answer."""
        sent = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        patience = urllib3.Timeout(total=seconds + CONNECT_SECONDS, connect=CONNECT_SECONDS, read=seconds)
        try:
            answer = self._pool.request(
                method, self._base + path, body=sent, headers=self._headers, timeout=patience, redirect=False
            )
            status, raw = answer.status, answer.data
        except HTTPError as fault:
            raise MeilisearchAway(type(fault).__name__) from None
        if not 200 <= status < 300:
            raise MeilisearchAway(f"status {status}", status)
        try:
            told = json.loads(raw) if raw else {}
        except ValueError:
            raise MeilisearchAway("unreadable") from None
        if not isinstance(told, dict):
            raise MeilisearchAway("unreadable")
        return cast("Mapping[str, Json]", told)

    def search(self, queries: Sequence[Mapping[str, Json]]) -> list[Mapping[str, Json]]:
        """The answers to several questions, asked at once."""
        told = self.ask("POST", "/multi-search", {"queries": cast("Json", list(queries))}, seconds=self._patience)
        results = told.get("results")
        if not isinstance(results, list) or len(results) != len(queries):
            raise MeilisearchAway("unreadable")
        return cast("list[Mapping[str, Json]]", results)

    def work(self, method: str, path: str, body: Json = None) -> Mapping[str, Json]:
        """Have something done and wait until it is; TaskFailed when it cannot be done."""
        return self.finish(self.begin(method, path, body))

    def begin(self, method: str, path: str, body: Json = None) -> int:
        """Have something done, and go on; the number of the task."""
        return cast("int", self.ask(method, path, body, seconds=TASK_SECONDS).get("taskUid"))

    def finish(self, task: int, *, seconds: float = 600.0) -> Mapping[str, Json]:
        """Wait until a task is done; TaskFailed when it cannot be done."""
        began = monotonic()
        while True:
            told = self.ask("GET", f"/tasks/{task}")
            if told.get("status") == "succeeded":
                return told
            if told.get("status") in {"failed", "canceled"}:
                error = told.get("error")
                raise TaskFailed(str(error.get("code", "failed")) if isinstance(error, dict) else "failed")
            waited = monotonic() - began
            if waited > seconds:
                raise MeilisearchAway("slow task")
            sleep(min(max(0.004, waited / 10), 0.5))

    def close(self) -> None:
        """Let the connections go."""
        self._pool.clear()
