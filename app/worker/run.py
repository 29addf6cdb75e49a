"""The worker: claims a message, reacts, marks it, tries again later; and does what the calendar asks."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from secrets import SystemRandom
from smtplib import SMTPException
from time import monotonic

import structlog

from app.clock import now
from app.emails.sender import MailAway, fault_name, is_final
from app.observe import place_of
from app.outbox import queue
from app.outbox.queue import EVERYTHING, Lane
from app.worker.calendar import do_all, do_what_is_due
from app.worker.hand import Hand, LeaseLost
from app.worker.reactions import INSIDE, REACTIONS, SYNC, Reaction
from app.worker.schedule import TASKS
from app.worker.searching import keep_meilisearch
from app.worker.workshop import Workshop

log = structlog.get_logger()

_PAUSE = 0.2
_LOOK_AT_CALENDAR = 1.0
_SHORTEST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=10)
"""While the mail server is away, a letter waits a quarter of its age, within these bounds."""
_random = SystemRandom()

QUICK = Lane(tuple(kind for kind, reactions in REACTIONS.items() if all(one in INSIDE for one in reactions)))
"""What needs nobody outside: a mail server that hangs holds up only letters."""
LETTERS = Lane(QUICK.kinds, are_left_out=True)


class WorkerLost(Exception):
    """Worker after worker ended in the middle of this message."""


class UnknownKind(Exception):
    """A message of a release that this worker is older than; a newer worker will know it."""


def work(workshop: Workshop, stop: threading.Event, lane: Lane = EVERYTHING, *, with_calendar: bool = True) -> None:
    """Work until told to stop; what was begun is finished first."""
    looked_at = float("-inf")
    while not stop.is_set():
        busy = False
        try:
            if with_calendar and not 0 <= monotonic() - looked_at < _LOOK_AT_CALENDAR:
                looked_at = monotonic()
                do_what_is_due(workshop, TASKS)
            busy = react_once(workshop, lane)
        except Exception as error:  # The loop outlives every fault: a database away comes back.  # noqa: BLE001
            log.error("worker_fault", fault=type(error).__name__, at=place_of(error))  # noqa: TRY400  (a trace could show what people typed)
            stop.wait(1.0)
        if not busy:
            stop.wait(_PAUSE)


def work_with_both_hands(workshop: Workshop, stop: threading.Event) -> None:
    """Work until told to stop: one hand sends letters, one fills Meilisearch, one does all that waits for nobody outside."""
    letters = threading.Thread(target=work, args=(workshop, stop, LETTERS), kwargs={"with_calendar": False})
    index = threading.Thread(target=keep_meilisearch, args=(workshop, stop))
    letters.start()
    index.start()
    try:
        work(workshop, stop, QUICK)
    finally:
        stop.set()
        letters.join()
        index.join()


def react_once(workshop: Workshop, lane: Lane = EVERYTHING) -> bool:
    """React to the message that is due longest; whether there was one."""
    moment = now()
    with workshop.database.reading() as db:
        if not queue.something_waits(db, moment, lane):
            return False
    with workshop.database.writing() as db:
        message = queue.claim(db, moment, lane)
    if message is None:
        return False
    hand = Hand(workshop, message)
    try:
        _react(hand)
    except LeaseLost:
        log.warning("lease_lost", message=message.id, kind=message.kind)
    return True


def drain(workshop: Workshop) -> None:
    """Do the calendar's tasks and react until nothing is due: for tests and the command line."""
    do_all(workshop, TASKS)
    while react_once(workshop):
        pass


def _react(hand: Hand) -> None:
    """Do what is not done yet; a reaction that fails holds up no other."""
    message = hand.message
    if message.fault == queue.WORKER_LOST and message.tries > queue.MOST_TRIES:
        _lay_down(hand, WorkerLost())
        return
    reacted = list(message.reacted)
    faults: list[Exception] = []
    reactions = _in_order(REACTIONS.get(message.kind, ()))
    if not reactions:
        faults.append(UnknownKind())
    for reaction in reactions:
        if reaction.name in reacted:
            continue
        try:
            _do(hand, reaction)
        except LeaseLost:
            raise
        except Exception as error:  # One message's fault is its own; it is tried again.  # noqa: BLE001
            faults.append(error)
            continue
        reacted.append(reaction.name)
        is_done = all(one.name in reacted for one in reactions)
        if is_done or reaction is not SYNC:
            hand.mark(reacted, is_done=is_done)
    if faults:
        _lay_down(hand, faults[0])


def _in_order(reactions: Sequence[Reaction]) -> list[Reaction]:
    """The index first: it is quick, and doing it again does no harm."""
    return sorted(reactions, key=lambda reaction: reaction is not SYNC)


def _do(hand: Hand, reaction: Reaction) -> None:
    hand.keep_lease()
    message = hand.message
    reaction.act(replace(hand.workshop, sender=hand), message.known_facts(), f"{message.id}.{reaction.name}")


def _lay_down(hand: Hand, error: Exception) -> None:
    """Give the message up where trying again cannot help; else say when it is tried again."""
    message, fault = hand.message, fault_name(error)
    log.warning(
        "reaction_failed",
        message=message.id,
        kind=message.kind,
        tries=message.tries,
        fault=fault,
        at=place_of(error),
    )
    is_letter = isinstance(error, SMTPException)
    if isinstance(error, MailAway):
        age = now() - message.created_at
        wait = min(max(age / 4, _SHORTEST_WAIT), _LONGEST_WAIT)
        hand.put_back(fault, wait * _random.uniform(0.8, 1.2), counts=False)
    elif is_final(error) or message.tries >= (queue.MOST_LETTER_TRIES if is_letter else queue.MOST_TRIES):
        hand.give_up(fault, is_letter=is_letter)
    else:
        hand.put_back(fault, queue.wait_after(message.tries) * _random.uniform(0.8, 1.2), counts=True)
