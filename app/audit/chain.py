"""The chain over the log of actions: sealing what is new, checking what was sealed, cutting what is too old.

The order of the chain is the order of sealing, not of the entries' numbers: on PostgreSQL a lower number may be
committed later. Whoever can write everything could write the whole chain anew; therefore the worker writes the end of
the chain into its log, which is kept elsewhere, and `verify_chain` compares with what was seen there.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.models import AuditEntry, AuditSeal
from app.audit.record import SYSTEM, record
from app.clock import now

AT_ONCE = 500
"""So many entries are sealed in one transaction."""
MOST_CUT = 5000
"""So many entries are cut in one transaction."""


def seal_some(db: Session, most: int = AT_ONCE) -> AuditSeal | None:
    """Seal entries that have no seal yet; the new end of the chain, or None when there were none or another one seals."""
    if not queries.hold_chain(db):
        return None
    last = queries.last_seal(db)
    number, digest = (last.number, last.digest) if last else (0, "")
    moment, seals = now(), []
    for entry in queries.unsealed(db, most):
        number, digest = number + 1, digest_of(digest, entry)
        seals.append({"number": number, "entry_id": entry.id, "digest": digest, "sealed_at": moment})
    if not seals:
        return None
    db.execute(insert(AuditSeal), seals)
    return AuditSeal(**seals[-1])


def verify_chain(db: Session, witnessed: Mapping[int, str] | None = None) -> list[str]:
    """What is wrong with the sealed part of the log, a sentence each; nothing when it is as it was sealed.

    `witnessed` are digests by number of the seal, as they were read elsewhere earlier.
    """
    faults, before = [], None
    for seal, entry in queries.links(db):
        if before is None:
            before = (seal.number - 1, _anchor(db, seal.number - 1))
            if before[1] is None:
                faults.append(f"seal {seal.number}: the log begins here, and no cut up to here is on record")
        elif seal.number != before[0] + 1:
            faults.append(f"seal {seal.number}: seals {before[0] + 1} to {seal.number - 1} are missing")
        if entry is None:
            faults.append(f"seal {seal.number}: its entry {seal.entry_id} is gone")
        elif before[1] is not None and digest_of(before[1], entry) != seal.digest:
            faults.append(f"seal {seal.number}: entry {entry.id} or what lies before it is not what was sealed")
        if witnessed and witnessed.get(seal.number, seal.digest) != seal.digest:
            faults.append(f"seal {seal.number}: another digest was seen for it elsewhere")
        before = (seal.number, seal.digest)
    ends = before[0] if before else 0
    faults += [f"seal {number}: seen elsewhere, and missing here" for number in witnessed or {} if number > ends]
    return faults


def cut_log(db: Session, before: datetime, most: int = MOST_CUT) -> int:
    """Erase the oldest entries, those from before that time, with their seals; how many.

    The digest of the last seal that goes is put on record: from there the rest of the chain can still be checked.
    """
    if not queries.hold_chain(db):
        return 0
    old: list[AuditSeal] = []
    found = queries.first_links(db, most + 1)
    for seal, entry in found[:-1]:  # The end of the chain stays: the next seal hangs on it.
        if entry is None or entry.at >= before:
            break
        old.append(seal)
    if not old:
        return 0
    last = old[-1]
    record(db, SYSTEM, queries.CUT, "audit_seal", last.number, {"number": last.number, "digest": last.digest})
    db.execute(delete(AuditSeal).where(AuditSeal.number <= last.number))
    db.execute(delete(AuditEntry).where(AuditEntry.id.in_([seal.entry_id for seal in old])))
    return len(old)


def digest_of(before: str, entry: AuditEntry) -> str:
    """SHA-256 over the digest before and every field of the entry, always written the same way."""
    fields = {
        "id": entry.id,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "act": entry.act,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "facts": entry.facts,
    }
    written = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{written}".encode()).hexdigest()


def _anchor(db: Session, number: int) -> str | None:
    """The digest before the first seal that is left: none at the very beginning, else as the cut put it on record."""
    if number == 0:
        return ""
    for facts in queries.cuts(db):
        try:
            told = json.loads(facts)
        except ValueError:  # Not as it was written: its own seal says so.
            continue
        if isinstance(told, dict) and told.get("number") == number:
            return str(told.get("digest"))
    return None
