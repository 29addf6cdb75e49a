"""The log of actions: sealed soon after it was written, cut when it is too old."""

from datetime import timedelta

import structlog

from app.audit import chain, queries
from app.clock import now
from app.worker.workshop import Workshop

log = structlog.get_logger()

_MONTH = timedelta(days=365.25 / 12)


def seal_log(workshop: Workshop) -> None:
    """Every new entry becomes a link of the chain; where the chain ends is told to a log that is kept elsewhere."""
    with workshop.database.reading() as db:
        if not queries.something_unsealed(db):
            return
    end = None
    while True:
        with workshop.database.writing() as db:
            further = chain.seal_some(db)
        if further is None:
            break
        end = further
    if end is not None:
        log.info("log_sealed", number=end.number, digest=end.digest)


def cut_old_log(workshop: Workshop) -> None:
    """Entries older than the city keeps them are erased; the chain that is left can still be checked."""
    before = now() - workshop.settings.log_months * _MONTH
    cut = chain.MOST_CUT
    while cut == chain.MOST_CUT:
        with workshop.database.writing() as db:
            cut = chain.cut_log(db, before)
