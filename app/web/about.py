"""Pages about the site: what it is, how data are used, how to register in easy words, and what staff will find here."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.clock import today
from app.dependencies import Configured, Db
from app.i18n import Text, _, _n, _np
from app.providers.queries import thematic_groups
from app.settings import Settings
from app.web.pages import render
from app.web.reading import language_of
from app.web.site_facts import accessibility_statement, page_facts

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Period:
    """How long one kind of personal data is kept."""

    kind: Text
    kept: Text


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the easy-to-read page: its picture and its one sentence."""

    picture: str
    sentence: Text


def periods(settings: Settings) -> list[Period]:
    """How long everything is kept, as the settings say."""
    after_start = _("until day %(n)s after the course starts", n=settings.waiting_list_days)
    unconfirmed = _n("%(n)s hour", "%(n)s hours", settings.unconfirmed_hours)
    wish = _n(
        "until the answer, at most %(n)s month", "until the answer, at most %(n)s months", settings.wish_contact_months
    )
    return [
        Period(_("Contact details"), _("until day %(n)s after the course ends", n=settings.contact_days)),
        Period(_("Unconfirmed registration"), unconfirmed),
        Period(_("Waiting list"), after_start),
        Period(_("Special needs"), _("until day %(n)s after the course ends", n=settings.special_needs_days)),
        Period(_("Contact for a wish"), wish),
        Period(_("Contact and words for news about courses"), _("until the letter, at most %(n)s months", n=12)),
        Period(_("Text of feedback"), _months(settings.feedback_text_months)),
        Period(_("Log of actions"), _months(settings.log_months)),
        Period(_("Log of the web server"), _days(settings.web_log_days)),
        Period(_("Letters sent"), _days(settings.letter_days)),
        Period(_("Backups"), _days(settings.backup_days)),
    ]


def easy_steps(phone: str) -> Sequence[Step]:
    """How to register, a sentence a step."""
    return (
        Step("site", _("This website has courses for adults.")),
        Step("search", _("Type what you want to learn, and press “Search”.")),
        Step("choose", _("Choose a course.")),
        Step("facts", _("Read the time, the place and the price.")),
        Step("press", _("Press “Register”.")),
        Step("write", _("Type your name, your surname and your e-mail address.")),
        Step("send", _("Press “Send the registration”.")),
        Step("letter", _("A letter will come to your e-mail.")),
        Step("confirm", _("Open the link in the letter and press “Confirm my registration”.")),
        Step("help", _("Do you need help? Call %(phone)s.", phone=phone)),
    )


@router.get("/par")
def about(request: Request, db: Db) -> HTMLResponse:
    """What the catalogue is, who runs it, and how it works."""
    return render(request, "about/about.html", groups=thematic_groups(db, language_of(request).code))


@router.get("/privatums")
def privacy(request: Request, settings: Configured) -> HTMLResponse:
    """How personal data are used, in nine parts, with the periods that the settings give."""
    return render(request, "about/privacy.html", periods=periods(settings), changed=page_facts().privacy_changed)


@router.get("/viegli-lasit")
def easy_to_read(request: Request, settings: Configured) -> HTMLResponse:
    """How to register: large words, one sentence a step, a picture beside each."""
    return render(request, "about/easy.html", steps=easy_steps(settings.contact_phone.replace(" ", "\u00a0")))


@router.get("/pieklustamiba")
def accessibility(request: Request) -> HTMLResponse:
    """The accessibility statement, in the order of the official form."""
    statement = accessibility_statement()
    return render(request, "about/accessibility.html", statement=statement, is_due=statement.is_due(today()))


@router.get("/pieklustamiba/izvertejums")
def evaluation(request: Request) -> HTMLResponse:
    """The simplified evaluation, aspect by aspect."""
    return render(request, "about/evaluation.html", statement=accessibility_statement())


def _days(number: int) -> Text:
    return _np("kept", "%(n)s day", "%(n)s days", number)


def _months(number: int) -> Text:
    return _np("kept", "%(n)s month", "%(n)s months", number)
