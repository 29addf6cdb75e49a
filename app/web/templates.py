"""The templates in each language: what they may call, and what is settled once when they are compiled."""

import functools
import json
from collections.abc import Callable, Hashable, Mapping, MutableMapping, Sequence
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from app import clock, i18n
from app.catalogue.cards import CourseCard
from app.i18n import LANGUAGES, Language, Sayable
from app.markdown import markdown
from app.search.highlight import marked
from app.web.speech import Speech
from app.web.static_files import has_static, static

_APP = Path(__file__).parent.parent
_GAP = "\ue000"
"""Stands in a drawn card where its title and summary go; no letter of any language."""
TEMPLATES = next(folder for folder in (_APP / "templates", _APP.parent / "templates") if folder.is_dir())


@functools.cache
def environment(code: str) -> Environment:
    """The templates in one language: messages, dates and prices are bound to it once, so macros need no context."""
    language = LANGUAGES[code]
    templates = OneLanguage(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        auto_reload=False,  # Or every page asks the disk about each of its templates.
    )
    speech = Speech(language)
    templates.globals |= {
        "_": speech.text,
        "_n": speech.number,
        "_p": speech.text_in,
        "_np": speech.number_in,
        "static": static,
        "has_static": has_static,
        "page_window": page_window,
    }
    templates.globals |= {"course_card": _remember_cards(templates), "facet": _remember_facets(templates)}
    templates.settle = {"_": speech.text, "_p": speech.text_in, "static": static, "has_static": has_static}
    templates.filters |= {
        "say": lambda said: say(said, language),
        "local": i18n.local,
        "capital": i18n.capital,
        "markdown": markdown,
        "json_ld": json_ld,
        "is_past": lambda moment: moment <= clock.now(),
        "needs_year": lambda value: i18n.needs_year(value, clock.today()),
        "month_name": lambda value, case="": i18n.month_name(value, language, case),
        "short_date": lambda value, case="": i18n.short_date(value, clock.today(), language, case),
    }
    bound: list[Callable[..., str]] = [
        i18n.date_text,
        i18n.moment_text,
        i18n.month_text,
        i18n.numeric_date,
        i18n.time_text,
        i18n.time_range,
        i18n.weekday_text,
        i18n.rhythm,
        i18n.number_text,
        i18n.money_text,
        i18n.price_text,
        i18n.percent_text,
    ]
    templates.filters |= {function.__name__: functools.partial(function, language=language) for function in bound}
    return templates


def _remember_cards(templates: Environment) -> Callable[[CourseCard, int, Sequence[str]], Markup]:
    """course_card(card, level, words): a course in a list, drawn anew only when a fact on its card or the day has changed.

    It is drawn with gaps for its title and summary: in them other words are marked for each search.
    """

    @functools.lru_cache(maxsize=1500)
    def draw(card: Hashable, level: int, _today: date) -> list[str]:
        drawn = templates.get_template("_course.html").render(card=card, level=level, title=_GAP, about=_GAP)
        return drawn.split(_GAP, 2)

    def course_card(card: CourseCard, level: int = 2, words: Sequence[str] = ()) -> Markup:
        before, between, after = draw(card, level, clock.today())
        title, about = (_marked(text, words) if words else escape(text) for text in (card.title, card.summary))
        return Markup(f"{before}{title}{between}{about}{after}")  # noqa: S704  drawn by a template that escapes, or escaped

    return course_card


def _marked(text: str, words: Sequence[str]) -> str:
    """The text with what met the search in <mark>; each piece of it is escaped by itself."""
    return "".join(f"<mark>{escape(piece)}</mark>" if met else escape(piece) for piece, met in marked(text, words))


def _remember_facets(templates: Environment) -> Callable[[Hashable], Markup]:
    """facet(facet): a filter with its counts, drawn anew only when one of them has changed."""

    @functools.lru_cache(maxsize=512)
    def draw(facet: Hashable) -> Markup:
        return Markup(templates.get_template("catalogue/_facet.html").render(facet=facet))  # noqa: S704  it escapes

    return draw


class OneLanguage(Environment):
    """Templates of one language: what never changes in it is written into the compiled template, not asked for on every page."""

    settle: Mapping[str, Callable[..., object]] = {}

    def make_globals(self, d: MutableMapping[str, object] | None) -> MutableMapping[str, object]:
        """One plain mapping for all templates: laying an empty one over it made every import of macros slow."""
        return super().make_globals(d) if d else self.globals

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        settled = _Settled(self.settle).visit(source)
        return super()._generate(settled, name, filename, defer_init)


class _Settled(NodeTransformer):
    """Puts in the place of _("Courses") or static("style.css") what they give."""

    def __init__(self, settle: Mapping[str, Callable[..., object]]) -> None:
        self._settle = settle

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  the visitor's name for it
        self.generic_visit(node)
        asked = node.node
        if not isinstance(asked, nodes.Name) or asked.name not in self._settle or node.kwargs:
            return node
        given = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        if len(given) != len(node.args):
            return node
        return nodes.Const(self._settle[asked.name](*given), lineno=node.lineno)


def say(said: Sayable | str, language: Language) -> str:
    """What is still to be put into words, in words; what is in words already, as it is."""
    return said if isinstance(said, str) else said.say(language)


def json_ld(thing: Mapping[str, object]) -> Markup:
    """A description for search engines that cannot end its own script element."""
    text = json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704


def page_window(page: int, pages: int) -> list[int]:
    """The pages worth a link: the first, the last, and those around this one; 0 stands for the ones left out."""
    near = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    window: list[int] = []
    for number in near:
        if window and number == window[-1] + 2:
            window.append(number - 1)
        elif window and number > window[-1] + 1:
            window.append(0)
        window.append(number)
    return window
