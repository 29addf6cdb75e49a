"""Commands on staff accounts: the first administrator, a lost phone, who there is."""

from typing import Annotated

import typer
from pydantic import ValidationError

from app.commands import terminal
from app.commands.terminal import err, open_database, out
from app.people.models import Role

user_commands = typer.Typer(no_args_is_help=True, help="Staff accounts.")


@user_commands.command("create")
def user_create(
    email: Annotated[str, typer.Argument(help="Mail address; with it one signs in.")],
    name: Annotated[str, typer.Option(help="Name and surname.")],
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.ADMINISTRATOR,
    provider: Annotated[str, typer.Option(help="Code of the provider; needed by its staff only.")] = "",
    locale: Annotated[str, typer.Option(help="Language of letters: lv or en.")] = "lv",
) -> None:
    """Make an account and print the link with which its owner chooses a password; nothing is mailed."""
    from app.audit.record import SYSTEM
    from app.emails.staff_letters import link_url
    from app.faults import faults_of
    from app.i18n import LANGUAGES
    from app.people.inputs import InvitationForm
    from app.people.invitations import made_account
    from app.providers.queries import provider_by_code

    settings = terminal.settings()
    with open_database(settings).writing() as db:
        found = provider_by_code(db, provider) if provider else None
        if provider and found is None:
            err.print(f"[red]No provider has the code {provider}.[/red]")
            raise typer.Exit(1)
        try:
            asked = InvitationForm.model_validate(
                {
                    "name": name,
                    "email": email,
                    "role": role,
                    "locale": locale,
                    "provider_id": found.id if found else None,
                }
            )
        except ValidationError as error:
            for fault in faults_of(error):
                err.print(f"[red]{fault.field}:[/red] {fault.sentence.say(LANGUAGES['en'])}")
            raise typer.Exit(1) from None
        link = made_account(db, SYSTEM, asked, settings.invitation_days)
        out.print(link_url(settings, link), highlight=False, soft_wrap=True)
    err.print(f"The link works once, for {settings.invitation_days} days.")


@user_commands.command("reset-second-factor")
def user_reset_second_factor(email: str) -> None:
    """Forget the phone and the recovery codes of an account whose owner has lost both; its devices are signed out."""
    from app.audit.record import SYSTEM
    from app.people import account_queries
    from app.people.second_step import forget_second_step

    with open_database(terminal.settings()).writing() as db:
        account = account_queries.by_address(db, email)
        if account is None:
            err.print("[red]There is no account with this address.[/red]")
            raise typer.Exit(1)
        forget_second_step(db, account.id, SYSTEM)
    err.print("The second step is forgotten; it is set up anew at the next sign-in.")


@user_commands.command("list")
def user_list() -> None:
    """List the accounts: address, role, provider, state, second step."""
    from app.people import account_queries

    with open_database(terminal.settings()).reading() as db:
        total, page = 1, 1
        while (page - 1) * account_queries.PER_PAGE < total:
            total, lines = account_queries.account_lines(db, None, everybody=True, page=page)
            for account, invited_until, institution in lines:
                state = "closed" if not account.is_active else "invited" if invited_until else "in use"
                step = "second step" if account.totp_secret else "password only"
                row = [account.email, account.role.value, institution or "-", state, step]
                out.print("\t".join(row), highlight=False, markup=False, soft_wrap=True)
            page += 1
