"""What the public sees: finished months, no small cell, and the same cell by whichever way one asks for it."""

import itertools
import random
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
import time_machine

from app.db import Database
from app.refusals import NotFound
from app.reports.dimensions import Dimension
from app.reports.figures import FIGURES
from app.reports.hiding import is_small
from app.reports.period import Period
from app.reports.public import PublicFigures, Question, public_figures
from app.reports.refusals import NoSuchPlace, TooManyDimensions
from app.reports.values import all_figures, by_dimension
from tests import make
from tests.reports.cities import City, clear
from tests.reports.test_figures import AFTERWARDS, IN_BETWEEN
from tests.reports.test_hiding import solvable

COUNTS = [figure for figure in FIGURES.values() if figure.is_sum and figure.hides_small and figure.id != "person_hours"]


@pytest.fixture
def city(sqlite_database: Database) -> Database:
    """A random city in which many cells are small."""
    with sqlite_database.writing() as db:
        City(db, 7).build()
    return sqlite_database


def ask(database: Database, filters: dict[Dimension, str] | None = None, by: Dimension | None = None) -> PublicFigures:
    with database.reading() as db:
        return public_figures(db, Question(2025, filters or {}, by))


@pytest.mark.promise("P26")
def test_no_public_cell_holds_one_to_four(sqlite_database: Database) -> None:
    hidden = 0
    for seed in range(12):
        with sqlite_database.writing() as db:
            clear(db)
            City(db, seed).build()
        with time_machine.travel(AFTERWARDS, tick=False):
            questions: list[tuple[dict[Dimension, str], Dimension]] = [({}, by) for by in Dimension]
            questions += [({Dimension.PROVIDER: "p1"}, by) for by in Dimension if by is not Dimension.PROVIDER]
            for filters, by in questions:
                found = ask(sqlite_database, filters, by)
                for figure in COUNTS:
                    cells = found.cells[figure.id].values()
                    hidden += sum(cell.is_hidden for cell in cells)
                    assert not any(is_small(int(cell.amount)) for cell in cells if cell.amount is not None)
    assert hidden > 100


@pytest.mark.promise("P26")
def test_two_ways_of_asking_for_a_cell_give_the_same_answer(city: Database) -> None:
    chance = random.Random(26)
    parts = {
        Dimension.PROVIDER: ["p0", "p1", "p2"],
        Dimension.GROUP: ["g0", "g1", "g2"],
        Dimension.FORMAT: ["online", "in_person"],
        Dimension.LANGUAGE: ["lv", "en", "fr"],
        Dimension.MONTH: ["1", "6", "12"],
    }
    with time_machine.travel(AFTERWARDS, tick=False):
        for first, second in itertools.combinations(parts, 2):
            one, other = chance.choice(parts[first]), chance.choice(parts[second])
            alone = ask(city, {first: one, second: other}).values
            across = ask(city, {first: one}, second).cells
            down = ask(city, {second: other}, first).cells
            for figure in COUNTS:
                if figure.dimensions.issuperset({first, second}):
                    assert alone[figure.id] == across[figure.id][other] == down[figure.id][one]


@pytest.mark.promise("P26")
def test_all_public_tables_together_give_no_hidden_cell_away(sqlite_database: Database) -> None:
    """Everything the API tells about providers, groups and formats, alone and in pairs, as one system of equations."""
    dimensions = (Dimension.PROVIDER, Dimension.GROUP, Dimension.FORMAT)
    for seed in range(20, 26):
        with sqlite_database.writing() as db:
            clear(db)
            City(db, seed).build()
        with time_machine.travel(AFTERWARDS, tick=False):
            shown: dict[tuple[str, frozenset[str]], int | None] = {}
            for by in dimensions:
                alone = ask(sqlite_database, {}, by)
                _collect(shown, alone, frozenset())
                for other in dimensions:
                    if other < by:
                        for place in alone.places.of[other]:
                            _collect(shown, ask(sqlite_database, {other: place}, by), frozenset({f"{other}={place}"}))
        for figure in ("registrations_received", "participations"):
            _try_to_solve({cell: value for (name, cell), value in shown.items() if name == figure}, dimensions)


def _collect(shown: dict[tuple[str, frozenset[str]], int | None], found: PublicFigures, within: frozenset[str]) -> None:
    by = found.question.by
    for figure in ("registrations_received", "participations"):
        shown[figure, within] = None if found.values[figure].is_hidden else int(found.values[figure].amount or 0)
        for place, cell in found.cells[figure].items():
            shown[figure, within | {f"{by}={place}"}] = None if cell.is_hidden else int(cell.amount or 0)


