"""A request of a provider's system sent twice counts once: the first answer is kept under its key for a day."""

import hashlib
import json
from dataclasses import dataclass

from fastapi import Response
from sqlalchemy.orm import Session

from app.clock import now
from app.people.addresses import lock_address
from app.people.staff import Staff
from app.registrations.models import SentForm
from app.registrations.queries import sent_form
from app.registrations.refusals import SentTwiceDifferently


@dataclass(frozen=True, slots=True)
class Once:
    """The request's key within what it does, and a hash of what was asked under it; nothing without a key."""

    key: str
    fingerprint: str

    @staticmethod
    def of(db: Session, who: Staff, act: str, key: str | None, asked: str) -> "Once":
        """For this request; from here to the commit nobody else answers one with the same key."""
        if key is None:
            return Once("", "")
        kept = hashlib.sha256(f"own:{who.provider}:{act}\n{key}".encode()).hexdigest()
        lock_address(db, "request", kept)
        return Once(kept, hashlib.sha256(asked.encode()).hexdigest())

    def answered(self, db: Session) -> Response | None:
        """The first answer, when this very request was sent before; another one under the key is refused."""
        found = sent_form(db, self.key) if self.key else None
        if found is None:
            return None
        if found.fingerprint != self.fingerprint:
            raise SentTwiceDifferently
        kept = json.loads(found.answer)
        return Response(kept["body"], kept["status"], headers=kept["headers"], media_type="application/json")

    def keep(self, db: Session, answer: Response) -> Response:
        """Keep the answer."""
        if self.key:
            headers = {name: answer.headers[name] for name in ("location", "etag") if name in answer.headers}
            kept = {"body": bytes(answer.body).decode(), "status": answer.status_code, "headers": headers}
            db.add(SentForm(key=self.key, fingerprint=self.fingerprint, answer=json.dumps(kept), created_at=now()))
            db.flush()
        return answer
