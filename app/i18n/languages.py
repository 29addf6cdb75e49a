"""The interface's languages: one for every catalogue in app/locale, and English, the language of the messages."""

from dataclasses import dataclass, field
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent.parent / "locale"
DEFAULT = "lv"
SOURCE = "en"


@dataclass(frozen=True)
class Language:
    """A language of the interface; two with the same code are the same."""

    code: str
    name: str = field(compare=False)  # in the language itself: Latviešu
    messages: NullTranslations = field(compare=False, repr=False, default_factory=NullTranslations)

    def gettext(self, msgid: str) -> str:
        """The message in this language, or as it is where nobody has translated it."""
        return self.messages.gettext(msgid)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The message in the form that goes with this number."""
        return self.messages.ngettext(one, many, n)

    def pgettext(self, context: str, msgid: str) -> str:
        """The message as it is said in this context (a state of a run, a language of teaching)."""
        return self.messages.pgettext(context, msgid)

    def npgettext(self, context: str, one: str, many: str, n: int) -> str:
        """The message of this context in the form that goes with this number."""
        return self.messages.npgettext(context, one, many, n)


def pick_language(asked: str | None, remembered: str | None) -> Language:
    """The language asked for in the address, else the remembered one, else the default; unknown codes are passed over."""
    for code in (asked, remembered):
        if code and (language := LANGUAGES.get(code.strip().lower().split("-")[0])):
            return language
    return LANGUAGES[DEFAULT]


def _open_catalogue(po: Path) -> GNUTranslations:
    """The catalogue, from its compiled form if that is no older than the text, else compiled here and now."""
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
        return GNUTranslations(BytesIO(mo.read_bytes()))
    compiled = BytesIO()
    with po.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _own_name(code: str) -> str:
    name = Locale.parse(code).get_display_name(code) or code
    return name[0].upper() + name[1:]


def _find_languages(folder: Path) -> dict[str, Language]:
    """Every language by its code: the default, the source, then the others by the alphabet."""
    catalogues = {po.parent.parent.name: po for po in folder.glob("*/LC_MESSAGES/messages.po")}
    codes = sorted({SOURCE, *catalogues}, key=lambda code: (code != DEFAULT, code != SOURCE, code))
    return {
        code: Language(
            code, _own_name(code), _open_catalogue(catalogues[code]) if code in catalogues else NullTranslations()
        )
        for code in codes
    }


LANGUAGES: dict[str, Language] = _find_languages(LOCALE)
