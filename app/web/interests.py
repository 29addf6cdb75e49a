"""“Tell me about the next dates”: the form, that the letter is on its way, and the page behind its link."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.catalogue.course_queries import course_page
from app.catalogue.pages import CoursePage
from app.clock import now, today
from app.dependencies import Db, settings_of
from app.i18n import Text
from app.interests import queries
from app.interests.actions import ask_for_news, confirm_interest
from app.interests.inputs import InterestForm
from app.interests.models import CourseInterest
from app.limits import PRIVATE_LINKS, WISHES
from app.links import read as read_link
from app.links import sign
from app.privacy.erase import leave_news
from app.refusals import NotFound, Refusal, TooManyTries
from app.web.forms import Form, Typed, WrongForm, read
from app.web.pages import render
from app.web.reading import language_of

PRIVATE = {"Cache-Control": "no-store"}
SENT_FOR = 1
"""So many days the page about a sent form can still be opened; the day stands in the signature, for the interest may be older."""

router = APIRouter(include_in_schema=False)
Slug = Annotated[str, Path(max_length=200)]


@router.get("/kursi/{slug}/pazinot")
def open_form(request: Request, slug: Slug, db: Db) -> HTMLResponse:
    """Asks for the address."""
    return _form(request, _course(request, db, slug), Typed())


@router.post("/kursi/{slug}/pazinot")
def send_form(request: Request, slug: Slug, form: Form, db: Db) -> Response:
    """Remembers who wants to hear; the answer is the same whether the address waits already or not."""
    course = _course(request, db, slug)
    try:
        asked = read(InterestForm, form)
        WISHES.count(request, db)
        interest = ask_for_news(db, course.id, asked, language_of(request).code)
    except WrongForm as faults:
        return _form(request, course, form, errors=faults.sentences)
    except TooManyTries as refusal:
        return _form(request, course, form, refusal=refusal)
    secret = settings_of(request).secret_key.get_secret_value()
    return RedirectResponse(f"/pazinojumi/nosutits/{sign(secret, _sent_on(0), interest.link_key)}", 303)


@router.get("/pazinojumi/nosutits/{token}", dependencies=[Depends(PRIVATE_LINKS)])
def sent(request: Request, token: str, db: Db) -> HTMLResponse:
    """To which address the letter went."""
    interest = queries.by_link(db, _key(request, token, *(_sent_on(ago) for ago in range(SENT_FOR + 1))))
    if interest.email_key is None:
        raise NotFound
    return _page(request, interest, "interests/sent.html", address=interest.email_key)


@router.get("/pazinojumi/{token}", dependencies=[Depends(PRIVATE_LINKS)])
def own_interest(request: Request, token: str, db: Db) -> HTMLResponse:
    """Whether the person will hear of the next dates; opening it changes nothing."""
    interest = queries.by_link(db, _key(request, token, "interest"))
    return _page(request, interest, "interests/interest.html", url=f"/pazinojumi/{token}")


@router.post("/pazinojumi/{token}", dependencies=[Depends(PRIVATE_LINKS)])
def confirm(request: Request, token: str, db: Db) -> Response:
    """The address is right."""
    confirm_interest(db, _key(request, token, "interest"))
    return RedirectResponse(f"/pazinojumi/{token}", 303)


@router.post("/pazinojumi/{token}/atteikties", dependencies=[Depends(PRIVATE_LINKS)])
def leave(request: Request, token: str, db: Db) -> Response:
    """The person no longer wants to hear of it."""
    leave_news(db, _key(request, token, "interest"))
    return RedirectResponse(f"/pazinojumi/{token}", 303)


def _course(request: Request, db: Session, slug: str) -> CoursePage:
    return course_page(db, slug, language_of(request).code, now())


def _form(
    request: Request,
    course: CoursePage,
    form: Typed,
    *,
    errors: dict[str, Text] | None = None,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    return render(
        request,
        "interests/ask.html",
        status=422 if errors else refusal.status if refusal else 200,
        headers=PRIVATE | (dict(refusal.headers) if refusal else {}),
        course=course,
        form=form,
        errors=errors or {},
        notice=refusal.sentence if refusal else None,
    )


def _page(
    request: Request, interest: CourseInterest, template: str, *, url: str = "", address: str = ""
) -> HTMLResponse:
    texts, code = interest.course.texts, language_of(request).code
    return render(
        request,
        template,
        headers=PRIVATE,
        interest=interest,
        title=(texts.get(code) or texts["lv"]).title,
        untranslated=code not in texts,
        url=url,
        address=address,
    )


def _sent_on(days_ago: int) -> str:
    """What the link to the page about a form is for that was sent so many days ago."""
    return f"interest_sent {today() - timedelta(days=days_ago)}"


def _key(request: Request, token: str, *purposes: str) -> str:
    """The key inside a link of ours for one of these; what somebody made up is not found."""
    secret = settings_of(request).secret_key.get_secret_value()
    for purpose in purposes:
        if key := read_link(secret, purpose, token):
            return key
    raise NotFound
