"""Latvian (and a little Russian) for searching: folding of diacritics, words of a text, stems and roots.

Everything works on folded words, because many people type without diacritics: „latviešu” and „latviesu” must meet.
A *stem* is the word without its inflection (kursi, kursus, kursiem: kurs). A *root* is what words of one family
share (tulkot, tulkotājs, tulkošana: tulk); it is rougher, so it counts less than the stem.
"""

import re
import unicodedata
from functools import lru_cache

_CACHE = 1 << 16


def _folding() -> dict[int, str]:
    table = {ord("ё"): "е", ord("ß"): "ss", ord("ø"): "o", ord("ł"): "l", ord("đ"): "d", ord("’"): "'"}
    for code in range(0xC0, 0x250):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table.setdefault(code, base.lower())
    return table


_FOLD = _folding()
_WORD = re.compile(r"[^\W_]+(?:[-'.&][^\W_]+)*[#+]{0,2}")
_TOKEN = re.compile(_WORD.pattern + r"|\n")
_TYPED = re.compile(_WORD.pattern.replace("'", "'’"))
_MUST = re.compile(r"\bjā(?!ņ|š|j|n)(?=[^\W\d_]{4})", re.IGNORECASE)
"""„jāstrādā”, „jāprot”: what must be done is found as what is done."""
_PARTS = re.compile(r"[-'.&]")
_VOWEL = re.compile(r"[aeiouyаеиоуыэюя]")


def fold(text: str) -> str:
    """The text in small letters and without diacritics: „Ģitāra” is „gitara”."""
    return unicodedata.normalize("NFC", text).lower().translate(_FOLD)


def words_of(text: str) -> list[str]:
    """The folded words of a text to be found; „e-paraksts” gives eparaksts and paraksts, „Wi-Fi” gives wifi."""
    found: list[str] = []
    for word in _WORD.findall(fold(_MUST.sub("", text))):
        if word.isalnum():
            found.append(word)
        else:
            parts = [part for part in _PARTS.split(word) if part]
            if len(parts) == 1:
                found.append(parts[0])
            else:
                found.append("".join(parts))
                found.extend(part for part in parts if len(part) > 2)
    return found


def tokens_of(text: str) -> list[str]:
    """The words of a text in small letters, with their diacritics, and between them where a line ends."""
    found: list[str] = _TOKEN.findall(unicodedata.normalize("NFC", text).lower())
    return found


def typed_words(text: str) -> list[tuple[str, str]]:
    """The words a person typed, each folded and as it stands in the text."""
    plain = unicodedata.normalize("NFC", text)
    return [
        ("".join(_PARTS.split(fold(_MUST.sub("", match.group())))), match.group()) for match in _TYPED.finditer(plain)
    ]


_ENDINGS = (
    (3, frozenset({"iem", "ais"})),
    (2, frozenset({"am", "em", "im", "as", "es", "is", "us", "os", "ai", "ei", "ie"})),
    (1, frozenset("aeiuos")),
)
_SOFTENED = ("b", "m", "p", "v")


@lru_cache(_CACHE)
def stem(word: str) -> str:
    """The folded word without its inflection, or the word itself when it is too short to have one."""
    if word[:1] >= "а":
        return _russian_stem(word)
    if len(word) < 3 or not word.isalpha():
        return word
    cut = word
    for length, endings in _ENDINGS:
        if word[-length:] in endings:
            rest = word[:-length]
            if len(rest) >= 2 and _VOWEL.search(rest):
                cut = rest
                break
    if cut != word:
        if len(cut) > 5 and cut.endswith("aj") and not cut.endswith("taj"):
            cut = cut[:-2]  # The definite ending: jaunajiem. Those who do something keep it: skolotājiem.
        elif len(cut) > 3 and cut.endswith("j") and cut[-2] in _SOFTENED:
            cut = cut[:-1]  # skapja, zivju
        elif len(cut) > 5 and cut.endswith("iet"):
            cut = cut[:-1] + "s"  # latvietis, latviešu
        elif len(cut) > 3 and cut.endswith("ss"):
            cut = cut[:-1]
    return cut


_NAMES_OF_ACTS = ("sanas", "sanai", "sanam", "sanos", "sana", "sanu")
_CHANGED = {
    base: verb
    for verb, bases in {
        "au": "aud auz",
        "brauk": "brauc",
        "dzi": "dzen dzin",
        "glab": "glabj",
        "grie": "griez griezi",
        "jau": "jauc",
        "kop": "kopj",
        "krap": "krapj",
        "li": "liek",
        "me": "met",
        "ne": "nes",
        "pi": "pin",
        "pirk": "perk",
        "plau": "plauj plav",
        "pra": "prot prat",
        "rak": "rok",
        "sie": "sien",
        "skrie": "skrien skrej",
        "su": "suj suv",
        "uzve": "uzved",
        "urb": "urbj",
        "vilk": "velk",
        "zag": "zog",
    }.items()
    for base in bases.split()
}
"""Verbs that change in the present or past: pīt, pinu, pinējs; šūt, šuju, šuvējs; aust, aužu, audējs."""
_DOERS = tuple(
    base + end for base in ("taj", "ej") for end in ("iem", "am", "us", "os", "ai", "as", "s", "a", "u", "i")
)
_FAMILY = (
    *("niecib", "niek", "niec", "nic", "isk", "ien", "acij", "ator", "ist", "ib", "ij", "ik", "um", "in", "it", "is"),
)
_LEAST = {"um": 4, "in": 4, "it": 4, "is": 4, "ik": 4, "ien": 4, "ij": 4, "acij": 4, "ator": 4, "ist": 4}


