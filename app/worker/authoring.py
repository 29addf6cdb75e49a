"""Courses that become public on a day chosen before, and the letter about one that was sent back."""

from collections.abc import Mapping

from app.clock import today
from app.courses import authoring_queries, publishing
from app.emails.authoring_letters import course_returned
from app.emails.compose import compose
from app.worker.workshop import Workshop


def publish_on_the_day(workshop: Workshop) -> None:
    """Drafts whose day has come; a transaction for each course."""
    with workshop.database.reading() as db:
        course_ids = authoring_queries.due_drafts(db, today())
    for course_id in course_ids:
        with workshop.database.writing() as db:
            publishing.publish_on_its_day(db, course_id)


def write_of_return(workshop: Workshop, facts: Mapping[str, int], number: str) -> None:
    """The letter to who submitted the course; none when it was submitted anew meanwhile."""
    with workshop.database.reading() as db:
        returned = authoring_queries.returned_to(db, facts["course_id"])
        course = authoring_queries.whole_course(db, facts["course_id"]) if returned else None
        letter = course_returned(workshop.settings, course, *returned) if returned and course else None
    if letter is not None:
        workshop.sender.send(compose(letter, workshop.settings, number))
