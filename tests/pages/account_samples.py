"""Addresses of the pages on which staff sign in and look after accounts: empty, full, invited, with a second step."""

from datetime import timedelta

from app.clock import now
from app.db import Database
from app.emails.staff_letters import link_url
from app.links import new_key
from app.people import account_queries
from app.people.account_links import new_link
from app.people.inputs import InvitationForm
from app.people.invitations import invite
from app.people.models import Account, LinkKind, Role
from app.people.staff import Staff
from app.settings import Settings

CAREFUL = "padome@example.lv"
"""The account of the samples that has a second step."""
INVITED = "uzaicinata@example.lv"


def as_staff(account: Account) -> Staff:
    """The account's owner at work."""
    return Staff(account.id, account.name, account.role, account.provider_id, confirmed_at=now())


def _invited(database: Database, email: str) -> int:
    """Somebody is invited to the library by its manager; the number of the account."""
    with database.writing() as db:
        if (known := account_queries.by_address(db, email)) is not None:
            return known.id
        manager = account_queries.by_address(db, "vadiba.vb@example.lv")
        assert manager is not None
        form = InvitationForm(name="Elīna Uzaicināta", email=email, role=Role.SUBSTITUTE)
        return invite(db, as_staff(manager), form, timedelta(days=7)).id


def link_samples(database: Database, settings: Settings) -> dict[str, list[str]]:
    """Signing in, and what lies behind mailed links: open, and never ours."""
    account_id, found = _invited(database, INVITED), {}
    paths = {LinkKind.INVITATION: "uzaicinajums", LinkKind.RESET: "parole", LinkKind.NEW_EMAIL: "epasts"}
    with database.writing() as db:
        account = account_queries.account(db, account_id)
        for kind, path in paths.items():
            link = new_link(db, account, kind, timedelta(days=1), email="jauna@example.lv")
            address = link_url(settings, link).removeprefix(settings.origin)
            found[f"/pieslegties/{path}/{{token}}"] = [address, f"/pieslegties/{path}/nav"]
    return {
        "/pieslegties": ["/pieslegties", "/pieslegties?next=/darbvieta/&done=out"],
        "/pieslegties/parole": ["/pieslegties/parole", "/pieslegties/parole?done=sent"],
        "/pieslegties/cits": ["/pieslegties/cits"],
        "/pieslegties/cits/atpakal": ["/pieslegties/cits/atpakal"],
        **found,
    }


def account_samples(database: Database) -> dict[str, list[tuple[str, str]]]:
    """One's own account, and those that a manager and an administrator look after."""
    manager, administrator = "vadiba.vb@example.lv", "administrators@example.lv"
    invited = _invited(database, INVITED)
    with database.writing() as db:
        careful, editor = (account_queries.by_address(db, email) for email in (CAREFUL, "redaktore.vb@example.lv"))
        assert careful is not None
        assert editor is not None
        careful.totp_secret = careful.totp_secret or new_key()
        numbers = [editor.id, invited]
    return {
        "/pieslegties/kods": [(CAREFUL, "/pieslegties/kods")],
        "/konts": [(manager, "/konts"), (CAREFUL, "/konts?done=saved")],
        "/konts/apstiprinat": [(manager, "/konts/apstiprinat?next=/konts/parole")],
        "/konts/parole": [(manager, "/konts/parole")],
        "/konts/epasts": [(manager, "/konts/epasts")],
        "/konts/otrais-solis": [
            (manager, "/konts/otrais-solis"),
            (CAREFUL, "/konts/otrais-solis"),
        ],
        "/darbvieta/konti": [(manager, "/darbvieta/konti")],
        "/darbvieta/konti/jauns": [(manager, "/darbvieta/konti/jauns")],
        "/darbvieta/konti/{account_id}": [(manager, f"/darbvieta/konti/{number}") for number in numbers],
        "/parvalde/konti": [(administrator, "/parvalde/konti")],
        "/parvalde/konti/jauns": [(administrator, "/parvalde/konti/jauns")],
        "/parvalde/konti/{account_id}": [(administrator, f"/parvalde/konti/{number}") for number in numbers],
    }
