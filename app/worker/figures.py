"""How the worker is doing, for /metrics: it is another process, so all of this is read from the database."""

from datetime import datetime

from sqlalchemy.orm import Session

from app import observe
from app.outbox import turns
from app.outbox.figures import outbox_figures
from app.usage.actions import LetterFate
from app.usage.queries import counted
from app.worker.schedule import TASKS


def tell_figures(db: Session, moment: datetime) -> None:
    """Set the gauges of the outbox, of letters and of the calendar."""
    outbox = outbox_figures(db, moment)
    observe.OUTBOX_WAITING.set(outbox.waiting)
    observe.OUTBOX_FAILING.set(outbox.failing)
    observe.OUTBOX_AGE.set(outbox.oldest_due)
    observe.OUTBOX_DEAD.set(sum(outbox.dead.values()))
    observe.OUTBOX_DEAD_BY_KIND.clear()
    for kind, number in outbox.dead.items():
        observe.OUTBOX_DEAD_BY_KIND.labels(kind).set(number)
    fates = {LetterFate.SENT: observe.LETTERS_SENT, LetterFate.REFUSED: observe.LETTERS_REFUSED}
    for gauge in fates.values():
        gauge.clear()
    for (fate, subject), times in counted(db, fates).items():
        fates[LetterFate(fate)].labels(subject).set(times)
    late = turns.lateness(db, moment)
    observe.CALENDAR_LATE.clear()
    for task in TASKS:
        if task.name in late:
            observe.CALENDAR_LATE.labels(task.name).set(late[task.name])
    seen = [moment - next_at + TASKS[0].every for next_at in turns.next_times(db, TASKS[0].name)]
    observe.WORKER_SEEN.set(max(0.0, seen[0].total_seconds()) if seen else float("inf"))
