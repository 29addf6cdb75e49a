"""Figures of a year, the dictionary of metrics, and the yearly report."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.api.answer import NOT_CHANGED, answer
from app.api.asked import Only, Reader
from app.api.errors import answers
from app.api.figure_models import (
    CellTold,
    CountedFromTold,
    FigureTold,
    MetricsTold,
    MetricTold,
    Number,
    ReportFigureTold,
    ReportTold,
    SectionTold,
    StatisticsTold,
)
from app.clock import today
from app.dependencies import Configured, Db
from app.i18n import LANGUAGES, Language, Text
from app.limits import COSTLY
from app.reports.dimensions import Dimension
from app.reports.figures import FIGURES, SOURCES, UNIT_NAMES, WAYS, Figure
from app.reports.public import PublicFigures, Question, public_figures
from app.reports.report import NOTHING, Report, ReportFigure, Section, for_the_public, yearly_report

router = APIRouter(prefix="/api/v1", tags=["figures"])

YearAsked = Annotated[int, Path(ge=2000, le=2100, description="The calendar year, in Riga.", examples=[2025])]
Kept = Annotated[str | None, Query(min_length=1, max_length=60)]


@router.get(
    "/statistics/{year}",
    operation_id="get_statistics",
    summary="Every figure of a year",
    response_model=StatisticsTold,
    responses={**NOT_CHANGED, **answers(404, 422, 429, 503)},
    dependencies=[Depends(COSTLY), Depends(Only("by", *Dimension))],
)
def statistics(
    request: Request,
    db: Db,
    reader: Reader,
    year: YearAsked,
    by: Annotated[Dimension | None, Query(description="Divide every figure by this dimension.")] = None,
    provider: Annotated[Kept, Query(description="Only this provider, by its code.", examples=["vdc"])] = None,
    group: Annotated[Kept, Query(description="Only this thematic group, by its code.", examples=["digital"])] = None,
    audience: Annotated[Kept, Query(description="Only what is for this audience.", examples=["seniors"])] = None,
    format: Annotated[Kept, Query(description="Only what is held so.", examples=["online"])] = None,  # noqa: A002
    language: Annotated[Kept, Query(description="Only what is taught in this language.", examples=["lv"])] = None,
    month: Annotated[int | None, Query(ge=1, le=12, description="Only this month.", examples=[3])] = None,
) -> Response:
    """Figures of the months that are over, two dimensions at once at most.

    Cells of 1 to 4, and others that would give them away, are hidden; the whole city's year is told as it is.
    While the year runs, it is told by month only.
    """
    asked = {
        Dimension.PROVIDER: provider,
        Dimension.GROUP: group,
        Dimension.AUDIENCE: audience,
        Dimension.FORMAT: format,
        Dimension.LANGUAGE: language,
        Dimension.MONTH: None if month is None else str(month),
    }
    kept_to = {dimension: code for dimension, code in asked.items() if code is not None}
    found = public_figures(db, Question(year, kept_to, by))
    figures = {figure.id: _figure_told(found, figure, reader) for figure in FIGURES.values()}
    return answer(
        request,
        StatisticsTold(
            year=year,
            month=month,
            last_month=found.period.last if found.period else None,
            generated_on=today(),
            kept_to=kept_to,
            by=by,
            waits=found.waits,
            figures=figures,
            values={figure_id: figure.value for figure_id, figure in figures.items()},
        ),
    )


@router.get(
    "/metrics-dictionary",
    operation_id="get_metrics_dictionary",
    summary="What every figure means",
    response_model=MetricsTold,
    responses={**NOT_CHANGED, **answers(422, 503)},
    dependencies=[Depends(Only())],
)
def metrics_dictionary(request: Request, _reader: Reader) -> Response:
    """Name, definition and unit of each figure in every language of the interface, and from what it is counted."""
    items = [
        MetricTold(
            id=figure.id,
            name=_in_every_language(figure.name),
            definition=_in_every_language(figure.definition),
            unit=figure.unit,
            unit_name=_in_every_language(UNIT_NAMES[figure.unit]),
            counted_from=_in_every_language(figure.counted_from),
            dimensions=[dimension for dimension in Dimension if dimension in figure.dimensions],
            adds_up_by=[dimension for dimension in Dimension if dimension in figure.adds_up],
            section=figure.section,
            hides_small=figure.hides_small,
        )
        for figure in FIGURES.values()
    ]
    return answer(request, MetricsTold(total=len(items), items=items))


@router.get(
    "/reports/{year}",
    operation_id="get_report",
    summary="The yearly report",
    response_model=ReportTold,
    responses={**NOT_CHANGED, **answers(404, 422, 429, 503)},
    dependencies=[Depends(COSTLY), Depends(Only())],
)
def report(request: Request, db: Db, reader: Reader, settings: Configured, year: YearAsked) -> Response:
    """The city's chapter in the ministry's thirteen sections: computed figures with what is behind them, and prose."""
    found = for_the_public(yearly_report(db, year, settings, finished_months=True))
    return answer(request, report_told(found, settings.municipality, reader))


def _figure_told(found: PublicFigures, figure: Figure, language: Language) -> FigureTold:
    shown = found.values[figure.id]
    by = found.question.by
    return FigureTold(
        name=figure.name.say(language),
        value=_number(shown.amount),
        unit=figure.unit,
        hidden=shown.is_hidden,
        adds_up=None if by is None else by in figure.adds_up,
        cells=[
            CellTold(
                code=place.code,
                name=place.name.say(language),
                value=_number(cell.amount),
                hidden=cell.is_hidden,
            )
            for place, cell in found.cells_in_order(figure.id)
        ],
    )


def report_told(found: Report, municipality: str, language: Language) -> ReportTold:
    """The report as the API tells it and the command line writes it."""
    return ReportTold(
        year=found.year,
        municipality=municipality,
        last_month=found.last_month,
        approved_at=found.approved_at,
        sections=[
            SectionTold(
                number=section.number,
                heading=section.heading,
                figures=[_report_figure_told(figure, language) for figure in section.figures],
                items=list(section.items),
                text=_text(section),
            )
            for section in found.sections
        ],
    )


def _text(section: Section) -> str:
    """The section as plain lines; a section of nothing but one number is that number."""
    if section.items:
        return "\n".join(section.items)
    if len(section.figures) == 1:
        return str(section.figures[0].value)
    return NOTHING if section.says_nothing else ""


def _report_figure_told(figure: ReportFigure, language: Language) -> ReportFigureTold:
    defined = FIGURES[figure.id]
    return ReportFigureTold(
        id=figure.id,
        name=defined.name.say(language),
        value=_number(figure.value),
        unit=defined.unit,
        definition=defined.definition.say(language),
        counted_from=[
            CountedFromTold(
                source=line.source,
                source_name=SOURCES[line.source].say(language),
                how=line.how,
                how_name=WAYS[line.how].say(language),
                records=line.records,
                value=_number(line.value),
                hidden=line.is_hidden,
            )
            for line in figure.counted_from
        ],
    )


def _in_every_language(text: Text) -> dict[str, str]:
    return {code: text.say(language) for code, language in LANGUAGES.items()}


def _number(amount: int | Decimal | None) -> Number:
    """A JSON number: whole, or with the decimals of its unit."""
    return float(amount) if isinstance(amount, Decimal) else amount
