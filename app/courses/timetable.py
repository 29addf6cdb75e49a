"""A run's timetable: from what is asked, in days and hours of the wall clock, to sessions and windows in time.

Whatever is wrong is found at once, each fault with the field it stands in, so that forms and spreadsheets can mark it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from app.courses.actions import FARTHEST
from app.courses.planning_inputs import MOST_SESSIONS, RunForm
from app.courses.refusals import EndBeforeStart, HourMissing, SessionsOverlap, WrongTime
from app.courses.wall_clock import Span, instant, span
from app.faults import FAULTS, Fault
from app.refusals import Conflict
from app.texts import is_whole_day

_LAST_SECOND = time(23, 59, 59)
_DAY = timedelta(days=1)


class RunWrong(Conflict):
    """The run cannot be planned as asked; `faults` says which fields must be mended and how."""

    status = 422
    code = "run_wrong"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = [*faults]
        super().__init__(self.faults[0].sentence)


@dataclass(frozen=True, slots=True)
class Planned:
    """One session to be held."""

    at: Span
    day: date
    place: str
    """The field that asked for it, to mark it when something is wrong."""
    venue_id: int | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a run is held, and when one can register for it."""

    sessions: tuple[Planned, ...]
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    decision_at: datetime | None


def timetable(asked: RunForm, moment: datetime, *, self_study: bool = False) -> Timetable:
    """When everything happens; refuses with every fault that is found."""
    faults: list[Fault] = []
    sessions = [] if self_study else planned_sessions(asked, faults)
    if self_study:
        whole = _whole(asked, faults)
    elif sessions:
        whole = Span(min(one.at.starts_at for one in sessions), max(one.at.ends_at for one in sessions))
    else:
        whole = None
        if not faults:
            faults.append(_fault("first_day" if asked.weekly else "sessions", "no_sessions"))
    if whole is None:
        raise RunWrong(faults)
    if not self_study and whole.starts_at <= moment:
        faults.append(_fault(min(sessions, key=lambda one: one.at).place, "date_past"))
    if whole.ends_at <= moment:
        faults.append(_fault("last_day", "date_past"))
    if whole.ends_at > moment + FARTHEST:
        faults.append(_fault(max(sessions, key=lambda one: one.at).place if sessions else "last_day", "date_far"))
    latest = whole.ends_at if self_study else whole.starts_at
    opens_at, closes_at = _window(asked, moment, latest, faults)
    decision_at = _decision(asked, moment, whole.starts_at, faults)
    if 0 < asked.seats < asked.min_participants:
        faults.append(_fault("min_participants", "minimum_above_seats"))
    if faults:
        raise RunWrong(_once(faults))
    return Timetable(tuple(sessions), whole.starts_at, whole.ends_at, opens_at, closes_at, decision_at)


def planned_sessions(asked: RunForm, faults: list[Fault]) -> list[Planned]:
    """The sessions in order of time, those of the pattern and single ones; what is wrong is added to the faults."""
    found = [*_weekly(asked, faults), *_single(asked, faults)]
    found.sort(key=lambda one: one.at)
    for first, second in pairwise(found):
        if second.at.starts_at < first.at.ends_at:
            overlap = SessionsOverlap(first.at.starts_at, second.at.starts_at)
            faults.append(Fault(second.place, overlap.code, overlap.sentence))
    return found


def _weekly(asked: RunForm, faults: list[Fault]) -> Iterator[Planned]:
    """The pattern's sessions, week by week, but not on the days that are left out."""
    if not asked.weekly:
        return
    if asked.first_day is None or asked.last_day is None:
        faults += [_fault(name, "missing") for name in ("first_day", "last_day") if getattr(asked, name) is None]
        return
    if asked.last_day < asked.first_day:
        faults.append(_fault("last_day", "end_before_start"))
        return
    if asked.last_day - asked.first_day > FARTHEST:
        faults.append(_fault("last_day", "date_far"))
        return
    left_out, made = {*asked.not_on}, 0
    for number, pattern in enumerate(asked.weekly):
        place = f"weekly.{number}.begins"
        for days in range((asked.last_day - asked.first_day).days + 1):
            day = asked.first_day + days * _DAY
            if day.weekday() not in pattern.weekdays or day in left_out:
                continue
            if (at := _span(day, pattern.begins, pattern.ends, place, faults)) is None:
                break
            made += 1
            if made > MOST_SESSIONS:
                faults.append(_fault("last_day", "date_far"))
                return
            yield Planned(at, day, place, link=asked.link)


