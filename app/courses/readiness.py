"""What a course still lacks before it can be published, in words that lead to its fields; and its permit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from app.courses.authoring_refusals import PermitExpired, PermitNeeded, PermitUnknown
from app.courses.drafts import Reading
from app.courses.inputs import CourseForm
from app.courses.models import Course, Funding
from app.i18n import Text, _
from app.permits.models import Permit
from app.refusals import Refusal

LEAST_OUTCOMES = 2

LABELS: dict[str, Text] = {
    "title": _("Title"),
    "summary": _("Summary"),
    "description": _("Description"),
    "outcomes": _("What you will learn"),
    "group": _("Thematic group"),
    "audiences": _("For whom"),
    "level": _("Level"),
    "prerequisites": _("What you need to know before"),
    "keywords": _("Words by which it is searched for"),
    "format": _("How it is held"),
    "language": _("Language of teaching"),
    "academic_hours": _("Length in academic hours"),
    "price": _("Price"),
    "funding": _("Who pays"),
    "certificate": _("What you receive"),
    "needs_permit": _("Needs a permit"),
    "permit": _("Number of the permit"),
    "contact_email": _("E-mail address for questions"),
    "contact_phone": _("Phone for questions"),
    "picture_alt": _("What the picture shows"),
}
"""How each field is called, in the order of the form."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something to be added, and the field where that is done."""

    field: str
    words: Text


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far a course is from being published."""

    missing: tuple[Missing, ...]
    total: int
    """How many things are asked for in all."""
    permit: Refusal | None
    """Why its permit does not suffice; the board can publish all the same, with a reason."""

    @property
    def done(self) -> int:
        """How many of the things asked for are there."""
        return self.total - len(self.missing)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing but, perhaps, a permit."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that residents need to know before a course is public."""

    field: str
    is_there: Callable[[CourseForm], bool]
    words: Text | Callable[[CourseForm], Text]


def _outcomes_left(form: CourseForm) -> Text:
    return _("One more thing one will learn") if form.outcomes else _("Two things one will learn")


def _price_fits(form: CourseForm) -> bool:
    """Who learns free of charge pays nothing; who pays, pays something."""
    if form.price is None:
        return False
    return not form.price if form.funding is Funding.FREE else bool(form.price) or form.funding is not Funding.SELF_PAID


_ASKED = (
    Asked("title", lambda form: form.title != "–", LABELS["title"]),
    Asked("summary", lambda form: bool(form.summary), LABELS["summary"]),
    Asked("description", lambda form: bool(form.description), LABELS["description"]),
    Asked("outcomes", lambda form: len(form.outcomes) >= LEAST_OUTCOMES, _outcomes_left),
    Asked("group", lambda form: bool(form.group), LABELS["group"]),
    Asked("audiences", lambda form: bool(form.audiences), LABELS["audiences"]),
    Asked("format", lambda form: form.format is not None, LABELS["format"]),
    Asked("academic_hours", lambda form: form.academic_hours is not None, LABELS["academic_hours"]),
    Asked("funding", lambda form: form.funding is not None, LABELS["funding"]),
    Asked("price", _price_fits, lambda form: LABELS["price"] if form.price is None else _("A price that agrees with who pays")),
    Asked("certificate", lambda form: form.certificate is not None, LABELS["certificate"]),
    Asked("contact_email", lambda form: bool(form.contact_email or form.contact_phone),
           _("E-mail address or phone for questions")),
)  # fmt: skip
_PICTURE = Asked("picture_alt", lambda form: bool(form.picture_alt), LABELS["picture_alt"])


def readiness(course: Course, reading: Reading, permit: Permit | None, day: date) -> Readiness:
    """What the course still lacks on that day; `permit` is the register's entry with the number that the form names."""
    asked = (*_ASKED, _PICTURE) if course.picture else _ASKED
    missing = missing_in(reading, asked)
    others = {one.field for one in missing} - {one.field for one in asked}
    return Readiness(missing, len(asked) + len(others), _permit_fault(course, reading.form, permit, day))


def missing_in(reading: Reading, asked: Sequence[Asked] = _ASKED) -> tuple[Missing, ...]:
    """What is asked for and is not there or wrong, and what else is wrong."""
    form, wrong = reading.form, {fault.field for fault in reading.faults}
    missing = [
        Missing(one.field, one.words if isinstance(one.words, Text) else one.words(form))
        for one in asked
        if one.field in wrong or not one.is_there(form)
    ]
    others = wrong - {one.field for one in asked}
    return (*missing, *(Missing(field, _to_mend(field)) for field in sorted(others)))


def _to_mend(field: str) -> Text:
    name, _sep, locale = field.rpartition("_")
    label = LABELS.get(field)
    return label if label else _("%(field)s in another language (%(locale)s)", field=LABELS[name], locale=locale)


def _permit_fault(course: Course, form: CourseForm, permit: Permit | None, day: date) -> Refusal | None:
    """Institutions in the register of education institutions need no permit."""
    if not form.needs_permit or course.provider.in_register:
        return None
    if not form.permit:
        return PermitNeeded()
    if permit is None:
        return PermitUnknown()
    return None if permit.is_valid(day) else PermitExpired(permit.valid_until)
