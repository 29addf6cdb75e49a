"""The real Meilisearch named by MEILI_URL, with indexes of this run's own that are removed at its end."""

import atexit
import contextlib
import os
from secrets import token_hex

from app.search.meilisearch import MeilisearchEngine
from app.search.meilisearch_client import Client, MeilisearchAway
from app.search.meilisearch_filling import Filling
from app.search.meilisearch_keys import SearchClient, search_key

RUN = f"test{token_hex(4)}"
PATIENCE = 10.0
"""Seconds: here nobody stands behind it, and a machine that tests is busy."""
URL, KEY = os.environ.get("MEILI_URL", ""), os.environ.get("MEILI_API_KEY", "")


def new_meilisearch() -> MeilisearchEngine:
    """An engine on an index of its own, searched with a key that may only search."""
    return MeilisearchEngine(SearchClient(URL, KEY, RUN, refuses_master=False, patience=PATIENCE), new_filling())


def new_filling() -> Filling:
    """An index of its own, to be filled."""
    return Filling(Client(URL, KEY), f"{RUN}x{token_hex(4)}")


def _clear() -> None:
    client = Client(URL, KEY)
    with contextlib.suppress(MeilisearchAway):
        for one in client.ask("GET", "/indexes?limit=1000")["results"]:  # type: ignore[union-attr]
            if one["uid"].startswith(RUN):  # type: ignore[index,call-overload,union-attr]
                client.ask("DELETE", f"/indexes/{one['uid']}")  # type: ignore[index,call-overload]
        key = search_key(client, RUN)
        client.ask("DELETE", f"/keys/{key}")


if URL:
    atexit.register(_clear)