@lru_cache(_CACHE)
def root(word: str) -> str:
    """What the folded word shares with its wider family (programma, programmēt); at least two letters."""
    if word[:1] >= "а":
        return _russian_root(word)
    if len(word) < 3 or not word.isalpha():
        return word
    if (verb := act(word)) is not None:
        return _without_theme(verb)
    cut = stem(word)
    for suffix in _FAMILY if cut.endswith(_FAMILY) else ():
        if cut.endswith(suffix) and len(cut) - len(suffix) >= _LEAST.get(suffix, 3):
            return cut[: -len(suffix)]
    return cut


_SMALLER = ("tin", "in", "it", "is")
"""puķītes, groziņi, putniņi, deķīši: the little one is the thing itself."""


def without_diminutive(word: str) -> str | None:
    """The stem of what a folded diminutive is the little one of (groziņu: groz), or nothing when it looks like none."""
    cut = stem(word)
    for suffix in _SMALLER if cut != word and cut.endswith(_SMALLER) else ():
        if cut.endswith(suffix) and len(cut) - len(suffix) >= 3:
            return cut[: -len(suffix)]
    return None


@lru_cache(_CACHE)
def act(word: str) -> str | None:
    """What the folded word does, is the doing or the doer of (rakstīt, rakstīšana, rakstītājs: raksti), if anything."""
    if len(word) < 3 or not (word.isascii() and word.isalpha()):
        return None
    if word.endswith(_NAMES_OF_ACTS):
        for ending in _NAMES_OF_ACTS:
            if word.endswith(ending) and len(word) - len(ending) >= 2:
                return word[: -len(ending)]
    if word.endswith(_DOERS):
        for ending in _DOERS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                base = word[: -len(ending)]
                return _CHANGED.get(base, base)
    if is_infinitive(word):
        rest = word.removesuffix("ies").removesuffix("t")
        return rest[:-1] if rest.endswith(("z", "s")) else rest
    cut = stem(word)
    return cut[:-3] if cut.endswith("jum") and len(cut) > 5 else None


_DONE = ("usiem", "usies", "usas", "usi", "usu")


@lru_cache(_CACHE)
def acts_meant(word: str) -> tuple[str, ...]:
    """What a finite form or a participle may be a form of, likeliest first: spēlēju, pinu, adu, kūpinātas, izdegusi."""
    if len(word) < 3 or not (word.isascii() and word.isalpha()):
        return ()
    cut = stem(word)
    if cut == word:
        return ()
    found = [_CHANGED[cut]] if cut in _CHANGED else []
    if word.endswith(_DONE):
        found.extend(word[: -len(ending)] for ending in _DONE if word.endswith(ending) and len(word) - len(ending) > 2)
    if word.endswith(("aju", "eju", "iju", "oju")):
        found.append(word[:-2])
    elif len(cut) > 4 and cut.endswith(("at", "et", "it", "ot")):
        found.append(cut[:-1])
    else:
        found.extend(cut + theme for theme in ("i", "a", "e"))
    if word[-1] in "aeio":
        found.append(word)
    return tuple(dict.fromkeys(found))


def is_infinitive(word: str) -> bool:
    """Whether the folded word looks like what one wants to do: rakstīt, mācīties."""
    return len(word) > 2 and word.endswith(("t", "ties")) and not word.endswith(("ist", "tt"))


def is_name_of_act(ending: str) -> bool:
    """Whether this is only the ending by which verbs become nouns: šana, šanas."""
    return ending in _NAMES_OF_ACTS


_PREFIXES = ("aiz", "pie", "par", "ap", "at", "ie", "iz", "no", "pa", "sa", "uz")


def without_prefix(word: str) -> str | None:
    """The verb without its prefix (salabot: labot), or nothing when the word is no verb with one."""
    if not (is_infinitive(word) or word.endswith(_NAMES_OF_ACTS)):
        return None
    for prefix in _PREFIXES:
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) >= 4 and _VOWEL.search(rest[:-2]):
            return rest
    return None


def _without_theme(base: str) -> str:
    """The base of a verb without the vowel before its ending: tulko, rakstī, zīmē."""
    return base[:-1] if len(base) > 2 and base[-1] in "aeiou" and _VOWEL.search(base[:-1]) else base


_RUSSIAN = (
    *("иями", "ями", "ами", "иях", "ого", "его", "ому", "ему", "ыми", "ими", "ией", "ать", "ять", "ить", "еть"),
    *("ях", "ах", "ой", "ей", "ий", "ый", "ая", "яя", "ое", "ее", "ие", "ые", "ую", "юю", "ых", "их", "ов", "ев"),
    *("ам", "ям", "ом", "ем", "ым", "им", "ия", "ии", "ию", "ью", "а", "я", "о", "е", "ы", "и", "у", "ю", "ь", "й"),
)


def _russian_stem(word: str) -> str:
    word = word.removesuffix("ся") if len(word) > 5 else word
    for ending in _RUSSIAN:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _russian_root(word: str) -> str:
    cut = _russian_stem(word)
    for suffix in ("ическ", "ированн", "ировани", "овани", "ани", "ени", "ск", "н", "к"):
        if cut.endswith(suffix) and len(cut) - len(suffix) >= 4:
            return cut[: -len(suffix)]
    return cut
