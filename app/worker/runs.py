"""Runs that change, are undecided or start soon: what is due by the calendar, and the letters to those registered."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.orm import Session

from app.clock import now
from app.courses.run_models import RunNotice
from app.emails import decision_letters, run_letters
from app.emails.compose import compose
from app.emails.letters import Letter
from app.registrations import notices, queries, queue_queries, reminders, run_decisions, run_queries
from app.registrations.models import Registration
from app.settings import Settings
from app.worker.workshop import Workshop

Facts = Mapping[str, int]
Act: TypeAlias = Callable[[Workshop, Facts, str], None]


def tell_changes(workshop: Workshop) -> None:
    """Changes after which it has been quiet are told; a transaction for each run."""
    with workshop.database.reading() as db:
        run_ids = run_queries.runs_with_due_notice(db, now())
    for run_id in run_ids:
        with workshop.database.writing() as db:
            notices.tell_changes(db, run_id)


def ask_for_decisions(workshop: Workshop) -> None:
    """Runs whose day of decision has passed with too few participants; a transaction for each run."""
    with workshop.database.reading() as db:
        run_ids = run_queries.runs_to_decide(db, now())
    for run_id in run_ids:
        with workshop.database.writing() as db:
            run_decisions.ask_for_decision(db, run_id)


def remind(workshop: Workshop) -> None:
    """Those with a seat on a run that starts soon are reminded; a transaction for each run."""
    moment, before = now(), workshop.rules.reminder
    with workshop.database.reading() as db:
        near = run_queries.runs_to_remind(db, moment, before + reminders.MARGIN)
    for run_id, starts_at in near:
        if reminders.may_leave(moment, starts_at, before):
            with workshop.database.writing() as db:
                reminders.remind(db, run_id, workshop.rules)


def _about_person(say: Callable[[Settings, Session, Registration, Facts, datetime], Letter | None]) -> Act:
    """A letter to one registered person, with the facts as they are when it is written; none without an address."""

    def act(workshop: Workshop, facts: Facts, number: str) -> None:
        with workshop.database.reading() as db:
            registration = queries.for_letter(db, facts["registration_id"])
            letter = None
            if registration is not None and registration.email:
                letter = say(workshop.settings, db, registration, facts, now())
        _send(workshop, letter, number)

    return act


def _send(workshop: Workshop, letter: Letter | None, number: str) -> None:
    if letter is not None and letter.to:
        workshop.sender.send(compose(letter, workshop.settings, number))


def _notice(db: Session, facts: Facts) -> RunNotice:
    return run_queries.notice(db, facts["notice_id"])


def write_to_provider(workshop: Workshop, facts: Facts, number: str) -> None:
    """The letter that asks the provider to decide."""
    with workshop.database.reading() as db:
        run = queue_queries.run_with_provider(db, facts["run_id"])
        letter = None
        if run is not None:
            confirmed = run_queries.count_confirmed(db, run.id)
            letter = decision_letters.decision_needed(workshop.settings, run, confirmed, now())
    _send(workshop, letter, number)


write_of_changes = _about_person(
    lambda settings, db, registration, facts, moment: run_letters.run_moved(
        settings, registration, _notice(db, facts), moment
    )
)
write_of_calling_off = _about_person(
    lambda settings, db, registration, facts, _moment: run_letters.run_cancelled(
        settings, registration, _notice(db, facts)
    )
)
write_of_cancelling = _about_person(
    lambda settings, _db, registration, _facts, _moment: run_letters.cancelled_by_provider(settings, registration)
)
write_of_deciding = _about_person(
    lambda settings, db, registration, _facts, moment: decision_letters.run_undecided(
        settings, registration, run_queries.count_confirmed(db, registration.run_id), moment
    )
)
write_of_deciding_later = _about_person(
    lambda settings, _db, registration, _facts, moment: decision_letters.decision_moved(settings, registration, moment)
)
write_of_going_ahead = _about_person(
    lambda settings, _db, registration, _facts, moment: decision_letters.run_goes_ahead(settings, registration, moment)
)
write_of_start = _about_person(
    lambda settings, _db, registration, _facts, moment: run_letters.reminder(settings, registration, moment)
)
