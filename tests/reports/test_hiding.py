"""Hidden cells: none small is shown, and none can be found out from what is."""

import itertools
import random
from collections.abc import Iterator, Mapping
from fractions import Fraction

import pytest

from app.reports.hiding import hidden_in_line, hidden_in_table, is_small

pytestmark = pytest.mark.promise("P26")

Table = dict[tuple[str, str], int]


def random_table(chance: random.Random, rows: int, columns: int, largest: int = 40) -> Table:
    sparse = chance.random()
    return {
        (f"r{row}", f"c{column}"): 0 if chance.random() < sparse else chance.choice([1, 2, 3, 5, 7, largest])
        for row in range(rows)
        for column in range(columns)
    }


def totals(table: Table, axis: int) -> dict[str, int]:
    sums: dict[str, int] = {}
    for cell, number in table.items():
        sums[cell[axis]] = sums.get(cell[axis], 0) + number
    return sums


def hide(table: Table) -> tuple[frozenset[tuple[str, str]], frozenset[str], frozenset[str]]:
    rows, columns = hidden_in_line(totals(table, 0)), hidden_in_line(totals(table, 1))
    return hidden_in_table(table, rows, columns), rows, columns


def solvable(unknowns: list[object], equations: list[Mapping[object, int]]) -> set[object]:
    """The unknowns that the equations leave only one value for: a rank check over fractions."""
    matrix = [[Fraction(equation.get(unknown, 0)) for unknown in unknowns] for equation in equations]
    solved, top = set(), 0
    pivots: list[int] = []
    for place in range(len(unknowns)):
        found = next((row for row in range(top, len(matrix)) if matrix[row][place]), None)
        if found is None:
            continue
        matrix[top], matrix[found] = matrix[found], matrix[top]
        pivot = matrix[top][place]
        matrix[top] = [value / pivot for value in matrix[top]]
        for row in range(len(matrix)):
            if row != top and matrix[row][place]:
                factor = matrix[row][place]
                matrix[row] = [value - factor * lead for value, lead in zip(matrix[row], matrix[top], strict=True)]
        pivots.append(place)
        top += 1
    for row, place in enumerate(pivots):
        if sum(1 for value in matrix[row] if value) == 1:
            solved.add(unknowns[place])
    return solved


def equations_of(
    table: Table, cells: frozenset[tuple[str, str]], rows: frozenset[str], columns: frozenset[str]
) -> tuple[list[object], list[Mapping[object, int]]]:
    """What one who sees all that is shown knows about what is hidden."""
    unknowns: list[object] = [*cells, *rows, *columns]
    equations: list[Mapping[object, int]] = []
    for axis, hidden_totals in ((0, rows), (1, columns)):
        for name in totals(table, axis):
            equation: dict[object, int] = {cell: 1 for cell in cells if cell[axis] == name}
            if name in hidden_totals:
                equation[name] = -1
            equations.append(equation)
        equations.append(dict.fromkeys(hidden_totals, 1))
    return unknowns, equations


@pytest.mark.parametrize("seed", range(0, 1000, 100))
def test_no_hidden_cell_can_be_computed_from_what_is_shown(seed: int) -> None:
    for one in range(seed, seed + 100):
        _solve(random.Random(one))


def _solve(chance: random.Random) -> None:
    table = random_table(chance, chance.randint(2, 6), chance.randint(2, 6))
    cells, rows, columns = hide(table)
    known_empty = {
        cell
        for cell in cells
        if (totals(table, 0)[cell[0]] == 0 and cell[0] not in rows)
        or (totals(table, 1)[cell[1]] == 0 and cell[1] not in columns)
    }
    assert all(cell in cells for cell, number in table.items() if is_small(number))
    unknowns, equations = equations_of(table, cells - known_empty, rows, columns)
    assert not {one for one in solvable(unknowns, equations) if table.get(one, 1)}  # type: ignore[call-overload]


