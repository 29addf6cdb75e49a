"""What happens by the calendar: holds and offers run out, search documents change with time, traces are erased."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app import tries
from app.clock import now, today
from app.registrations import actions, queries, queue_queries
from app.search.index import sync_due
from app.usage.searches import forget_rare_searches
from app.worker import authoring, runs
from app.worker.changes import tell_untold
from app.worker.imports import forget_old
from app.worker.interests import forget_interests, tell_of_next_dates
from app.worker.log import cut_old_log, seal_log
from app.worker.privacy import age_files, erase_what_is_over
from app.worker.searching import repair_search
from app.worker.staff import forget_staff
from app.worker.workshop import Workshop


@dataclass(frozen=True)
class Task:
    """Something done again and again; doing it twice does no harm."""

    name: str
    every: timedelta
    act: Callable[[Workshop], None]


def clear_what_is_over(workshop: Workshop) -> None:
    """Holds and offers that have run out end, and free seats go to the queue; a transaction for each run.

    A seat can be free for somebody through time alone: close to the start the provider has to be told of it.
    """
    moment = now()
    with workshop.database.reading() as db:
        over = queries.runs_with_something_over(db, moment)
        free = queue_queries.runs_with_seats_to_pass_on(db, moment, workshop.rules.provider_decides)
    run_ids = dict.fromkeys([*over, *free])
    for run_id in run_ids:
        with workshop.database.writing() as db:
            actions.clear_run(db, run_id, workshop.rules)


def follow_the_clock(workshop: Workshop) -> None:
    """Documents that time alone has changed: registration opened or closed, a run began or ended."""
    with workshop.database.writing() as db:
        sync_due(db, now())


def forget_sent_forms(workshop: Workshop) -> None:
    """Forms are remembered for a day, then their answers are erased."""
    with workshop.database.writing() as db:
        actions.forget_sent_forms(db, now() - timedelta(hours=24))


def forget_tries(workshop: Workshop) -> None:
    """What was counted against a limit is erased when it counts no more."""
    with workshop.database.writing() as db:
        tries.forget_over(db, now())


def forget_searches(workshop: Workshop) -> None:
    """Searches that never became frequent are no longer counted one by one."""
    with workshop.database.writing() as db:
        forget_rare_searches(db, today())


TASKS = (
    Task("clear_what_is_over", timedelta(seconds=5), clear_what_is_over),
    Task("tell_changes", timedelta(seconds=5), runs.tell_changes),
    Task("ask_for_decisions", timedelta(minutes=1), runs.ask_for_decisions),
    Task("remind", timedelta(minutes=1), runs.remind),
    Task("follow_the_clock", timedelta(seconds=20), follow_the_clock),
    Task("repair_search", timedelta(seconds=30), repair_search),
    Task("tell_untold_changes", timedelta(minutes=1), tell_untold),
    Task("forget_sent_forms", timedelta(minutes=30), forget_sent_forms),
    Task("forget_tries", timedelta(minutes=30), forget_tries),
    Task("publish_on_the_day", timedelta(minutes=1), authoring.publish_on_the_day),
    Task("seal_log", timedelta(minutes=1), seal_log),
    Task("cut_old_log", timedelta(days=1), cut_old_log),
    Task("tell_of_next_dates", timedelta(minutes=1), tell_of_next_dates),
    Task("forget_imports", timedelta(days=1), forget_old),
    Task("forget_searches", timedelta(days=1), forget_searches),
    Task("forget_interests", timedelta(hours=1), forget_interests),
    Task("forget_staff", timedelta(hours=1), forget_staff),
    Task("erase_what_is_over", timedelta(hours=1), erase_what_is_over),
    Task("age_files", timedelta(hours=1), age_files),
)
