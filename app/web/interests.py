"""“Tell me about the next dates”: the form, that the letter is on its way, and the page behind its link."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.catalogue.course_queries import course_page
from app.catalogue.pages import CoursePage
from app.clock import now
from app.dependencies import Db
from app.i18n import Text
from app.interests import queries
from app.interests.actions import ask_for_news, confirm_interest
from app.interests.inputs import InterestForm
from app.interests.models import CourseInterest
from app.limits import PRIVATE_LINKS, WISHES
from app.privacy.erase import leave_news
from app.refusals import NotFound, Refusal, TooManyTries
from app.web.forms import Form, Typed, WrongForm, read
from app.web.mailed_links import PRIVATE, key_in, key_in_sent, sent_token
from app.web.pages import render
from app.web.reading import language_of

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
    return RedirectResponse(f"/pazinojumi/nosutits/{sent_token(request, 'interest', interest.link_key)}", 303)


@router.get("/pazinojumi/nosutits/{token}", dependencies=[Depends(PRIVATE_LINKS)])
def sent(request: Request, token: str, db: Db) -> HTMLResponse:
    """To which address the letter went."""
    interest = queries.by_link(db, key_in_sent(request, "interest", token))
    if interest.email_key is None:
        raise NotFound
    return _page(request, interest, "interests/sent.html", address=interest.email_key)


@router.get("/pazinojumi/{token}", dependencies=[Depends(PRIVATE_LINKS)])
def own_interest(request: Request, token: str, db: Db) -> HTMLResponse:
    """Whether the person will hear of the next dates; opening it changes nothing."""
    interest = queries.by_link(db, key_in(request, token, "interest"))
    return _page(request, interest, "interests/interest.html", url=f"/pazinojumi/{token}")


@router.post("/pazinojumi/{token}", dependencies=[Depends(PRIVATE_LINKS)])
def confirm(request: Request, token: str, db: Db) -> Response:
    """The address is right."""
    confirm_interest(db, key_in(request, token, "interest"))
    return RedirectResponse(f"/pazinojumi/{token}", 303)


@router.post("/pazinojumi/{token}/atteikties", dependencies=[Depends(PRIVATE_LINKS)])
def leave(request: Request, token: str, db: Db) -> Response:
    """The person no longer wants to hear of it."""
    leave_news(db, key_in(request, token, "interest"))
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
    code = language_of(request).code
    return render(
        request,
        template,
        headers=PRIVATE,
        interest=interest,
        title=interest.course.title_in(code),
        untranslated=code not in interest.course.texts,
        url=url,
        address=address,
    )
