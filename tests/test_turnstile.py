"""The door: whoever finds no place in time is told to come back, and a place that is given back is there again."""

import anyio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app import turnstile
from app.turnstile import NoPlaceCame, Turnstile

pytestmark = pytest.mark.promise("P29")


def test_nobody_waits_for_ever_at_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnstile, "PATIENCE_SECONDS", 0.05)
    door = Turnstile(1)

    async def come() -> None:
        async with door:
            with pytest.raises(NoPlaceCame):
                async with door:
                    raise AssertionError("two had the only place")
        async with door:
            pass  # Who went away in vain has taken no place.

    anyio.run(come)


def test_a_door_that_stays_shut_is_an_honest_503(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turnstile, "PATIENCE_SECONDS", 0.05)
    shut = Turnstile(0)
    app.state.database.turnstile = app.state.database.writers_turnstile = shut
    for answer in (
        client.get("/velmes"),
        client.get("/api/v1/runs/1"),
        client.post("/api/v1/wishes", json={"title": "Bites", "email": "anna@example.com"}),
    ):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert client.get("/healthz").status_code == 200
