"""The letter to an address whose week is full."""

from collections.abc import Mapping

from app.emails.compose import compose
from app.emails.week_letters import week_is_full
from app.registrations import queries, week_queries
from app.registrations.queue_queries import run_with_provider
from app.worker.workshop import Workshop


def write_of_full_week(workshop: Workshop, facts: Mapping[str, int], number: str) -> None:
    """Until when it is full is looked up when the letter is written."""
    with workshop.database.reading() as db:
        registration = queries.for_letter(db, facts["registration_id"])
        run = run_with_provider(db, facts["run_id"])
        if registration is None or registration.email_key is None or run is None:
            return
        again = week_queries.room_again(db, registration.email_key, workshop.rules.registrations_a_week)
        letter = week_is_full(workshop.settings, registration, run, again) if again else None
    if letter is not None and letter.to:
        workshop.sender.send(compose(letter, workshop.settings, number))
