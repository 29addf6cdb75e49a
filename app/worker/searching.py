"""The worker's third hand: Meilisearch learns at once what changed, and is compared with the catalogue again and again."""

import threading
from time import monotonic

import structlog

from app.observe import place_of
from app.worker.workshop import Workshop

log = structlog.get_logger()
PAUSE = 0.15
"""Seconds between two looks at the number of the newest document: one cheap statement each."""
LOOK_SECONDS = 5.0
"""So often the index itself is asked how far it follows: after a restart with an empty folder it knows nothing."""
AWAY_SECONDS = 2.0


def keep_meilisearch(workshop: Workshop, stop: threading.Event) -> None:
    """Bring every change to Meilisearch as soon as it is committed, until told to stop."""
    following = workshop.following
    if following is None:
        return
    looked_at = float("-inf")
    is_away = False
    while not stop.is_set():
        wait = PAUSE
        try:
            if monotonic() - looked_at >= LOOK_SECONDS:
                following.look()
                looked_at = monotonic()
            else:
                following.follow()
            if is_away:
                log.info("meilisearch_follows_again")
            is_away = False
        except Exception as fault:  # The hand outlives every fault: what is away comes back.  # noqa: BLE001
            wait = AWAY_SECONDS
            if not is_away:
                log.warning("meilisearch_does_not_follow", fault=fault_of(fault), at=place_of(fault))
            is_away = True
        stop.wait(wait)


def fault_of(fault: Exception) -> str:
    """How Meilisearch failed, or what else did, without values."""
    return str(getattr(fault, "kind", type(fault).__name__))


def repair_search(workshop: Workshop) -> None:
    """The index is compared with the catalogue, number by number, and repaired; while Meilisearch is away nothing is."""
    from app.search.meilisearch_client import MeilisearchAway

    if workshop.following is None:
        return
    try:
        workshop.following.repair()
    except MeilisearchAway as away:
        log.warning("search_index_not_compared", fault=away.kind)
