"""What follows from changes of accounts: letters to their owners; and what is forgotten of them in time."""

from collections.abc import Callable, Mapping

from app.emails import staff_letters
from app.emails.compose import compose
from app.emails.letters import Letter
from app.people import account_queries
from app.people.forgetting import forget_links, forget_owners, forget_unused
from app.people.models import Account, AccountLink
from app.people.sign_ins import forget_ended
from app.settings import Settings
from app.worker.workshop import Workshop

Facts = Mapping[str, int]


def write_invitation(workshop: Workshop, facts: Facts, number: str) -> None:
    """The letter with which somebody chooses a password."""
    with workshop.database.reading() as db:
        link = account_queries.link(db, facts["link_id"])
        letter = None
        if link is not None:
            account = account_queries.account(db, link.account_id)
            by = account_queries.name_of(db, link.by_account_id)
            provider = account_queries.provider_name(db, account.provider_id, account.locale)
            letter = staff_letters.staff_invitation(workshop.settings, link, account, by, provider)
    _send(workshop, letter, number)


def write_of_link(
    about: Callable[[Settings, AccountLink, Account], Letter | None],
) -> Callable[[Workshop, Facts, str], None]:
    """A letter about a mailed link."""

    def act(workshop: Workshop, facts: Facts, number: str) -> None:
        with workshop.database.reading() as db:
            link = account_queries.link(db, facts["link_id"])
            letter = None
            if link is not None:
                letter = about(workshop.settings, link, account_queries.account(db, link.account_id))
        _send(workshop, letter, number)

    return act


def write_of_account(about: Callable[[Settings, Account], Letter]) -> Callable[[Workshop, Facts, str], None]:
    """A letter about what has changed at an account."""

    def act(workshop: Workshop, facts: Facts, number: str) -> None:
        with workshop.database.reading() as db:
            account = account_queries.account(db, facts["account_id"])
        if account.name:
            _send(workshop, about(workshop.settings, account), number)

    return act


def forget_staff(workshop: Workshop) -> None:
    """Erase sign-ins and links that are over, accounts nobody took up, and owners of accounts closed long ago."""
    with workshop.database.writing() as db:
        forget_ended(db)
        forget_links(db)
        forget_unused(db)
        forget_owners(db, workshop.settings.log_months)


def _send(workshop: Workshop, letter: Letter | None, number: str) -> None:
    if letter is not None:
        workshop.sender.send(compose(letter, workshop.settings, number))
