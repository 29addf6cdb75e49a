"""Entering somebody who called or came, one registration as staff see it, and the slip that is handed over."""

import re
import secrets
from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.clock import now
from app.courses import run_models
from app.courses.models import CourseRun
from app.courses.question_queries import all_questions, open_questions
from app.courses.run_models import RunQuestion
from app.dependencies import Db, ProviderStaff, Rules, RunId, RunStaff, settings_of
from app.emails.letters import registration_url
from app.i18n import DEFAULT, LANGUAGES, Text, _, _p
from app.limits import FORMS
from app.participation.qr import qr_code
from app.people.staff import Staff
from app.refusals import Conflict
from app.registrations import desk, desk_moves, desk_queries, late_seats, openings, undo_queries
from app.registrations.given_answers import given_answers
from app.registrations.inputs import DeskForm
from app.registrations.models import Registration, State
from app.registrations.queries import occupancy_of, queue_place
from app.registrations.questions import AnswersWrong
from app.registrations.seats import SeatRules
from app.registrations.standing import standing_of
from app.web.forms import Form, Typed, WrongForm
from app.web.joining import FormQuestion, GivenAnswer, read_place, typed_answers
from app.web.reading import language_of
from app.web.registrations import KEY
from app.web.workspace.desk import ALL, CHANNELS, LIST, needs_person
from app.web.workspace.shell import staff_page

ONE = LIST + "/{registration_id}"
DONE: dict[str, Text] = {
    "entered": _("The person is entered."),
    "confirmed": _("The registration is confirmed."),
    "corrected": _("The changes are saved."),
    "moved": _("The person is moved to this group."),
    "cancelled": _("The registration is cancelled."),
    "withdrawn": _("The registration is withdrawn."),
    "restored": _("The cancellation is taken back."),
    "given": _("The seat is given, and we write to the person at once."),
}

router = APIRouter(include_in_schema=False)


@router.get(ALL + "/jauns")
def choose_group(request: Request, db: Db, who: ProviderStaff) -> HTMLResponse:
    """In which group somebody who called wants to be entered."""
    runs = desk_moves.runs_to_move_to(db, who, 0, now())
    locale = language_of(request).code
    choices = [(run, run.course.title_in(locale)) for run in runs]
    return staff_page(request, who, "workspace/desk/choose.html", choices=choices)


@router.get(LIST + "/jauns")
def entry_form(request: Request, run_id: RunId, db: Db, who: RunStaff) -> HTMLResponse:
    """The desk's form."""
    return _form(request, db, who, desk_queries.group(db, run_id, who), Typed())


@router.post(LIST + "/jauns")
def enter(request: Request, run_id: RunId, form: Form, db: Db, who: RunStaff, rules: Rules) -> Response:
    """Enter the person, and go on to their registration; what stands in the way is said with everything kept."""
    run = desk_queries.group(db, run_id, who)
    key = form.one("key")
    try:
        asked = read_place(DeskForm, form, typed_answers(form))
        if not re.match(KEY, key):
            sentence = _("The page was open too long. Press the button once more; your answers are kept.")
            return _form(request, db, who, run, form, refusal=Conflict(sentence))
        FORMS.count(request)
        locale = form.one("locale") if form.one("locale") in LANGUAGES else DEFAULT
        expects = form.one("expects_seat") == str(run.id)
        _receipt, number = desk.enter_person(db, who, run.id, asked, key, rules, locale=locale, expects_seat=expects)
    except WrongForm as faults:
        return _form(request, db, who, run, form, errors=faults.sentences)
    except AnswersWrong as wrong:
        return _form(request, db, who, run, form, errors=WrongForm([*wrong.faults]).sentences)
    except Conflict as refusal:
        return _form(request, db, who, run, form, refusal=refusal)
    return RedirectResponse(f"{ONE.format(run_id=run.id, registration_id=number)}?done=entered", 303)


@router.get(ONE)
def one_registration(
    request: Request, run_id: RunId, registration_id: RunId, db: Db, who: RunStaff, rules: Rules, done: str = ""
) -> HTMLResponse:
    """One registration with everything that its group's staff may see and do."""
    return person_page(request, db, who, run_id, registration_id, rules, toast=DONE.get(done))


