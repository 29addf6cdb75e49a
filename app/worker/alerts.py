"""Those who want to hear of a course that fits their search: who is told when one is published, and the letters to them."""

from collections.abc import Mapping

from app.clock import now
from app.emails import alert_letters
from app.emails.compose import compose
from app.interests import alert_queries, alerts
from app.search.alerts import fitting
from app.search.records import document_of
from app.worker.workshop import Workshop


def tell_of_course(workshop: Workshop, facts: Mapping[str, int], _number: str) -> None:
    """A course that came or changed is told to those whose search it fits; nothing is done while nobody waits."""
    course_id = facts["course_id"]
    with workshop.database.reading() as db:
        waiting = [(one.id, one.words, one.filters) for one in alert_queries.waiting_for(db, course_id)]
        document = document_of(db, course_id, now()) if waiting else None
    fit = fitting(document, waiting) if document else []
    if fit:
        with workshop.database.writing() as db:
            alerts.tell_of_course(db, course_id, fit)


def write_to_confirm(workshop: Workshop, facts: Mapping[str, int], number: str) -> None:
    """The letter that asks to confirm the address."""
    with workshop.database.reading() as db:
        alert = alert_queries.by_id(db, facts["alert_id"])
        letter = alert_letters.confirm_alert(workshop.settings, alert) if alert else None
    if letter is not None and letter.to:
        workshop.sender.send(compose(letter, workshop.settings, number))


def write_of_course(workshop: Workshop, facts: Mapping[str, int], number: str) -> None:
    """The letter with the course that fits."""
    with workshop.database.reading() as db:
        alert = alert_queries.by_id(db, facts["alert_id"])
        course = alert_queries.course_for_letter(db, facts["course_id"])
        letter = alert_letters.course_fits(workshop.settings, alert, course) if alert and course else None
    if letter is not None and letter.to:
        workshop.sender.send(compose(letter, workshop.settings, number))
