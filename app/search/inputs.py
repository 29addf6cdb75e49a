"""What one may ask of the synonyms: a line, and a whole list as it is loaded from a file."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from app.faults import fault
from app.search.latvian import typed_words
from app.search.plain_words import STOP_WORDS
from app.search.synonyms import LONGEST, Kept
from app.texts import RequiredLine

WORDS_LIMIT = 100
"""Phrases in one line."""
LINES_LIMIT = 5000

LineKind = Literal["same", "leads", "known"]


def _can_be_searched(text: str) -> str:
    words = [form for form, _typed in typed_words(text) if form not in STOP_WORDS]
    if not typed_words(text):
        raise fault("too_short")
    if len(words) > LONGEST:
        raise fault("synonym_long")
    return text


PhraseText = Annotated[RequiredLine, AfterValidator(_can_be_searched)]
"""A word, or up to four that belong together, as somebody types them; little words do not count."""


def _several(words: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(words)) < 2:
        raise fault("missing")
    return words


Alike = Annotated[tuple[PhraseText, ...], Field(max_length=WORDS_LIMIT), AfterValidator(_several)]
"""At least two words that mean the same."""


class LineForm(BaseModel):
    """A line of synonyms: words that mean the same, words that lead to others, or words that are right as they stand."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: LineKind
    words: tuple[PhraseText, ...] = Field(min_length=1, max_length=WORDS_LIMIT)
    find: tuple[PhraseText, ...] = Field(default=(), max_length=WORDS_LIMIT, description="Only for “leads”.")

    @model_validator(mode="after")
    def _says_something(self) -> "LineForm":
        enough = {"same": len(set(self.words)) > 1, "leads": bool(self.find), "known": True}
        if not enough[self.kind] or (self.find and self.kind != "leads"):
            raise fault("missing")
        return self


class LeadForm(BaseModel):
    """Who says one of these words is looking for those."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: tuple[PhraseText, ...] = Field(min_length=1, max_length=WORDS_LIMIT)
    find: tuple[PhraseText, ...] = Field(min_length=1, max_length=WORDS_LIMIT)


class ListForm(BaseModel):
    """A whole list, as `data/synonyms.json` and `app search synonyms export` have it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    same: tuple[Alike, ...] = Field(max_length=LINES_LIMIT)
    leads: tuple[LeadForm, ...] = Field(max_length=LINES_LIMIT)
    known: tuple[PhraseText, ...] = Field(default=(), max_length=LINES_LIMIT)

    def lines(self) -> list[LineForm]:
        """The list line by line."""
        return [
            *(LineForm(kind="same", words=words) for words in self.same),
            *(LineForm(kind="leads", words=one.words, find=one.find) for one in self.leads),
            *(LineForm(kind="known", words=(word,)) for word in self.known),
        ]


def list_of(lines: Iterable[LineForm]) -> Kept:
    """The lines as a list that can be read and exported."""
    kept: Kept = {"same": [], "leads": [], "known": []}
    for line in lines:
        if line.kind == "same":
            kept["same"].append([*line.words])
        elif line.kind == "leads":
            kept["leads"].append({"words": [*line.words], "find": [*line.find]})
        else:
            kept["known"].extend(line.words)
    return kept
