"""Figures as people read them: numbers with their units, tables that are their own charts, changes against the year before."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.i18n import Language, Percent, Text, _, money_text, number_text, percent_text
from app.reports.dimensions import DIMENSION_NAMES, Dimension
from app.reports.figures import Figure, Unit
from app.reports.public import PublicFigures, Shown

MOST_STITCHES = 48
"""A bar of more could not be counted."""
NOT_SHOWN = _("not shown")
NOTHING = "–"
PARTICIPATIONS = "participations"


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a table that is its own chart; `was` is the year before, `code` that of a thematic group."""

    name: str
    value: int
    text: str
    was: int | None
    change: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class BarTable:
    """Participations in the parts of a dimension; `total` is their name, number and change."""

    dimension: Dimension
    head: Text
    caption: Text
    rows: Sequence[Bar]
    total: tuple[str, str, str]


def figure_text(shown: Shown, figure: Figure, language: Language) -> str:
    """A figure's number with its sign: 7 840, 66,1 %, 71 346 €; in words where it is hidden."""
    if shown.is_hidden:
        return NOT_SHOWN.say(language)
    match shown.amount, figure.unit:
        case None, _unit:
            return NOTHING
        case Decimal() as euros, Unit.EUROS:
            return money_text(euros, language)
        case share, Unit.PER_CENT:
            return percent_text(share, language)
        case number, _unit:
            return number_text(number, language)


def bar_table(
    caption: Text, figure: Figure, now: PublicFigures, before: PublicFigures | None, language: Language
) -> BarTable:
    """A figure by the dimension that was asked for, the largest first, beside the year before."""
    by = now.question.by
    assert by is not None
    old = before.cells[figure.id] if before else {}
    rows = [
        _bar(
            place.name.say(language),
            figure,
            cell,
            old.get(place.code),
            language,
            code=place.code if by is Dimension.GROUP else "",
        )
        for place, cell in now.cells_in_order(figure.id)
    ]
    rows.sort(key=lambda row: -row.value)
    was = before.values[figure.id] if before else None
    whole = _bar(_("Total").say(language), figure, now.values[figure.id], was, language)
    return BarTable(by, DIMENSION_NAMES[by], caption, rows, (whole.name, whole.text, whole.change))


def stitch(tables: Sequence[BarTable]) -> int:
    """How much one stitch is worth, so that the longest bar can still be counted: 1, 2, 5, 10, 20, 50 …"""
    longest = max((max(row.value, row.was or 0) for table in tables for row in table.rows), default=0)
    worth = [factor * int(f"1{'0' * power}") for power in range(9) for factor in (1, 2, 5)]
    return min(one for one in worth if one * MOST_STITCHES >= longest)


def change(now: Shown, before: Shown | None) -> int | None:
    """By how many per cent a number grew; nothing where one of the two is not told or was nothing."""
    if before is None or not before.amount or now.amount is None:
        return None
    share = 100 * (Decimal(now.amount) - Decimal(before.amount)) / Decimal(before.amount)
    return int(share.quantize(Decimal(1), ROUND_HALF_UP))


def comparison(now: PublicFigures, before: PublicFigures) -> Text | None:
    """One sentence: more or fewer participations than in the year before."""
    share = change(now.values[PARTICIPATIONS], before.values[PARTICIPATIONS])
    year = before.question.year
    match share:
        case None:
            return None
        case 0:
            return _("There were as many participations as in %(year)s.", year=year)
        case more if more > 0:
            return _("There were %(share)s more participations than in %(year)s.", share=Percent(more), year=year)
        case fewer:
            return _("There were %(share)s fewer participations than in %(year)s.", share=Percent(-fewer), year=year)


def _bar(name: str, figure: Figure, now: Shown, before: Shown | None, language: Language, code: str = "") -> Bar:
    grown = change(now, before)
    return Bar(
        name,
        _stitched(now),
        figure_text(now, figure, language),
        None if before is None or before.amount is None else _stitched(before),
        "" if grown is None else percent_text(grown, language, signed=True),
        code,
    )


def _stitched(shown: Shown) -> int:
    return int(shown.amount or 0)
