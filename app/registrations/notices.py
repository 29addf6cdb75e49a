"""Notices: many changes of a run are told in one letter, when it has been quiet for a while.

The first change opens a notice with the run as people knew it. Whoever registers while it is open has seen the
changes made before, so the notice keeps what each group of people knew: a letter tells nobody of what they never saw.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.audit.record import SYSTEM, record
from app.clock import now
from app.courses.models import CourseRun
from app.courses.queries import lock_timetable
from app.courses.run_models import RunNotice
from app.outbox.messages import RunCalledOff, RunMoved
from app.outbox.post import post
from app.registrations import run_queries
from app.registrations.known import Change, Known, changes, known
from app.registrations.seats import SeatRules

SOON = timedelta(hours=24)
"""A change of a session that would start within this is told at once."""
LONGEST = 6
"""However often a run is changed, it is told after so many stretches of quiet time."""


def tell_later(
    db: Session,
    run: CourseRun,
    before: Known,
    reason: str,
    rules: SeatRules,
    moment: datetime,
    *,
    changed: Sequence[Change] = (),
) -> None:
    """Keep that the run changed from what was known before; at once when it is cancelled or a session is near."""
    is_urgent = run.cancelled_at is not None or any(
        moment < start <= moment + SOON for one in changed for start in one.starts
    )
    due_at = moment if is_urgent else moment + rules.change_notice
    last = run_queries.last_registration(db, run.id)
    notice = run_queries.open_notice(db, run.id)
    if notice is None:
        kept = json.dumps([{"upto": last, "run": before.to_json()}], ensure_ascii=False)
        db.add(RunNotice(run_id=run.id, before=kept, reason=reason, opened_at=moment, due_at=due_at))
        return
    versions = json.loads(notice.before)
    if last > versions[-1]["upto"]:
        versions.append({"upto": last, "run": before.to_json()})
        notice.before = json.dumps(versions, ensure_ascii=False)
    notice.reason = _together(notice.reason, reason)
    if is_urgent:
        notice.due_at = min(notice.due_at, moment)
    elif notice.due_at > moment:
        notice.due_at = min(max(notice.due_at, due_at), notice.opened_at + LONGEST * rules.change_notice)


def tell_changes(db: Session, run_id: int) -> None:
    """If the run's notice is due, post a letter to everybody for whom something is different now; then it is closed."""
    run = lock_timetable(db, run_id)
    moment = now()
    notice = run_queries.open_notice(db, run.id)
    if notice is None or notice.due_at > moment:
        return
    after = known(run, moment)
    letters = 0
    if run.cancelled_at is not None:
        for registration in run_queries.cancelled_with(db, run):
            post(db, RunCalledOff(registration.id, notice.id))
            letters += 1
    else:
        for registration in run_queries.active(db, run):
            before = known_to(notice, registration.id)
            if before is not None and registration.is_active(moment) and changes(before, after):
                post(db, RunMoved(registration.id, notice.id))
                letters += 1
    notice.after = after.to_json()
    notice.told_at = moment
    record(db, SYSTEM, "changes_told", "run", run.id, {"notice": notice.id, "letters": letters})


def known_to(notice: RunNotice, registration_id: int) -> Known | None:
    """The run as this person knew it before the notice; None when they came after every change."""
    for version in json.loads(notice.before):
        if registration_id <= version["upto"]:
            return Known.from_json(version["run"])
    return None


def _together(first: str, second: str) -> str:
    """Reasons of several changes, each once."""
    if not second or second in first:
        return first
    return f"{first.rstrip('.')}; {second}" if first else second
