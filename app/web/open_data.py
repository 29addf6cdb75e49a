"""Open data: the page that tells of them, and the whole catalogue as JSON and as a table."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from app.catalogue.cards import RunCard
from app.catalogue.whole import CourseWords, WholeCourse, whole_catalogue
from app.clock import now
from app.courses.models import RunState
from app.dependencies import Configured, Db
from app.i18n import DEFAULT, Language, _, _p, local
from app.limits import COSTLY
from app.search.filters import BY_PARAMETER
from app.web.csv_file import csv_file, decimal_text
from app.web.pages import render, site_of
from app.web.reading import language_of
from app.web.site_facts import page_facts

_CACHED = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

router = APIRouter(include_in_schema=False)


@router.get("/atvertie-dati")
def open_data(request: Request) -> HTMLResponse:
    """What can be had, in which form, and on which terms."""
    site, licence = site_of(request), page_facts().licence
    address = f"{site.origin}/atvertie-dati"
    described = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": f"Mūžizglītības kursu katalogs: {site.city}",
        "description": "Pieaugušo izglītības kursi un to norises, bez personas datiem.",
        "url": address,
        "inLanguage": ["lv", "en"],
        "license": licence.url,
        "isAccessibleForFree": True,
        "creator": {"@type": "GovernmentOrganization", "name": site.institution, "email": site.contact_email},
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": f"{address}/kursi.{ending}"}
            for kind, ending in (("application/json", "json"), ("text/csv", "csv"))
        ],
    }
    return render(request, "about/open_data.html", licence=licence, structured=described)


@router.get("/atvertie-dati/kursi.json", dependencies=[Depends(COSTLY)])
def catalogue_as_json(db: Db, settings: Configured) -> Response:
    """Every course of the catalogue with its texts in all languages and its runs; names in Latvian."""
    moment, licence = now(), page_facts().licence
    told: dict[str, Json] = {
        "source": settings.institution,
        "licence": licence.url,
        "made_at": _time(moment),
        "demonstration": settings.demonstration,
        "courses": [_course_told(course, settings.origin) for course in whole_catalogue(db, DEFAULT, moment)],
    }
    return JSONResponse(told, headers=_CACHED)


@router.get("/atvertie-dati/kursi.csv", dependencies=[Depends(COSTLY)])
def catalogue_as_table(request: Request, db: Db, settings: Configured) -> Response:
    """The same in the reader's language, for spreadsheets: a row for each run, or for the course where there is none."""
    language = language_of(request)
    return csv_file("kursi.csv", _rows(whole_catalogue(db, language.code, now()), settings.origin, language))


def _course_told(course: WholeCourse, origin: str) -> dict[str, Json]:
    card = course.card
    return {
        "code": card.code,
        "url": f"{origin}/kursi/{card.slug}",
        "texts": {language: _words_told(words) for language, words in course.texts.items()},
        "group": {"code": card.group_code, "name": card.group_name},
        "provider": {"code": card.provider_code, "name": card.provider_name},
        "audiences": [audience.value for audience in card.audiences],
        "level": card.level.value,
        "language": card.language,
        "format": card.format.value,
        "academic_hours": float(card.academic_hours),
        "price": _euros(card.price),
        "funding": card.funding.value,
        "certificate": card.certificate.value,
        "published_at": _time(course.published_at),
        "updated_at": _time(course.updated_at),
        "runs": [_run_told(run) for run in course.runs],
    }


def _words_told(words: CourseWords) -> dict[str, Json]:
    return {
        "title": words.title,
        "summary": words.summary,
        "description": words.description,
        "outcomes": list(words.outcomes),
        "prerequisites": words.prerequisites,
        "keywords": list(words.keywords),
    }


def _run_told(run: RunCard) -> dict[str, Json]:
    return {
        "id": run.id,
        "state": run.state.value,
        "starts_at": _time(run.starts_at),
        "ends_at": _time(run.ends_at),
        "sessions": run.session_count,
        "seats": run.seats or None,
        "seats_left": run.seats_left,
        "registration_opens_at": _time(run.opens_at),
        "registration_closes_at": _time(run.closes_at),
        "venue": run.venue_name,
        "address": run.venue_address,
        "is_online": run.is_online,
    }


_COLUMNS = (
    _("Code"),
    _("Title"),
    _("Summary"),
    _("Thematic group"),
    _("Provider"),
    _("For whom"),
    _("Level"),
    _("Language of teaching"),
    _("How it is held"),
    _("Academic hours"),
    _("Price, euros"),
    _("Who pays"),
    _("What you receive"),
    _("Number of the dates"),
    _("State"),
    _("Starts"),
    _("Ends"),
    _("Seats"),
    _("Seats left"),
    _("Where"),
    _("Address"),
    _("Link"),
)
_STATES = {
    RunState.UPCOMING: _p("run", "Soon"),
    RunState.OPEN: _p("run", "Open"),
    RunState.FULL: _p("run", "Full"),
    RunState.CLOSED: _p("run", "Registration closed"),
    RunState.RUNNING: _p("run", "Running"),
    RunState.FINISHED: _p("run", "Ended"),
    RunState.CANCELLED: _p("run", "Cancelled"),
}


def _rows(courses: list[WholeCourse], origin: str, language: Language) -> Iterator[list[str]]:
    """A row for each run, or for the course where there is none."""

    def word(parameter: str, value: str) -> str:
        """The value of a filter as the pages call it."""
        return next((one.label.say(language) for one in BY_PARAMETER[parameter].choices if one.value == value), value)

    yield [name.say(language) for name in _COLUMNS]
    for course in courses:
        card = course.card
        of_course = [
            card.code,
            card.title,
            card.summary,
            card.group_name,
            card.provider_name,
            ", ".join(word("audience", audience) for audience in card.audiences),
            word("level", card.level),
            word("language", card.language),
            word("format", card.format),
            decimal_text(card.academic_hours, language),
            decimal_text(card.price, language),
            word("funding", card.funding),
            word("certificate", card.certificate),
        ]
        for run in course.runs or (None,):
            yield [*of_course, *_run_cells(run, language), f"{origin}/kursi/{card.slug}"]


def _run_cells(run: RunCard | None, language: Language) -> list[str]:
    if run is None:
        return [""] * 8
    return [
        str(run.id),
        _STATES[run.state].say(language),
        f"{local(run.starts_at):%d.%m.%Y. %H:%M}",
        f"{local(run.ends_at):%d.%m.%Y. %H:%M}",
        str(run.seats or ""),
        "" if run.seats_left is None else str(run.seats_left),
        run.venue_name,
        run.venue_address,
    ]


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _euros(price: Decimal) -> str:
    return f"{price:.2f}"
