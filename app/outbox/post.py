"""post(): a message in the same transaction as the change it tells of."""

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from app.clock import now
from app.outbox.messages import Happening
from app.outbox.models import Message
from app.prepared import PreparedInsert

IN_ORDER = ("registration_id", "support_id", "interest_id", "alert_id")
"""Whoever reads letters about one of these should get them in the order in which things happened."""

_KEEP = PreparedInsert(Message, "kind", "facts", "about", "created_at", "due_at", "tries", "reacted", "fault")


def post(db: Session, happening: Happening, due_at: datetime | None = None) -> None:
    """Keep what happened; the worker reacts after the commit, not before `due_at` when that is given."""
    moment, facts = now(), asdict(happening)
    _KEEP.run(
        db,
        {
            "kind": type(happening).__name__,
            "facts": json.dumps(facts),
            "about": next((f"{name.removesuffix('_id')}:{facts[name]}" for name in IN_ORDER if name in facts), ""),
            "created_at": moment,
            "due_at": due_at or moment,
            "tries": 0,
            "reacted": [],
            "fault": "",
        },
    )
