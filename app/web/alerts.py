"""“Tell me when there is such a course”: the form, that the letter is on its way, and the page behind its link."""

from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.clock import today
from app.dependencies import Db, Engine
from app.i18n import Text, _
from app.interests import alert_queries as queries
from app.interests.actions import KEPT_FOR
from app.interests.alerts import Search, ask_for_courses, confirm_alert
from app.interests.inputs import InterestForm
from app.interests.models import SearchAlert
from app.limits import PRIVATE_LINKS, WISHES
from app.privacy.erase import leave_search
from app.providers.queries import labels
from app.refusals import NotFound, Refusal, TooManyTries
from app.search.engine import Query, SearchEngine
from app.web.asking import Asked, read_asked, without_words
from app.web.forms import Form, Typed, WrongForm, read
from app.web.mailed_links import PRIVATE, key_in, key_in_sent, sent_token
from app.web.narrowing import narrowing
from app.web.pages import render
from app.web.reading import language_of

NOT_ASKED = ("open",)
"""A course that is published counts, whether one can register yet or not."""

router = APIRouter(include_in_schema=False)


@router.get("/zinas")
def open_form(request: Request, db: Db, engine: Engine) -> Response:
    """Asks for the address, for the search in the query string."""
    search = _search(request, db, engine)
    return _form(request, search, Typed()) if search else RedirectResponse("/kursi", 303)


@router.post("/zinas")
def send_form(request: Request, form: Form, db: Db, engine: Engine) -> Response:
    """Remembers who wants to hear; the answer is the same whether the address waits already or not."""
    search = _search(request, db, engine)
    if search is None:
        return RedirectResponse("/kursi", 303)
    try:
        asked = read(InterestForm, form)
        WISHES.count(request, db)
        alert = ask_for_courses(db, search, asked, language_of(request).code)
    except WrongForm as faults:
        return _form(request, search, form, errors=faults.sentences)
    except TooManyTries as refusal:
        return _form(request, search, form, refusal=refusal)
    return RedirectResponse(f"/zinas/nosutits/{sent_token(request, 'alert', alert.link_key)}", 303)


@router.get("/zinas/nosutits/{token}", dependencies=[Depends(PRIVATE_LINKS)])
def sent(request: Request, token: str, db: Db) -> HTMLResponse:
    """To which address the letter went."""
    alert = queries.by_link(db, key_in_sent(request, "alert", token))
    if alert.email_key is None:
        raise NotFound
    return render(
        request, "alerts/sent.html", headers=PRIVATE, shown=alert.shown, url=_url(alert), address=alert.email_key
    )


@router.get("/zinas/{token}", dependencies=[Depends(PRIVATE_LINKS)])
def own_alert(request: Request, token: str, db: Db) -> HTMLResponse:
    """Whether the person will hear of a course that fits; opening it changes nothing."""
    alert = queries.by_link(db, key_in(request, token, "alert"))
    return render(
        request,
        "alerts/alert.html",
        headers=PRIVATE,
        alert=alert,
        until=(alert.created_at + KEPT_FOR).date(),
        url=f"/zinas/{token}",
        results=_url(alert).replace("/zinas", "/kursi", 1),
    )


@router.post("/zinas/{token}", dependencies=[Depends(PRIVATE_LINKS)])
def confirm(request: Request, token: str, db: Db) -> Response:
    """The address is right."""
    confirm_alert(db, key_in(request, token, "alert"))
    return RedirectResponse(f"/zinas/{token}", 303)


@router.post("/zinas/{token}/atteikties", dependencies=[Depends(PRIVATE_LINKS)])
def leave(request: Request, token: str, db: Db) -> Response:
    """The person no longer wants to hear of it."""
    leave_search(db, key_in(request, token, "alert"))
    return RedirectResponse(f"/zinas/{token}", 303)


def _search(request: Request, db: Session, engine: SearchEngine) -> Search | None:
    """The search of the address as it was understood: words that are filters have become filters; nothing for the whole catalogue."""
    language = language_of(request)
    names = labels(db, language.code)
    asked = read_asked(request.query_params.multi_items(), names, language.code)
    hits = engine.search(asked.query)
    words = hits.corrected or asked.query.text
    filters = {one.parameter: tuple[str, ...]() for one in hits.understood}
    for one in hits.understood:
        words = without_words(words, one.words)
        filters[one.parameter] += one.values
    filters = {name: values for name, values in {**filters, **asked.query.filters}.items() if name not in NOT_ASKED}
    wanted = Asked(Query(words, filters, locale=language.code))
    chips = narrowing(
        Asked(Query(filters=filters)), engine.search(Query(filters=filters)), names, language, today()
    ).chips
    shown = ([_("“%(query)s”", query=words).say(language)] if words else []) + [name for name, _url in chips]
    return Search(words, wanted.with_text("").url("").lstrip("?"), ", ".join(shown)) if shown else None


def _url(alert: SearchAlert) -> str:
    """The form for the same search."""
    return "/zinas?" + "&".join(
        part for part in (urlencode({"q": alert.words}) if alert.words else "", alert.filters) if part
    )


def _form(
    request: Request,
    search: Search,
    form: Typed,
    *,
    errors: dict[str, Text] | None = None,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    asked = urlencode({"q": search.words}) if search.words else ""
    return render(
        request,
        "alerts/ask.html",
        status=422 if errors else refusal.status if refusal else 200,
        headers=PRIVATE | (dict(refusal.headers) if refusal else {}),
        shown=search.shown,
        asked="&".join(part for part in (asked, search.filters) if part),
        form=form,
        errors=errors or {},
        notice=refusal.sentence if refusal else None,
    )
