"""Puts a letter into its reader's language, as text and as HTML, in one MIME message."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.clock import now
from app.emails.letters import Letter, Link, Prose
from app.i18n import LANGUAGES, _
from app.markdown import markdown
from app.places import place
from app.settings import Settings

_templates = Environment(
    loader=FileSystemLoader(place("templates") / "emails"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


def compose(letter: Letter, settings: Settings, number: str) -> EmailMessage:
    """The letter as it leaves; `number` makes its Message-ID the same at every try."""
    language = LANGUAGES.get(letter.locale) or LANGUAGES["lv"]
    city = settings.city_loc if language.code == "lv" else settings.city
    site = _("Lifelong learning in %(city_loc)s", city_loc=city).say(language)
    facts = {
        "language": language.code,
        "subject": letter.subject.say(language),
        "greeting": _("Hello.").say(language),
        "parts": [
            {"link": part.url, "words": part.words.say(language)}
            if isinstance(part, Link)
            else {"prose": markdown(part.text), "text": part.text}
            if isinstance(part, Prose)
            else {"text": part.say(language)}
            for part in letter.parts
        ],
        "contact": letter.contact.say(language) if letter.contact else "",
        "notes": [
            _("Opening a link changes nothing; you decide with the button on the page.").say(language),
            _(
                "You get this letter because this address was given in the catalogue. "
                "If somebody else gave it, do nothing."
            ).say(language),
        ],
        "regards": _("With kind regards").say(language),
        "site": site,
        "home": settings.origin,
    }
    message = EmailMessage()
    message["Subject"] = " ".join(facts["subject"].split()) if isinstance(facts["subject"], str) else ""
    message["From"] = Address(display_name=site, addr_spec=settings.mail_from)
    message["To"] = letter.to
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{number}@{urlsplit(settings.public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = language.code
    message.set_content(_templates.get_template("letter.txt").render(facts), cte="quoted-printable")
    html = _inliner.inline(_templates.get_template("letter.html").render(facts))
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for file in letter.attachments:
        message.add_attachment(
            file.content,
            maintype="text",
            subtype="calendar",
            filename=file.name,
            params={"method": file.method, "charset": "utf-8"},
        )
    return message