def _try_to_solve(shown: dict[frozenset[str], int | None], dimensions: tuple[Dimension, ...]) -> None:
    unknowns: list[object] = [cell for cell, value in shown.items() if value is None]
    equations: list[Mapping[object, int]] = []
    for cell, value in shown.items():
        for dimension in dimensions:
            parts = [one for one in shown if one > cell and len(one) == len(cell) + 1]
            parts = [one for one in parts if min(one - cell).startswith(f"{dimension}=")]
            if parts:
                equation: dict[object, int] = {part: 1 for part in parts if shown[part] is None}
                if value is None:
                    equation[cell] = -1
                equations.append(equation)
    assert solvable(unknowns, equations) == set()


def test_the_whole_citys_year_is_told_as_it_is(city: Database) -> None:
    with time_machine.travel(AFTERWARDS, tick=False), city.reading() as db:
        exact = {figure_id: value.amount for figure_id, value in all_figures(db, _year()).items()}
        assert {figure_id: shown.amount for figure_id, shown in ask(city).values.items()} == exact
        assert any(is_small(int(amount)) for amount in exact.values() if amount is not None)


def test_the_board_sees_every_cell_as_it_is(city: Database) -> None:
    with time_machine.travel(AFTERWARDS, tick=False), city.reading() as db:
        cells = by_dimension(db, "registrations_received", _year(), Dimension.PROVIDER)
        public = ask(city, {}, Dimension.PROVIDER).cells["registrations_received"]
    assert {code for code, shown in public.items() if shown.is_hidden}
    assert all(value.amount is not None for value in cells.values())
    assert {code: shown.amount for code, shown in public.items() if not shown.is_hidden} == {
        code: value.amount for code, value in cells.items() if not public[code].is_hidden
    }


def test_while_the_year_runs_only_finished_months_of_the_whole_city_are_told(city: Database) -> None:
    with time_machine.travel(IN_BETWEEN, tick=False):
        whole = ask(city)
        assert whole.period is not None
        assert (whole.period.last, whole.waits) == (7, False)
        with city.reading() as db:
            until_july = all_figures(db, whole.period)["registrations_received"].amount
        assert whole.values["registrations_received"].amount == until_july
        assert [*ask(city, {}, Dimension.MONTH).cells["searches"]] == [str(month) for month in range(1, 8)]
        by_group = ask(city, {}, Dimension.GROUP)
        assert by_group.waits
        assert not any(by_group.cells.values())
        assert by_group.values["registrations_received"].amount == until_july
        at_provider = ask(city, {Dimension.PROVIDER: "p0"})
        assert at_provider.waits
        assert {shown.amount for shown in at_provider.values.values()} == {None}
        assert ask(city, {Dimension.MONTH: "8"}).waits


def test_nothing_is_told_of_a_year_without_a_finished_month(city: Database) -> None:
    with time_machine.travel(datetime(2025, 1, 20, tzinfo=UTC), tick=False):
        found = ask(city)
    assert found.period is None
    assert found.waits
    assert {shown.amount for shown in found.values.values()} == {None}


@pytest.mark.parametrize(
    ("filters", "by"),
    [
        ({Dimension.PROVIDER: "p0", Dimension.GROUP: "g0"}, Dimension.FORMAT),
        ({Dimension.PROVIDER: "p0", Dimension.GROUP: "g0", Dimension.FORMAT: "online"}, None),
        ({Dimension.PROVIDER: "p0"}, Dimension.PROVIDER),
    ],
)
def test_more_than_two_dimensions_are_refused(
    city: Database, filters: dict[Dimension, str], by: Dimension | None
) -> None:
    with pytest.raises(TooManyDimensions):
        ask(city, filters, by)


def test_a_part_that_does_not_exist_is_refused_with_those_that_do(city: Database) -> None:
    with pytest.raises(NoSuchPlace) as refused:
        ask(city, {Dimension.PROVIDER: "p9"})
    assert refused.value.sentence.params["choices"] == "p0, p1, p2"


def test_years_out_of_time_are_not_found(city: Database) -> None:
    with city.reading() as db, pytest.raises(NotFound):
        public_figures(db, Question(1999, {}))


def test_a_figure_that_cannot_be_divided_so_tells_nothing(sqlite_database: Database) -> None:
    with sqlite_database.writing() as db:
        provider = make.make_provider(db, "p0")
        make.make_permit(db, provider=provider)
    with time_machine.travel(AFTERWARDS, tick=False):
        by_group = ask(sqlite_database, {}, Dimension.GROUP)
    assert by_group.cells["permits_issued"] == {}


def _year() -> Period:
    return Period(2025)
