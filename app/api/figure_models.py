"""What the API tells about figures: numbers with their units, the dictionary of metrics, the yearly report."""

from datetime import date, datetime
from typing import TypeAlias

from pydantic import Field

from app.api.models import Told
from app.reports.dimensions import Dimension
from app.reports.figures import Unit

Number: TypeAlias = int | float | None
"""Counts are whole; hours, money and marks have two decimals, shares in per cent one."""


class CellTold(Told):
    """A figure in one part of a dimension."""

    code: str = Field(
        description="The part: a provider's or group's code, an audience, a month from 1 to 12; `none`: not stated.",
        examples=["digital"],
    )
    name: str = Field(examples=["Digitālās prasmes un tehnoloģiju lietojums"])
    value: Number = Field(description="Null where nothing can be told, and where it is hidden.", examples=[2310])
    hidden: bool = Field(description="Whether the number is hidden, or would give away one from 1 to 4.")


class FigureTold(Told):
    """One figure of the period, of the whole city or of the parts it was kept to."""

    name: str = Field(examples=["Dalības"])
    value: Number = Field(
        description="Null where nothing can be told, and where it is hidden. Hours, money and marks have two decimals.",
        examples=[7840],
    )
    unit: Unit = Field(examples=["participations"])
    hidden: bool = Field(description="Whether the number is hidden, or would give away one from 1 to 4.")
    adds_up: bool | None = Field(
        description="Whether its cells add up to the whole; null when it was not divided. Rounded hours may be 0.01 off.",
        examples=[True],
    )
    cells: list[CellTold] = Field(
        description="Its parts by the dimension asked for; empty when it cannot be divided so."
    )


class StatisticsTold(Told):
    """Every figure of a year, or of one of its months."""

    year: int = Field(examples=[2025])
    month: int | None = Field(description="1 to 12 where one month was asked for.", examples=[None])
    last_month: int | None = Field(
        description="The last month that is counted: only months that are over are public; null while there is none.",
        examples=[12],
    )
    generated_on: date = Field(description="The day in Riga on which it was counted.", examples=["2026-11-21"])
    kept_to: dict[Dimension, str] = Field(description="The filters asked for.", examples=[{"provider": "vdc"}])
    by: Dimension | None = Field(description="The dimension by which figures are divided.", examples=["group"])
    waits: bool = Field(
        description="Whether numbers are missing because the year is not over: until then only the whole city is told."
    )
    figures: dict[str, FigureTold] = Field(description="By id, as the dictionary of metrics has them.")
    values: dict[str, Number] = Field(
        description="The same numbers without anything around them.",
        examples=[{"participations": 7840, "courses_in_catalogue": 418}],
    )


class MetricTold(Told):
    """One figure of the dictionary: what it means and how it is counted."""

    id: str = Field(examples=["participations"])
    name: dict[str, str] = Field(description="By language.", examples=[{"lv": "Dalības", "en": "Participations"}])
    definition: dict[str, str] = Field(
        description="By language.",
        examples=[
            {"en": "each participant counts once in every group or activity; who took part in two counts twice."}
        ],
    )
    unit: Unit = Field(examples=["participations"])
    unit_name: dict[str, str] = Field(description="By language.", examples=[{"en": "participations"}])
    counted_from: dict[str, str] = Field(
        description="From which records, by language.",
        examples=[{"en": "Attendance marks, head counts of sessions, and participants of activities."}],
    )
    dimensions: list[Dimension] = Field(description="By what it can be divided and filtered.", examples=[["provider"]])
    adds_up_by: list[Dimension] = Field(
        description="Dimensions over which its cells add up to the whole.", examples=[["provider", "group"]]
    )
    section: int | None = Field(description="The section of the yearly report that prints it.", examples=[6])
    hides_small: bool = Field(description="Whether public cells from 1 to 4 are hidden.")


class MetricsTold(Told):
    """The dictionary of metrics."""

    total: int = Field(examples=[28])
    items: list[MetricTold]


class CountedFromTold(Told):
    """One kind of record behind a figure, counted in one way."""

    source: str = Field(description="The kind of record.", examples=["activities"])
    source_name: str = Field(examples=["Pasākumi"])
    how: str = Field(description="How it was counted; empty: record by record.", examples=["on_the_spot"])
    how_name: str = Field(examples=["saskaitīti uz vietas"])
    records: int = Field(description="How many records.", examples=[74])
    value: Number = Field(
        description="What they add to the figure; null where it is hidden, or where the figure is no sum.",
        examples=[1412],
    )
    hidden: bool


class ReportFigureTold(Told):
    """A computed figure of a section, with its definition and what it was counted from."""

    id: str = Field(examples=["participations"])
    name: str = Field(examples=["Dalības"])
    value: Number = Field(examples=[7840])
    unit: Unit = Field(examples=["participations"])
    definition: str
    counted_from: list[CountedFromTold]


class SectionTold(Told):
    """One of the thirteen sections."""

    number: int = Field(ge=1, le=13, examples=[6])
    heading: str = Field(
        description="As the ministry prints it, always in Latvian.",
        examples=["Izsniegto neformālās izglītības programmu atļauju skaits pašvaldībā"],
    )
    figures: list[ReportFigureTold]
    items: list[str] = Field(description="Paragraphs or list items, in Latvian; with no figures and no items: nav.")
    text: str = Field(
        description="How the section reads: items by line; “nav” where there is nothing.", examples=["38"]
    )


class ReportTold(Told):
    """The city's chapter in the ministry's yearly report."""

    year: int = Field(examples=[2025])
    municipality: str = Field(examples=["Ventspils valstspilsētas pašvaldība"])
    last_month: int = Field(description="The last month that is counted.", examples=[12])
    approved_at: datetime | None = Field(description="When it was approved and frozen (UTC); null: a draft.")
    sections: list[SectionTold]
