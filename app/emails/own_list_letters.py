"""The letter with a one-time link to all registrations of an address."""

from app.emails.letters import Letter, Link
from app.i18n import _, _n
from app.registrations.models import OneTimeLink
from app.settings import Settings


def own_list(settings: Settings, link: OneTimeLink, token: str, minutes: int) -> Letter:
    """Leads to the list; whoever did not ask for it need do nothing."""
    return Letter(
        to=link.email,
        locale=link.locale,
        subject=_("The link to your registrations"),
        parts=(
            _("Somebody, most likely you, asked for a link to all registrations under this address."),
            _("Open the link and press “Show my registrations”:"),
            Link(f"{settings.origin}/pieteikumi/visi/{token}", _("Show my registrations")),
            _n(
                "The link works once, for %(n)s minute from when it was asked for.",
                "The link works once, for %(n)s minutes from when it was asked for.",
                minutes,
            ),
            _("If it was not you, do nothing: without this letter nobody sees your registrations."),
        ),
    )
