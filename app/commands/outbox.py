"""Commands on the outbox: work it, list what was given up."""

from typing import Annotated

import typer

from app.commands import terminal
from app.commands.terminal import open_database, out

outbox_commands = typer.Typer(no_args_is_help=True, help="Messages and their reactions.")


@outbox_commands.command("work")
def outbox_work() -> None:
    """React to everything that is due, then stop."""
    from app.worker.run import drain
    from app.worker.workshop import open_workshop

    drain(open_workshop(terminal.settings()))


@outbox_commands.command("dead")
def outbox_dead(
    retry: Annotated[bool, typer.Option(help="Put them back into the queue.")] = False,
) -> None:
    """List messages that were given up, by kind and fault; exit 1 when there are any."""
    from app.clock import now
    from app.outbox import queue

    with open_database(terminal.settings()).writing() as db:
        dead = queue.dead_messages(db)
        for message in dead:
            out.print(f"{message.id}\t{message.kind}\t{message.tries}\t{message.fault}", highlight=False)
        if retry:
            queue.revive(db, now())
    if dead and not retry:
        raise typer.Exit(1)


@outbox_commands.command("state")
def outbox_state() -> None:
    """Say how many messages wait, how many of them failed before, and how many were given up, by kind."""
    from app.clock import now
    from app.outbox.figures import outbox_figures

    with open_database(terminal.settings()).reading() as db:
        figures = outbox_figures(db, now())
    out.print(f"waiting\t{figures.waiting}\nfailing\t{figures.failing}", highlight=False)
    out.print(f"oldest due\t{figures.oldest_due:.0f} s", highlight=False)
    for kind, number in figures.dead.items():
        out.print(f"given up\t{number}\t{kind}", highlight=False)
