"""The city's public figures: a year at a glance, by thematic group and provider, what each means, and as a file."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from app.clock import today
from app.dependencies import Db
from app.i18n import Language, _
from app.limits import COSTLY
from app.refusals import NotFound
from app.reports.dimensions import DIMENSION_NAMES, Dimension
from app.reports.figures import FIGURES, SUBJECTS, UNIT_NAMES, Figure
from app.reports.public import PublicFigures, Question, Shown, answer, years_told
from app.reports.searches import SearchesTold, searches_told
from app.web.csv_file import csv_file
from app.web.figure_tables import NOT_SHOWN, PARTICIPATIONS, bar_table, comparison, figure_text, stitch
from app.web.pages import render
from app.web.reading import language_of

HIGHLIGHTS = {
    PARTICIPATIONS: _("participations in courses and activities"),
    "courses_in_catalogue": _("different courses in the catalogue"),
    "registrations_via_catalogue": _("registrations via the catalogue"),
    "permits_issued": _("permits issued"),
}
"""The figures that stand large, and what they count."""
TABLES = {
    Dimension.GROUP: _("Participations by thematic group"),
    Dimension.PROVIDER: _("Participations by provider"),
}
"""By what participations are divided on the page, and every figure in the file."""

router = APIRouter(include_in_schema=False)


@router.get("/raditaji")
def figures(request: Request, db: Db) -> HTMLResponse:
    """The figures of a year as the public may see them, beside the year before."""
    language = language_of(request)
    years = years_told(db)
    year = _asked_year(request, years)
    now = answer(db, [Question(year, {})])[0]
    is_over = now.period is not None and now.period.is_year
    before, divided = None, []
    if is_over and year - 1 in years:
        large = [FIGURES[figure_id] for figure_id in HIGHLIGHTS]
        before = answer(db, [Question(year - 1, {})], large, now.places)[0]
        before = before if before.values[PARTICIPATIONS].amount else None
    if is_over:
        questions = [Question(one.question.year, {}, by) for by in TABLES for one in (now, before) if one]
        divided = answer(db, questions, [FIGURES[PARTICIPATIONS]], now.places)
    these = {one.question.by: one for one in divided if one.question.year == year}
    those = {one.question.by: one for one in divided if one.question.year != year}
    tables = [
        bar_table(caption, FIGURES[PARTICIPATIONS], these[by], those.get(by), language)
        for by, caption in TABLES.items()
        if by in these
    ]
    return render(
        request,
        "figures/figures.html",
        year=year,
        years=[*reversed(years)],
        period=now.period,
        is_over=is_over,
        compared=before.question.year if before else None,
        lead=comparison(now, before) if before else None,
        highlights=_highlights(now, before, language),
        tables=tables,
        stitch=stitch(tables),
        searches=searches_told(db, year),
        subjects=[
            (subject, [(one, figure_text(now.values[one.id], one, language)) for one in defined])
            for subject, defined in SUBJECTS.items()
        ],
    )


@router.get("/raditaji.csv", dependencies=[Depends(COSTLY)])
def figures_file(request: Request, db: Db) -> Response:
    """Every figure of a year, of the whole city and by thematic group and provider, for a spreadsheet."""
    language = language_of(request)
    year = _asked_year(request, years_told(db))
    whole, *divided = answer(db, [Question(year, {}, by) for by in (None, *TABLES)])
    return csv_file(f"raditaji-{year}.csv", _lines(whole, divided, language))


@router.get("/raditaji/meklejumi.csv", dependencies=[Depends(COSTLY)])
def searches_file(request: Request, db: Db) -> Response:
    """What was searched for in a year, for a spreadsheet."""
    language = language_of(request)
    year = _asked_year(request, years_told(db))
    return csv_file(f"meklejumi-{year}.csv", _search_lines(searches_told(db, year), language))


def _search_lines(found: SearchesTold, language: Language) -> Iterator[list[str]]:
    """The file's lines: a head, then every search and every place with how often at least."""
    yield [head.say(language) for head in (_("Kind"), _("Searched for"), _("Times, at least"))]
    kinds = (
        (_("Frequent searches"), found.frequent),
        (_("Searches without a result"), found.without_result),
        (_("Opened at this place of a list"), found.opened),
    )
    for kind, lines in kinds:
        for one in lines:
            yield [kind.say(language), one.name, str(one.at_least)]


def _asked_year(request: Request, years: range) -> int:
    """The year in the address; without one, the last that is over."""
    asked = request.query_params.get("year", "")
    if not asked:
        return max(years.start, today().year - 1)
    if not (len(asked) == 4 and asked.isascii() and asked.isdecimal() and int(asked) in years):
        raise NotFound
    return int(asked)


def _highlights(
    now: PublicFigures, before: PublicFigures | None, language: Language
) -> list[tuple[str, str, str | None]]:
    """The large figures: number, what it counts, and the number of the year before."""
    large = []
    for figure_id, words in HIGHLIGHTS.items():
        figure, remark = FIGURES[figure_id], None
        if before and before.values[figure_id].amount:
            value = figure_text(before.values[figure_id], figure, language)
            remark = _("in %(year)s: %(value)s", year=before.question.year, value=value).say(language)
        large.append((figure_text(now.values[figure_id], figure, language), words.say(language), remark))
    return large


def _lines(whole: PublicFigures, divided: Sequence[PublicFigures], language: Language) -> Iterator[list[str]]:
    """The file's lines: a head, then every figure with its parts."""
    heads = (_("Figure"), _("Name"), _("Unit"), _("Divided by"), _("Part"), _("Name of the part"), _("Value"))
    yield [head.say(language) for head in heads]
    for figure in FIGURES.values():
        start = [figure.id, figure.name.say(language), UNIT_NAMES[figure.unit].say(language)]
        yield [*start, "", "", "", _cell(whole.values[figure.id], language)]
        yield from _parts(figure, start, divided, language)


def _parts(
    figure: Figure, start: list[str], divided: Sequence[PublicFigures], language: Language
) -> Iterator[list[str]]:
    for one in divided:
        if one.question.by is None:
            continue
        name = DIMENSION_NAMES[one.question.by].say(language)
        for place, shown in one.cells_in_order(figure.id):
            yield [*start, name, place.code, place.name.say(language), _cell(shown, language)]


def _cell(shown: Shown, language: Language) -> str:
    """A number that a spreadsheet of this language reads as one."""
    if shown.is_hidden:
        return NOT_SHOWN.say(language)
    written = "" if shown.amount is None else str(shown.amount)
    return written.replace(".", ",") if isinstance(shown.amount, Decimal) and language.code != "en" else written
