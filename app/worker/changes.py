"""The feed of changes follows the catalogue."""

from collections.abc import Mapping

from app.catalogue.change_queries import untold_courses
from app.catalogue.changes import note_changes
from app.worker.workshop import Workshop

_AT_ONCE = 100


def note_change(workshop: Workshop, facts: Mapping[str, int], _number: str) -> None:
    """What changed about a course is told in the feed."""
    with workshop.database.writing() as db:
        note_changes(db, [facts["course_id"]])


def tell_untold(workshop: Workshop) -> None:
    """Courses that are public and not yet in the feed come into it."""
    while True:
        with workshop.database.reading() as db:
            untold = untold_courses(db, _AT_ONCE)
        if not untold:
            return
        with workshop.database.writing() as db:
            note_changes(db, untold)
