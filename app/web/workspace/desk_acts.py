"""What staff do about one registration: each act first says what follows and shows the letter, then is done by a button."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.clock import now
from app.courses.models import CourseRun
from app.dependencies import Db, Rules, RunId, RunStaff, settings_of
from app.emails import desk_letters, letters, run_letters
from app.emails.letters import Letter
from app.i18n import LANGUAGES, Text, _, _p
from app.people.staff import Staff
from app.refusals import Conflict, NotFound
from app.registrations import desk, desk_moves, desk_queries, queries, run_queries
from app.registrations.inputs import CorrectionForm
from app.registrations.models import Registration, State
from app.registrations.run_inputs import CancelForm
from app.registrations.seats import SeatRules
from app.settings import Settings
from app.texts import number_in
from app.web.forms import Form, Typed, WrongForm, read, wrong
from app.web.reading import language_of
from app.web.workspace.desk import LIST, needs_person
from app.web.workspace.desk_entry import ONE, person_page, possible_acts
from app.web.workspace.desk_preview import LetterPreview, preview
from app.web.workspace.shell import staff_page

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """One press of an act's button: by whom, about which registration, and what was typed."""

    db: Session
    who: Staff
    run_id: int
    registration_id: int
    form: Typed
    rules: SeatRules


@dataclass(frozen=True, slots=True)
class DeskAct:
    """An act: its heading, what follows from it, its button; `do` does it and says in which run the registration is then."""

    heading: Text
    follows: Text
    button: Text
    done: str
    do: Callable[[Asked], int]
    letter: Callable[[Settings, Registration, Typed], Letter | None]
    is_bad: bool = False


def _cancel(asked: Asked) -> int:
    reason = read(CancelForm, asked.form)
    desk.cancel_person(asked.db, asked.who, asked.run_id, asked.registration_id, reason, asked.rules)
    return asked.run_id


def _correct(asked: Asked) -> int:
    corrected = read(CorrectionForm, asked.form)
    desk.correct_person(asked.db, asked.who, asked.run_id, asked.registration_id, corrected)
    return asked.run_id


def _move(asked: Asked) -> int:
    chosen = number_in(asked.form.one("to"))
    if chosen is None:
        raise wrong("to", "choose")
    desk_moves.move_person(asked.db, asked.who, asked.run_id, asked.registration_id, chosen, asked.rules)
    return chosen


def _simple(act: Callable[[Session, Staff, int, int, SeatRules], object]) -> Callable[[Asked], int]:
    def do(asked: Asked) -> int:
        act(asked.db, asked.who, asked.run_id, asked.registration_id, asked.rules)
        return asked.run_id

    return do


def _confirmed(settings: Settings, registration: Registration, _form: Typed) -> Letter:
    registration.state = State.CONFIRMED
    return letters.place_confirmed(settings, registration)


def _cancelled(settings: Settings, registration: Registration, form: Typed) -> Letter | None:
    registration.state, registration.ended_at = State.CANCELLED_BY_PROVIDER, now()
    registration.cancel_reason = form.one("reason") or "…"
    return run_letters.cancelled_by_provider(settings, registration)


def _withdrawn(settings: Settings, registration: Registration, _form: Typed) -> Letter:
    registration.state = State.WITHDRAWN
    return letters.withdrawn(settings, registration)


def _no_letter(_settings: Settings, _registration: Registration, _form: Typed) -> None:
    return None


ACTS: dict[str, DeskAct] = {
    "apstiprinat": DeskAct(
        _("Confirm by hand"),
        _("The person need not open the link in the letter: the seat is theirs."),
        _("Confirm the registration"),
        "confirmed",
        _simple(desk.confirm_by_hand),
        _confirmed,
    ),
    "pienemt": DeskAct(
        _("Take the offered seat for the person"),
        _("The person has told you that they take the seat."),
        _("Take the seat"),
        "confirmed",
        _simple(desk.accept_for),
        _confirmed,
    ),
    "atdot": DeskAct(
        _("Give the free seat"),
        _("This person is first on the waiting list; nobody else can be given the seat before."),
        _("Give the seat"),
        "given",
        _simple(desk.give_seat_to),
        _confirmed,
    ),
    "labot": DeskAct(
        _("Correct the contacts"),
        _("At a new e-mail address a new letter arrives, and the link in the old letter stops working."),
        _("Save changes"),
        "corrected",
        _correct,
        _no_letter,
    ),
    "parcelt": DeskAct(
        _("Move to another group"),
        _("The place in this group goes to the next person. Answers to the questions of this group do not go along."),
        _("Move the person"),
        "moved",
        _move,
        _no_letter,
    ),
    "atsaukt": DeskAct(
        _("Withdraw at the person's request"),
        _("The place goes to the next person. Of two who registered together both go."),
        _("Withdraw the registration"),
        "withdrawn",
        _simple(desk.withdraw_for),
        _withdrawn,
        is_bad=True,
    ),
    "atcelt": DeskAct(
        _p("staff", "Cancel the registration"),
        _("The provider ends the registration. The person reads the reason."),
        _p("staff", "Cancel the registration"),
        "cancelled",
        _cancel,
        _cancelled,
        is_bad=True,
    ),
    "atgriezt": DeskAct(
        _("Take the cancellation back"),
        _("The registration stands again as it did, if its seat is still free."),
        _("Take the cancellation back"),
        "restored",
        _simple(desk.restore_person),
        _no_letter,
    ),
}
"""By the word in the address."""


