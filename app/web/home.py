"""The home page: the search box, what the catalogue holds today, and what came of it last year."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.clock import now, today
from app.dependencies import Db, Engine
from app.i18n import Text, _
from app.reports.dimensions import Places
from app.reports.figures import FIGURES, Amount
from app.reports.period import Period
from app.reports.values import Division, divided
from app.search.catalogue import FrontPage, front_page
from app.search.engine import Query, SearchEngine
from app.search.filters import FREE
from app.web.asking import Asked
from app.web.belt import woven_belt
from app.web.kept import kept
from app.web.pages import render
from app.web.reading import language_of

KEPT_FOR = timedelta(minutes=10)
WAYS: tuple[tuple[str, str, Text], ...] = (
    ("price", FREE, _("Free of charge")),
    ("time", "evening", _("In the evenings")),
    ("audience", "seniors", _("Seniors")),
    ("format", "online", _("Online")),
)
"""Filters through which most people come: parameter, value, words."""
EXAMPLES = (_("Latvian in the evenings"), _("free courses for seniors"), _("Excel for beginners"))
LAST_YEAR = {
    "courses_in_catalogue": _("different courses in the catalogue"),
    "participations": _("participations in courses and activities"),
    "registrations_via_catalogue": _("registrations via the catalogue"),
    "providers_active": _("providers of education"),
}
"""The figures of last year that are shown, each with what it counts."""
FROM_WISHES = "wishes_fulfilled"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Way:
    """A way into the catalogue: words, address, and how many courses lie behind it."""

    words: Text
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class Entrance:
    """A thematic group as an entrance."""

    code: str
    name: str
    url: str
    count: int
    about: str


@dataclass(slots=True)
class YearsKept:
    """Figures of last year and this year, which change seldom and are dear to count: counted anew after a while."""

    counted_at: datetime | None = None
    values: Mapping[str, Amount | None] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)

    def read(self, db: Session, moment: datetime, year: int) -> Mapping[str, Amount | None]:
        """The figures; while one request counts them, the others take what is there."""
        if self.counted_at and moment - self.counted_at < KEPT_FOR:
            return self.values
        if not self._turn.acquire(blocking=self.counted_at is None):
            return self.values
        try:
            if self.counted_at is None or moment - self.counted_at >= KEPT_FOR:
                self.values = _figures(db, year)
                self.counted_at = moment
        finally:
            self._turn.release()
        return self.values


@router.get("/")
def home(request: Request, db: Db, engine: Engine) -> Response:
    """Where most visits begin."""
    return kept(request, db, lambda: _home(request, db, engine))


def _home(request: Request, db: Session, engine: SearchEngine) -> Response:
    language, moment, year = language_of(request), now(), today().year
    front = front_page(db, engine, language.code, moment)
    return render(
        request,
        "catalogue/home.html",
        front=front,
        examples=[(words, Asked(Query(words)).url()) for words in (one.say(language) for one in EXAMPLES)],
        next_start=front.soon[0].next_run.starts_at if front.soon and front.soon[0].next_run else None,
        ways=_ways(front),
        belt=woven_belt({entry.group.code: entry.count for entry in front.groups}),
        groups=[
            Entrance(one.group.code, one.group.name, f"/grupas/{one.group.code}", one.count, one.group.examples)
            for one in front.groups
        ],
        last_year=year - 1,
        figures=_kept(request).read(db, moment, year),
        figure_words=LAST_YEAR,
        from_wishes=FROM_WISHES,
    )


def _ways(front: FrontPage) -> list[Way]:
    counts = (front.free, front.evening, front.seniors, front.online)
    return [
        Way(words, Asked(Query(filters={parameter: (value,), "open": ("1",)})).url(), count)
        for (parameter, value, words), count in zip(WAYS, counts, strict=True)
        if count
    ]


def _kept(request: Request) -> YearsKept:
    """What this process keeps of the years' figures."""
    state = request.app.state
    if not hasattr(state, "years_kept"):
        state.years_kept = YearsKept()
    kept: YearsKept = state.years_kept
    return kept


def _figures(db: Session, year: int) -> Mapping[str, Amount | None]:
    """Last year's figures and this year's courses from wishes, in one statement."""
    asked = [FIGURES[name] for name in (*LAST_YEAR, FROM_WISHES)]
    before, this_year = divided(db, [Division(Period(year - 1)), Division(Period(year))], Places({}), asked)
    return {name: before[name][()].amount for name in LAST_YEAR} | {FROM_WISHES: this_year[FROM_WISHES][()].amount}
