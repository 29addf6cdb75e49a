"""What starts when: a month of starts by week, and the same as a feed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from feedgenerator import Atom1Feed

from app.catalogue.pages import Start, StartsOfDay
from app.catalogue.queries import calendar_of_starts
from app.clock import now, today
from app.dependencies import Db
from app.i18n import DEFAULT, Language, _, moment_text, price_text
from app.web.pages import render, site_of
from app.web.reading import language_of

_MONTH = re.compile(r"(20\d\d|2100)-(0[1-9]|1[0-2])")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Week:
    """The days of one week on which something starts."""

    monday: date
    days: tuple[StartsOfDay, ...]

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)


@router.get("/kalendars")
def starts(request: Request, db: Db) -> HTMLResponse:
    """What starts in a month, by week; this month unless another is asked for."""
    month = _month(request.query_params.get("month", ""))
    found, day = calendar_of_starts(db, month, language_of(request).code, now()), today()
    this_month = day.replace(day=1)
    begun = [one for one in found.days if one.day < day] if month == this_month else []
    return render(
        request,
        "starts/starts.html",
        partial="starts/_month.html",
        starts=found,
        begun=weeks_of(begun),
        begun_count=sum(len(one.starts) for one in begun),
        weeks=weeks_of(found.days[len(begun) :]),
        this_month=this_month,
    )


@router.get("/kalendars.atom")
def feed(request: Request, db: Db) -> Response:
    """What starts from today on, this month and the next, for feed readers."""
    language, site, day = language_of(request), site_of(request), today()
    following = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    city = site.city_loc if language.code == DEFAULT else site.city
    atom = Atom1Feed(
        title=_("Courses that start soon in %(city_loc)s", city_loc=city).say(language),
        link=f"{site.origin}/kalendars",
        description="",
        language=language.code,
        feed_url=f"{site.origin}/kalendars.atom",
    )
    for month in (day, following):
        for found in calendar_of_starts(db, month, language.code, now()).days:
            for start in found.starts if found.day >= day else ():
                atom.add_item(
                    title=start.title,
                    link=f"{site.origin}/kursi/{start.slug}",
                    description=_told(start, language),
                    unique_id=f"{site.origin}/norises/{start.run.id}",
                    updateddate=start.run.opens_at,
                )
    return Response(atom.writeString("utf-8"), media_type="application/atom+xml")


def _told(start: Start, language: Language) -> str:
    """What a feed reader shows below the title."""
    when = moment_text(start.run.starts_at, "", language)
    return " · ".join((when, start.provider_name, price_text(start.price, language)))


def weeks_of(days: Iterable[StartsOfDay]) -> list[Week]:
    """The days in weeks that begin on Monday; weeks in which nothing starts are left out."""
    weeks: dict[date, list[StartsOfDay]] = {}
    for one in days:
        weeks.setdefault(one.day - timedelta(days=one.day.weekday()), []).append(one)
    return [Week(monday, tuple(found)) for monday, found in weeks.items()]


def _month(text: str) -> date:
    """The first day of the month in an address: 2026-12; this month for everything that is none."""
    if found := _MONTH.fullmatch(text):
        return date(int(found[1]), int(found[2]), 1)
    return today().replace(day=1)
