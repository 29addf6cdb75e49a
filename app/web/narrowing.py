"""How a search can be narrowed: the chips of what is chosen, and the facets of what can be."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from app.i18n import Language, Price, _, short_date
from app.providers.queries import Labels
from app.search.engine import Hits
from app.search.filters import BY_PARAMETER, FILTERS, FREE, PRICE_STEPS
from app.web.asking import Asked, without_words

Names = Mapping[str, Mapping[str, str]]
"""The names of a filter's values, by its parameter and the value."""
SHOWN = 6
"""How many choices of a filter stand there before the rest unfolds."""
MORE = ("language", "certificate", "funding", "venue")
"""Filters that few need: they stand folded behind the others."""
FIRST = ("group", "open", "price", "time", "weekday", "audience", "format", "level", "provider")
"""Filters that most people need, in the order of the page; one that is named nowhere here follows them."""
_LONG = {"provider", "venue"}
"""Filters with long lists: the commonest choices come first, the others by name."""
_DAYS = ("from", "to")
_MAIN = sorted(
    (one.parameter for one in FILTERS if one.parameter not in (*MORE, *_DAYS)),
    key=lambda parameter: FIRST.index(parameter) if parameter in FIRST else len(FIRST),
)


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter: its name, how many courses it would leave, and whether it is chosen."""

    value: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter with the values that are worth choosing."""

    parameter: str
    name: str
    options: tuple[Option, ...]

    @property
    def shown(self) -> tuple[Option, ...]:
        """The values that stand there at once; a single one more is not worth a fold."""
        return self.options if len(self.options) <= SHOWN + 1 else self.options[:SHOWN]

    @property
    def folded(self) -> tuple[Option, ...]:
        """The values that unfold."""
        return self.options[len(self.shown) :]

    @property
    def is_chosen(self) -> bool:
        """Whether any of its values is."""
        return any(option.chosen for option in self.options)

    @property
    def is_chosen_in_fold(self) -> bool:
        """Whether a value that is folded away is chosen."""
        return any(option.chosen for option in self.folded)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Everything the page offers to narrow a search, in its reader's language."""

    chips: tuple[tuple[str, str], ...]
    """Name and the address without it, of each chosen filter."""
    facets: tuple[Facet, ...]
    more: tuple[Facet, ...]
    """Facets that stand folded behind the others."""
    first_day: str
    last_day: str
    """The days between which a run shall start, as a date field writes them."""
    price: str
    """The highest price that was typed, euros."""

    @property
    def more_is_chosen(self) -> bool:
        """Whether a filter behind the others is chosen."""
        return any(facet.is_chosen for facet in self.more)


def narrowing(asked: Asked, hits: Hits, labels: Labels, language: Language, today: date) -> Narrowing:
    """The chips and facets for these hits."""
    filters = asked.query.filters
    chosen = {one.parameter: set(one.values) for one in hits.understood} | {
        name: set(values) for name, values in filters.items()
    }
    names = _names(labels, language)

    def facets(parameters: Iterable[str]) -> tuple[Facet, ...]:
        made = (
            _facet(name, BY_PARAMETER[name].label.say(language), hits, chosen.get(name, set()), names[name])
            for name in parameters
        )
        return tuple(facet for facet in made if facet.options)

    typed = [price for price in filters.get("price", ()) if price != FREE and price not in PRICE_STEPS]
    return Narrowing(
        chips=tuple(_chips(asked, hits, names, language, today)),
        facets=facets(_MAIN),
        more=facets(MORE),
        first_day="".join(filters.get("from", ())),
        last_day="".join(filters.get("to", ())),
        price="".join(typed),
    )


def _facet(parameter: str, name: str, hits: Hits, chosen: set[str], names: Mapping[str, str]) -> Facet:
    counts = hits.facets.get(parameter, {})
    options = [
        Option(value, label, counts.get(value, 0), value in chosen)
        for value, label in names.items()
        if value in counts or value in chosen
    ]
    if parameter in _LONG and len(options) > SHOWN:
        common = sorted(options, key=lambda option: -option.count)[:SHOWN]
        options = common + [option for option in options if option not in common]
    return Facet(parameter, name, tuple(options))


def _chips(asked: Asked, hits: Hits, names: Names, language: Language, today: date) -> Iterator[tuple[str, str]]:
    for one in hits.understood:
        text = hits.corrected or asked.query.text
        left = without_words(text, one.words)
        url = asked.with_text(left, literal=left == text).url()
        yield ", ".join(_value(one.parameter, value, names, language, today) for value in one.values), url
    for parameter in BY_PARAMETER:
        for value in asked.query.filters.get(parameter, ()):
            yield _value(parameter, value, names, language, today), asked.without(parameter, value).url()


def _value(parameter: str, value: str, names: Names, language: Language, today: date) -> str:
    """A chosen value as its chip says it."""
    if name := names[parameter].get(value):
        return name
    if parameter in _DAYS:
        day = short_date(date.fromisoformat(value), today, language)
        return f"{BY_PARAMETER[parameter].label.say(language)} {day}"
    if parameter == "price":
        return _("Up to %(price)s", price=Price(Decimal(value))).say(language)
    return value


def _names(labels: Labels, language: Language) -> Names:
    records = {"group": labels.groups, "provider": labels.providers, "venue": labels.venues}
    return {**_fixed_names(language), **records}


@cache
def _fixed_names(language: Language) -> Names:
    return {one.parameter: {choice.value: choice.label.say(language) for choice in one.choices} for one in FILTERS}
