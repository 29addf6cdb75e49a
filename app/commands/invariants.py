"""`app check-invariants`: what must always be true of the records, a line each."""

from typing import Annotated

import typer

from app.commands import terminal
from app.commands.terminal import open_database, out
from app.registrations.seats import SeatRules


def check_invariants(
    ids: Annotated[list[str] | None, typer.Argument(help="Only these, as I2 I3; all when left out.")] = None,
) -> None:
    """Say of each invariant whether it holds; changes nothing, safe while the city works; exit 1 when one does not."""
    from app.invariants.check import INVARIANTS
    from app.invariants.check import check_invariants as check

    settings = terminal.settings()
    if unknown := {*(ids or ())} - {one.id for one in INVARIANTS}:
        raise typer.BadParameter(f"there is no {', '.join(sorted(unknown))}")
    all_hold = True
    for checked in check(open_database(settings), SeatRules.of(settings), ids or ()):
        all_hold &= checked.holds
        verdict = "ok" if checked.holds else "NOT CHECKED" if checked.fault else "BROKEN"
        details = "; ".join(checked.findings) or checked.fault
        line = "\t".join([checked.invariant.id, verdict, checked.invariant.sentence, *([details] if details else [])])
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    if not all_hold:
        raise typer.Exit(1)
