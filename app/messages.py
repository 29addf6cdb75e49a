"""The catalogues' tool: which messages code and templates use, and whether every language can say them all.

python -m app.messages check | add | compile | unused
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import escape, read_po

from app.i18n import LOCALE

ROOT = Path(__file__).parent.parent
NBSP = "\u00a0"

# Which arguments hold the message; "c" marks its context.
_KEYWORDS = {
    "_": (1,),
    "_n": (1, 2),
    "_p": ((1, "c"), 2),
    "_np": ((1, "c"), 2, 3),
    "gettext": (1,),
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_SOURCES = (
    ("python", "app", "*.py"),
    ("jinja2.ext:babel_extract", "templates", "*.html"),
    ("jinja2.ext:babel_extract", "templates", "*.txt"),
)

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_ENTRY = re.compile(r'^(?:msgctxt ((?:".*"\n)+))?msgid ((?:".*"\n)+)', re.MULTILINE)
_TAG = re.compile(r"<[^<>]*>")
_LOOSE_UNIT = re.compile(r"\b(?:plkst\.|Nr\.) ")

commands = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)


@dataclass(frozen=True)
class Key:
    """What tells one message from another: its words and where they stand."""

    msgid: str
    plural: str | None = None
    context: str | None = None

    def __str__(self) -> str:
        return f"{self.context}: {self.msgid}" if self.context else self.msgid


def used_messages(root: Path = ROOT) -> dict[Key, str]:
    """Every message that code or templates say, with the first file that says it."""
    used: dict[Key, str] = {}
    for method, folder, pattern in _SOURCES:
        for path in sorted((root / folder).rglob(pattern)):
            options = {
                "silent": "false",
                "newstyle_gettext": "true",
                "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols",
            }
            with path.open("rb") as file:
                found = list(extract(method, file, _KEYWORDS, options=options))
            for _line, words, _comments, context in found:
                msgid, plural = (words[0], words[1]) if isinstance(words, tuple) else (words, None)
                used.setdefault(Key(msgid, plural, context), path.relative_to(root).as_posix())
    return used


def catalogues(locale: Path = LOCALE) -> dict[str, Path]:
    """The text of each language's catalogue, by the language's code."""
    return {po.parent.parent.name: po for po in sorted(locale.glob("*/LC_MESSAGES/messages.po"))}


def missing_messages(po: Path, used: dict[Key, str]) -> dict[Key, str]:
    """Used messages that this catalogue does not know at all."""
    known = {_key(message) for message in _messages(_read(po))}
    return {key: path for key, path in used.items() if key not in known}


def add_missing(po: Path, used: dict[Key, str]) -> int:
    """Write the missing messages, untranslated, at the end of the catalogue, and leave every other line as it is."""
    missing = missing_messages(po, used)
    forms = _read(po).num_plurals
    entries = [entry_text(key, [""] * (forms if key.plural else 1), source=path) for key, path in missing.items()]
    if entries:
        text = po.read_text(encoding="utf-8").rstrip("\n")
        po.write_text("\n\n".join([text, *entries]) + "\n", encoding="utf-8")
    return len(entries)


def compile_catalogue(po: Path) -> Path:
    """Write the compiled catalogue beside its text; fuzzy and empty entries are left out."""
    compiled = po.with_suffix(".mo")
    with compiled.open("wb") as file:
        write_mo(file, _read(po))
    return compiled


def entry_text(key: Key, strings: list[str], source: str = "") -> str:
    """One entry as it stands in the file: every string on one line, so that it can be searched for."""
    lines = [f"#: {source}"] if source else []
    if key.context is not None:
        lines.append(f"msgctxt {escape(key.context)}")
    lines.append(f"msgid {escape(key.msgid)}")
    if key.plural is None:
        lines.append(f"msgstr {escape(strings[0])}")
    else:
        lines.append(f"msgid_plural {escape(key.plural)}")
        lines += [f"msgstr[{number}] {escape(string)}" for number, string in enumerate(strings)]
    return "\n".join(lines)


def faults_of(po: Path, used: dict[Key, str]) -> Iterator[str]:
    """What keeps this catalogue from saying every used message rightly, one sentence each."""
    catalogue = _read(po)
    for key, path in missing_messages(po, used).items():
        yield f"not in the catalogue: {key} ({path})"
    for msgid in _repeated(po):
        yield f"stands twice: {msgid}"
    for message in _messages(catalogue):
        key = _key(message)
        strings = list(message.string) if isinstance(message.string, (tuple, list)) else [message.string or ""]
        if message.fuzzy:
            yield f"fuzzy: {key}"
        if not all(strings) or len(strings) != (catalogue.num_plurals if key.plural else 1):
            if key in used:
                yield f"not translated: {key}"
            continue
        for string in strings:
            for fault in _faults_of_words(key, string):
                yield f"{fault}: {key} -> {string}"


def _faults_of_words(key: Key, string: str) -> Iterator[str]:
    wanted = set(_PLACEHOLDER.findall(key.msgid + (key.plural or "")))
    given = set(_PLACEHOLDER.findall(string))
    if given - wanted or (wanted - given) - ({"n"} if key.plural else set()):
        yield "other placeholders"
    if any("%" in _PLACEHOLDER.sub("", text).replace("%%", "") for text in (key.msgid, key.plural or "", string)):
        yield "a % that is not doubled"
    words = _TAG.sub("", string)
    if '"' in words:
        yield "straight quotation marks instead of „ ”"
    if " - " in words:
        yield "a hyphen instead of –"
    if _LOOSE_UNIT.search(words):
        yield "a space that may break after plkst. or Nr."


def _read(po: Path) -> Catalog:
    with po.open("rb") as file:
        return read_po(file)


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _key(message: Message) -> Key:
    if isinstance(message.id, (tuple, list)):
        return Key(message.id[0], message.id[1], message.context)
    return Key(message.id, None, message.context)


def _repeated(po: Path) -> list[str]:
    """Messages with more than one entry, of which readers of catalogues silently keep the last."""
    count = Counter(
        tuple("".join(line[1:-1] for line in part.splitlines()) for part in entry)
        for entry in _ENTRY.findall(po.read_text(encoding="utf-8"))
    )
    return [msgid for (_context, msgid), times in count.items() if times > 1]


@commands.command()
def check() -> None:
    """List what is missing, unfinished or wrongly written; fail if there is anything."""
    used = used_messages()
    faults = [f"{code}: {fault}" for code, po in catalogues().items() for fault in faults_of(po, used)]
    for fault in faults:
        typer.echo(fault)
    typer.echo(f"{len(used)} messages in use, {len(faults)} faults")
    if faults:
        raise typer.Exit(1)


@commands.command()
def add() -> None:
    """Add the messages in use that a catalogue lacks, with empty translations at its end."""
    used = used_messages()
    for code, po in catalogues().items():
        typer.echo(f"{code}: {add_missing(po, used)} added")


@commands.command("compile")
def compile_all() -> None:
    """Compile every catalogue beside its text, for a quicker start."""
    for po in catalogues().values():
        typer.echo(str(compile_catalogue(po)))


@commands.command()
def unused() -> None:
    """List the messages that nothing says (yet): some are kept for pages to come."""
    used = used_messages()
    for code, po in catalogues().items():
        for message in _messages(_read(po)):
            if (key := _key(message)) not in used:
                typer.echo(f"{code}: {key}")


if __name__ == "__main__":
    commands()
