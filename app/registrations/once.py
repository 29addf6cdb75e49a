"""A form sent twice counts once: the first answer is kept under the sender's key for a day."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.clock import now
from app.registrations.models import SentForm, State
from app.registrations.refusals import SentTwiceDifferently


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender of a registration form was answered."""

    state: State
    position: int | None
    name: str
    email: str
    phone: str | None
    held_until: datetime | None
    letters: int = 1

    def to_json(self) -> str:
        """As it is kept."""
        return json.dumps(
            {
                "state": self.state.value,
                "position": self.position,
                "name": self.name,
                "email": self.email,
                "phone": self.phone,
                "held_until": self.held_until.isoformat() if self.held_until else None,
                "letters": self.letters,
            },
            ensure_ascii=False,
        )

    @staticmethod
    def from_json(text: str) -> "Receipt":
        """As it was kept."""
        kept = json.loads(text)
        held = kept["held_until"]
        return Receipt(
            State(kept["state"]),
            kept["position"],
            kept["name"],
            kept["email"],
            kept["phone"],
            datetime.fromisoformat(held) if held else None,
            kept["letters"],
        )


@dataclass(frozen=True, slots=True)
class SentOnce:
    """The sender's key within a scope (door and run), and a hash of what was asked under it."""

    key: str
    fingerprint: str

    @staticmethod
    def of(scope: str, key: str, asked: str) -> "SentOnce":
        """For this request: the key is kept hashed, so that the table opens nothing."""
        return SentOnce(_hash(f"{scope}\n{key}"), _hash(asked))

    def answered(self, fingerprint: str | None, answer: str | None) -> Receipt | None:
        """The first answer, when this very form was sent before; other answers under the key are refused."""
        if fingerprint is None or answer is None:
            return None
        if fingerprint != self.fingerprint:
            raise SentTwiceDifferently
        return Receipt.from_json(answer)

    def keep(self, db: Session, receipt: Receipt, registration_id: int | None) -> Receipt:
        """Keep the answer; a rival with the same key fails on the primary key and is answered from it next time."""
        db.connection().execute(
            _KEEP,
            {
                "key": self.key,
                "fingerprint": self.fingerprint,
                "answer": receipt.to_json(),
                "registration_id": registration_id,
                "created_at": now(),
            },
        )
        return receipt


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_KEEP = insert(SentForm)
