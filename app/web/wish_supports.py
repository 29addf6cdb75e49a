"""Behind the links of a wish: that the letter is on its way, and the page where one confirms or takes support back."""

from datetime import timedelta

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.clock import now
from app.dependencies import Db, settings_of
from app.limits import PRIVATE_LINKS
from app.links import read as read_link
from app.refusals import NotFound
from app.web.pages import render
from app.web.reading import language_of
from app.web.wishes import PRIVATE
from app.wishes import queries
from app.wishes.actions import confirm_support, take_back_support
from app.wishes.models import WishSupport

SENT_FOR = timedelta(days=1)
"""So long the page about a sent wish or support can be opened."""

router = APIRouter(include_in_schema=False, dependencies=[Depends(PRIVATE_LINKS)])


@router.get("/velmes/nosutita/{token}")
def sent(request: Request, token: str, db: Db) -> HTMLResponse:
    """To which address the letter went; the same page whether the address stood behind the wish before or not."""
    support = queries.by_link(db, _key(request, "wish_sent", token))
    if support.email_key is None or support.created_at < now() - SENT_FOR:
        raise NotFound
    return render(
        request,
        "wishes/sent.html",
        headers=PRIVATE,
        wish=support.wish,
        support=support,
        address=support.email_key,
        answer_days=settings_of(request).wish_answer_days,
    )


@router.get("/velmes/atbalsts/{token}")
def support(request: Request, token: str, db: Db) -> HTMLResponse:
    """Where the wish stands and whether the person is counted; opening it changes nothing."""
    return _page(request, db, token, "wishes/support.html")


@router.post("/velmes/atbalsts/{token}")
def confirm(request: Request, token: str, db: Db) -> Response:
    """The address is right: the person is counted."""
    confirm_support(db, _key(request, "wish", token))
    return RedirectResponse(f"/velmes/atbalsts/{token}", 303)


@router.get("/velmes/atbalsts/{token}/atsaukt")
def open_taking_back(request: Request, token: str, db: Db) -> HTMLResponse:
    """Asks once more before support is taken back."""
    return _page(request, db, token, "wishes/take_back.html")


@router.post("/velmes/atbalsts/{token}/atsaukt")
def take_back(request: Request, token: str, db: Db) -> Response:
    """The person no longer wants this."""
    take_back_support(db, _key(request, "wish", token))
    return RedirectResponse(f"/velmes/atbalsts/{token}", 303)


def _page(request: Request, db: Session, token: str, template: str) -> HTMLResponse:
    own: WishSupport = queries.by_link(db, _key(request, "wish", token))
    locale, moment = language_of(request).code, now()
    return render(
        request,
        template,
        headers=PRIVATE,
        support=own,
        wish=queries.card_of(db, own.wish_id, locale, moment),
        replies=queries.replies(db, own.wish_id, locale),
        moment=moment,
        url=f"/velmes/atbalsts/{token}",
    )


def _key(request: Request, purpose: str, token: str) -> str:
    """The key inside a link of ours; what somebody made up is not found."""
    secret = settings_of(request).secret_key.get_secret_value()
    if key := read_link(secret, purpose, token):
        return key
    raise NotFound
