"""One's own registration behind its private link: see, confirm, answer an offer, correct, cancel. Opening changes nothing."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.catalogue.run_queries import runs_ahead
from app.clock import now
from app.dependencies import Configured, Db, Rules, settings_of
from app.emails.calendar import calendar_file
from app.emails.letters import registration_url
from app.i18n import Text, _
from app.limits import PRIVATE_LINKS
from app.links import read as read_token
from app.links import sign
from app.participation.certificate_queries import of_registration as certificate_of
from app.participation.certificate_queries import run_of
from app.participation.check_in import PURPOSE
from app.participation.paper import certificates_pdf
from app.participation.printed import Printed
from app.participation.qr import QrCode, qr_code
from app.refusals import Conflict, NotFound
from app.registrations import answers
from app.registrations.inputs import ContactForm, Who, WithdrawForm
from app.registrations.models import ACTIVE, Registration, State, WithdrawReason
from app.registrations.page_queries import own_page
from app.registrations.pages import OwnPage
from app.registrations.refusals import LinkUnknown
from app.registrations.seats import SeatRules
from app.registrations.undo import undo_withdrawal
from app.web.forms import Form, Typed, WrongForm, read
from app.web.joining import GivenAnswer
from app.web.pages import render
from app.web.reading import language_of
from app.web.registrations import PRIVATE

_DONE: Mapping[str, tuple[set[State], Text]] = {
    "confirmed": ({State.CONFIRMED}, _("The seat is yours.")),
    "accepted": ({State.CONFIRMED}, _("The seat is yours.")),
    "declined": ({State.DECLINED}, _("Thank you for telling us. The seat goes to the next person.")),
    "separated": (
        {State.WAITLISTED, State.OFFERED},
        _("You now wait separately. The link for the other person is in a letter."),
    ),
    "companion_withdrawn": (
        {*State} - {State.WITHDRAWN},
        _("The other person's registration is cancelled; yours stands."),
    ),
    "withdrawn": ({State.WITHDRAWN}, _("Your registration is cancelled.")),
    "undone": ({*ACTIVE}, _("The cancellation is taken back.")),
    "corrected": ({*State}, _("The changes are saved.")),
}
"""What the last act did, by the word in the address: in which states it may be said, and how."""
REASONS: Mapping[WithdrawReason, Text] = {
    WithdrawReason.TIME: _("The time does not suit me"),
    WithdrawReason.HEALTH: _("Illness or family"),
    WithdrawReason.OTHER_COURSE: _("I found another course"),
    WithdrawReason.PRICE: _("The price is too high"),
    WithdrawReason.DISTANCE: _("It is hard to get there"),
    WithdrawReason.PLANS: _("My plans have changed"),
    WithdrawReason.OTHER: _("Another reason"),
}

router = APIRouter(prefix="/pieteikumi/{token}", include_in_schema=False, dependencies=[Depends(PRIVATE_LINKS)])


def link_key(token: str, settings: Configured) -> str:
    """The key inside the link; a link that we did not sign opens nothing."""
    key = read_token(settings.secret_key.get_secret_value(), "registration", token)
    if key is None:
        raise LinkUnknown
    return key


LinkKey = Annotated[str, Depends(link_key)]


@router.get("")
def own_registration(request: Request, token: str, key: LinkKey, db: Db, done: str = "") -> HTMLResponse:
    """Where the registration stands, and what its person can do."""
    page = _page(request, db, key)
    states, words = _DONE.get(done, (set(), None))
    return _registration(request, db, page, token, toast=words if page.registration.state in states else None)


@router.post("/apstiprinat")
def confirm(request: Request, token: str, key: LinkKey, db: Db, rules: Rules) -> Response:
    """The person confirms the address."""
    return _act(request, db, token, key, "confirmed", lambda: answers.confirm_registration(db, key, rules))


@router.post("/pienemt")
def accept(request: Request, token: str, key: LinkKey, db: Db, rules: Rules) -> Response:
    """The person takes the offered seat."""
    return _act(request, db, token, key, "accepted", lambda: answers.accept_offer(db, key, rules))


@router.get("/atteikties")
def ask_before_declining(request: Request, token: str, key: LinkKey, db: Db) -> Response:
    """Whether the offered seat is really not wanted."""
    page = _page(request, db, key)
    if page.offer is None:
        return RedirectResponse(own_url(token), 303)
    return _small_page(request, "decline", page, token)


@router.post("/atteikties")
def decline(request: Request, token: str, key: LinkKey, db: Db, rules: Rules) -> Response:
    """The person does not want the offered seat."""
    return _act(request, db, token, key, "declined", lambda: answers.decline_offer(db, key, rules))


@router.post("/atdalit")
def separate(request: Request, token: str, key: LinkKey, db: Db, rules: Rules) -> Response:
    """Two who wait together wait each for oneself."""
    return _act(request, db, token, key, "separated", lambda: answers.separate(db, key, rules))


@router.get("/atsaukt")
def ask_before_withdrawing(request: Request, token: str, key: LinkKey, db: Db) -> Response:
    """Whether the place is really given up, and why, for those who want to say."""
    page = _page(request, db, key)
    if not page.can_be_withdrawn:
        return RedirectResponse(own_url(token), 303)
    return _small_page(request, "withdraw", page, token)


@router.post("/atsaukt")
def withdraw(request: Request, token: str, key: LinkKey, form: Form, db: Db, rules: Rules) -> Response:
    """The person gives the place up."""
    try:
        asked = read(WithdrawForm, form)
    except WrongForm as faults:
        page = _page(request, db, key)
        return _small_page(request, "withdraw", page, token, form=form, errors=faults.sentences)
    done = "companion_withdrawn" if asked.who is Who.COMPANION else "withdrawn"
    return _act(request, db, token, key, done, lambda: answers.withdraw(db, key, asked, rules))


@router.post("/atgriezt")
def undo(request: Request, token: str, key: LinkKey, db: Db, rules: Rules) -> Response:
    """The person takes the cancellation back."""
    return _act(request, db, token, key, "undone", lambda: undo_withdrawal(db, key, rules))


@router.get("/dati")
def contact_form(request: Request, token: str, key: LinkKey, db: Db) -> Response:
    """Name and telephone, to be corrected."""
    page = _page(request, db, key)
    if not page.can_be_corrected:
        return RedirectResponse(own_url(token), 303)
    registration = page.registration
    known = Typed({"name": [registration.name or ""], "phone": [registration.phone or ""]})
    return _small_page(request, "contact", page, token, form=known)


@router.post("/dati")
def correct_contact(request: Request, token: str, key: LinkKey, form: Form, db: Db) -> Response:
    """The person corrects name and telephone."""
    try:
        asked = read(ContactForm, form)
    except WrongForm as faults:
        page = _page(request, db, key)
        return _small_page(request, "contact", page, token, form=form, errors=faults.sentences)
    return _act(request, db, token, key, "corrected", lambda: answers.correct_contact(db, key, asked))


@router.get("/kalendars.ics")
def calendar(request: Request, key: LinkKey, db: Db, settings: Configured) -> Response:
    """All sessions as a calendar file, for who has a seat."""
    page = _page(request, db, key)
    if page.registration.state is not State.CONFIRMED:
        raise NotFound
    content = calendar_file(
        page.run,
        title=page.title,
        language=language_of(request),
        settings=settings,
        link=registration_url(settings, page.registration),
        undone=page.registration.undone,
    )
    attached = {"Content-Disposition": 'attachment; filename="kurss.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=PRIVATE | attached)


@router.get("/aplieciba.pdf")
def certificate(request: Request, key: LinkKey, db: Db, settings: Configured) -> Response:
    """The person's certificate, in the language in which the page is read."""
    page = _page(request, db, key)
    found = certificate_of(db, page.registration.id)
    if found is None or found.name is None:
        raise NotFound
    printed = Printed.on(found, run_of(db, page.run.id))
    content = certificates_pdf([(found, printed)], settings.origin, language_of(request))
    attached = {"Content-Disposition": f'attachment; filename="{found.number}.pdf"'}
    return Response(content, media_type="application/pdf", headers=PRIVATE | attached)