@router.get(ONE + "/lapa")
def slip(request: Request, run_id: RunId, registration_id: RunId, db: Db, who: RunStaff) -> HTMLResponse:
    """The slip for the person: what, when, where, whom to call; without a mail address the way to the own page, as a code."""
    registration = desk_queries.own_registration(db, who, run_id, registration_id)
    needs_person(db, who, run_id, registration_id)
    run = desk_queries.group(db, run_id, who)
    code = qr_code(registration_url(settings_of(request), registration)) if registration.email is None else None
    return staff_page(
        request,
        who,
        "workspace/desk/slip.html",
        run=run,
        registration=registration,
        title=run.course.title_in(registration.locale),
        place=queue_place(db, registration) if registration.state is State.WAITLISTED else None,
        code=code,
        back=ONE.format(run_id=run_id, registration_id=registration_id),
    )


def person_page(
    request: Request,
    db: Session,
    who: Staff,
    run_id: int,
    registration_id: int,
    rules: SeatRules,
    *,
    toast: Text | None = None,
    refusal: Conflict | None = None,
) -> HTMLResponse:
    """The registration's page; whoever has not opened a list that holds it finds nothing."""
    registration = desk_queries.own_registration(db, who, run_id, registration_id)
    needs_person(db, who, run_id, registration_id)
    run, moment = registration.run, now()
    place = queue_place(db, registration) if registration.state is State.WAITLISTED else None
    given = given_answers(db, registration)
    questions: Sequence[RunQuestion] = all_questions(db, run.id)
    return staff_page(
        request,
        who,
        "workspace/desk/person.html",
        status=refusal.status if refusal else 200,
        run=run,
        title=run.course.title_in(language_of(request).code),
        registration=registration,
        standing=standing_of(registration, moment, place=place or 1, next_session=None),
        place=place,
        answers=[GivenAnswer(one, given[one.id]) for one in questions if one.id in given],
        channel=CHANNELS[registration.channel],
        acts=possible_acts(db, run, registration, rules),
        address=LIST.format(run_id=run.id),
        from_list=openings.sees_group(db, who, run.id),
        toast=toast,
        notice=refusal.sentence if refusal else None,
    )


def possible_acts(db: Session, run: CourseRun, registration: Registration, rules: SeatRules) -> list[tuple[str, Text]]:
    """What can be done about the registration now: the word in the address, and the words of the link."""
    moment = now()
    stands = registration.is_active(moment) and run.ends_at > moment and run.cancelled_at is None
    found: list[tuple[str, Text]] = []
    if stands and registration.state is State.PENDING:
        found.append(("apstiprinat", _("Confirm by hand")))
    if stands and registration.state is State.OFFERED:
        found.append(("pienemt", _("Take the offered seat for the person")))
    waits = stands and registration.state is State.WAITLISTED
    if waits and late_seats.first_in_turn(db, run, rules, moment) == registration.id:
        found.append(("atdot", _("Give the free seat")))
    if registration.is_active(moment):
        found.append(("labot", _("Correct the contacts")))
    if desk_moves.can_leave(run, registration, moment):
        found.append(("parcelt", _("Move to another group")))
    if stands:
        found += [
            ("atsaukt", _("Withdraw at the person's request")),
            ("atcelt", _p("staff", "Cancel the registration")),
        ]
    ended = registration.ended_at
    is_fresh = ended is not None and moment < ended + rules.undo and run.ends_at > moment
    if is_fresh and undo_queries.state_before(db, registration, by_staff=True) is not None:
        found.append(("atgriezt", _("Take the cancellation back")))
    return found


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
    moment = now()
    seats = occupancy_of(db, run, moment)
    questions = open_questions(db, run.id)
    shown = {one.id for one in run_models.asked(questions, typed_answers(form))}
    key = form.one("key") if re.match(KEY, form.one("key")) else secrets.token_urlsafe()
    return staff_page(
        request,
        who,
        "workspace/desk/enter.html",
        status=refusal.status if refusal else 422 if errors else 200,
        run=run,
        title=run.course.title_in(language_of(request).code),
        is_over=run.cancelled_at is not None or run.ends_at <= moment,
        has_room=run.has_room(seats.taken, seats.waiting),
        seats=seats,
        questions=[FormQuestion(question, question.id in shown) for question in questions],
        further=0,
        focus="",
        form=form,
        errors=errors or {},
        key=key,
        address=LIST.format(run_id=run.id),
        special_needs_days=settings_of(request).special_needs_days,
        notice=refusal.sentence if refusal else None,
    )