@router.get(ONE + "/{act}")
def ask(
    request: Request,
    run_id: RunId,
    registration_id: RunId,
    act: str,
    db: Db,
    who: RunStaff,
    rules: Rules,
    to: str = "",
) -> Response:
    """What follows from the act, and the letter the person will get; `to` is the group that has just been chosen."""
    registration = _seen(db, who, run_id, registration_id)
    if act not in ACTS:
        raise NotFound
    if act not in {name for name, _words in possible_acts(db, registration.run, registration, rules)}:
        return RedirectResponse(ONE.format(run_id=run_id, registration_id=registration_id), 303)
    known = {"name": registration.name, "email": registration.email, "phone": registration.phone}
    form = Typed({name: [value or ""] for name, value in known.items()} | {"to": [to]})
    return _page(request, db, who, registration, act, form)


@router.post(ONE + "/{act}")
def do(
    request: Request, run_id: RunId, registration_id: RunId, act: str, form: Form, db: Db, who: RunStaff, rules: Rules
) -> Response:
    """Do it, and return to the registration; a refusal is said there too. Cancelling first shows the letter with its reason."""
    registration = _seen(db, who, run_id, registration_id)
    if act not in ACTS:
        raise NotFound
    try:
        if form.one("step") == "preview":
            if act == "atcelt":
                read(CancelForm, form)
            return _page(request, db, who, registration, act, form)
        now_in = ACTS[act].do(Asked(db, who, run_id, registration_id, form, rules))
    except WrongForm as faults:
        return _page(request, db, who, registration, act, form, errors=faults.sentences)
    except Conflict as refusal:
        return person_page(request, db, who, run_id, registration_id, rules, refusal=refusal)
    if now_in != run_id:
        desk.keep_in_sight(db, who, registration_id)
    return RedirectResponse(f"{ONE.format(run_id=now_in, registration_id=registration_id)}?done={ACTS[act].done}", 303)


def _seen(db: Session, who: Staff, run_id: int, registration_id: int) -> Registration:
    registration = desk_queries.own_registration(db, who, run_id, registration_id)
    needs_person(db, who, run_id, registration_id)
    return registration


def _page(
    request: Request,
    db: Session,
    who: Staff,
    registration: Registration,
    act: str,
    form: Typed,
    *,
    errors: dict[str, Text] | None = None,
) -> HTMLResponse:
    run, locale = registration.run, language_of(request).code
    choices: list[tuple[CourseRun, str]] = []
    if act == "parcelt":
        runs = desk_moves.runs_to_move_to(db, who, run.id, now())
        choices = [(one, one.course.title_in(locale)) for one in runs]
    return staff_page(
        request,
        who,
        "workspace/desk/act.html",
        status=422 if errors else 200,
        run=run,
        title=run.course.title_in(locale),
        registration=registration,
        name=act,
        act=ACTS[act],
        choices=choices,
        letter=_letter(request, db, registration.id, act, form),
        url=f"{ONE.format(run_id=run.id, registration_id=registration.id)}/{act}",
        back=ONE.format(run_id=run.id, registration_id=registration.id),
        address=LIST.format(run_id=run.id),
        form=form,
        errors=errors or {},
    )


def _letter(request: Request, db: Session, registration_id: int, act: str, form: Typed) -> LetterPreview | None:
    """The letter as the person will read it; a copy is put into the state it will have, and nothing of it is kept."""
    db.expunge_all()  # What stands on the page stays as it is; the letter is about a copy.
    registration = queries.for_letter(db, registration_id)
    if registration is None or registration.email is None:
        return None
    settings = settings_of(request)
    before = run_queries.run_for_letter(db, registration.run_id)
    there = number_in(form.one("to")) if act == "parcelt" else None
    to = run_queries.run_for_letter(db, there) if there is not None else None
    db.expunge_all()
    if to is not None and before is not None and to.course.provider_id == before.course.provider_id:
        registration.run, registration.run_id, registration.state = to, to.id, State.CONFIRMED
        letter = desk_letters.moved(settings, registration, before)
    else:
        letter = ACTS[act].letter(settings, registration, form)
    return preview(letter, LANGUAGES.get(registration.locale) or LANGUAGES["lv"]) if letter is not None else None
