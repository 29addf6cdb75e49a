"""Numbers, money and shares as people write them."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.numbers import format_currency, format_percent, get_decimal_symbol, get_group_symbol

from app.i18n.languages import Language

NBSP = "\u00a0"
MINUS = "\u2212"
_CENT = Decimal("0.01")


@cache
def _signs(code: str) -> tuple[str, str]:
    """What parts thousands and what parts decimals."""
    group = get_group_symbol(code)
    return NBSP if group.isspace() else group, get_decimal_symbol(code)


@lru_cache(maxsize=4096)
def _grouped(plain: str, code: str) -> str:
    group, decimal = _signs(code)
    return plain.translate({ord(","): group, ord("."): decimal, ord("-"): MINUS})


def number_text(value: int | Decimal, language: Language) -> str:
    """A number with its thousands apart: 7 840, 4,8; decimals stay as many as they are."""
    # Kept by its digits and not by its value: 18.5 equals 18.50, yet they are written apart.
    return _grouped(f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}", language.code)


@lru_cache(maxsize=1024)
def money_text(euros: Decimal, language: Language) -> str:
    """An amount in euros, cents only where there are any: 160 €, 1 234,50 €."""
    cents = euros.quantize(_CENT, ROUND_HALF_UP)
    amount = cents.to_integral_value() if cents == cents.to_integral_value() else cents
    if language.code == "en":
        sign = MINUS if amount < 0 else ""
        return f"{sign}€{number_text(abs(amount), language)}"
    if language.code == "lv":
        return f"{number_text(amount, language)}{NBSP}€"
    pattern = (
        None
        if amount is cents
        else Locale.parse(language.code).currency_formats["standard"].pattern.replace("0.00", "0")
    )
    return format_currency(amount, "EUR", format=pattern, locale=language.code, currency_digits=amount is cents)


def price_text(euros: Decimal, language: Language, *, in_sentence: bool = False) -> str:
    """What a course costs, in euros; nothing is said in words: Bez maksas, or bez maksas inside a sentence."""
    if euros:
        return money_text(euros, language)
    return language.gettext("free of charge") if in_sentence else language.gettext("Free of charge")


def percent_text(value: int | Decimal, language: Language, *, signed: bool = False) -> str:
    """A share, given in per cent: 12 %; signed when it is a change: +9 %, −2 %."""
    plus = "+" if signed and value > 0 else ""
    if language.code == "en":
        return f"{plus}{number_text(value, language)}%"
    if language.code == "lv":
        return f"{plus}{number_text(value, language)}{NBSP}%"
    digits = max(0, -int(value.as_tuple().exponent)) if isinstance(value, Decimal) else 0
    whole = f"#,##0.{'0' * digits}" if digits else "#,##0"
    pattern = Locale.parse(language.code).percent_formats[None].pattern.replace("#,##0", whole)
    return plus + format_percent(Decimal(value) / 100, format=pattern, locale=language.code)


@dataclass(frozen=True)
class Price:
    """What a course costs, in euros, as a fact of a message."""

    euros: Decimal

    def say(self, language: Language) -> str:
        """The price as it stands inside a sentence."""
        return price_text(self.euros, language, in_sentence=True)


@dataclass(frozen=True)
class Percent:
    """A share in per cent, as a fact of a message."""

    value: int | Decimal

    def say(self, language: Language) -> str:
        """The share with its sign."""
        return percent_text(self.value, language)
