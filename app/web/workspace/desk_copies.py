"""The list on paper and in a file: each copy is an opening of its own, so each is asked for by a button and recorded."""

from collections.abc import Iterator, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from app.audit.record import Fact
from app.clock import now, today
from app.courses.models import CourseRun
from app.courses.run_models import RunQuestion
from app.dependencies import Db, RunId, RunStaff
from app.i18n import Language, Text, _, local, numeric_date
from app.people.staff import Staff
from app.registrations import desk_queries, openings
from app.registrations.desk_queries import Line, Narrowed, PeopleList, View
from app.registrations.models import Listing
from app.web.csv_file import csv_file
from app.web.forms import Form, Typed
from app.web.joining import GivenAnswer
from app.web.reading import language_of
from app.web.workspace.desk import CHANNELS, LIST, VIEWS
from app.web.workspace.shell import NO_STORE, staff_page
from app.web.xlsx_file import xlsx_file

router = APIRouter(include_in_schema=False)


@router.post(LIST + "/druka")
def printed(request: Request, run_id: RunId, form: Form, db: Db, who: RunStaff) -> HTMLResponse:
    """The list for paper, with a column to sign in."""
    run, people, view = _copy(request, db, who, run_id, form, "print")
    return staff_page(
        request,
        who,
        "workspace/desk/print.html",
        run=run,
        title=run.course.title_in(language_of(request).code),
        people=people,
        view=VIEWS[view],
        with_needs=form.one("needs") == "yes",
        address=LIST.format(run_id=run.id),
        made_at=now(),
    )


@router.post(LIST + "/saraksts.xlsx")
def workbook(request: Request, run_id: RunId, form: Form, db: Db, who: RunStaff) -> Response:
    """The list for Excel."""
    run, people, _view = _copy(request, db, who, run_id, form, "xlsx")
    rows = _rows(people, language_of(request), with_needs=form.one("needs") == "yes")
    sheet = _("Registrations").say(language_of(request))
    return _private(xlsx_file(f"pieteikumi-{run.id}-{today()}.xlsx", sheet, rows))


@router.post(LIST + "/saraksts.csv")
def rows_of_text(request: Request, run_id: RunId, form: Form, db: Db, who: RunStaff) -> Response:
    """The list as text."""
    run, people, _view = _copy(request, db, who, run_id, form, "csv")
    rows = _rows(people, language_of(request), with_needs=form.one("needs") == "yes")
    return _private(csv_file(f"pieteikumi-{run.id}-{today()}.csv", rows))


def _copy(
    request: Request, db: Session, who: Staff, run_id: int, form: Typed, kind: str
) -> tuple[CourseRun, PeopleList, View]:
    """What is copied, and the entry about it in the log of actions."""
    run = desk_queries.group(db, run_id, who)
    view = View(form.one("view")) if form.one("view") in {*View} else View.ALL
    people = desk_queries.people_of_run(db, run, Narrowed(view), now(), whole=True)
    facts: dict[str, Fact] = {"as": kind, "people": people.total, "special_needs": form.one("needs") == "yes"}
    openings.record_copy(db, who, Listing.RUN, run.id, {"list": "registrations", **facts})
    return run, people, view


def _rows(people: PeopleList, language: Language, *, with_needs: bool) -> Iterator[Sequence[str]]:
    """The heading, then a row for each registration."""
    heads: list[Text] = [
        _("Name and surname"),
        _("State"),
        _("Place on the waiting list"),
        _("Phone number"),
        _("E-mail address"),
        _("How it reached us"),
        _("Received"),
    ]
    needs = [_("Special needs").say(language)] if with_needs else []
    asked = [question for question in people.questions if any(question.id in line.answers for line in people.lines)]
    yield [*(head.say(language) for head in heads), *(one.said(language.code) for one in asked), *needs]
    for line in people.lines:
        yield _row(line, asked, language, with_needs=with_needs)


def _row(line: Line, asked: Sequence[RunQuestion], language: Language, *, with_needs: bool) -> list[str]:
    one = line.registration
    return [
        one.name or "",
        line.standing.badge.say(language),
        str(line.place or ""),
        one.phone or "",
        one.email or "",
        CHANNELS[one.channel].say(language),
        numeric_date(local(one.created_at).date(), language),
        *(_said(question, line.answers.get(question.id, ""), language) for question in asked),
        *([one.special_needs or ""] if with_needs else []),
    ]


def _said(question: RunQuestion, answer: str, language: Language) -> str:
    if not answer:
        return ""
    said = GivenAnswer(question, answer).said(language.code)
    return said if isinstance(said, str) else said.say(language)


def _private(answer: Response) -> Response:
    answer.headers.update(NO_STORE)
    return answer