def own_url(token: str) -> str:
    """Where a registration's private page stands."""
    return f"/pieteikumi/{token}"


def _act(request: Request, db: Session, token: str, key: str, done: str, act: Callable[[], Registration]) -> Response:
    """Do it, and return to the registration; a refusal is said there too."""
    try:
        act()
    except Conflict as refusal:
        return _registration(request, db, _page(request, db, key), token, refusal=refusal)
    return RedirectResponse(f"{own_url(token)}?done={done}", 303)


def _page(request: Request, db: Session, key: str) -> OwnPage:
    return own_page(db, key, language_of(request).code, now())


def _registration(
    request: Request,
    db: Session,
    page: OwnPage,
    token: str,
    *,
    toast: Text | None = None,
    refusal: Conflict | None = None,
) -> HTMLResponse:
    rules: SeatRules = request.app.state.rules
    runs = runs_ahead(db, page.run.course_id, page.moment)
    return render(
        request,
        "registrations/registration.html",
        partial="registrations/_registration.html",
        status=refusal.status if refusal else 200,
        headers=PRIVATE,
        page=page,
        url=own_url(token),
        own_run=next((run for run in runs if run.id == page.run.id), None),
        others=[run for run in runs if run.id != page.run.id and run.can_be_joined],
        answers=[GivenAnswer(question, page.answers.get(question.id, "")) for question in page.questions],
        undo_until=page.undo_until(rules.undo),
        certificate=certificate_of(db, page.registration.id) if not page.is_ahead else None,
        check_in=_check_in(request, page),
        toast=toast,
        notice=refusal.sentence if refusal else None,
    )


def _check_in(request: Request, page: OwnPage) -> QrCode | None:
    """What the person shows at the door: it names nobody, and opens nothing for who is not signed in."""
    if page.registration.state is not State.CONFIRMED or not page.is_ahead:
        return None
    settings = settings_of(request)
    token = sign(settings.secret_key.get_secret_value(), PURPOSE, page.registration.link_key)
    return qr_code(f"{settings.origin}/darbvieta/ierasanas/{token}")


def _small_page(
    request: Request,
    name: str,
    page: OwnPage,
    token: str,
    *,
    form: Typed | None = None,
    errors: dict[str, Text] | None = None,
) -> HTMLResponse:
    """A page about one act on the registration."""
    return render(
        request,
        f"registrations/{name}.html",
        status=422 if errors else 200,
        headers=PRIVATE,
        page=page,
        url=own_url(token),
        form=form or Typed(),
        errors=errors or {},
        reasons=REASONS,
    )