def _single(asked: RunForm, faults: list[Fault]) -> Iterator[Planned]:
    for number, one in enumerate(asked.sessions):
        place = f"sessions.{number}.begins"
        if (at := _span(one.day, one.begins, one.ends, place, faults)) is not None:
            yield Planned(at, one.day, place, one.venue_id, one.link or asked.link)


def _span(day: date, begins: time, ends: time, place: str, faults: list[Fault]) -> Span | None:
    try:
        return span(day, begins, ends)
    except HourMissing as never:
        faults.append(Fault(place, never.code, never.sentence))
    except EndBeforeStart as wrong:
        faults.append(Fault(place.replace("begins", "ends"), wrong.code, wrong.sentence))
    except (OverflowError, ValueError):  # The calendar itself ends there.
        faults.append(_fault(place, "date_far"))
    return None


def _whole(asked: RunForm, faults: list[Fault]) -> Span | None:
    """From the first day to the last, for a course without sessions."""
    if asked.first_day is None or asked.last_day is None:
        faults += [_fault(name, "missing") for name in ("first_day", "last_day") if getattr(asked, name) is None]
        return None
    if asked.last_day < asked.first_day:
        faults.append(_fault("last_day", "end_before_start"))
        return None
    try:
        return Span(instant(asked.first_day, time(0, 0)), instant(asked.last_day, _LAST_SECOND))
    except (OverflowError, ValueError):
        faults.append(_fault("last_day", "date_far"))
        return None


def _window(asked: RunForm, moment: datetime, latest: datetime, faults: list[Fault]) -> tuple[datetime, datetime]:
    """From when until when one can register: never past the start, and in this order."""
    closes_at = _wall(asked.closes, latest, "closes", faults, last=True)
    if closes_at > latest:
        faults.append(_fault("closes", "closes_after_start"))
    opens_at = _wall(asked.opens, min(moment, closes_at), "opens", faults, last=False)
    if opens_at > closes_at:
        faults.append(_fault("closes", "end_before_start"))
    return opens_at, closes_at


def _decision(asked: RunForm, moment: datetime, start: datetime, faults: list[Fault]) -> datetime | None:
    """Until when it is decided whether a run with few participants starts."""
    if not asked.min_participants:
        return None
    if asked.decision_day is None:
        faults.append(_fault("decision_day", "missing"))
        return None
    try:
        decision_at = instant(asked.decision_day, _LAST_SECOND)
    except (OverflowError, ValueError):
        decision_at = start
    if decision_at >= start:
        faults.append(_fault("decision_day", "decision_after_start"))
    elif decision_at <= moment:
        faults.append(_fault("decision_day", "date_past"))
    return decision_at


def _wall(wanted: datetime | None, otherwise: datetime, field: str, faults: list[Fault], *, last: bool) -> datetime:
    """The instant that a day, with or without an hour, means as a beginning or as an end."""
    if wanted is None:
        return otherwise
    clock = (_LAST_SECOND if last else time(0, 0)) if is_whole_day(wanted) else wanted.time()
    try:
        return instant(wanted.date(), clock)
    except WrongTime as wrong:
        faults.append(Fault(field, wrong.code, wrong.sentence))
    except (OverflowError, ValueError):
        faults.append(_fault(field, "date_far"))
    return otherwise


def _fault(field: str, code: str) -> Fault:
    return Fault(field, code, FAULTS[code])


def _once(faults: Sequence[Fault]) -> list[Fault]:
    """The first fault of each field."""
    return [*{fault.field: fault for fault in reversed(faults)}.values()][::-1]
