"""What people of the demonstration city searched for, day by day, and where in the lists they opened a course."""

from datetime import date

from app.demo.rows import Rows, seeded
from app.usage.actions import FARTHER, PLACES, Use
from app.usage.models import DailyCount, SearchCount, SearchText
from app.usage.searches import key_of

SEARCHES = (
    ("latviešu valoda", 12, True),
    ("angļu valoda", 9, True),
    ("excel", 8, True),
    ("dators", 6, True),
    ("keramika", 5, True),
    ("mākslīgais intelekts", 5, True),
    ("joga", 4, True),
    ("krāpnieki", 3, True),
    ("fotografēšana", 3, True),
    ("dārzkopība", 3, True),
    ("zīmēšana", 2, True),
    ("grāmatvedība", 2, True),
    ("zviedru valoda", 2, False),
    ("frizieris", 2, False),
    ("japāņu valoda", 1, False),
    ("hidroponika", 1, False),
)
"""Words, how often in proportion, and whether the city has such courses."""
SHARE = 0.4
"""The part of all searches that are among these."""


def key(text: str) -> str:
    """Under what a search of the demonstration city is counted: it has no secret."""
    return key_of("demonstration city", text)


def add_texts(rows: Rows, known: set[str]) -> None:
    """The words of these searches; each has been made on many days."""
    for text, _often, _found in SEARCHES:
        if key(text) not in known:
            rows.put(SearchText, key=key(text), text=text)


def add_day(rows: Rows, day: date, searches: int) -> None:
    """What was searched for on a day with so many searches, and what was opened."""
    chance = seeded(f"searches of {day}")
    made = chance.choices(SEARCHES, [often for _text, often, _found in SEARCHES], k=round(searches * SHARE))
    for text, _often, found in SEARCHES:
        if times := sum(one[0] == text for one in made):
            rows.put(SearchCount, key=key(text), day=day, times=times, without_result=0 if found else times)
    opened = [min(PLACES + 1, 1 + int(chance.expovariate(0.35))) for _ in range(round(searches * 0.6))]
    for place in sorted({*opened}):
        name = str(place) if place <= PLACES else FARTHER
        rows.put(DailyCount, day=day, kind=Use.RESULT_OPENED.value, subject=name, times=opened.count(place))
