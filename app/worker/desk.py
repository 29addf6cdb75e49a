"""Letters that staff cause: to whom they moved, and to each person of a group."""

from collections.abc import Mapping

from app.emails import desk_letters, letters
from app.emails.compose import compose
from app.registrations import group_letter_queries, group_letters, queries, run_queries
from app.worker.workshop import Workshop


def write_of_move(workshop: Workshop, facts: Mapping[str, int], number: str) -> None:
    """The letter about the dates before and now, as they are when it is written."""
    with workshop.database.reading() as db:
        registration = queries.for_letter(db, facts["registration_id"])
        before = run_queries.run_for_letter(db, facts["from_run_id"])
        letter = None
        if registration is not None and registration.email and before is not None:
            letter = desk_letters.moved(workshop.settings, registration, before)
    if letter is not None:
        workshop.sender.send(compose(letter, workshop.settings, number))


def write_of_offer(workshop: Workshop, facts: Mapping[str, int], number: str) -> None:
    """An offered seat: the person is written to; for one without an address, and nobody beside them, the provider is."""
    with workshop.database.reading() as db:
        registration = queries.for_letter(db, facts["registration_id"])
        letter = None
        if registration is not None and registration.email:
            letter = letters.seat_offered(workshop.settings, registration)
        elif registration is not None and registration.erased_at is None:
            letter = desk_letters.call_about_offer(workshop.settings, registration)
    if letter is not None and letter.to:
        workshop.sender.send(compose(letter, workshop.settings, number))


def write_to_one_of_group(workshop: Workshop, facts: Mapping[str, int], number: str) -> None:
    """The group's letter for one person; it is noted when it has left, and not sent again once that is known."""
    letter_id, registration_id = facts["letter_id"], facts["registration_id"]
    with workshop.database.reading() as db:
        found = group_letter_queries.letter_to(db, letter_id, registration_id)
        registration = queries.for_letter(db, registration_id)
        letter = None
        if found is not None and registration is not None:
            written, recipient = found
            if written.words and recipient.sent_at is None and registration.email:
                letter = desk_letters.to_one_of_group(workshop.settings, registration, written.subject, written.words)
    if letter is None:
        return
    workshop.sender.send(compose(letter, workshop.settings, number))
    with workshop.database.writing() as db:
        group_letters.note_sent(db, letter_id, registration_id)
