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
    others = sorted(people.keys() - covered, key=lambda cell: (people[cell] == 0, people[cell], cell))
    for cell in others:
        together = sum(people[one] for one in covered)
        if not covered or (len(covered) >= 2 and together >= SMALLEST_SHOWN and together > len(covered)):
            break
        covered.add(cell)
    return covered


class _Table:
    """A table whose hidden cells tie rows to columns: one that alone ties two halves together can be computed."""

    def __init__(
        self, people: Mapping[Position, int], hidden_rows: Collection[str], hidden_columns: Collection[str]
    ) -> None:
        self.people = people
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
        self.lines = list(by_line.values())

    def totals_known(self, cell: Position) -> bool:
        """Whether the totals of its row and its column are shown."""
        return all(name != _TOGETHER for _kind, name in self._ends[cell])

    def untie(self, hidden: set[Position]) -> set[Position]:
        """A cell to hide too, because without it a hidden one could be computed; nothing when none can."""
        for cell in sorted(hidden):
            row, column = self._ends[cell]
            near = self._reached(row, hidden - {cell})
            if column in near:
                continue  # The row and the column are tied by others too: this cell may be more or less.
            far = self._reached(column, hidden - {cell})
            open_cells = [one for one in self.people if one not in hidden]
            bridges = [one for one in open_cells if self._joins(one, near, far)]
            steps = [one for one in open_cells if len({*self._ends[one]} & near) == 1]
            if choice := bridges or steps:
                return {min(choice, key=lambda one: (self.people[one] == 0, self.people[one], one))}
        return set()

    def _joins(self, cell: Position, near: set[Line], far: set[Line]) -> bool:
        row, column = self._ends[cell]
        return (row in near and column in far) or (row in far and column in near)

    def _reached(self, start: Line, hidden: set[Position]) -> set[Line]:
        """Every row and column to which hidden cells lead from one of them."""
        neighbours: dict[Line, set[Line]] = {}
        for cell in hidden:
            row, column = self._ends[cell]
            neighbours.setdefault(row, set()).add(column)
            neighbours.setdefault(column, set()).add(row)
        reached, waiting = {start}, [start]
        while waiting:
            for line in neighbours.get(waiting.pop(), set()) - reached:
                reached.add(line)
                waiting.append(line)
        return reached
