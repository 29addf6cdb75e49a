"""What the address of a page of results asks for, and the addresses of every other way to ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode

from app.i18n import Text, _
from app.providers.queries import Labels
from app.search.engine import SORTS, Hits, Query, Sort
from app.search.filters import FILTERS, FREE, PRICE_STEPS, Filters, clean_text, read_filters

PER_PAGE = 12
SORT_NAMES: Mapping[Sort, Text] = {
    "relevance": _("Best match first"),
    "start": _("Soonest first"),
    "price": _("Cheapest first"),
    "newest": _("Newest first"),
}
_LAST_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a page of results asks for."""

    query: Query
    ignored: tuple[str, ...] = ()
    """Values of filters that do not exist."""
    picked: bool = False
    """The filters come from the boxes on the page: words that were taken as filters have become boxes."""
    is_raw: bool = False
    """The address carries what only a form says, and should be shortened."""

    def url(self, path: str = "/kursi") -> str:
        """The shortest address that asks for the same."""
        query = self.query
        pairs = [("q", query.text)] if query.text else []
        pairs += [(one.parameter, value) for one in FILTERS for value in query.filters.get(one.parameter, ())]
        if query.literal and query.text:
            pairs.append(("literal", "1"))
        if query.sort != "relevance":
            pairs.append(("sort", query.sort))
        if query.page > 1:
            pairs.append(("page", str(query.page)))
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def page_url(self, page: int) -> str:
        """The address of another page of the same search."""
        return Asked(replace(self.query, page=page)).url()

    def news_url(self) -> str:
        """The address at which one asks to hear of new courses that fit the same search."""
        return Asked(replace(self.query, page=1, sort="relevance")).url("/zinas")

    def with_text(self, text: str, *, literal: bool = False) -> "Asked":
        """Other words, the same filters."""
        return Asked(replace(self.query, text=text, literal=literal, page=1))

    def without(self, parameter: str, value: str | None = None) -> "Asked":
        """The same without one filter, or without one of its values."""
        filters = {name: list(values) for name, values in self.query.filters.items()}
        left = [one for one in filters.pop(parameter, []) if value is not None and one != value]
        if left:
            filters[parameter] = left
        return Asked(replace(self.query, filters=_kept(filters), page=1))

    def cleared(self) -> "Asked":
        """The words alone."""
        return Asked(replace(self.query, filters={}, page=1))

    def in_boxes(self, hits: Hits) -> "Asked":
        """The same without the words that were taken as filters: the boxes say now what they said."""
        text = hits.corrected if hits.corrected and hits.understood else self.query.text
        for one in hits.understood:
            text = without_words(text, one.words)
        return replace(self.with_text(text, literal=self.query.literal), ignored=self.ignored, is_raw=True)


def read_asked(pairs: Iterable[tuple[str, str]], labels: Labels, locale: str) -> Asked:
    """What a query string asks for; what cannot be understood is left out, never refused."""
    given = list(pairs)
    single = dict(reversed(given))
    picked = single.get("picked") == "1"
    # Boxes that stand for words of the search are sent along; the words themselves say it again.
    taken = set() if picked else {tuple(value.split(":", 1)) for name, value in given if name == "taken"}
    known = {"group": labels.groups, "provider": labels.providers, "venue": labels.venues}
    read = read_filters((pair for pair in given if pair not in taken), known)
    text, sort = clean_text(single.get("q", "")), single.get("sort", "")
    query = Query(
        text=text,
        filters=_one_price(read.filters),
        sort=next((known_sort for known_sort in SORTS if known_sort == sort), "relevance"),
        page=read_page(single.get("page", "")),
        per_page=PER_PAGE,
        literal=clean_text(single.get("literal", "")) in {"1", text} if single.get("literal") else False,
        locale=locale,
    )
    ignored = tuple(value for _parameter, value in read.ignored)
    return Asked(query, ignored, picked, is_raw=picked or "taken" in single)


def _one_price(filters: Filters) -> Filters:
    """A price that was typed stands instead of the ones to be picked; of several the highest counts."""
    prices = filters.get("price", ())
    if len(prices) < 2:
        return filters
    typed = [price for price in prices if price != FREE and price not in PRICE_STEPS]
    highest = max(typed or prices, key=lambda price: Decimal(0) if price == FREE else Decimal(price))
    return {**filters, "price": (highest,)}


def read_page(text: str) -> int:
    """The number of a page in an address; the first for everything that is none."""
    return min(int(text), _LAST_PAGE) if text.isascii() and text.isdecimal() and len(text) < 7 and int(text) else 1


def _kept(filters: Mapping[str, list[str]]) -> Filters:
    return {name: tuple(values) for name, values in filters.items()}


def without_words(text: str, words: str) -> str:
    """The text without these words of it, however they were written there."""
    gone = [_bare(word) for word in words.split()]
    left = text.split()
    for start in range(len(left) - len(gone) + 1):
        if [_bare(word) for word in left[start : start + len(gone)]] == gone:
            return " ".join(left[:start] + left[start + len(gone) :])
    return text


def _bare(word: str) -> str:
    return word.casefold().strip(".,;:!?„”“\"'()–-")
