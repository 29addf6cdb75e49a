"""After sending: the page that says “check your e-mail” knows the form, not the person; it can send again or correct."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.audit.record import RESIDENT, record
from app.clock import now
from app.courses.models import CourseRun
from app.courses.queries import lock_run
from app.i18n import _n
from app.links import new_key
from app.outbox.messages import CourseChanged, QueueJoined, SeatHeld, SeatOffered
from app.outbox.post import post
from app.people.addresses import email_key
from app.refusals import NotFound, TooManyTries
from app.registrations import queries, week_queries
from app.registrations.actions import register_for_run, tell_owner
from app.registrations.inputs import AnswerForm, CompanionForm, NewAddress, RegistrationForm
from app.registrations.models import Registration, SentForm, State
from app.registrations.once import Receipt, SentOnce
from app.registrations.refusals import AddressConfirmed, SameAddress
from app.registrations.seats import SeatRules, clear_and_pass_on, end
from app.registrations.weeks import tell_of_full_week

MOST_LETTERS = 5
"""So many letters one form may cause, corrections and repetitions included."""


def receipt(db: Session, run_id: int, key: str) -> Receipt:
    """What was answered to the form that was sent under this key for the run."""
    return Receipt.from_json(_form(db, run_id, key).answer)


def send_again(db: Session, run_id: int, key: str) -> Receipt:
    """Send the letter once more to the address that was typed."""
    run = lock_run(db, run_id)
    form, known = _with_letters_left(db, run, key)
    registration = _registration(db, form) or queries.active_registration(db, run, email_key(known.email))
    if registration is not None:
        _write(db, run, registration, is_own=form.registration_id is not None)
    return _keep(form, replace(known, letters=known.letters + 1))


def correct_address(
    db: Session, run_id: int, key: str, asked: NewAddress, rules: SeatRules, locale: str = "lv"
) -> Receipt:
    """The address was mistyped: the same place for the right one, and the old link opens nothing any more.

    A confirmed registration is not moved from here: whoever has its letter has its page.
    """
    run = lock_run(db, run_id)
    form, known = _with_letters_left(db, run, key)
    if known.companion_email and email_key(known.companion_email) == email_key(asked.email):
        raise SameAddress
    registration = _registration(db, form)
    if registration is not None and registration.state is State.CONFIRMED:
        raise AddressConfirmed
    if registration is None or not registration.is_active(now()):
        again = SentOnce.of(f"correction:{run_id}:{known.letters}", key, asked.email)
        person = _as_asked(known, asked.email)
        answered = register_for_run(db, run_id, person, again, rules, locale=locale)
        if kept := queries.sent_form(db, again.key):
            form.registration_id = kept.registration_id
        return _keep(form, replace(answered, letters=known.letters + 1))
    other = queries.active_registration(db, run, email_key(asked.email))
    sent = queries.count_sent(db, email_key(asked.email), now() - week_queries.WEEK)
    if (other is not None and other.id != registration.id) or (other is None and sent >= rules.registrations_a_week):
        was = registration.state
        end(db, registration, State.WITHDRAWN, now())
        record(db, RESIDENT, "address_given_up", "registration", registration.id, {"was": was.value})
        post(db, CourseChanged(run.course_id))
        form.registration_id = None
        if other is not None:
            tell_owner(db, other.id)
        else:
            tell_of_full_week(db, run_id, email_key(asked.email))
        db.flush()
        clear_and_pass_on(db, run, rules)
    else:
        registration.email = asked.email
        registration.email_key = email_key(asked.email)
        registration.link_key = new_key()
        record(db, RESIDENT, "address_corrected", "registration", registration.id)
        _write(db, run, registration, is_own=True)
    return _keep(form, replace(known, email=asked.email, letters=known.letters + 1))


def scope_of(run_id: int) -> str:
    """The scope of keys that come with the web form of this run."""
    return f"web:{run_id}"


def _form(db: Session, run_id: int, key: str) -> SentForm:
    form = queries.sent_form(db, SentOnce.of(scope_of(run_id), key, "").key)
    if form is None:
        raise NotFound
    return form


def _with_letters_left(db: Session, run: CourseRun, key: str) -> tuple[SentForm, Receipt]:
    form = _form(db, run.id, key)
    known = Receipt.from_json(form.answer)
    if known.letters >= MOST_LETTERS:
        minutes = 24 * 60
        raise TooManyTries(
            _n(
                "Too many tries. Try again in %(n)s minute.",
                "Too many tries. Try again in %(n)s minutes.",
                minutes,
            ),
            headers={"Retry-After": str(minutes * 60)},
        )
    return form, known


def _registration(db: Session, form: SentForm) -> Registration | None:
    return queries.registration(db, form.registration_id) if form.registration_id else None


def _as_asked(known: Receipt, email: str) -> RegistrationForm:
    """The form as it was sent, for the right address; needs are kept nowhere but with a registration."""
    companion = CompanionForm(name=known.companion, email=known.companion_email) if known.companion else None
    answers = tuple(AnswerForm(question=number, answer=answer) for number, answer in known.answers)
    return RegistrationForm(name=known.name, email=email, phone=known.phone, companion=companion, answers=answers)


def _write(db: Session, run: CourseRun, registration: Registration, *, is_own: bool) -> None:
    if is_own and registration.state is State.PENDING:
        post(db, SeatHeld(registration.id, run.course_id))
    elif is_own and registration.state is State.WAITLISTED:
        post(db, QueueJoined(registration.id, run.course_id))
    elif is_own and registration.state is State.OFFERED:
        post(db, SeatOffered(registration.id, run.course_id))
    else:
        tell_owner(db, registration.id)


def _keep(form: SentForm, known: Receipt) -> Receipt:
    form.answer = known.to_json()
    return known
