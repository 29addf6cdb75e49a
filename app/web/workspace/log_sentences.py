"""The log of actions as sentences: who did what to which object, and what changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.audit.models import AuditEntry
from app.audit.record import RESIDENT, SYSTEM
from app.catalogue.log_queries import Thing
from app.i18n import Text, _
from app.web.workspace.log_acts import SENTENCES

_OPENED_FOR = _("%(actor)s opened a list of participants: %(object)s. Reason: %(reason)s")
_UNKNOWN = _("%(actor)s: %(act)s, %(object)s.")
_ACTORS: Mapping[str, Text] = {RESIDENT: _("A resident"), SYSTEM: _("The system")}
_THINGS: Mapping[str, Text] = {
    "course": _("course “%(title)s”"),
    "run": _("group of “%(title)s”"),
    "session": _("session of “%(title)s”"),
    "registration": _("registration No. %(number)s for “%(title)s”"),
    "wish": _("wish “%(title)s”"),
    "account": _("account of %(title)s"),
    "year": _("year %(number)s"),
    "wish_support": _("support No. %(number)s of a wish"),
    "search_alert": _("news No. %(number)s about a search"),
    "interest": _("wish No. %(number)s for news"),
    "synonym": _("words No. %(number)s"),
    "venue": _("venue No. %(number)s"),
    "import": _("spreadsheet No. %(number)s"),
    "api_key": _("key No. %(number)s"),
    "activity": _("activity “%(title)s”"),
    "provider": _("provider “%(title)s”"),
    "database": _("the database"),
}
_SOMETHING = _("%(kind)s No. %(number)s")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is read."""

    id: int
    at: datetime
    sentence: Text
    details: tuple[tuple[str, str], ...]
    """What else is on record: names of facts and their values, as kept."""
    thing: Thing


def line_of(entry: AuditEntry, names: Mapping[str, str], known: Mapping[tuple[str, str], Thing]) -> Line:
    """The entry in words: with the names of who acted, and what is known of the object."""
    facts: dict[str, object] = json.loads(entry.facts) if entry.facts else {}
    thing = known.get((entry.object_kind, entry.object_id), Thing(entry.object_kind, entry.object_id))
    reason = str(facts.get("reason") or "")
    sentence = _OPENED_FOR if reason and entry.act == "list_opened" else SENTENCES.get(entry.act, _UNKNOWN)
    actor = _ACTORS.get(entry.actor) or names.get(entry.actor, entry.actor)
    said = replace(sentence, params={"actor": actor, "object": _said(thing), "act": entry.act, "reason": reason})
    details = tuple((name, _plain(value)) for name, value in facts.items() if value not in {None, ""})
    return Line(entry.id, entry.at, said, details, thing)


def _said(thing: Thing) -> Text:
    pattern = _THINGS.get(thing.kind)
    if pattern is None or (not thing.title and "title" in pattern.msgid):
        pattern = _SOMETHING
    return replace(pattern, params={"title": thing.title, "number": thing.number, "kind": thing.kind})


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
