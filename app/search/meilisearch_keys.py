"""Keys: the one in MEILI_API_KEY makes keys and fills indexes; searching has a key of its own that can do nothing else."""

from collections.abc import Mapping, Sequence
from threading import Lock
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

import structlog

from app.search.documents import Json
from app.search.meilisearch_client import SEARCH_SECONDS, Client, MeilisearchAway

log = structlog.get_logger()


class MasterKey(Exception):
    """MEILI_API_KEY is Meilisearch's master key, which can do everything and cannot be taken back."""


class SearchClient:
    """Meilisearch, asked with the key that may only search. It is fetched when first needed, and again when refused."""

    def __init__(
        self, url: str, key: str, index: str, *, refuses_master: bool, patience: float = SEARCH_SECONDS
    ) -> None:
        self._url, self._key, self._index = url, key, index
        self._refuses_master, self._patience = refuses_master, patience
        self._asked: Client | None = None
        self._fetching = Lock()

    def search(self, queries: Sequence[Mapping[str, Json]]) -> list[Mapping[str, Json]]:
        """The answers to several questions, asked at once."""
        client = self._asked or self._fetch()
        try:
            return client.search(queries)
        except MeilisearchAway as away:
            if away.status in {401, 403}:
                self._asked = None
            raise

    def _fetch(self) -> Client:
        with self._fetching:
            if self._asked is None:
                manager = Client(self._url, self._key)
                try:
                    if self._refuses_master:
                        refuse_master_key(manager, self._key)
                    self._asked = Client(self._url, search_key(manager, self._index), patience=self._patience)
                except MasterKey:
                    raise MeilisearchAway("master key") from None
                finally:
                    manager.close()
            return self._asked


def search_key(client: Client, index: str) -> str:
    """The key that may search these indexes and nothing else; made where it is missing or may do something else."""
    uid = str(uuid5(NAMESPACE_URL, f"search:{index}"))
    indexes = [f"{index}*"]
    try:
        kept = client.ask("GET", f"/keys/{uid}", seconds=SEARCH_SECONDS)
    except MeilisearchAway as away:
        if away.status != 404:
            raise
        kept = {}
    if kept and (kept.get("actions") != ["search"] or kept.get("indexes") != list(indexes)):
        client.ask("DELETE", f"/keys/{uid}")
        kept = {}
    if not kept:
        wanted = {
            "uid": uid,
            "name": f"Search in {index}",
            "actions": ["search"],
            "indexes": indexes,
            "expiresAt": None,
        }
        try:
            kept = client.ask("POST", "/keys", wanted, seconds=SEARCH_SECONDS)  # type: ignore[arg-type]
            log.info("search_key_made", index=index)
        except MeilisearchAway as away:
            if away.status != 409:  # Another process made it meanwhile.
                raise
            kept = client.ask("GET", f"/keys/{uid}", seconds=SEARCH_SECONDS)
    return str(kept["key"])


def refuse_master_key(client: Client, key: str) -> None:
    """MasterKey when this key is no key that Meilisearch keeps a record of: then it is the master key itself."""
    try:
        client.ask("GET", f"/keys/{quote(key, safe='')}", seconds=SEARCH_SECONDS)
    except MeilisearchAway as away:
        if away.status == 404:
            raise MasterKey from None
        raise
