"""How the worker is doing, for /metrics: it is another process, so all of this is read from the database."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy.orm import Session

from app.outbox import turns
from app.outbox.figures import outbox_figures
from app.usage.actions import LetterFate
from app.usage.queries import counted
from app.worker.schedule import TASKS


def figures(db: Session, moment: datetime) -> Iterator[GaugeMetricFamily]:
    """The gauges of the outbox, of letters and of the calendar."""
    outbox = outbox_figures(db, moment)
    yield _one("outbox_waiting", "Messages that wait for their reactions.", outbox.waiting)
    yield _one("outbox_failing", "Messages that wait and were tried in vain.", outbox.failing)
    yield _one(
        "outbox_oldest_due_seconds", "Age of the oldest message that is due or was tried in vain.", outbox.oldest_due
    )
    yield _one("outbox_dead", "Messages given up after the last try.", sum(outbox.dead.values()))
    yield _by("outbox_dead_by_kind", "Messages given up, by kind.", "kind", outbox.dead)
    fates = {fate: dict[str, float]() for fate in LetterFate}
    for (fate, subject), times in counted(db, fates).items():
        fates[LetterFate(fate)][subject] = times
    yield _by("letters_sent", "Letters that have left in all, by kind of message.", "kind", fates[LetterFate.SENT])
    yield _by("letters_refused", "Letters given up in all, by kind of fault.", "fault", fates[LetterFate.REFUSED])
    late = turns.lateness(db, moment)
    known = {task.name: late[task.name] for task in TASKS if task.name in late}
    yield _by("calendar_late_seconds", "How far a task is behind its time.", "task", known)
    seen = [moment - next_at + TASKS[0].every for next_at in turns.next_times(db, TASKS[0].name)]
    since = max(0.0, seen[0].total_seconds()) if seen else float("inf")
    yield _one("worker_last_seen_seconds", "Time since a worker did its most frequent task.", since)


def _one(name: str, sentence: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, sentence, value=value)


def _by(name: str, sentence: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, sentence, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
