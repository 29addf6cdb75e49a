"""Letters to staff about their accounts: links that work once, and what has changed."""

from app.emails.letters import Letter, Link
from app.i18n import LANGUAGES, Text, _
from app.links import sign
from app.people.account_links import PURPOSES, is_open
from app.people.models import Account, AccountLink, LinkKind, Role
from app.settings import Settings

ROLES: dict[Role, Text] = {
    Role.EDITOR: _("Editor"),
    Role.MANAGER: _("Manager"),
    Role.SUBSTITUTE: _("Substitute teacher"),
    Role.BOARD: _("Education board"),
    Role.ADMINISTRATOR: _("Administrator"),
}
_PATHS = {
    LinkKind.INVITATION: "/pieslegties/uzaicinajums/",
    LinkKind.RESET: "/pieslegties/parole/",
    LinkKind.NEW_EMAIL: "/pieslegties/epasts/",
}


def link_url(settings: Settings, link: AccountLink) -> str:
    """Where a mailed link to an account leads."""
    token = sign(settings.secret_key.get_secret_value(), PURPOSES[link.kind], link.link_key)
    return settings.origin + _PATHS[link.kind] + token


def staff_invitation(
    settings: Settings, link: AccountLink, account: Account, inviter: str, provider: str
) -> Letter | None:
    """Invites somebody to work in the catalogue; None when the invitation no longer stands."""
    if not is_open(link):
        return None
    facts = {
        "inviter": inviter or settings.institution,
        "provider": provider or settings.institution,
        "role": ROLES[account.role].say(LANGUAGES.get(account.locale) or LANGUAGES["lv"]),
    }
    return Letter(
        account.email,
        account.locale,
        _("Invitation to work in the catalogue"),
        (
            _(
                "%(inviter)s invites you to work in the catalogue. Institution: %(provider)s. Role: %(role)s.",
                **facts,
            ),
            _("Open the link, choose a password and set up the one-time code:"),
            Link(link_url(settings, link), _("Choose a password")),
            _("The link works once, until %(deadline_dat)s.", deadline_dat=link.expires_at),
        ),
    )


def password_reset(settings: Settings, link: AccountLink, account: Account) -> Letter | None:
    """Lets somebody choose a new password; None when the link was used or replaced meanwhile."""
    if link.used_at is not None:
        return None
    return Letter(
        account.email,
        account.locale,
        _("Choose a new password"),
        (
            _("Somebody asked for a new password for this account."),
            _("If it was you, open the link within 10 minutes:"),
            Link(link_url(settings, link), _("Choose a new password")),
            _("If not, do nothing; the old password stays."),
        ),
    )


def new_address(settings: Settings, link: AccountLink, account: Account) -> Letter | None:
    """Asks at the new address whether it is right; None when that is settled."""
    if not is_open(link) or not link.email:
        return None
    return Letter(
        link.email,
        account.locale,
        _("Confirm the new address"),
        (
            _("This address was given for signing in to the catalogue."),
            _("If it was you, open the link and confirm it:"),
            Link(link_url(settings, link), _("Confirm my address")),
            _("The link works once, until %(deadline_dat)s.", deadline_dat=link.expires_at),
        ),
    )


def address_changed(settings: Settings, link: AccountLink, account: Account) -> Letter | None:
    """Tells the address before that another one stands in its place."""
    if not link.email:
        return None
    return _told(settings, account, _("The address of your account was changed"), to=link.email)


def password_changed(settings: Settings, account: Account) -> Letter:
    """Tells the owner of an account that it has another password."""
    return _told(settings, account, _("The password of your account was changed"))


def second_step_changed(settings: Settings, account: Account) -> Letter:
    """Tells the owner of an account that its second step was changed, or a recovery code used."""
    return _told(settings, account, _("The second step of your account was changed"))


def _told(settings: Settings, account: Account, what: Text, *, to: str = "") -> Letter:
    return Letter(
        to or account.email,
        account.locale,
        what,
        (
            _("If it was you, you need do nothing."),
            _(
                "If not, call %(phone)s at once, and choose a new password here:",
                phone=settings.contact_phone,
            ),
            Link(f"{settings.origin}/pieslegties/parole", _("Choose a new password")),
        ),
    )
