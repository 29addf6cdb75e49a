"""Those who want to hear of the next dates: who is told when registration opens, and the letters to them."""

from collections.abc import Mapping

from app.catalogue.run_queries import runs_ahead
from app.clock import now
from app.courses.models import RunState
from app.emails import interest_letters
from app.emails.compose import compose
from app.interests import actions, queries
from app.worker.workshop import Workshop


def tell_of_next_dates(workshop: Workshop) -> None:
    """Courses that take registrations again, with seats left, are told to those who wait; a transaction for each course."""
    moment = now()
    with workshop.database.reading() as db:
        course_ids = queries.with_news(db, moment)
    for course_id in course_ids:
        with workshop.database.writing() as db:
            free = [run.id for run in runs_ahead(db, course_id, moment) if run.state is RunState.OPEN]
            actions.tell_of_next_dates(db, course_id, free)


def forget_interests(workshop: Workshop) -> None:
    """Addresses that are no longer needed for news are erased."""
    with workshop.database.writing() as db:
        actions.forget_interests(db, now())


def write_to_confirm(workshop: Workshop, facts: Mapping[str, int], number: str) -> None:
    """The letter that asks to confirm the address."""
    with workshop.database.reading() as db:
        interest = queries.for_letter(db, facts["interest_id"])
        letter = interest_letters.confirm_interest(workshop.settings, interest) if interest else None
    if letter is not None and letter.to:
        workshop.sender.send(compose(letter, workshop.settings, number))


def write_the_news(workshop: Workshop, facts: Mapping[str, int], number: str) -> None:
    """The letter with the news, with the seats as they are when it is written."""
    with workshop.database.reading() as db:
        interest = queries.for_letter(db, facts["interest_id"])
        runs = runs_ahead(db, interest.course_id, now()) if interest else []
        run = next((one for one in runs if one.id == facts["run_id"]), None)
        letter = interest_letters.next_dates(workshop.settings, interest, run) if interest and run else None
    if letter is not None and letter.to:
        workshop.sender.send(compose(letter, workshop.settings, number))
