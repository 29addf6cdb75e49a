"""The log of actions as sentences: who did what to which object, and what changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.audit.models import AuditEntry
from app.audit.record import RESIDENT, SYSTEM
from app.catalogue.log_queries import Thing
from app.i18n import Text, _

SENTENCES: Mapping[str, Text] = {
    # Residents
    "registered": _("%(actor)s registered: %(object)s."),
    "registration_repeated": _("%(actor)s sent the form again: %(object)s."),
    "address_corrected": _("%(actor)s corrected the address: %(object)s."),
    "address_given_up": _("%(actor)s gave up a mistyped address: %(object)s."),
    "contact_corrected": _("%(actor)s corrected the contact details: %(object)s."),
    "answers_corrected": _("%(actor)s corrected the answers to questions: %(object)s."),
    "confirmed": _("%(actor)s confirmed: %(object)s."),
    "offer_accepted": _("%(actor)s accepted the seat: %(object)s."),
    "offer_declined": _("%(actor)s did not take the seat: %(object)s."),
    "withdrawn": _("%(actor)s withdrew: %(object)s."),
    "withdrawal_undone": _("%(actor)s took the withdrawal back: %(object)s."),
    "party_separated": _("%(actor)s parted two who had come together: %(object)s."),
    "week_is_full": _("%(actor)s sent more registrations than a week allows: %(object)s."),
    "erased": _("%(actor)s erased the personal data: %(object)s."),
    "special_needs_erased": _("%(actor)s erased the special needs: %(object)s."),
    "interest_repeated": _("%(actor)s asked again for news: %(object)s."),
    "interest_left": _("%(actor)s asked for news: %(object)s."),
    "interest_confirmed": _("%(actor)s confirmed the wish for news: %(object)s."),
    "interest_ended": _("%(actor)s ended the news: %(object)s."),
    "interest_told": _("%(actor)s wrote that the course runs again: %(object)s."),
    "alert_left": _("%(actor)s asked for news about a search: %(object)s."),
    "alert_repeated": _("%(actor)s asked again for news about a search: %(object)s."),
    "alert_confirmed": _("%(actor)s confirmed the news about a search: %(object)s."),
    "alert_ended": _("%(actor)s ended the news about a search: %(object)s."),
    "alert_told": _("%(actor)s wrote about a fitting course: %(object)s."),
    "wish_left": _("%(actor)s left a wish: %(object)s."),
    "wish_joined": _("%(actor)s joined a wish: %(object)s."),
    "wish_joined_again": _("%(actor)s joined a wish again: %(object)s."),
    "wish_support_confirmed": _("%(actor)s confirmed joining a wish: %(object)s."),
    "wish_support_taken_back": _("%(actor)s took back joining a wish: %(object)s."),
    # What follows by itself
    "seat_offered": _("%(actor)s offered the free seat: %(object)s."),
    "skipped": _("%(actor)s passed over in the queue: %(object)s."),
    "registration_ran_out": _("%(actor)s ended what was not confirmed or accepted in time: %(object)s."),
    "changes_told": _("%(actor)s wrote about changes: %(object)s."),
    "minimum_reached": _("%(actor)s noted that the minimum is reached: %(object)s."),
    "decision_asked": _("%(actor)s asked the provider to decide: %(object)s."),
    "counting_key_destroyed": _("%(actor)s destroyed the key for counting people: %(object)s."),
    "log_cut": _("%(actor)s cut entries that are too old from the log."),
    # Staff
    "list_opened": _("%(actor)s opened a list of participants: %(object)s."),
    "seat_given": _("%(actor)s gave the free seat: %(object)s."),
    "seats_left_free": _("%(actor)s left the free seats free: %(object)s."),
    "seats_changed": _("%(actor)s changed the number of seats: %(object)s."),
    "session_moved": _("%(actor)s moved a session: %(object)s."),
    "session_cancelled": _("%(actor)s cancelled a session: %(object)s."),
    "session_restored": _("%(actor)s restored a session: %(object)s."),
    "sessions_added": _("%(actor)s added sessions: %(object)s."),
    "venue_changed": _("%(actor)s changed the venue: %(object)s."),
    "cancelled": _("%(actor)s cancelled a group: %(object)s."),
    "run_cancelled": _("%(actor)s ended a registration because the group is cancelled: %(object)s."),
    "cancelled_by_provider": _("%(actor)s cancelled a registration: %(object)s."),
    "decided_to_start": _("%(actor)s decided that the group starts: %(object)s."),
    "decision_moved": _("%(actor)s moved the day of decision: %(object)s."),
    "questions_set": _("%(actor)s changed the questions to participants: %(object)s."),
    "wish_published": _("%(actor)s published a wish: %(object)s."),
    "synonyms_added": _("%(actor)s added words that mean the same: %(object)s."),
    "synonyms_changed": _("%(actor)s changed words that mean the same: %(object)s."),
    "synonyms_removed": _("%(actor)s removed words that mean the same: %(object)s."),
    "synonyms_loaded": _("%(actor)s loaded words that mean the same: %(object)s."),
}
"""Every act that the log knows, as a sentence with %(actor)s and %(object)s."""
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
