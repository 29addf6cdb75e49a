"""Wishes as residents read and send them: the list, one wish, a new wish, joining one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.catalogue.cards import CourseCard
from app.catalogue.queries import cards
from app.clock import now
from app.dependencies import Db, Engine, RulesOfWishes, settings_of
from app.i18n import Text, _p
from app.limits import FORMS, WISHES
from app.links import sign
from app.providers.queries import thematic_groups
from app.refusals import Refusal, TooManyTries
from app.search.engine import SearchEngine
from app.search.wishes import similar_wishes
from app.web.forms import Form, Typed, WrongForm, read
from app.web.pages import render, wants_part
from app.web.reading import language_of
from app.wishes import queries
from app.wishes.actions import join_wish, leave_wish
from app.wishes.cards import WishCard
from app.wishes.inputs import JoinForm, WishForm
from app.wishes.models import PUBLIC, WAITING, WishState, WishSupport
from app.wishes.queries import WishOrder

PER_PAGE = 20
ALIKE = 3
"""So many courses and so many wishes are shown that say the same."""
WORDS_LIMIT = 200
PRIVATE = {"Cache-Control": "no-store"}
TABS: Mapping[str, tuple[Text, Sequence[WishState]]] = {
    "": (_p("wishes", "All"), PUBLIC),
    "waiting": (_p("wishes", "Waiting for an answer"), WAITING),
    "planned": (_p("wishes", "Being planned"), (WishState.PLANNED,)),
    "fulfilled": (_p("wishes", "Came true"), (WishState.FULFILLED,)),
}
"""The views of the list by the word in their address: name and states."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """Which part of the list an address asks for."""

    tab: str
    order: WishOrder
    page: int

    @staticmethod
    def asked(request: Request) -> "Shown":
        """What the address says; words nobody knows are passed over."""
        tab, page = request.query_params.get("state", ""), request.query_params.get("page", "")
        return Shown(
            tab if tab in TABS else "",
            "newest" if request.query_params.get("sort") == "newest" else "supporters",
            int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )

    def url(self, *, tab: str | None = None, order: WishOrder | None = None, page: int = 1) -> str:
        """The address of another part."""
        tab = self.tab if tab is None else tab
        pairs = [("state", tab)] if tab else []
        if (order or self.order) == "newest":
            pairs.append(("sort", "newest"))
        if page > 1:
            pairs.append(("page", str(page)))
        return f"/velmes?{urlencode(pairs)}" if pairs else "/velmes"

    def on_page(self, page: int) -> str:
        """The address of another page of the same."""
        return self.url(page=page)


@dataclass(frozen=True, slots=True)
class Alike:
    """What is there already for the words of a wish."""

    words: str
    courses: Sequence[CourseCard]
    wishes: Sequence[WishCard]

    @property
    def group(self) -> str:
        """The thematic group of most of the courses that fit, else of the likest wish; empty when nothing is alike."""
        of_courses = Counter(one.group_code for one in self.courses).most_common(1)
        return of_courses[0][0] if of_courses else next((one.group_code for one in self.wishes), "")


@router.get("/velmes")
def wishes(request: Request, db: Db) -> HTMLResponse:
    """What people wish for, by how many want it or by when it was wished for."""
    shown, moment = Shown.asked(request), now()
    counts = queries.count_by_state(db)
    states = TABS[shown.tab][1]
    total = sum(counts.get(state, 0) for state in states)
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, shown.page), pages)
    found = queries.public_wishes(
        db,
        language_of(request).code,
        moment,
        states=states,
        order=shown.order,
        offset=(page - 1) * PER_PAGE,
        limit=PER_PAGE,
    )
    return render(
        request,
        "wishes/wishes.html",
        partial="wishes/_list.html",
        tabs=[
            (name, shown.url(tab=tab), tab == shown.tab, sum(counts.get(state, 0) for state in of_tab))
            for tab, (name, of_tab) in TABS.items()
        ],
        shown=shown,
        wishes=found,
        total=total,
        page=page,
        pages=pages,
        moment=moment,
        form=Typed(),
        errors={},
        answer_days=settings_of(request).wish_answer_days,
    )


@router.get("/velmes/jauna")
def open_form(request: Request, db: Db, engine: Engine, q: str = "", title: str = "") -> HTMLResponse:
    """The form of a new wish; `q` or `title` are its words so far, for which the likes of it are shown."""
    words = " ".join((title or q).split())[:WORDS_LIMIT]
    if wants_part(request):
        alike = _alike(request, db, engine, words)
        return render(request, "wishes/_alike.html", partial="wishes/_alike.html", alike=alike)
    return _form(request, db, engine, Typed({"title": [words]}), second=bool(words))


@router.post("/velmes/jauna")
def send_form(request: Request, form: Form, db: Db, engine: Engine, rules: RulesOfWishes) -> Response:
    """First `look`: what is there already, and what else one may tell; then `send` keeps the wish."""
    second = form.one("step") == "send"
    try:
        asked = read(WishForm, form)
        if not second:
            return _form(request, db, engine, form, second=True)
        FORMS.count(request)
        WISHES.count(request, db)
        support = leave_wish(db, asked, rules, language_of(request).code)
    except WrongForm as faults:
        return _form(request, db, engine, form, second=second, errors=faults.sentences)
    except TooManyTries as refusal:
        return _form(request, db, engine, form, second=True, refusal=refusal)
    return RedirectResponse(sent_url(request, support), 303)


@router.get("/velmes/{wish_id}")
def wish(request: Request, wish_id: int, db: Db, engine: Engine) -> HTMLResponse:
    """One wish: where it stands, every answer, and courses that come near."""
    locale, moment = language_of(request).code, now()
    card = queries.public_wish(db, wish_id, locale, moment)
    return render(
        request,
        "wishes/wish.html",
        wish=card,
        replies=queries.replies(db, wish_id, locale),
        similar=cards(db, engine.similar_to_text(card.title, ALIKE), locale, moment),
        moment=moment,
    )


@router.get("/velmes/{wish_id}/atbalstit")
def open_joining(request: Request, wish_id: int, db: Db) -> Response:
    """Asks for the address of somebody who wants the same; inside the list, only this wish with its field."""
    card = queries.public_wish(db, wish_id, language_of(request).code, now())
    if card.merged_into_id is not None:
        return RedirectResponse(f"/velmes/{card.merged_into_id}/atbalstit", 303)
    return _joining(request, card, Typed()) if card.can_be_joined else RedirectResponse(f"/velmes/{wish_id}", 303)


@router.post("/velmes/{wish_id}/atbalstit")
def send_joining(request: Request, wish_id: int, form: Form, db: Db, rules: RulesOfWishes) -> Response:
    """Puts the person behind the wish; counted once the address is confirmed. Joining again answers the same."""
    locale = language_of(request).code
    card = queries.public_wish(db, wish_id, locale, now())
    try:
        asked = read(JoinForm, form)
        FORMS.count(request)
        WISHES.count(request, db)
        support = join_wish(db, wish_id, asked, rules, locale)
    except WrongForm as faults:
        return _joining(request, card, form, errors=faults.sentences)
    except TooManyTries as refusal:
        return _joining(request, card, form, refusal=refusal)
    if wants_part(request):
        return _joining(request, card, form, sent=True)
    return RedirectResponse(sent_url(request, support), 303)


def sent_url(request: Request, support: WishSupport) -> str:
    """Where the page about what was sent stands; its link cannot confirm anything."""
    secret = settings_of(request).secret_key.get_secret_value()
    return f"/velmes/nosutita/{sign(secret, 'wish_sent', support.link_key)}"


def _alike(request: Request, db: Session, engine: SearchEngine, words: str) -> Alike:
    """Courses that fit the words, and wishes one can join that say the same."""
    locale, moment = language_of(request).code, now()
    if not any(sign.isalnum() for sign in words):
        return Alike("", (), ())
    return Alike(
        words,
        cards(db, engine.similar_to_text(words, ALIKE), locale, moment),
        similar_wishes(db, words, locale, moment, ALIKE),
    )


def _form(
    request: Request,
    db: Session,
    engine: SearchEngine,
    form: Typed,
    *,
    second: bool,
    errors: Mapping[str, Text] | None = None,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    """The form with everything typed; in the second step with what else one may tell."""
    alike = _alike(request, db, engine, form.one("title")[:WORDS_LIMIT])
    return render(
        request,
        "wishes/new.html",
        status=refusal.status if refusal else 422 if errors else 200,
        headers=PRIVATE | (refusal.headers if refusal else {}),
        form=form,
        second=second,
        alike=alike,
        groups=thematic_groups(db, language_of(request).code) if second else [],
        errors=errors or {},
        notice=refusal.sentence if refusal else None,
        answer_days=settings_of(request).wish_answer_days,
    )


def _joining(
    request: Request,
    card: WishCard,
    form: Typed,
    *,
    errors: Mapping[str, Text] | None = None,
    refusal: Refusal | None = None,
    sent: bool = False,
) -> HTMLResponse:
    """The wish and the field for the address; or that the letter is on its way."""
    return render(
        request,
        "wishes/join.html",
        partial="wishes/_wish.html",
        status=refusal.status if refusal else 422 if errors else 200,
        headers=PRIVATE | (refusal.headers if refusal else {}),
        wish=card,
        moment=now(),
        form=form,
        asking=not sent,
        sent=sent,
        errors=errors or {},
        notice=refusal.sentence if refusal else None,
    )