def possible_tables(
    table: Table, cells: frozenset[tuple[str, str]], rows: frozenset[str], columns: frozenset[str]
) -> Iterator[Table]:
    """Every table of whole numbers that agrees with all that is shown."""
    total = sum(table.values())
    row_totals, column_totals = totals(table, 0), totals(table, 1)

    def fill(names: list[str], left: dict[str, int], made: Table) -> Iterator[Table]:
        if not names:
            if all(left[name] == 0 for name in left if name not in columns) and sum(made.values()) == total:
                yield dict(made)
            return
        row = names[0]
        open_cells = [cell for cell in table if cell[0] == row and cell in cells]
        shown = {cell: table[cell] for cell in table if cell[0] == row and cell not in cells}
        spare = total - sum(made.values())
        for values in itertools.product(*(range(min(left[cell[1]], spare) + 1) for cell in open_cells)):
            line = shown | dict(zip(open_cells, values, strict=True))
            if row not in rows and sum(line.values()) != row_totals[row]:
                continue
            after = {name: left[name] - line.get((row, name), 0) for name in left}
            if min(after.values()) >= 0:
                yield from fill(names[1:], after, made | line)

    start = {name: total if name in columns else number for name, number in column_totals.items()}
    yield from fill([*row_totals], start, {})


@pytest.mark.parametrize("seed", range(0, 60, 20))
def test_one_who_tries_every_possible_table_learns_no_small_number(seed: int) -> None:
    for one in range(seed, seed + 20):
        _try_every_table(random.Random(one))


def _try_every_table(chance: random.Random) -> None:
    table = random_table(chance, 2, chance.choice([2, 3]), largest=9)
    if sum(table.values()) < 5:
        return  # The whole itself is small; nothing of it is shown.
    cells, rows, columns = hide(table)
    seen: dict[tuple[str, str], set[int]] = {cell: set() for cell in table}
    for possible in possible_tables(table, cells, rows, columns):
        for cell, number in possible.items():
            seen[cell].add(number)
    for cell, number in table.items():
        assert number in seen[cell]
        if is_small(number):
            assert len(seen[cell]) > 1, (table, sorted(cells))


@pytest.mark.parametrize(
    ("people", "hidden"),
    [
        ({"a": 12, "b": 7, "c": 0}, set()),
        ({"a": 12, "b": 3, "c": 7}, {"b", "c"}),
        ({"a": 12, "b": 3, "c": 4}, {"b", "c"}),
        ({"a": 12, "b": 1, "c": 1}, {"a", "b", "c"}),
        ({"a": 90, "b": 1, "c": 1, "d": 20}, {"b", "c", "d"}),
        ({"a": 3, "b": 0, "c": 0}, {"a", "b", "c"}),
        ({"a": 0, "b": 0}, set()),
        ({}, set()),
    ],
)
def test_a_small_part_is_hidden_with_the_smallest_others_that_cover_it(
    people: dict[str, int], hidden: set[str]
) -> None:
    assert hidden_in_line(people) == hidden


def test_what_is_hidden_in_a_line_is_at_least_two_parts_and_five_people() -> None:
    chance = random.Random(1)
    for _ in range(1000):
        people = {f"p{place}": chance.choice([0, 0, 1, 2, 4, 5, 6, 30]) for place in range(chance.randint(2, 9))}
        hidden = hidden_in_line(people)
        assert {part for part, number in people.items() if is_small(number)} <= hidden
        if hidden and hidden != people.keys():
            assert len(hidden) >= 2
            assert sum(people[part] for part in hidden) >= 5


def test_hiding_only_the_small_cells_would_give_them_away() -> None:
    """The negative control: the check above does see a table that hides too little."""
    table: Table = {("r0", "c0"): 3, ("r0", "c1"): 20, ("r1", "c0"): 9, ("r1", "c1"): 8}
    small = frozenset(cell for cell, number in table.items() if is_small(number))
    assert solvable(*equations_of(table, small, frozenset(), frozenset())) == {("r0", "c0")}
    assert hide(table)[0] == table.keys()


def test_two_circles_joined_by_one_cell_do_not_give_that_cell_away() -> None:
    table: Table = {(f"r{row}", f"c{column}"): 50 for row in range(4) for column in range(4)}
    for cell in [("r0", "c0"), ("r0", "c1"), ("r1", "c0"), ("r1", "c1")]:
        table[cell] = 3
    for cell in [("r2", "c2"), ("r2", "c3"), ("r3", "c2"), ("r3", "c3"), ("r1", "c2")]:
        table[cell] = 4
    cells, rows, columns = hide(table)
    assert not solvable(*equations_of(table, cells, rows, columns))
