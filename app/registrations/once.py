"""A form sent twice counts once: the first answer is kept under the sender's key for a day."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.clock import now
from app.prepared import PreparedInsert
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
    companion: str | None = None
    """Name of the other person who was registered along."""
    companion_email: str | None = None
    answers: tuple[tuple[int, str], ...] = ()
    """To the provider's questions, by number: a form that must be sent anew for the right address asks nothing twice."""

    def to_json(self) -> str:
        """As it is kept."""
        kept: dict[str, object] = {
            "state": self.state.value,
            "position": self.position,
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "held_until": self.held_until.isoformat() if self.held_until else None,
            "letters": self.letters,
        }
        if self.companion is not None:
            kept |= {"companion": self.companion, "companion_email": self.companion_email}
        if self.answers:
            kept["answers"] = self.answers
        return json.dumps(kept, ensure_ascii=False)

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
            kept.get("companion"),
            kept.get("companion_email"),
            tuple((number, answer) for number, answer in kept.get("answers", ())),
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
        if self is not NEVER_AGAIN:
            _KEEP.run(
                db,
                {
                    "key": self.key,
                    "fingerprint": self.fingerprint,
                    "answer": receipt.to_json(),
                    "registration_id": registration_id,
                    "created_at": now(),
                },
            )
        return receipt


NEVER_AGAIN = SentOnce("", "")
"""A request without a key: nobody can send it again and mean the same, so there is no answer to keep."""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_KEEP = PreparedInsert(SentForm, "key", "fingerprint", "answer", "registration_id", "created_at")
