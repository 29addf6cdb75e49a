"""The yearly report: thirteen sections in order, figures from the records, prose as it was written, frozen once approved."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from app.db import Database
from app.participation.models import Activity, CountedHow
from app.refusals import NotFound
from app.reports.models import AnnualReport, Partner, ReportSection
from app.reports.report import HEADINGS, Report, Section, for_the_public, yearly_report
from app.settings import Settings
from tests import make

SETTINGS = Settings(institution="Izglītības pārvalde", contact_email="pārvalde@example.lv")


@pytest.fixture(autouse=True)
def _afterwards() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 1, 9, 0, tzinfo=UTC), tick=False):
        yield


def read(database: Database, year: int = 2025, *, finished_months: bool = False) -> Report:
    with database.reading() as db:
        return yearly_report(db, year, SETTINGS, finished_months=finished_months)


def section(report: Report, number: int) -> Section:
    return report.sections[number - 1]


def add_activity(database: Database, participants: int, how: CountedHow) -> None:
    with database.writing() as db:
        db.add(
            Activity(
                provider_id=make.make_provider(db).id,
                group_id=make.make_group(db).id,
                title="Lekcija",
                held_on=date(2025, 5, 5),
                participants=participants,
                counted_how=how,
                academic_hours=Decimal(2),
                created_at=datetime(2025, 5, 5, tzinfo=UTC),
            )
        )


def test_there_are_thirteen_sections_in_the_ministrys_order(database: Database) -> None:
    report = read(database)
    assert [one.number for one in report.sections] == [*range(1, 14)]
    assert tuple(one.heading for one in report.sections) == HEADINGS
    assert report.approved_at is None


def test_a_section_without_prose_and_figures_says_nothing(database: Database) -> None:
    assert section(read(database), 9).says_nothing
    assert not section(read(database), 12).says_nothing


def test_prose_is_told_as_it_was_written(database: Database) -> None:
    with database.writing() as db:
        db.add(AnnualReport(year=2025))
        db.flush()
        db.add(ReportSection(year=2025, number=5, items=["Ikviens no 18 gadiem", "Seniori"]))
    assert section(read(database), 5).items == ("Ikviens no 18 gadiem", "Seniori")


def test_the_section_of_permits_is_one_whole_number(database: Database) -> None:
    with database.writing() as db:
        make.make_permit(db, issued_on=date(2025, 12, 31))
        make.make_permit(db, issued_on=date(2024, 12, 31))
    permits = section(read(database), 12)
    assert [(figure.id, figure.value) for figure in permits.figures] == [("permits_issued", 1)]
    assert permits.items == ()


def test_providers_partners_and_contact_come_from_register_list_and_settings(database: Database) -> None:
    with database.writing() as db:
        make.make_provider(db, name="Ventspils muzejs")
        make.make_provider(db, name="Ātrā skola")
        db.add_all(
            [
                Partner(name="Agrākais", since=date(2020, 1, 1), until=date(2025, 12, 30)),
                Partner(name="Tagadējais", since=date(2025, 12, 31)),
                Partner(name="Nākamais", since=date(2026, 1, 1)),
            ]
        )
    report = read(database)
    assert section(report, 10).items == ("Ātrā skola", "Ventspils muzejs")
    assert section(report, 11).items == ("Tagadējais",)
    assert section(report, 13).items[0] == "Izglītības pārvalde"


def test_every_figure_says_what_it_was_counted_from_and_the_lines_add_up(database: Database) -> None:
    add_activity(database, 20, CountedHow.ON_THE_SPOT)
    add_activity(database, 7, CountedHow.ON_THE_SPOT)
    add_activity(database, 300, CountedHow.ESTIMATED)
    figures = {figure.id: figure for figure in section(read(database), 6).figures}
    lines = figures["participations"].counted_from
    assert {(line.source, line.how, line.records, line.value) for line in lines} == {
        ("activities", "on_the_spot", 2, 27),
        ("activities", "estimated", 1, 300),
    }
    assert sum(int(line.value or 0) for line in lines) == figures["participations"].value


@pytest.mark.promise("P26")
def test_the_public_report_hides_small_numbers_behind_figures(database: Database) -> None:
    for participants, how in ((3, CountedHow.ESTIMATED), (9, CountedHow.ON_THE_SPOT), (80, CountedHow.REGISTERED)):
        add_activity(database, participants, how)
    public = for_the_public(read(database))
    figures = {figure.id: figure for figure in section(public, 6).figures}
    for figure_id in ("participations", "person_hours"):
        shown = {line.how: line.value for line in figures[figure_id].counted_from}
        assert shown["estimated"] is shown["on_the_spot"] is None
        assert shown["registered"] in (80, Decimal("160.00"))
    assert figures["participations"].value == 92


@pytest.mark.promise("P27")
def test_the_same_records_give_the_same_bytes(database: Database) -> None:
    add_activity(database, 20, CountedHow.ON_THE_SPOT)
    assert read(database).model_dump_json() == read(database).model_dump_json()


def test_an_approved_report_no_longer_follows_the_records(database: Database) -> None:
    add_activity(database, 20, CountedHow.ON_THE_SPOT)
    approved = read(database).model_copy(update={"approved_at": datetime(2026, 2, 1, 9, 0, tzinfo=UTC)})
    with database.writing() as db:
        db.add(AnnualReport(year=2025, approved_at=approved.approved_at, snapshot=approved.model_dump_json()))
    add_activity(database, 500, CountedHow.ON_THE_SPOT)
    assert read(database) == approved


def test_the_running_year_is_told_up_to_its_last_finished_month(database: Database) -> None:
    assert read(database, 2026).last_month == 12
    assert read(database, 2026, finished_months=True).last_month == 2


@pytest.mark.parametrize("year", [1999, 2027, 2101])
def test_a_year_of_which_nothing_can_be_told_is_not_found(database: Database, year: int) -> None:
    with pytest.raises(NotFound):
        read(database, year)
