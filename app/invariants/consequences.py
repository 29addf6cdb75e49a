"""Invariants of what follows: messages are reacted to, and the search index is what is published."""

import json
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import String, and_, cast, not_, or_, select, union

from app.courses.models import Course, CourseState
from app.invariants.look import GRACE, Findings, Look, told
from app.outbox import turns
from app.outbox.models import Message
from app.registrations.models import Registration
from app.search.index import BATCH, outdated
from app.search.models import SearchDocument
from app.worker.reactions import REACTIONS, SYNC
from app.worker.schedule import TASKS

_REMEMBERED = timedelta(days=30)
"""So far back done messages are looked at: what follows from a kind may change from release to release."""
_STUCK = timedelta(minutes=10)
_LONGEST_WAIT = timedelta(hours=2)


def letters(look: Look) -> Findings:
    """I4: a message that is done had all its letters written."""
    lacks = [
        and_(Message.kind == kind, not_(cast(Message.reacted, String).contains(f'"{reaction.name}"', autoescape=True)))
        for kind, reactions in REACTIONS.items()
        for reaction in reactions
        if reaction is not SYNC
    ]
    done = select(Message.id).where(Message.done_at > look.moment - _REMEMBERED, or_(*lacks)).order_by(Message.id)
    yield from told("messages marked as done without their letter", look.db.scalars(done))
    of_nobody = (
        select(Message.id)
        .outerjoin(Registration, Message.about == "registration:" + cast(Registration.id, String))
        .where(Message.about.like("registration:%"), Registration.id.is_(None))
        .order_by(Message.id)
    )
    yield from told("messages about a registration that is not there", look.db.scalars(of_nobody))


def outbox(look: Look) -> Findings:
    """I5: the outbox is drained or will be soon; what was given up is seen; tasks of the calendar are done in time."""
    dead = select(Message).where(Message.dead_at.is_not(None)).order_by(Message.id).limit(1000)
    yield from told(
        "messages given up", (f"{message.id} ({message.kind}, {message.fault})" for message in look.db.scalars(dead))
    )
    open_ones = and_(Message.done_at.is_(None), Message.dead_at.is_(None))
    untouched = or_(Message.leased_until.is_(None), Message.leased_until < look.moment - _STUCK)
    stuck = select(Message.id).where(open_ones, Message.due_at < look.moment - _STUCK, untouched).order_by(Message.id)
    yield from told("messages long due that no worker takes", look.db.scalars(stuck))
    far = select(Message.id).where(open_ones, Message.fault != "", Message.due_at > look.moment + _LONGEST_WAIT)
    yield from told("messages that failed and will not be tried soon", look.db.scalars(far.order_by(Message.id)))
    late = turns.lateness(look.db, look.moment)
    yield from told(
        "tasks behind their time",
        (f"{task.name} ({late[task.name] / 60:.0f} min)" for task in TASKS if late.get(task.name, 0) > _STUCK.seconds),
    )


def index(look: Look) -> Findings:
    """I6: the search index holds the published courses as they are, and no others."""
    yield from told("courses whose search document is missing, outdated or too many", _outdated(look))


def _outdated(look: Look) -> Iterator[int]:
    """A course about which a message still waits, or whose document time has just changed, is not yet outdated."""
    waiting = look.db.scalars(select(Message.facts).where(Message.done_at.is_(None), Message.dead_at.is_(None)))
    on_the_way = {json.loads(facts).get("course_id") for facts in waiting}
    soon = select(SearchDocument.course_id).where(SearchDocument.changes_at.between(look.moment - GRACE, look.moment))
    on_the_way |= {*look.db.scalars(soon)}
    every = union(
        select(Course.id).where(Course.state == CourseState.PUBLISHED), select(SearchDocument.course_id)
    ).order_by("id")
    course_ids = look.db.scalars(every).all()
    for done in range(0, len(course_ids), BATCH):
        some = [course_id for course_id in course_ids[done : done + BATCH] if course_id not in on_the_way]
        yield from outdated(look.db, some, look.moment)
        look.db.expunge_all()
