"""open_following(): what lets Meilisearch follow the catalogue; it loads nothing where there is no Meilisearch."""

from typing import TYPE_CHECKING

from app.db import Database
from app.settings import Settings

if TYPE_CHECKING:
    from app.search.meilisearch_following import Following


def open_following(settings: Settings, database: Database) -> "Following | None":
    """What lets Meilisearch follow the catalogue; None where the embedded engine is the only one."""
    if not settings.meili_url:
        return None
    from app.search.meilisearch_client import Client
    from app.search.meilisearch_filling import Filling
    from app.search.meilisearch_following import Following

    return Following(database, Filling(Client(settings.meili_url, settings.meili_api_key.get_secret_value())))
