"""What a figure is: its words, its unit, what it is counted from and how its number is made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TypeAlias

from app.i18n import Text, _
from app.reports.counting import Part, Tally
from app.reports.dimensions import Dimension
from app.reports.window import Window

Amount: TypeAlias = int | Decimal

SECONDS_OF_AN_ACADEMIC_HOUR = 45 * 60
SECONDS_OF_A_HUNDREDTH = SECONDS_OF_AN_ACADEMIC_HOUR // 100
ANSWERS_FOR_A_SCORE = 5
QUESTIONS = 5


class Unit(StrEnum):
    """In what a figure is counted."""

    COURSES = "courses"
    GROUPS = "groups"
    ACTIVITIES = "activities"
    REGISTRATIONS = "registrations"
    PARTICIPATIONS = "participations"
    PEOPLE = "people"
    ACADEMIC_HOURS = "academic_hours"
    PERSON_HOURS = "person_hours"
    CERTIFICATES = "certificates"
    SEATS = "seats"
    PER_CENT = "per_cent"
    PERMITS = "permits"
    WISHES = "wishes"
    DAYS = "days"
    SEARCHES = "searches"
    VIEWS = "views"
    ANSWERS = "answers"
    MARK = "mark"
    EUROS = "euros"
    PROVIDERS = "providers"
    PARTNERS = "partners"


UNIT_NAMES: dict[Unit, Text] = {
    Unit.COURSES: _("courses"),
    Unit.GROUPS: _("groups"),
    Unit.ACTIVITIES: _("activities"),
    Unit.REGISTRATIONS: _("registrations"),
    Unit.PARTICIPATIONS: _("participations"),
    Unit.PEOPLE: _("people"),
    Unit.ACADEMIC_HOURS: _("academic hours of 45 minutes"),
    Unit.PERSON_HOURS: _("academic hours times people"),
    Unit.CERTIFICATES: _("certificates"),
    Unit.SEATS: _("seats"),
    Unit.PER_CENT: _("per cent"),
    Unit.PERMITS: _("permits"),
    Unit.WISHES: _("wishes"),
    Unit.DAYS: _("days of 24 hours"),
    Unit.SEARCHES: _("searches"),
    Unit.VIEWS: _("openings of a page"),
    Unit.ANSWERS: _("answers"),
    Unit.MARK: _("a mark from 1 to 5"),
    Unit.EUROS: _("euros"),
    Unit.PROVIDERS: _("providers"),
    Unit.PARTNERS: _("institutions and organisations"),
}


def total(tallies: Iterable[Tally]) -> int:
    """A count: what all parts count, together."""
    return sum(tally.number for tally in tallies)


def euros(tallies: Iterable[Tally]) -> Decimal:
    """Cents as euros."""
    return (Decimal(total(tallies)) / 100).quantize(Decimal("0.01"))


def academic_hours(tallies: Iterable[Tally]) -> Decimal:
    """Seconds as hours of 45 minutes; rounded once, after everything is added up."""
    return (Decimal(total(tallies)) / SECONDS_OF_AN_ACADEMIC_HOUR).quantize(Decimal("0.01"), ROUND_HALF_UP)


def per_cent(tallies: Iterable[Tally]) -> Decimal | None:
    """A share, in per cent with one decimal; nothing has no shares."""
    counted = list(tallies)
    whole = sum(tally.of for tally in counted)
    return (Decimal(100 * total(counted)) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


def mean_mark(tallies: Iterable[Tally]) -> Decimal | None:
    """The mean of all marks with two decimals, from five answers up."""
    counted = list(tallies)
    marks = sum(tally.of for tally in counted)
    if marks < ANSWERS_FOR_A_SCORE * QUESTIONS:
        return None
    return (Decimal(total(counted)) / marks).quantize(Decimal("0.01"), ROUND_HALF_UP)


def median(tallies: Iterable[Tally]) -> int | None:
    """The smallest value that at least half of all values do not exceed."""
    counted = sorted(tallies, key=lambda tally: tally.each)
    whole = total(counted)
    reached = 0
    for tally in counted:
        reached += tally.number
        if tally.number and 2 * reached >= whole:
            return tally.each
    return None


BY_COURSE = frozenset(Dimension)
"""Everything that hangs on a course or an activity can be divided by every dimension."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number about the city's adult education, and everything one must know to trust it."""

    id: str
    name: Text
    definition: Text
    unit: Unit
    counted_from: Text
    parts: Callable[[Window], tuple[Part, ...]]
    """From which records of a period it is counted."""
    dimensions: frozenset[Dimension] = BY_COURSE
    adds_up: frozenset[Dimension] = frozenset()
    """Dimensions over which its cells add up to the whole: the rest count something in several cells."""
    section: int | None = None
    """The section of the yearly report in which it is printed."""
    finish: Callable[[Iterable[Tally]], Amount | None] = total
    hides_small: bool = True
    """Whether a public cell from 1 to 4 is hidden: not for hours and money."""

    @property
    def is_sum(self) -> bool:
        """Whether it adds up what its parts give: a share, a mean and a median do not."""
        return self.finish in (total, euros, academic_hours)
