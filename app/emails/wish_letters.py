"""Letters to those behind a wish: one function each."""

from app.emails.letters import Letter, Link
from app.i18n import _
from app.links import sign
from app.settings import Settings
from app.wishes.models import WishSupport


def wish_url(settings: Settings, support: WishSupport) -> str:
    """The private page of a person's support for a wish."""
    secret = settings.secret_key.get_secret_value()
    return f"{settings.origin}/velmes/atbalsts/{sign(secret, 'wish', support.link_key)}"


def wish_received(settings: Settings, support: WishSupport) -> Letter:
    """Thanks for a wish and asks to confirm the address."""
    wish = support.wish
    return Letter(
        to=support.email or "",
        locale=support.locale,
        subject=_("We received your wish: %(wish_title)s", wish_title=wish.title),
        parts=(
            _(
                "We received the wish “%(wish_title)s”. We read it before it becomes public and answer by "
                "%(answer_by_dat)s.",
                wish_title=wish.title,
                answer_by_dat=wish.answer_by.date(),
            ),
            _("Confirm your address so that we can write to you:"),
            Link(wish_url(settings, support), _("Confirm my address")),
        ),
    )


def wish_joined(settings: Settings, support: WishSupport) -> Letter:
    """Asks somebody who joins a wish to confirm the address; only then the support counts."""
    wish = support.wish
    return Letter(
        to=support.email or "",
        locale=support.locale,
        subject=_("Confirm that you want this too: %(wish_title)s", wish_title=wish.title),
        parts=(
            _(
                "You joined the wish “%(wish_title)s”. Confirm your address, and your support is counted:",
                wish_title=wish.title,
            ),
            Link(wish_url(settings, support), _("Confirm my address")),
        ),
    )
