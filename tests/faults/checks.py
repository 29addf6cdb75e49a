"""What must be true when things are quiet, whatever struck before: history, records and letters held beside each other."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.audit.models import AuditEntry
from app.courses.models import CourseRun
from app.db import Database
from app.outbox.models import Message
from app.registrations.models import Erasure, Registration, State
from app.search.index import sync_courses
from tests.faults.history import Told
from tests.faults.sink import Mail

SEATED = {State.PENDING, State.CONFIRMED, State.OFFERED}
TOGETHER = (
    ({"registered"}, {"SeatHeld", "QueueJoined"}),
    ({"confirmed", "offer_accepted"}, {"SeatTaken"}),
    ({"withdrawn", "offer_declined"}, {"SeatGivenUp"}),
    ({"seat_offered"}, {"SeatOffered"}),
)
"""Entries of the log of actions, and the messages that are posted in the same transaction."""
LETTERS = frozenset[str]().union(*(kinds for _acts, kinds in TOGETHER))
"""Messages of which somebody gets a letter."""
LEADS_TO = {
    "registered": {State.PENDING, State.WAITLISTED},
    "confirmed": {State.CONFIRMED},
    "offer_accepted": {State.CONFIRMED},
    "seat_offered": {State.OFFERED},
    "withdrawn": {State.WITHDRAWN},
    "offer_declined": {State.DECLINED},
}
LOGGED = {
    "register": "registered",
    "confirm": "confirmed",
    "accept": "offer_accepted",
    "cancel": "withdrawn",
    "erase": "erased",
}
NOTHING_LEFT = ("SeatHeld", "QueueJoined")
"""Letters that say nothing any more when the registration has gone on before they were written."""


@dataclass(frozen=True, slots=True)
class Found:
    """How things are: what clients know, what is kept, what was mailed."""

    told: Sequence[Told]
    mails: Sequence[Mail]
    rows: Sequence[Registration]
    runs: Sequence[CourseRun]
    messages: Sequence[Message]
    entries: Sequence[AuditEntry]
    erasures: Sequence[Erasure]
    wrote_to: Mapping[int, str]
    """Addresses by registration, as letters went out."""
    documents_behind: int
    moment: datetime

    def logged(self, registration_id: int) -> list[str]:
        """The acts on one registration, in order."""
        return [entry.act for entry in self.entries if entry.object_id == str(registration_id)]

    def posted(self, registration_id: int) -> list[Message]:
        """The messages about one registration."""
        return [one for one in self.messages if one.known_facts().get("registration_id") == registration_id]

    def email(self, row: Registration) -> str | None:
        """Whose it is or, once erased, was: the letters still know."""
        return row.email if row.erased_at is None else self.wrote_to.get(row.id)

    def of(self, told: Told) -> list[Registration]:
        """The registrations of who did this; on that run, where it is known."""
        runs = {told.act.run} if told.act.run else {run.id for run in self.runs}
        return [row for row in self.rows if self.email(row) == told.act.email and row.run_id in runs]


def look(database: Database, told: Sequence[Told], mails: Sequence[Mail], moment: datetime) -> Found:
    """Read everything at one moment; whether documents are behind is tried and rolled back."""
    with database.reading() as db:
        rows = db.scalars(
            select(Registration).options(selectinload(Registration.offers)).order_by(Registration.id)
        ).all()
        runs = db.scalars(select(CourseRun)).all()
        messages = db.scalars(select(Message).order_by(Message.id)).all()
        mine = select(AuditEntry).where(AuditEntry.object_kind == "registration").order_by(AuditEntry.id)
        entries = db.scalars(mine).all()
        erasures = db.scalars(select(Erasure).where(Erasure.object_kind == "registration")).all()
    about = {message.id: message.known_facts().get("registration_id", 0) for message in messages}
    wrote_to = {about.get(mail.message, 0): mail.to for mail in mails}
    db = database.writer()
    try:
        behind = sync_courses(db, sorted({run.course_id for run in runs}), moment)
    finally:
        database.close(db)
    return Found(told, mails, rows, runs, messages, entries, erasures, wrote_to, behind, moment)


def violations(found: Found, crashes: int) -> list[str]:
    """Everything that is not as promised."""
    checks = (
        acknowledged(found),
        seats(found),
        queue(found),
        letters(found, crashes),
        outbox(found),
        together(found),
        answers(found.told),
    )
    return [sentence for check in checks for sentence in check]


def acknowledged(found: Found) -> Iterator[str]:
    """I1: what was acknowledged is kept, once, as it was sent; what was not is kept whole or not at all."""
    for told in found.told:
        act, rows = told.act, found.of(told)
        if len(rows) > 1:
            yield f"I1 {act.email} stands {len(rows)} times on run {act.run}"
        if not told.is_acknowledged:
            continue
        if not rows:
            yield f"I1 {act.what} of {act.email} was acknowledged and is lost"
            continue
        row = rows[0]
        times = found.logged(row.id).count(LOGGED[act.what])
        if times != 1:
            yield f"I1 {act.what} of {act.email} was acknowledged and is logged {times} times"
        if act.what == "register":
            yield from _as_told(found, told, row)


def _as_told(found: Found, told: Told, row: Registration) -> Iterator[str]:
    if row.name != told.act.name and row.erased_at is None:
        yield f"I1 {told.act.email} is kept under another name"
    bodies = {answer.body for answer in told.answers if told.act.is_done_by(answer)}
    if len(bodies) > 1:
        yield f"I1 {told.act.email} was told different things under one key: {bodies}"
    for answer in told.answers:
        state = answer.told().get("state") if told.act.is_done_by(answer) else None
        kinds = {message.kind for message in found.posted(row.id)}
        if state and ("SeatHeld" if state == "pending" else "QueueJoined") not in kinds:
            yield f"I1 {told.act.email} was told “{state}”, but {sorted(kinds)} was posted"


def seats(found: Found) -> Iterator[str]:
    """I2: no run is oversold, and no seat is free while somebody waits."""
    for run in found.runs:
        states = Counter(row.state for row in found.rows if row.run_id == run.id)
        taken = sum(states[state] for state in SEATED)
        if run.seats and taken > run.seats:
            yield f"I2 run {run.id} has {run.seats} seats, and {taken} are taken"
        far = run.starts_at - found.moment > timedelta(hours=25)
        if states[State.WAITLISTED] and taken < run.seats and far and run.cancelled_at is None:
            yield f"I2 run {run.id} has a free seat, and {states[State.WAITLISTED]} wait"


def queue(found: Found) -> Iterator[str]:
    """I3: places in the queue are in the order of commits, and offers go to whoever waits longest."""
    for run in found.runs:
        queued = [row for row in found.rows if row.run_id == run.id and row.queued_at is not None]
        if queued != sorted(queued, key=lambda row: (row.queued_at, row.id)):
            yield f"I3 the queue of run {run.id} is not in the order in which people joined it"
        for row in queued:
            for offer in row.offers:
                passed = [other.id for other in queued if other.id < row.id and _waited(other, offer.offered_at)]
                if passed:
                    yield f"I3 registration {row.id} was offered a seat before {passed}"
    yield from _places_told(found)


def _waited(row: Registration, moment: datetime) -> bool:
    ends = [row.ended_at, *(offer.offered_at for offer in row.offers)]
    return row.queued_at is not None and row.queued_at < moment and all(end is None or end > moment for end in ends)


def _places_told(found: Found) -> Iterator[str]:
    told = {}
    for one in found.told:
        for answer in one.answers:
            place, rows = answer.told().get("position"), found.of(one)
            if isinstance(place, int) and rows:
                told[rows[0].id] = (one.act.run, place)
    gone = {row.run_id for row in found.rows if row.queued_at and row.state is not State.WAITLISTED}
    places = [told[number] for number in sorted(told) if told[number][0] not in gone]
    if len(set(places)) != len(places) or any(one[1] >= two[1] for one, two in pairwise(places) if one[0] == two[0]):
        yield f"I3 people were told places out of order: {places}"


def letters(found: Found, crashes: int) -> Iterator[str]:
    """I4: each letter at least once, at most once more for each crash, none about what is not there."""
    copies = Counter(mail.number for mail in found.mails)
    posted = {message.id: message for message in found.messages}
    rows = {row.id: row for row in found.rows}
    mailed = set()
    for mail in found.mails:
        mailed.add(mail.message)
        message = posted.get(mail.message)
        row = rows.get(message.known_facts().get("registration_id", 0)) if message else None
        if message is None or row is None:
            yield f"I4 a letter to {mail.to} tells of what is not there"
        elif row.email is not None and row.email != mail.to:
            yield f"I4 a letter of message {message.id} went to {mail.to}"
    for name, times in copies.items():
        if times > 1 + crashes:
            yield f"I4 letter {name} was sent {times} times with {crashes} crashes"
    if (again := sum(copies.values()) - len(copies)) > crashes:
        yield f"I4 {again} letters were sent again with {crashes} crashes"
    for message in found.messages:
        if message.kind not in LETTERS or message.id in mailed or message.dead_at is not None:
            continue
        row = rows.get(message.known_facts()["registration_id"])
        moved_on = row is not None and row.state not in {State.PENDING, State.WAITLISTED}
        is_erased = row is not None and row.erased_at is not None
        if not is_erased and not (moved_on and message.kind in NOTHING_LEFT):
            yield f"I4 nobody got the letter of {message.kind} {message.id}"


def outbox(found: Found) -> Iterator[str]:
    """I5, I6: nothing is left to do, nothing was given up, and search documents say what the records say."""
    for message in found.messages:
        if message.dead_at is not None:
            yield f"I5 {message.kind} {message.id} was given up: {message.fault}"
        elif message.done_at is None and message.due_at <= found.moment:
            yield f"I5 {message.kind} {message.id} still waits after {message.tries} tries"
    if found.documents_behind:
        yield f"I6 {found.documents_behind} search documents differ from their records"


def together(found: Found) -> Iterator[str]:
    """I7: record, log entry and message exist together or not at all, once for each step."""
    known = {str(row.id) for row in found.rows}
    if ghosts := {entry.object_id for entry in found.entries} - known:
        yield f"I7 the log tells of registrations that are not there: {sorted(ghosts)}"
    for row in found.rows:
        acts = found.logged(row.id)
        kinds = Counter(message.kind for message in found.posted(row.id))
        for logged, posted in TOGETHER:
            entries, messages = sum(acts.count(act) for act in logged), sum(kinds[kind] for kind in posted)
            if entries != messages or entries > 1:
                yield f"I7 registration {row.id}: {entries} entries {sorted(logged)}, {messages} messages {sorted(posted)}"
        steps = [act for act in acts if act in LEADS_TO]
        if not steps or (acts[-1] in LEADS_TO and row.state not in LEADS_TO[steps[-1]]):
            yield f"I7 registration {row.id} is {row.state.value}, and the log says {acts}"
        erased = sum(erasure.object_id == row.id for erasure in found.erasures)
        if not erased == acts.count("erased") == int(row.erased_at is not None):
            yield f"I7 registration {row.id} was erased {erased} times, and the log says {acts}"
        if row.erased_at is not None and (row.name or row.email or row.email_key or row.phone):
            yield f"I7 registration {row.id} was erased, and something is left"
        if len(row.offers) != acts.count("seat_offered"):
            yield f"I7 registration {row.id} has {len(row.offers)} offers, and the log says {acts}"


def answers(told: Iterable[Told]) -> Iterator[str]:
    """I9: a server's fault is only ever an honest 503 that says when to come back."""
    for one in told:
        for answer in one.answers:
            if answer.status >= 500 and (answer.status != 503 or not answer.headers.get("retry-after")):
                yield f"I9 {one.act.what} was answered {answer.status} {json.dumps(dict(answer.headers))}"
