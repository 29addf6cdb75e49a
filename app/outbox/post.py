"""post(): a message in the same transaction as the change it tells of."""

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.clock import now
from app.outbox.messages import Happening
from app.outbox.models import Message

_KEEP = insert(Message.__table__)  # type: ignore[arg-type]


def post(db: Session, happening: Happening, due_at: datetime | None = None) -> None:
    """Keep what happened; the worker reacts after the commit, not before `due_at` when that is given."""
    moment = now()
    db.connection().execute(
        _KEEP,
        {
            "kind": type(happening).__name__,
            "facts": json.dumps(asdict(happening)),
            "created_at": moment,
            "due_at": due_at or moment,
            "tries": 0,
            "reacted": [],
            "fault": "",
        },
    )
