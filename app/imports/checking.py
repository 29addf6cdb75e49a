"""check_together(): what is wrong with the rows of one course, cell by cell; nothing is looked up or written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import ValidationError

from app.courses.authoring_refusals import PublishIncomplete
from app.courses.drafts import read_fields
from app.courses.inputs import CourseForm
from app.courses.models import Format
from app.courses.planning_inputs import RunForm
from app.courses.readiness import missing_in
from app.courses.timetable import RunWrong, Timetable, timetable
from app.faults import FAULTS, Fault, faults_of
from app.i18n import LANGUAGES, Text, _
from app.imports.cells import Cells, Known, course_fields, has_run, run_asked, venue_is_missing_its_address
from app.imports.columns import BY_KEY, COURSE_KEYS, same

_PLACES = {
    "weekly": "run.weekdays", "sessions": "run.first_day", "venue_id": "run.venue", "new_venue": "run.address",
}  # fmt: skip
_UNKNOWN_VENUE = _("We do not know this venue. Write its address too, or choose one from the list.")
_UNKNOWN_CODE = _("You have no course with this code. Leave the field empty to make a new course.")


@dataclass(frozen=True, slots=True)
class Row:
    """A row to be checked."""

    number: int
    cells: Cells


@dataclass(slots=True)
class Checked:
    """A row that was checked: what it asks for, and the sentence for each wrong cell by the key of its column."""

    number: int
    course: CourseForm | None = None
    run: RunForm | None = None
    faults: dict[str, Text] = field(default_factory=dict)
    note: Text | None = None
    """What nothing has to be mended for, but is good to know before the rows are taken over."""

    def told(self) -> dict[str, dict[str, str]]:
        """The faults as they are kept: each in every language."""
        return {key: {one.code: text.say(one) for one in LANGUAGES.values()} for key, text in self.faults.items()}


def noted(found: Checked) -> dict[str, str]:
    """The note as it is kept: in every language, where nothing is wrong."""
    return {one.code: found.note.say(one) for one in LANGUAGES.values()} if found.note and not found.faults else {}


def check_together(rows: Sequence[Row], known: Known, moment: datetime, taken: Row | None = None) -> list[Checked]:
    """The rows of one course, in their order: the first says what the course is, all say when it is held.

    `taken` is the row from which the course was made already.
    """
    leads = taken or next(iter(rows), None)
    if leads is None:
        return []
    code = leads.cells.get("code", "").strip().casefold()
    lead = Checked(leads.number)
    if not code:
        _check_course(lead, leads.cells, known, is_made=taken is not None)
    elif code not in known.codes:
        lead.faults["code"] = _UNKNOWN_CODE
    is_self_study = (
        lead.course.format is Format.SELF_STUDY
        if lead.course is not None
        else known.codes.get(code) in known.self_study
    )
    checked, times = list[Checked](), dict[tuple[object, ...], int]()
    for row in rows:
        found = lead if row is leads else Checked(row.number, faults=dict(lead.faults) if code else {})
        if row is not leads and not code:
            _check_sameness(found, row.cells, leads)
            if taken is None and lead.faults:
                found.faults.setdefault("course.title", lead_first(leads.number))
        when = None
        if has_run(row.cells):
            when = _check_run(found, row.cells, known, moment, is_self_study=is_self_study)
        elif code or taken is not None:
            found.faults.setdefault("run.first_day", FAULTS["missing"])
        _check_twice(found, row, when, times, known.starts, known.codes.get(code))
        checked.append(found)
    return checked


def lead_first(number: int) -> Text:
    """Why a row cannot be taken before the one that says what its course is."""
    return _("Row %(row)s says what the course is. Mend it first.", row=number)


def columns_of(header: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """The key of each column of the file; empty for one that says nothing to us, or comes a second time."""
    found: list[str] = []
    for name in header:
        key = names.get(same(name), "")
        found.append("" if key in found else key)
    return found


def _check_course(found: Checked, cells: Cells, known: Known, *, is_made: bool) -> None:
    title = cells.get("course.title", "")
    reading = read_fields(course_fields(cells, known))
    found.course = reading.form
    found.faults |= {f"course.{fault.field}": fault.sentence for fault in reading.faults}
    if not is_made and (missing := missing_in(reading)):
        found.note = PublishIncomplete([one.words for one in missing]).sentence
    group = cells.get("course.group", "")
    if group and same(group) not in known.groups:
        found.faults["course.group"] = FAULTS["choice_unknown"]
    if not title:
        found.faults["course.title"] = FAULTS["missing"]
    elif not is_made and (there := known.titles.get(same(title))):
        found.faults["course.title"] = _(
            "You have a course with this title already: %(code)s. Write its code to add a group to it.", code=there
        )


def _check_sameness(found: Checked, cells: Cells, first: Row) -> None:
    """What a further row says of the course is what the first one says, or nothing."""
    for key in COURSE_KEYS:
        text = cells.get(key, "")
        if key != "course.title" and text and same(text) != same(first.cells.get(key, "")):
            found.faults[key] = _("This is not what row %(row)s says of the same course.", row=first.number)


def _check_run(
    found: Checked, cells: Cells, known: Known, moment: datetime, *, is_self_study: bool
) -> Timetable | None:
    if venue_is_missing_its_address(cells, known):
        found.faults["run.venue"] = _UNKNOWN_VENUE
    try:
        found.run = RunForm.model_validate(run_asked(cells, known, self_study=is_self_study))
        return timetable(found.run, moment, self_study=is_self_study)
    except ValidationError as error:
        told = faults_of(error)
    except RunWrong as wrong:
        told = wrong.faults
    for fault in told:
        found.faults.setdefault(key_of(fault), fault.sentence)
    return None


def key_of(fault: Fault) -> str:
    """The column that a fault of a RunForm belongs to."""
    first, _, rest = fault.field.partition(".")
    last = rest.rpartition(".")[2]
    if last in {"begins", "ends"}:
        return f"run.{last}"
    if first == "new_venue":
        return "run.venue" if last == "name" else "run.address"
    key = _PLACES.get(first, f"run.{first}")
    return key if key in BY_KEY else "run.first_day"


def _check_twice(
    found: Checked,
    row: Row,
    when: Timetable | None,
    times: dict[tuple[object, ...], int],
    starts: set[tuple[int, str]],
    course_id: int | None,
) -> None:
    """The same group, or the same course without one, stands in the file once, and is not there already."""
    if found.run is not None and when is None:
        return
    held = (when.starts_at, row.cells.get("run.venue", "").casefold()) if when else ()
    before = times.setdefault(held, row.number)
    if before != row.number:
        key = "run.first_day" if when else "course.title"
        found.faults.setdefault(key, _("Row %(row)s says the same. Leave one of them out.", row=before))
    elif when and course_id is not None and (course_id, when.starts_at.isoformat()) in starts:
        found.faults.setdefault("run.first_day", _("The course has a group that begins then already."))
