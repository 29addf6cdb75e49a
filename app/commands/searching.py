"""Commands on search: how well the engines find, why a course stands where it does, and the synonyms."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from app.commands import terminal
from app.commands.terminal import err, open_database, out

if TYPE_CHECKING:
    from app.search.inputs import LineForm

synonym_commands = typer.Typer(no_args_is_help=True, help="The synonyms: words that find what courses call otherwise.")
Form = TypeVar("Form", bound=BaseModel)
BY = "system"
"""In the log of actions, what the command line changes is the system's act."""


def search_evaluate(
    collections: Annotated[list[Path], typer.Argument(help="Files of judged searches, JSON Lines.", exists=True)],
    worst: Annotated[int, typer.Option(help="So many of each engine's worst searches are listed.")] = 10,
) -> None:
    """Measure every engine on judged searches, side by side: nDCG@10, success@1 and @3, recall@20, by kind."""
    from app.courses.queries import codes_by_id
    from app.search.evaluate import engines_of, evaluate, side_by_side
    from app.search.open import open_engine

    settings = terminal.settings()
    with open_database(settings).reading() as db:
        opened = open_engine(settings)
        opened.current(db)
        codes = codes_by_id(db)
        for path in collections:
            out.print(path, highlight=False)
            found = {name: evaluate(engine, path, codes) for name, engine in engines_of(opened).items()}
            for line in side_by_side(found, worst):
                out.print(line, highlight=False, markup=False)


def search_explain(
    words: Annotated[str, typer.Argument(help="What somebody searched for.")],
    code: Annotated[str, typer.Argument(help="The course's code.")],
    literal: Annotated[bool, typer.Option(help="Search exactly these words.")] = False,
) -> None:
    """Say why a course stands where it does for a search: the points by rule, and the place they give."""
    from app.courses.queries import codes_by_id
    from app.search.engine import Query
    from app.search.explain import explained
    from app.search.open import open_engine

    settings = terminal.settings()
    with open_database(settings).reading() as db:
        ids = {one: course_id for course_id, one in codes_by_id(db).items()}
        if code not in ids:
            err.print(f"[red]No course has the code {code}.[/red]")
            raise typer.Exit(1)
        for line in explained(open_engine(settings).current(db), Query(words, literal=literal), ids[code]):
            out.print(line, highlight=False, markup=False)


@synonym_commands.command("list")
def synonyms_list(
    words: Annotated[str, typer.Argument(help="Only lines with these letters; diacritics do not matter.")] = "",
) -> None:
    """List the lines; the number before each is what `remove` asks for."""
    from app.search.latvian import fold
    from app.search.synonym_queries import has_lines, line_told, lines_in_use, synonym_lines

    with open_database(terminal.settings()).reading() as db:
        numbered = [(f"{line.id}", line_told(line)) for line in synonym_lines(db)]
        if not has_lines(db):
            err.print("The list that comes with the program; the first change copies it into the database.")
            numbered = [("-", line) for line in lines_in_use(db)]
    for number, line in numbered:
        told = _told(line)
        if fold(words) in fold(told):
            out.print(f"{number:>5}  {told}", highlight=False, markup=False)


@synonym_commands.command("add")
def synonyms_add(
    words: Annotated[str, typer.Argument(help="Words or phrases, parted by commas.")],
    leads_to: Annotated[str, typer.Option(help="What they lead to; left out: the words mean the same.")] = "",
    known: Annotated[bool, typer.Option(help="Right as they stand: never corrected.")] = False,
) -> None:
    """Add a line: „kompis, dators” or „nevaru aizmigt” --leads-to „miegs, bezmiegs”."""
    from app.search.inputs import LineForm
    from app.search.synonym_actions import add_line

    kind = "known" if known else "leads" if leads_to else "same"
    asked = _valid(LineForm, {"kind": kind, "words": _split(words), "find": _split(leads_to)})
    with open_database(terminal.settings()).writing() as db:
        line = add_line(db, BY, asked)
        err.print(f"Line {line.id}: searches follow at once.")


@synonym_commands.command("remove")
def synonyms_remove(line_id: Annotated[int, typer.Argument(help="As `list` gives it.")]) -> None:
    """Remove a line."""
    from app.search.synonym_actions import remove_line

    with open_database(terminal.settings()).writing() as db:
        remove_line(db, BY, line_id)
    err.print(f"Line {line_id} is removed: searches follow at once.")


@synonym_commands.command("load")
def synonyms_load(
    file: Annotated[Path | None, typer.Argument(help="JSON; left out: the list that comes with the program.")] = None,
    replace: Annotated[bool, typer.Option(help="Remove the lines that are not in the file.")] = False,
) -> None:
    """Add the lines of a list that are not there yet."""
    from app.search.inputs import ListForm
    from app.search.synonym_actions import load_list
    from app.search.synonyms import SEED

    try:
        content = json.loads((file or SEED).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        err.print(f"[red]Not loaded:[/red] {error}", highlight=False)
        raise typer.Exit(1) from None
    asked = _valid(ListForm, content)
    with open_database(terminal.settings()).writing() as db:
        came, went = load_list(db, BY, asked, replace=replace)
    err.print(f"Lines added: {came}, removed: {went}.")


@synonym_commands.command("export")
def synonyms_export(
    file: Annotated[Path | None, typer.Argument(help="A file to write; left out: standard output.")] = None,
) -> None:
    """Write the list in use as JSON, as `load` takes it."""
    from app.search.inputs import list_of
    from app.search.synonym_queries import lines_in_use
    from app.search.synonyms import to_json

    with open_database(terminal.settings()).reading() as db:
        text = to_json(list_of(lines_in_use(db)))
    if file is None:
        sys.stdout.write(text)
    else:
        file.write_text(text, encoding="utf-8")


def _split(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]


def _told(line: "LineForm") -> str:
    sign = {"same": " = ", "leads": ", ", "known": ", "}[line.kind]
    told = sign.join(line.words)
    return f"{told} → {', '.join(line.find)}" if line.find else f"{told} (known)" if line.kind == "known" else told


def _valid(form: type[Form], asked: object) -> Form:
    from app.faults import faults_of
    from app.i18n import LANGUAGES

    try:
        return form.model_validate(asked)
    except ValidationError as error:
        for fault in faults_of(error)[:10]:
            err.print(f"[red]{fault.field}:[/red] {fault.sentence.say(LANGUAGES['en'])}", highlight=False)
        raise typer.Exit(2) from None
