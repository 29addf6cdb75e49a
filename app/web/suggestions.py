"""What the search box suggests while somebody types: plain text in pieces, so that nothing in it can be taken for markup."""

from typing import TypedDict

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from app.clock import now, today
from app.dependencies import Db, Engine
from app.i18n import Language, Text, _, _n
from app.providers.queries import labels, thematic_groups
from app.search.engine import Query, SearchEngine
from app.search.highlight import Pieces, marked
from app.search.suggestions import Known, Suggestions, often_searched, suggest
from app.web.asking import Asked
from app.web.kept import kept, remembered
from app.web.reading import language_of

KEPT_FOR = {"Cache-Control": "private, max-age=30"}
"""So long a browser need not ask again when somebody takes a letter back."""

router = APIRouter(include_in_schema=False)


class Told(TypedDict):
    """One suggestion: its text in pieces, each with whether it met what was typed, a remark, and where it leads."""

    text: Pieces
    about: str
    lang: str
    url: str


class Part(TypedDict):
    """Suggestions of one kind."""

    name: str
    options: list[Told]


@router.get("/ieteikumi")
def suggestions(request: Request, db: Db, engine: Engine, q: str = "") -> Response:
    """Courses, thematic groups, providers and frequent searches that fit the letters typed so far."""
    return kept(request, db, lambda: _suggestions(request, db, engine, q))


def _suggestions(request: Request, db: Session, engine: SearchEngine, typed: str) -> Response:
    language = language_of(request)
    known = Known(
        remembered(request, f"groups in {language.code}", lambda: thematic_groups(db, language.code)),
        remembered(request, f"labels in {language.code}", lambda: labels(db, language.code)).providers,
        _frequent(request, db),
    )
    found = suggest(db, engine, typed, known, language.code, now())
    said = _n("%(n)s suggestion. Use the arrow keys.", "%(n)s suggestions. Use the arrow keys.", found.count)
    answer = JSONResponse(
        {"parts": [part for part in _parts(found, typed, language) if part["options"]], "say": said.say(language)},
        headers=KEPT_FOR,
    )
    answer.headers["Content-Language"] = language.code
    answer.headers.add_vary_header("Cookie")
    return answer


def _frequent(request: Request, db: Session) -> list[str]:
    return remembered(request, "frequent searches", lambda: often_searched(db, today()))


def _parts(found: Suggestions, typed: str, language: Language) -> list[Part]:
    words = found.words or (typed,)

    def told(text: str, url: str, about: str = "", lang: str = "") -> Told:
        return Told(text=marked(text, words), about=about, lang=lang, url=url)

    def part(name: Text, options: list[Told]) -> Part:
        return Part(name=name.say(language), options=options)

    return [
        part(_("Often searched for"), [told(text, Asked(Query(text)).url()) for text in found.searches]),
        part(
            _("Courses"),
            [
                told(card.title, f"/kursi/{card.slug}", card.provider_name, "lv" if card.untranslated else "")
                for card in found.courses
            ],
        ),
        part(_("Thematic groups"), [told(name, f"/grupas/{code}") for code, name in found.groups]),
        part(
            _("Providers"),
            [told(name, Asked(Query(filters={"provider": (code,)})).url()) for code, name in found.providers],
        ),
    ]
