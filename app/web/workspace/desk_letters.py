"""Writing to people of a group: chosen, shown as it will be read, sent once to each; and what became of the letters."""

import re
import secrets
from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.courses.models import CourseRun
from app.dependencies import Db, RunId, RunStaff, settings_of
from app.emails.desk_letters import to_one_of_group
from app.i18n import LANGUAGES, Text, _
from app.limits import FORMS
from app.participation.came_queries import came_to, sessions_with_marks
from app.people.staff import Staff
from app.refusals import Conflict
from app.registrations import desk_queries, group_letter_queries, group_letters, openings, queries
from app.registrations.group_letters import Circle
from app.registrations.inputs import GroupLetterForm
from app.registrations.models import Listing, Registration
from app.registrations.refusals import NobodyToWriteTo
from app.texts import number_in
from app.web.forms import Form, Typed, WrongForm, read
from app.web.reading import language_of
from app.web.registrations import KEY
from app.web.workspace.desk import GROUP
from app.web.workspace.desk_preview import preview
from app.web.workspace.shell import staff_page

LETTERS = GROUP + "/vestule"
MOST_TICKS = 150
"""So many people can be ticked one by one; a form has only so many fields."""
CIRCLES: dict[Circle, Text] = {
    Circle.CONFIRMED: _("Those with a seat"),
    Circle.HELD: _("Those who have yet to confirm or to answer an offer"),
    Circle.WAITING: _("Those on the waiting list"),
}

router = APIRouter(include_in_schema=False)


@router.get(LETTERS)
def new_letter(request: Request, run_id: RunId, db: Db, who: RunStaff, to: str = "") -> HTMLResponse:
    """A letter to all, some or one; people are named where the group's list is open."""
    run = desk_queries.group(db, run_id, who)
    chosen = {"to": [to]} if number_in(to) is not None else {"circle": [Circle.CONFIRMED.value]}
    return _form(request, db, who, run, Typed(chosen))


@router.post(LETTERS)
def write(request: Request, run_id: RunId, form: Form, db: Db, who: RunStaff) -> Response:
    """First the letter as it will be read and how many get it; then it is sent, to exactly those."""
    run = desk_queries.group(db, run_id, who)
    step, key = form.one("step"), form.one("key")
    if step == "change":
        return _form(request, db, who, run, form)
    try:
        asked = read(GroupLetterForm, form)
        people = _chosen(db, run, form)
        if not people:
            raise NobodyToWriteTo
        if step != "send" or not re.match(KEY, key) or _fingerprint(people) != form.one("people"):
            return _check(request, db, who, run, form, asked, people, moved=step == "send")
        FORMS.count(request)
        letter = group_letters.write_to_group(db, who, run.id, asked, people, key)
    except WrongForm as faults:
        return _form(request, db, who, run, form, errors=faults.sentences)
    except Conflict as refusal:  # The run may have been read anew meanwhile, without its course.
        return _form(request, db, who, desk_queries.group(db, run_id, who), form, refusal=refusal)
    return RedirectResponse(f"{LETTERS.format(run_id=run.id)}/{letter.id}?done=sent", 303)


@router.get(LETTERS + "/{letter_id}")
def letter_sent(
    request: Request, run_id: RunId, letter_id: RunId, db: Db, who: RunStaff, done: str = ""
) -> HTMLResponse:
    """One letter of the group: how far it is, and who has to be called, named where the list is open."""
    run = desk_queries.group(db, run_id, who)
    fate = group_letter_queries.fate(db, run.id, letter_id)
    is_open = openings.sees_group(db, who, run.id)
    return staff_page(
        request,
        who,
        "workspace/desk/letter.html",
        run=run,
        title=run.course.title_in(language_of(request).code),
        fate=fate,
        to_call=group_letter_queries.to_call(db, letter_id) if is_open else [],
        is_open=is_open,
        toast=_("The letter is on its way.") if done == "sent" else None,
    )


def _chosen(db: Session, run: CourseRun, form: Typed) -> list[Registration]:
    """To whom the form's letter goes."""
    circles = [Circle(one) for one in form.many("circle") if one in {*Circle}]
    numbers = {number for one in form.many("to") if (number := number_in(one)) is not None}
    sessions = [number for one in form.many("came") if (number := number_in(one)) is not None]
    if sessions:
        numbers |= came_to(db, run.id, sessions)
    return group_letters.chosen(group_letter_queries.reachable(db, run.id), circles, numbers)


def _fingerprint(people: Sequence[Registration]) -> str:
    """Tells whether the letter would still go to those whom the check counted."""
    return "-".join(str(one.id) for one in people[:1]) + f"-{len(people)}-{sum(one.id for one in people)}"


def _form(
    request: Request,
    db: Session,
    who: Staff,
    run: CourseRun,
    form: Typed,
    *,
    errors: dict[str, Text] | None = None,
    refusal: Conflict | None = None,
) -> HTMLResponse:
    people = group_letter_queries.reachable(db, run.id)
    is_open = openings.opening_of(db, who, Listing.RUN, run.id) is not None
    circles = [
        (circle.value, words, len([one for one in people if one.state in group_letters.CIRCLES[circle]]))
        for circle, words in CIRCLES.items()
    ]
    return staff_page(
        request,
        who,
        "workspace/desk/write.html",
        status=refusal.status if refusal else 422 if errors else 200,
        run=run,
        title=run.course.title_in(language_of(request).code),
        circles=circles,
        sessions=sessions_with_marks(db, run.id),
        people=people if is_open and len(people) <= MOST_TICKS else [],
        is_open=is_open,
        letters=group_letter_queries.fates(db, run.id),
        form=form,
        errors=errors or {},
        notice=refusal.sentence if refusal else None,
    )


def _check(
    request: Request,
    db: Session,
    who: Staff,
    run: CourseRun,
    form: Typed,
    asked: GroupLetterForm,
    people: Sequence[Registration],
    *,
    moved: bool,
) -> HTMLResponse:
    """The letter in the frame of both languages, and how many get it."""
    mailed = [one for one in people if one.email]
    example = queries.for_letter(db, people[0].id)
    assert example is not None
    previews = []
    for code, language in LANGUAGES.items():
        db.expunge(example)
        example.locale, example.party = code, None
        letter = to_one_of_group(settings_of(request), example, asked.subject, asked.words)
        previews.append(preview(letter, language))
        example = queries.for_letter(db, people[0].id)
        assert example is not None
    key = form.one("key") if re.match(KEY, form.one("key")) else secrets.token_urlsafe()
    return staff_page(
        request,
        who,
        "workspace/desk/write_check.html",
        run=run,
        title=run.course.title_in(language_of(request).code),
        asked=asked,
        previews=previews,
        mailed=len(mailed),
        called=len(people) - len(mailed),
        kept=[(name, value) for name in ("circle", "to", "came") for value in form.many(name)],
        key=key,
        fingerprint=_fingerprint(people),
        moved=moved,
    )
