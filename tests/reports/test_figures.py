"""Figures: the same number as a count by hand, on both databases, at every edge of the year."""

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy.orm import Session

from app.db import Database
from app.reports.dimensions import Dimension, known_places
from app.reports.figures import FIGURES
from app.reports.period import Period
from app.reports.values import Division, all_figures, divided
from tests.registrations.length import IS_LONG
from tests.reports.cities import City, clear
from tests.reports.recount import Recount, amount

AFTERWARDS = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SQLITE_CITIES, POSTGRES_CITIES = (40, 30) if IS_LONG else (12, 12)
IN_BETWEEN = datetime(2025, 8, 15, 9, 30, tzinfo=UTC)


def compare(db: Session, period: Period, moment: datetime, *, thoroughly: bool) -> None:
    """Every figure of the period, whole and by every dimension, against the recount."""
    items = Recount(db, period.year, {*range(period.first, period.last + 1)}, moment).run()
    counted = {figure_id: value.amount for figure_id, value in all_figures(db, period).items()}
    assert counted == {figure_id: amount(figure_id, items.get(figure_id, [])) for figure_id in FIGURES}
    if not thoroughly:
        return
    places = known_places(db)
    pairs = [(first, second) for first in Dimension for second in Dimension if Dimension.MONTH not in (first, second)]
    keys = [(first,) if first is second else (first, second) for first, second in pairs]
    tables = divided(db, [Division(period, one) for one in keys], places)
    for dimensions, table in zip(keys, tables, strict=True):
        for figure_id, cells in table.items():
            for cell, value in cells.items():
                kept = dict(zip(map(str, dimensions), cell, strict=True))
                assert value.amount == amount(figure_id, items.get(figure_id, []), **kept), (figure_id, kept)
    kept_to = {Dimension.PROVIDER: "p0", Dimension.FORMAT: "online"}
    for figure_id, value in all_figures(db, period, kept_to).items():
        if FIGURES[figure_id].dimensions.issuperset(kept_to):
            kept = {str(dimension): code for dimension, code in kept_to.items()}
            assert value.amount == amount(figure_id, items.get(figure_id, []), **kept)
        else:
            assert value.amount is None


def recount_cities(database: Database, seeds: range) -> None:
    for seed in seeds:
        with database.writing() as db:
            clear(db)
            City(db, seed).build()
        with time_machine.travel(AFTERWARDS, tick=False), database.reading() as db:
            compare(db, Period(2025), AFTERWARDS, thoroughly=seed % 10 == 0)
        month = seed % 12 + 1
        running = (IN_BETWEEN, Period(2025)) if seed % 2 else (AFTERWARDS, Period(2025, month, month))
        with time_machine.travel(running[0], tick=False), database.reading() as db:
            compare(db, running[1], running[0], thoroughly=False)


@pytest.mark.promise("P27")
@pytest.mark.parametrize("part", range(5))
def test_random_cities_count_on_sqlite_as_by_hand(sqlite_database: Database, part: int) -> None:
    """Two hundred with LONG_TESTS=1; inside `make test` the first of each forty."""
    recount_cities(sqlite_database, range(part * 40, part * 40 + SQLITE_CITIES))


@pytest.mark.promise("P27")
@pytest.mark.postgres
def test_random_cities_count_on_postgresql_as_by_hand(postgres_database: Database) -> None:
    recount_cities(postgres_database, range(1000, 1000 + POSTGRES_CITIES))
