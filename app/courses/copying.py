"""Copying runs into the next term: everything moves by whole weeks, public holidays are left out, nothing is kept yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.clock import now, today
from app.courses.clashes import Clash, ClashKind
from app.courses.models import CourseRun
from app.courses.planning import CourseArchived, plan_of, plan_run, sent_before
from app.courses.planning_inputs import RunForm
from app.courses.public_holidays import holidays_between
from app.courses.timetable import RunWrong
from app.faults import Fault
from app.i18n import DEFAULT, Text, local
from app.people.staff import Staff

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Draft:
    """A copy as it would be saved."""

    run_id: int
    course_id: int
    title: str
    asked: RunForm
    left_out: tuple[tuple[date, str], ...]
    """Days on which a session would fall on a public holiday, with its name."""
    faults: tuple[Fault, ...] = ()
    clashes: tuple[Clash, ...] = ()

    @property
    def can_be_saved(self) -> bool:
        """Whether nothing stands in its way."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one copy."""

    title: str
    run_id: int | None
    """The new run; none when it was not saved."""
    why_not: Text | None = None


def weeks_to(runs: Sequence[CourseRun], first_day: date) -> int:
    """By how many whole weeks the runs move, together, so that the first of them begins on that day or in its week after."""
    earliest = min(local(run.starts_at).date() for run in runs)
    return -((earliest - first_day).days // 7)


def copy_of(run: CourseRun, weeks: int, locale: str = DEFAULT) -> tuple[RunForm, tuple[tuple[date, str], ...]]:
    """What a copy of the run asks for, so many weeks later, by the same hours of the wall clock; and what it leaves out."""
    shift = weeks * _WEEK
    held = [one for one in run.sessions if one.cancelled_at is None]
    days = [local(one.starts_at).date() + shift for one in held]
    holidays = holidays_between(min(days), max(days), locale) if days else {}
    sessions = [
        {
            "day": day,
            "begins": local(one.starts_at).time(),
            "ends": local(one.ends_at).time(),
            "venue_id": one.venue_id,
            "link": one.link,
        }
        for one, day in zip(held, days, strict=True)
        if day not in holidays
    ]
    opens, closes = _wall(run.registration_opens_at) + shift, _wall(run.registration_closes_at) + shift
    asked: dict[str, object] = {
        "sessions": sessions,
        "venue_id": run.venue_id,
        "seats": run.seats,
        "min_participants": run.min_participants,
        "decision_day": _wall(run.decision_at).date() + shift if run.decision_at and run.min_participants else None,
        "opens": opens if opens > _wall(now()) else None,
        "closes": closes,
        "has_waiting_list": run.has_waiting_list,
        "teacher": run.teacher,
        "bring": run.bring,
    }
    if not held:
        asked |= {"first_day": _wall(run.starts_at).date() + shift, "last_day": _wall(run.ends_at).date() + shift}
    first = min((one["day"] for one in sessions if isinstance(one["day"], date)), default=None)
    if first is not None and closes.date() >= first:  # The first session fell on a holiday, or one could join later.
        asked["closes"] = None
    return RunForm.model_validate(asked), tuple((day, holidays[day]) for day in days if day in holidays)


def drafts_of(
    db: Session, who: Staff, runs: Sequence[tuple[CourseRun, str]], first_day: date, locale: str
) -> list[Draft]:
    """Copies of these runs, each with what is wrong or to be looked at; nothing is saved."""
    if not runs:
        return []
    weeks = weeks_to([run for run, _title in runs], first_day)
    found = []
    for run, title in runs:
        asked, left_out = copy_of(run, weeks, locale)
        faults: list[Fault] = []
        clashes: tuple[Clash, ...] = ()
        try:
            clashes = plan_of(db, who, run.course_id, asked, locale).clashes
            faults += [Fault(one.place, "venue_taken", one.sentence) for one in clashes if one.kind is ClashKind.ROOM]
        except RunWrong as wrong:
            faults += wrong.faults
        except CourseArchived as archived:
            faults.append(Fault("course", archived.code, archived.sentence))
        found.append(Draft(run.id, run.course_id, title, asked, left_out, tuple(faults), clashes))
    return found


def save_drafts(db: Session, who: Staff, drafts: Sequence[Draft], locale: str) -> list[Result]:
    """Keep each copy for itself: what cannot be kept says why, and the others are kept all the same."""
    results = []
    there = [_sent_before(db, who, draft) for draft in drafts]  # Before the loop: groups side by side are not the same.
    for draft, before in zip(drafts, there, strict=True):
        try:
            with db.begin_nested():
                run = before or plan_run(db, who, draft.course_id, draft.asked, locale)
            results.append(Result(draft.title, run.id))
        except RunWrong as wrong:
            results.append(Result(draft.title, None, wrong.sentence))
        except CourseArchived as archived:
            results.append(Result(draft.title, None, archived.sentence))
    return results


def _sent_before(db: Session, who: Staff, draft: Draft) -> CourseRun | None:
    try:
        return sent_before(db, who, draft.course_id, draft.asked)
    except RunWrong:  # Why not is told when it is planned.
        return None


def terms(latest: int = 4) -> list[tuple[date, date]]:
    """The latest half-years, this one first: each with its first and last day."""
    day, found = today(), []
    for back in range(latest):
        number = day.year * 2 + (day.month > 6) - back
        year, half = divmod(number, 2)
        found.append((date(year, 7, 1), date(year, 12, 31)) if half else (date(year, 1, 1), date(year, 6, 30)))
    return found


def _wall(moment: datetime) -> datetime:
    """The wall clock of an instant, without its zone."""
    return local(moment).replace(tzinfo=None)
