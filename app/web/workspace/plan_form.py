"""The form of a new run as it is typed: a weekly pattern makes rows, one a session, and the rows are what is kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from hashlib import sha256

from pydantic import ValidationError

from app.courses.models import CourseRun
from app.courses.planning_inputs import RunForm, SessionForm
from app.courses.public_holidays import holidays_between
from app.courses.timetable import planned_sessions
from app.faults import FAULTS, Fault, faults_of
from app.i18n import local
from app.web.forms import Typed, WrongForm

PATTERN = ("weekdays", "begins", "ends", "first_day", "last_day")
FACTS = (
    "seats", "min_participants", "decision_day", "opens", "closes", "teacher", "bring", "public_money", "venue_id", "link",
)  # fmt: skip
VENUE = ("name", "address", "room", "access_notes")


@dataclass(frozen=True, slots=True)
class Row:
    """One session on the list before it is saved."""

    day: date
    begins: time
    ends: time
    venue_id: int | None = None
    held: bool = True
    holiday: str = ""

    @property
    def token(self) -> str:
        """How the form carries it."""
        return f"{self.day.isoformat()} {self.begins:%H:%M} {self.ends:%H:%M} {self.venue_id or 0}"

    @property
    def asked(self) -> dict[str, object]:
        """As a `SessionForm` takes it."""
        return {"day": self.day, "begins": self.begins, "ends": self.ends, "venue_id": self.venue_id}


def rows_of_pattern(form: Typed, locale: str) -> list[Row]:
    """The sessions of the weekly pattern, those on public holidays not held unless somebody says so."""
    asked = _run_form(form, weekly=True)
    faults: list[Fault] = []
    planned = planned_sessions(asked, faults)
    if faults or not planned:
        raise WrongForm(flat(faults) or [Fault("weekdays", "no_sessions", FAULTS["no_sessions"])])
    begins, ends = asked.weekly[0].begins, asked.weekly[0].ends
    return with_holidays([Row(one.day, begins, ends) for one in planned], locale, skip=True)


def with_holidays(rows: Sequence[Row], locale: str, *, skip: bool = False) -> list[Row]:
    """The rows in order, each with the name of the holiday it falls on."""
    if not rows:
        return []
    named = holidays_between(min(row.day for row in rows), max(row.day for row in rows), locale)
    found = [
        replace(row, holiday=named.get(row.day, ""), held=row.held and not (skip and row.day in named)) for row in rows
    ]
    return sorted(found, key=lambda row: (row.day, row.begins))


def rows_typed(form: Typed, locale: str) -> list[Row]:
    """The rows as the form brought them back; what is no row is a fault."""
    held = {*form.many("held")}
    rows = []
    for token in form.many("row"):
        rows.append(replace(_row(token.split(" ")), held=token in held))
    return with_holidays(rows, locale)


def row_changed(form: Typed, prefix: str) -> Row:
    """The row whose day, hours and place were typed anew, or one that is added."""
    fields = {name: form.one(f"{prefix}_{name}") for name in ("day", "begins", "ends")}
    asked: dict[str, object] = {**fields, "venue_id": form.one(f"{prefix}_venue") or None}
    try:
        one = SessionForm.model_validate(asked)
    except ValidationError as error:
        raise WrongForm([replace(one, field=f"{prefix}_{one.field}") for one in faults_of(error)]) from error
    return Row(one.day, one.begins, one.ends, one.venue_id)


def run_asked(form: Typed, rows: Iterable[Row], *, self_study: bool) -> RunForm:
    """What the whole form asks for: the rows that are ticked, the place, seats and windows."""
    return _run_form(form, sessions=[] if self_study else [row for row in rows if row.held])


def fingerprint(form: Typed) -> str:
    """Of the weekly pattern: rows made from another one are made anew before anything is saved."""
    typed = "|".join(",".join(form.many(name)) for name in PATTERN)
    return sha256(typed.encode()).hexdigest()[:16]


def flat(faults: Iterable[Fault], rows: Sequence[Row] = ()) -> list[Fault]:
    """The faults at the fields of this form: what is wrong with a session stands at its row."""
    held = [number for number, row in enumerate(rows) if row.held]
    found: dict[str, Fault] = {}
    for fault in faults:
        kind, _dot, rest = fault.field.partition(".")
        number, _dot, name = rest.partition(".")
        field = fault.field
        if kind == "weekly":
            field = name.split(".")[0] or "weekdays"
        elif kind == "sessions" and number.isdigit() and int(number) < len(held):
            field = f"row-{held[int(number)]}"
        elif kind == "new_venue":
            field = f"venue_{rest or 'name'}"
        found.setdefault(field, replace(fault, field=field))
    return [*found.values()]


def proposal(last: CourseRun | None) -> Typed:
    """What a new form begins with: the seats, place and teacher of the course's latest run."""
    if last is None:
        return Typed({"seats": ["12"], "has_waiting_list": ["yes"], "begins": ["18:00"], "ends": ["19:30"]})
    fields = {
        "seats": [str(last.seats)],
        "min_participants": [str(last.min_participants)] if last.min_participants else [],
        "teacher": [last.teacher],
        "bring": [last.bring],
        "venue_id": [str(last.venue_id)] if last.venue_id else [],
        "has_waiting_list": ["yes"] if last.has_waiting_list else [],
        "weekdays": last.weekdays.split(",") if last.weekdays else [],
    }
    if last.session_count:
        first = next(iter(last.sessions))
        fields |= {
            "begins": [f"{local(first.starts_at):%H:%M}"],
            "ends": [f"{local(first.ends_at):%H:%M}"],
        }
    return Typed({name: texts for name, texts in fields.items() if texts and texts[0]})


def _run_form(form: Typed, *, weekly: bool = False, sessions: Sequence[Row] = ()) -> RunForm:
    asked: dict[str, object] = {name: form.one(name) for name in FACTS if form.one(name)}
    asked |= {name: form.one(name) for name in ("first_day", "last_day") if form.one(name)}
    asked["has_waiting_list"] = form.one("has_waiting_list") == "yes"
    if any(form.one(f"venue_{name}") for name in VENUE):
        asked["new_venue"] = {name: form.one(f"venue_{name}") for name in VENUE}
    if weekly:
        pattern: Mapping[str, object] = {
            "weekdays": form.many("weekdays"),
            "begins": form.one("begins"),
            "ends": form.one("ends"),
        }
        asked = {"weekly": [pattern]} | {name: asked[name] for name in ("first_day", "last_day") if name in asked}
    elif sessions:
        asked = {name: value for name, value in asked.items() if name not in {"first_day", "last_day"}}
        asked["sessions"] = [row.asked for row in sessions]
    try:
        return RunForm.model_validate(asked)
    except ValidationError as error:
        raise WrongForm(flat(faults_of(error))) from error


def _row(parts: Sequence[str]) -> Row:
    try:
        day, begins, ends, venue = parts
        one = SessionForm.model_validate(
            {"day": day, "begins": begins, "ends": ends, "venue_id": None if venue == "0" else venue}
        )
    except ValueError as error:  # Pydantic's too: nobody types a row.
        raise WrongForm([Fault("sessions", "choice_unknown", FAULTS["choice_unknown"])]) from error
    return Row(one.day, one.begins, one.ends, one.venue_id)
