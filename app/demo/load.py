"""The demonstration city, loaded in one transaction: same input and same day, same city."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.audit.record import SYSTEM
from app.courses.models import Course, CourseRun, CourseSession
from app.db import Base
from app.demo import files
from app.demo.around import add_activities, add_reports, add_use
from app.demo.catalogue import Public, add_courses, public_times
from app.demo.coming import runs_to_come
from app.demo.days import moment
from app.demo.drafts import add_drafts
from app.demo.extras import add_questions, bring_together, share
from app.demo.feedback import add_feedback
from app.demo.files import CourseEntry
from app.demo.forgotten import add_forgotten
from app.demo.institutions import add_institutions
from app.demo.people import Crowd
from app.demo.permits import add_permits
from app.demo.registrations import Place, Registering, add_registrations, choose_channels, counting_keys, number
from app.demo.rolls import add_certificates, add_head_counts, add_rolls, take_rolls, walk_ins
from app.demo.rows import Progress, Rows, seeded
from app.demo.runs import Plan, Timetable
from app.demo.wishes import add_wishes, fulfilled, wishes
from app.demo.year import YEAR, runs_of_the_year, runs_under_way, runs_until
from app.i18n import _
from app.participation.models import Activity, Attendance
from app.permits.models import Permit
from app.providers.models import Provider, ThematicGroup, Venue
from app.refusals import Conflict
from app.registrations.models import CountingKey, Registration
from app.reports.models import AnnualReport
from app.wishes.models import WishRequest

LOADED = "demonstration_loaded"
FIRST_DAY = date(YEAR + 1, 2, 1)
MUST_BE_EMPTY: tuple[type[Base], ...] = (
    Provider,
    ThematicGroup,
    Venue,
    Permit,
    Course,
    Registration,
    WishRequest,
    Activity,
    AnnualReport,
)


class DemoRefused(Conflict):
    """The demonstration city may not be loaded here."""

    code = "demo_refused"
    sentence = _("This database holds records of its own. The demonstration city goes into an empty one only.")


class AlreadyLoaded(Conflict):
    """The demonstration city is here already."""

    code = "demo_already_loaded"
    sentence = _("The demonstration city is already here, and nothing was changed.")


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """How much was loaded."""

    courses: int
    runs: int
    sessions: int
    registrations: int
    attendances: int
    wishes: int
    permits: int


def load_demo(db: Session, today: date, progress: Progress | None = None, *, demonstration: bool = True) -> DemoSummary:
    """Fill the database with the demonstration city as it is on that day; the caller commits.

    Raises AlreadyLoaded when it is here, DemoRefused when the installation is no demonstration, when the database
    holds records of its own, or when the day is before February 2026. `progress` hears how many of its rows are written.
    """
    _refuse_unless_welcome(db, today, demonstration=demonstration)
    rows = Rows(db)
    courses = files.courses()
    all_wishes = wishes(today)
    times = public_times(courses, fulfilled(all_wishes))
    places = add_institutions(rows)
    permits = add_permits(rows, places, courses, {code: public.first for code, public in times.items()}, today)
    course_ids = add_courses(rows, places, courses, times, permits)
    add_drafts(rows, places, course_ids, courses, today)
    timetable = Timetable(rows, places, course_ids)
    crowd = Crowd()
    _add_runs(rows, db, timetable, crowd, courses, times, today)
    add_wishes(rows, places, course_ids, crowd, all_wishes, today)
    add_activities(rows, places, today)
    add_use(rows, db, courses, times, today)
    add_reports(rows, today)
    add_forgotten(rows, places, today)
    rows.add(
        AuditEntry,
        at=moment(today, 0),
        actor=SYSTEM,
        act=LOADED,
        object_kind="database",
        object_id="demonstration",
        facts="",
    )
    rows.write(progress)
    return DemoSummary(
        courses=len(courses),
        runs=rows.count(CourseRun),
        sessions=rows.count(CourseSession),
        registrations=rows.count(Registration),
        attendances=rows.count(Attendance),
        wishes=rows.count(WishRequest),
        permits=rows.count(Permit),
    )


def _refuse_unless_welcome(db: Session, today: date, *, demonstration: bool) -> None:
    if not demonstration:
        raise DemoRefused(_("This installation is not a demonstration (DEMONSTRATION=false)."))
    if db.scalar(select(AuditEntry.id).where(AuditEntry.act == LOADED).limit(1)) is not None:
        raise AlreadyLoaded
    if any(db.execute(select(model).limit(1)).first() is not None for model in MUST_BE_EMPTY):
        raise DemoRefused
    if today < FIRST_DAY:
        raise DemoRefused(
            _("The demonstration city begins on %(day_loc)s; this machine's clock is slow.", day_loc=FIRST_DAY)
        )


def _add_runs(
    rows: Rows,
    db: Session,
    timetable: Timetable,
    crowd: Crowd,
    courses: Sequence[CourseEntry],
    times: Mapping[str, Public],
    today: date,
) -> None:
    """Runs, registrations, rolls, certificates and feedback: of 2025, since then, under way, to come."""
    of_the_year, cancelled = runs_of_the_year(courses, times)
    for place, plan in enumerate(cancelled):
        plan.cancelled_at = moment(plan.first_day - timedelta(days=2 + place % 5), 11, 15)
        plan.cancel_reason = timetable.reason(place)
    since = [*runs_until(courses, times, today), *runs_under_way(courses, times, today)]
    to_come = runs_to_come(courses, times, timetable, today)
    for plans in ([*of_the_year, *cancelled], since, to_come):
        timetable.add(plans)
    past = sorted([*of_the_year, *cancelled, *since], key=lambda plan: plan.id)
    by_run = _registrations(rows, crowd, past, to_come, today)
    places = sorted((place for run in by_run.values() for place in run), key=lambda place: place.id)
    years = sorted({plan.first_day.year for plan in [*past, *to_come]})
    existing = {key.year: key.key for key in db.scalars(select(CountingKey)) if key.key}
    add_registrations(rows, places, counting_keys(rows, years, existing), today)
    roll = take_rolls(past, by_run, today, seeded("rolls"))
    add_rolls(rows, roll, YEAR)
    add_head_counts(rows, [plan for plan in past if plan.first_day.year == YEAR], by_run, walk_ins(roll, YEAR))
    add_certificates(rows, past, by_run, today)
    add_feedback(rows, past, by_run, today)
    add_questions(rows, to_come, by_run)


def _registrations(
    rows: Rows, crowd: Crowd, past: Sequence[Plan], to_come: Sequence[Plan], today: date
) -> dict[int, list[Place]]:
    """Everybody's registrations by run, numbered in the order in which they came."""
    registering = Registering(crowd, today)
    by_run: defaultdict[int, list[Place]] = defaultdict(list)
    for plan in past:
        by_run[plan.id] = registering.past(plan, seeded(f"run {plan.id}"))
    for plan in to_come:
        by_run[plan.id] = registering.coming(plan, seeded(f"run {plan.id}"))
    pairs = bring_together(to_come, by_run)
    everybody = [place for run in by_run.values() for place in run]
    number(everybody, rows)
    choose_channels(everybody, YEAR)
    share(pairs)
    return dict(by_run)
