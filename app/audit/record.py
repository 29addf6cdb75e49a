"""record(): one line in the log of actions, in the transaction of the act."""

import json
from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.clock import now
from app.prepared import PreparedInsert

RESIDENT = "resident"
SYSTEM = "system"

_KEEP = PreparedInsert(AuditEntry, "at", "actor", "act", "object_kind", "object_id", "facts")
Fact = str | int | bool | None


def record(
    db: Session, actor: str, act: str, object_kind: str, object_id: int | str, facts: Mapping[str, Fact] | None = None
) -> None:
    """Keep who did what to which object; facts must hold nothing personal."""
    _KEEP.run(
        db,
        {
            "at": now(),
            "actor": actor,
            "act": act,
            "object_kind": object_kind,
            "object_id": str(object_id),
            "facts": json.dumps(dict(facts), ensure_ascii=False, sort_keys=True) if facts else "",
        },
    )
