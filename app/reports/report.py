"""The yearly report: the city's chapter in the ministry's thirteen sections, with computed figures and edited prose."""

from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.clock import today
from app.i18n import DEFAULT, sort_key
from app.providers.models import Provider, ProviderText
from app.refusals import NotFound
from app.reports.figures import FIGURES, Figure
from app.reports.hiding import hidden_in_line
from app.reports.models import AnnualReport, Partner, ReportSection
from app.reports.period import FIRST_YEAR, LAST_YEAR, Period
from app.reports.values import Value, all_figures
from app.settings import Settings

NOTHING = "nav"
"""What the ministry's report prints where a municipality has nothing to say."""

HEADINGS = (
    "Pieaugušo izglītības pārvaldības/koordinēšanas modelis pašvaldībā",
    "Pieaugušo izglītība pašvaldības plānošanas dokumentos",
    "Pašvaldības iestāde, kura nodrošina pieaugušo izglītības īstenošanu un/vai koordinēšanu",
    "Darbības virzieni pieaugušo izglītībā",
    "Mērķa grupas",
    "Iesaistīto iedzīvotāju skaits pieaugušo izglītības aktivitātēs un īstenotās aktivitātes",
    "Labā prakse",
    "Īstenotās iniciatīvas (tostarp pašvaldību finansēta iniciatīva, ja ir attiecināms)",
    "Dalība pieaugušo izglītības projektos",
    "Pieaugušo izglītības īstenotāji pašvaldībā",
    "Pieaugušo izglītības tīkls/sadarbības partneri",
    "Izsniegto neformālās izglītības programmu atļauju skaits pašvaldībā",
    "Pieaugušo izglītības koordinatora kontakti",
)
"""As the ministry prints them, in Latvian whatever the reader's language."""
PROVIDERS, PARTNERS, CONTACT = 10, 11, 13
ONE_NUMBER = 12
"""The section that holds one whole number and nothing else."""

Number: TypeAlias = int | Decimal | None


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CountedFrom(_Frozen):
    """One kind of record behind a figure, counted in one way: how many records, what they gave, how many people."""

    source: str
    how: str
    records: int
    value: Number
    people: int
    is_hidden: bool = False


class ReportFigure(_Frozen):
    """A computed figure: its id in the dictionary, its number, and what it was counted from."""

    id: str
    value: Number
    counted_from: tuple[CountedFrom, ...] = ()


class Section(_Frozen):
    """One of the thirteen sections: paragraphs or list items, and figures."""

    number: int
    heading: str
    items: tuple[str, ...] = ()
    figures: tuple[ReportFigure, ...] = ()
    edited_at: datetime | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether it is printed as “nav”."""
        return not self.items and not self.figures


class Report(_Frozen):
    """The city's chapter of one year; approved once, it stays as it was."""

    year: int
    last_month: int
    approved_at: datetime | None
    sections: tuple[Section, ...]


def yearly_report(db: Session, year: int, settings: Settings, *, finished_months: bool = False) -> Report:
    """The report of a year: as it was approved, or as the records give it now; `finished_months` leaves out the running one.

    Raises NotFound for a year of which nothing can be told yet.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound
    kept = db.get(AnnualReport, year)
    if kept is not None and kept.approved_at is not None and kept.snapshot:
        return Report.model_validate_json(kept.snapshot)
    period: Period | None = Period(year)
    if finished_months:
        period = Period(year).finished(today())
    if period is None or period.first_day > today():
        raise NotFound
    values = all_figures(db, period)
    prose = {section.number: section for section in _prose(db, year)}
    computed = {PROVIDERS: _providers(db), PARTNERS: _partners(db, period), CONTACT: _contact(settings)}
    sections = []
    for number, heading in enumerate(HEADINGS, 1):
        written = prose.get(number)
        items = tuple(written.items) if written and written.items else computed.get(number, ())
        figures = tuple(_figure(figure, values[figure.id]) for figure in FIGURES.values() if figure.section == number)
        sections.append(
            Section(
                number=number,
                heading=heading,
                items=() if number == ONE_NUMBER else items,
                figures=figures,
                edited_at=written.edited_at if written else None,
            )
        )
    return Report(year=year, last_month=period.last, approved_at=None, sections=tuple(sections))


def for_the_public(report: Report) -> Report:
    """The same report without small numbers behind its figures."""
    sections = (
        section.model_copy(update={"figures": tuple(_without_small(figure) for figure in section.figures)})
        for section in report.sections
    )
    return report.model_copy(update={"sections": tuple(sections)})


def _figure(figure: Figure, value: Value) -> ReportFigure:
    lines = tuple(
        CountedFrom(
            source=origin.source,
            how=origin.how,
            records=origin.records,
            value=origin.amount,
            people=origin.people,
        )
        for origin in value.origins
    )
    return ReportFigure(id=figure.id, value=value.amount, counted_from=lines)


def _without_small(figure: ReportFigure) -> ReportFigure:
    people = {str(place): line.people for place, line in enumerate(figure.counted_from)}
    if not FIGURES[figure.id].hides_small or len(people) < 2:
        return figure
    hidden = hidden_in_line(people)
    lines = (
        line.model_copy(update={"value": None, "people": 0, "is_hidden": True}) if str(place) in hidden else line
        for place, line in enumerate(figure.counted_from)
    )
    return figure.model_copy(update={"counted_from": tuple(lines)})


def _prose(db: Session, year: int) -> list[ReportSection]:
    return [*db.scalars(select(ReportSection).where(ReportSection.year == year))]


def _providers(db: Session) -> tuple[str, ...]:
    """The register's providers by their Latvian names, as the report is in Latvian."""
    names = db.scalars(
        select(ProviderText.name)
        .join(Provider, Provider.id == ProviderText.provider_id)
        .where(ProviderText.locale == DEFAULT)
    )
    return tuple(sorted(names, key=sort_key))


def _partners(db: Session, period: Period) -> tuple[str, ...]:
    """Partners on the last day of the period, those of longest standing first."""
    day = min(period.last_day, today())
    return tuple(
        db.scalars(
            select(Partner.name)
            .where(Partner.since <= day, or_(Partner.until.is_(None), Partner.until >= day))
            .order_by(Partner.since, Partner.id)
        )
    )


def _contact(settings: Settings) -> tuple[str, ...]:
    return (
        settings.institution,
        settings.contact_address,
        f"{settings.contact_email}, {settings.contact_phone}",
        settings.public_url,
    )
