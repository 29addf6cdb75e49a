"""What every search engine does, how it is asked, and what it answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

from app.search.documents import Document
from app.search.filters import Filters

Sort = Literal["relevance", "start", "price", "newest"]
SORTS: tuple[Sort, ...] = get_args(Sort)
PER_PAGE = 20
PER_PAGE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Query:
    """One search: the words, the chosen filters, the order and the page."""

    text: str = ""
    filters: Filters = field(default_factory=dict)
    """As `filters.read_filters` gives them: parameter -> values that exist."""
    sort: Sort = "relevance"
    page: int = 1
    per_page: int = PER_PAGE
    literal: bool = False
    """Search exactly these words: none is taken as a filter and none is corrected."""
    locale: str = "lv"
    by_subject: bool = False
    """Only courses that have the words in the title or among the keywords, where there are any."""


@dataclass(frozen=True, slots=True)
class Understood:
    """Words of the text that were taken as a filter; the same parameter chosen by hand replaces it."""

    parameter: str
    values: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found: one page in rank order, the counts of every facet, and how the words were read."""

    total: int
    course_ids: list[int]
    facets: Mapping[str, Mapping[str, int]]
    """Parameter -> value -> how many courses choosing this value alone would give. Values without courses are left out."""
    page: int = 1
    """The page given: the last one when a page past the end was asked for."""
    understood: tuple[Understood, ...] = ()
    corrected: str | None = None
    """The text searched for instead, where words nobody knows were corrected."""
    words: tuple[str, ...] = ()
    """The words that decided, as typed or corrected."""
    unknown: tuple[str, ...] = ()
    """Words nobody knows and nothing resembles, as typed."""
    absent: tuple[str, ...] = ()
    """Words that no course is about, even where some mention them."""
    nearest: tuple[int, ...] = ()
    """When nothing was found: at most three courses that come nearest."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of why a course stands where it does."""

    rule: str
    """"word", "all together", "made for" or "status"."""
    words: str
    """What was searched for."""
    found: str
    """What it met in the course: the field, and how ("exact", "stem", "root", "synonym", …)."""
    points: int


class SearchEngine(Protocol):
    """Finds courses by words and filters, and keeps what it is given to find. Safe to call from many threads."""

    def search(self, query: Query) -> Hits:
        """The courses for a query; an empty text means the whole catalogue, open courses first."""
        ...

    def put(self, documents: Iterable[Document]) -> None:
        """Make these courses findable, in place of their earlier versions."""
        ...

    def remove(self, course_ids: Iterable[int]) -> None:
        """Make these courses no longer findable."""
        ...

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Replace everything at once; a search meanwhile sees the old whole or the new whole."""
        ...

    def count(self) -> int:
        """How many courses can be found."""
        ...

    def similar(self, course_id: int, limit: int = 4) -> list[int]:
        """Courses about the same subject, nearest first, those one can register for before the others."""
        ...

    def similar_to_text(self, text: str, limit: int = 4) -> list[int]:
        """Courses that already offer what a person describes in their own words; empty when none fits."""
        ...

    def explain(self, query: Query, course_id: int) -> list[Reason]:
        """Why a course stands where it does for a query; empty when it is not found."""
        ...

    def knows(self, form: str) -> bool:
        """Whether a folded word stands in the catalogue or among the synonyms, inflected in whatever way."""
        ...
