"""A letter as its reader will read it, shown to staff before it leaves: without the private link behind its button."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.emails.letters import Letter, Link, Prose
from app.i18n import Language, _
from app.markdown import markdown


@dataclass(frozen=True, slots=True)
class LetterPreview:
    """The words of a letter in its reader's language."""

    language: Language
    subject: str
    greeting: str
    parts: Sequence[str | Markup]
    contact: str


def preview(letter: Letter, language: Language) -> LetterPreview:
    """The letter in that language; a link is shown by its words only."""

    def said(part: object) -> str | Markup:
        if isinstance(part, Prose):
            return markdown(part.text)
        if isinstance(part, Link):
            return f"[ {part.words.say(language)} ]"
        assert hasattr(part, "say")
        return str(part.say(language))

    return LetterPreview(
        language,
        letter.subject.say(language),
        _("Hello.").say(language),
        [said(part) for part in letter.parts],
        letter.contact.say(language) if letter.contact is not None else "",
    )
