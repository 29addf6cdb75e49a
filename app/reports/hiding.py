"""Hiding: which cells of a public table stay empty, so that neither they nor sums around them identify anybody.

A cell of 1 to 4 people is hidden, and with it as many others as it takes that no total gives it away: in a row or
column whose total is known the hidden cells are at least two and hold at least five people together, and none of
them can be computed from everything that is shown.
"""

from collections.abc import Collection, Mapping
from typing import Literal, TypeAlias, TypeVar

SMALLEST_SHOWN = 5

Position: TypeAlias = tuple[str, str]
"""A cell of a table: its row and its column."""
Line: TypeAlias = tuple[Literal["row", "column"], str]
Cell = TypeVar("Cell", str, Position)

_TOGETHER = ""
"""Rows whose totals are hidden: only their sum is known, as if they were one row; columns likewise."""


def is_small(people: int) -> bool:
    """Whether so few people could be recognised."""
    return 0 < people < SMALLEST_SHOWN


def hidden_in_line(people: Mapping[str, int]) -> frozenset[str]:
    """The parts of a whole that stay empty beside its total: the small ones, and the smallest others to cover them."""
    return frozenset(_covered(people, {part for part, number in people.items() if is_small(number)}))


def hidden_in_table(
    people: Mapping[Position, int], hidden_rows: Collection[str], hidden_columns: Collection[str]
) -> frozenset[Position]:
    """The cells of a table that stay empty beside its totals, of which those of some rows and columns are hidden too.

    Where a total is hidden, so is everything in its row or column: nothing shown there can lead back to it.
    """
    table = _Table(people, hidden_rows, hidden_columns)
    hidden = {cell for cell, number in people.items() if is_small(number) or not table.totals_known(cell)}
    while True:
        more = {cell for line in table.lines for cell in _covered(line, hidden & line.keys())} - hidden
        if not more:
            more = table.untie(hidden)
        if not more:
            return frozenset(hidden)
        hidden |= more


def _covered(people: Mapping[Cell, int], hidden: set[Cell]) -> set[Cell]:
    """The hidden cells of a line, and the smallest others until their sum tells nothing."""
    covered = set(hidden)
    for cell in sorted(people.keys() - covered, key=lambda one: (people[one] == 0, people[one], one)):
        together = sum(people[one] for one in covered)
        if not covered or (len(covered) >= 2 and together >= SMALLEST_SHOWN and together > len(covered)):
            break
        covered.add(cell)
    return covered


class _Table:
    """A table whose hidden cells tie its rows to its columns.

    A hidden cell may hold more than it does if others can give way in a circle: one more in its row is one less
    elsewhere in the row, one more in that column, and so on back to its own column; none can give way below zero.
    A cell for which there is no such circle, in neither direction, can be computed from what is shown.
    """

    def __init__(
        self, people: Mapping[Position, int], hidden_rows: Collection[str], hidden_columns: Collection[str]
    ) -> None:
        self._people = people
        self._ends: dict[Position, tuple[Line, Line]] = {
            (row, column): (
                ("row", _TOGETHER if row in hidden_rows else row),
                ("column", _TOGETHER if column in hidden_columns else column),
            )
            for row, column in people
        }
        by_line: dict[Line, dict[Position, int]] = {}
        for cell, ends in self._ends.items():
            for line in ends:
                if line[1] != _TOGETHER:
                    by_line.setdefault(line, {})[cell] = people[cell]
        empty = {cell for line in by_line.values() if not any(line.values()) for cell in line}
        self.lines = [{cell: line[cell] for cell in line if cell not in empty} for line in by_line.values()]
        self._worth_hiding = [cell for cell in people if cell not in empty]
        """Cells worth hiding: where a total of zero is shown, everybody knows the rest."""

    def totals_known(self, cell: Position) -> bool:
        """Whether the totals of its row and its column are shown."""
        return all(name != _TOGETHER for _kind, name in self._ends[cell])

    def untie(self, hidden: set[Position]) -> set[Position]:
        """A cell to hide too, because without it a hidden one could be computed; nothing when none can."""
        could_hide = [cell for cell in self._worth_hiding if cell not in hidden]
        for cell in sorted(one for one in hidden if self._people[one]):
            row, column = self._ends[cell]
            from_row = self._reached(row, hidden - {cell})
            from_column = self._reached(column, hidden - {cell})
            if column in from_row or row in from_column:
                continue
            near = from_row | from_column
            bridges = [one for one in could_hide if self._joins(one, from_row, from_column)]
            steps = [one for one in could_hide if not near.isdisjoint(self._ends[one])]
            if choice := bridges or steps:
                return {min(choice, key=lambda one: (self._people[one] == 0, self._people[one], one))}
        return set()

    def _joins(self, cell: Position, near: set[Line], far: set[Line]) -> bool:
        row, column = self._ends[cell]
        return self._people[cell] > 0 and ((row in near and column in far) or (row in far and column in near))

    def _reached(self, start: Line, hidden: set[Position]) -> set[Line]:
        """Every row and column to which one more there leads: from a row by one more, from a column by one less."""
        ways: dict[Line, set[Line]] = {}
        for cell in hidden:
            row, column = self._ends[cell]
            ways.setdefault(row, set()).add(column)
            if self._people[cell]:
                ways.setdefault(column, set()).add(row)
        reached, waiting = {start}, [start]
        while waiting:
            for line in ways.get(waiting.pop(), set()) - reached:
                reached.add(line)
                waiting.append(line)
        return reached
