"""The woven belt: as long as the groups are large."""

from itertools import pairwise

import pytest

from app.web.belt import woven_belt


def test_the_belt_is_as_long_as_the_groups_are_large() -> None:
    belt = woven_belt(
        {"digital": 113, "media": 45, "personal": 72, "environment": 40, "languages_culture": 77, "target_groups": 71}
    )
    assert belt[0].code == "digital"
    assert sum(section.length for section in belt) == pytest.approx(100, abs=0.05)
    assert belt[0].length == pytest.approx(100 * 113 / 418, abs=0.01)
    assert all(left.start + left.length == pytest.approx(right.start, abs=0.02) for left, right in pairwise(belt))


def test_a_small_group_still_shows_its_mark() -> None:
    belt = {section.code: section.length for section in woven_belt({"a": 1000, "b": 1, "c": 2})}
    assert belt["b"] == belt["c"] == 9
    assert sum(belt.values()) == pytest.approx(100)


def test_groups_without_courses_have_no_section_and_an_empty_catalogue_no_belt() -> None:
    assert [section.code for section in woven_belt({"a": 3, "b": 0})] == ["a"]
    assert woven_belt({}) == woven_belt({"a": 0}) == ()
    assert len(woven_belt({str(n): 1 for n in range(40)})) == 40
