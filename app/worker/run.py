"""The worker: claims a message, reacts, marks it, tries again later; and does what the calendar asks."""

import threading
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from time import monotonic

import structlog

from app.clock import now
from app.observe import place_of
from app.outbox import queue
from app.outbox.models import Message
from app.worker.reactions import REACTIONS, Reaction
from app.worker.schedule import TASKS, Task
from app.worker.workshop import Workshop

log = structlog.get_logger()

_PAUSE = 0.2


def work(workshop: Workshop, stop: threading.Event) -> None:
    """Work until told to stop; what was begun is finished first."""
    due = dict.fromkeys(TASKS, 0.0)
    while not stop.is_set():
        busy = False
        try:
            for task in TASKS:
                if monotonic() >= due[task]:
                    due[task] = monotonic() + task.every.total_seconds()
                    task.act(workshop)
            busy = react_once(workshop)
        except Exception as error:  # The loop outlives every fault: a database away comes back.  # noqa: BLE001
            log.error("worker_fault", fault=type(error).__name__, at=place_of(error))  # noqa: TRY400  (a trace could show what people typed)
            stop.wait(1.0)
        if not busy:
            stop.wait(_PAUSE)


def react_once(workshop: Workshop) -> bool:
    """React to the messages that are due; whether there were any."""
    moment = now()
    with workshop.database.reading() as db:
        if not queue.something_waits(db, moment):
            return False
    with workshop.database.writing() as db:
        messages = queue.claim(db, moment)
    for message in messages:
        _react(workshop, message)
    return bool(messages)


def drain(workshop: Workshop) -> None:
    """React until nothing is due: for tests and the command line."""
    for task in TASKS:
        _run(workshop, task)
    while react_once(workshop):
        pass


def _run(workshop: Workshop, task: Task) -> None:
    task.act(workshop)


def _react(workshop: Workshop, message: Message) -> None:
    reacted = list(message.reacted)
    try:
        for reaction in REACTIONS.get(message.kind, ()):
            if reaction.name not in reacted:
                _do(workshop, message, reaction)
                reacted.append(reaction.name)
                _mark(workshop, message, reacted, is_last=reaction is REACTIONS[message.kind][-1])
        if not REACTIONS.get(message.kind):
            _mark(workshop, message, reacted, is_last=True)
    except Exception as error:  # One message's fault is its own; it is tried again.  # noqa: BLE001
        fault = _kind(error)
        log.warning(
            "reaction_failed",
            message=message.id,
            kind=message.kind,
            tries=message.tries,
            fault=fault,
            at=place_of(error),
        )
        tries = queue.MOST_TRIES if _is_final(error) else message.tries
        with workshop.database.writing() as db:
            queue.put_back(db, message.id, tries, fault, now())


def _do(workshop: Workshop, message: Message, reaction: Reaction) -> None:
    reaction.act(workshop, message.known_facts(), f"{message.id}.{reaction.name}")


def _mark(workshop: Workshop, message: Message, reacted: list[str], *, is_last: bool) -> None:
    with workshop.database.writing() as db:
        queue.mark_reacted(db, message.id, reacted, now() if is_last else None)


def _is_final(error: Exception) -> bool:
    """Whether trying again cannot help: the mail server refused this address for good."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return False


def _kind(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__
