"""Messages that are not yet in a language: what they say, and with which facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Protocol

from app.i18n.dates import case_of, date_text, moment_text, time_text
from app.i18n.languages import Language
from app.i18n.numbers import number_text


class Sayable(Protocol):
    """Something that has its own words in every language: a Text, a Price, a Percent."""

    def say(self, language: Language) -> str:
        """It, in this language."""
        ...


Param = str | int | Decimal | date | datetime | time | Sayable | tuple["Param", ...] | list["Param"]


@dataclass(frozen=True)
class Text:
    """A message with its facts, put into words only when its reader's language is known."""

    msgid: str
    params: Mapping[str, Param] = field(default_factory=dict, hash=False)
    plural: str | None = None
    n: int | None = None
    context: str | None = None

    def say(self, language: Language) -> str:
        """The message in this language, its facts in their places."""
        return self._pattern(language) % spoken(self.params, language)

    def _pattern(self, language: Language) -> str:
        if self.plural is not None and self.n is not None:
            if self.context is not None:
                return language.npgettext(self.context, self.msgid, self.plural, self.n)
            return language.ngettext(self.msgid, self.plural, self.n)
        return language.gettext(self.msgid) if self.context is None else language.pgettext(self.context, self.msgid)


def _(msgid: str, **params: Param) -> Text:
    """A message and its facts."""
    return Text(msgid, params)


def _n(one: str, many: str, n: int, **params: Param) -> Text:
    """A message about a number, which stands in it as %(n)s."""
    return Text(one, {"n": n, **params}, plural=many, n=n)


def _p(context: str, msgid: str, **params: Param) -> Text:
    """A message whose words depend on where it stands: "Full" of a run."""
    return Text(msgid, params, context=context)


def _np(context: str, one: str, many: str, n: int, **params: Param) -> Text:
    """A message about a number whose words depend on where it stands."""
    return Text(one, {"n": n, **params}, plural=many, n=n, context=context)


def spoken(params: Mapping[str, Param], language: Language) -> dict[str, str]:
    """The facts of a message as words.

    The end of a name tells the case of a date or moment (`opens_loc`: when, `closes_dat`: until when);
    numbers get their spaces and commas, except a year; several are parted by commas.
    """
    return {name: _spoken(name, value, language) for name, value in params.items()}


def _spoken(name: str, value: Param, language: Language) -> str:
    match value:
        case str():
            return value
        case int() | Decimal():
            return str(value) if name == "year" or name.endswith("_year") else number_text(value, language)
        case datetime():
            return moment_text(value, case_of(name), language)
        case date():
            return date_text(value, case_of(name), language)
        case time():
            return time_text(value, language)
        case tuple() | list():
            return ", ".join(_spoken(name, part, language) for part in value)
        case _:
            return value.say(language)
