"""Watches one run: what must be true of its seats and its queue whenever nobody acts, told from its rows and its log."""

import json
from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.clock import now
from app.courses.models import CourseRun
from app.db import Database
from app.registrations.models import Registration, SeatOffer, State
from app.registrations.queries import queue_place
from tests.registrations import acts

JOINED = {"registered": "state", "withdrawal_undone": "now"}
"""Acts that may put somebody on the list, each with the fact that says so."""
GOT = {"seat_offered", "seat_given"}
LEFT = {"withdrawn", "run_cancelled", "cancelled_by_provider"}


class Watch:
    """Looks at the run again and again; the log of actions is read once, in its order."""

    def __init__(self, database: Database, run_id: int) -> None:
        self.database = database
        self.run_id = run_id
        with database.reading() as db:
            self.read_until = db.scalar(select(func.max(AuditEntry.id))) or 0
        self.waiting: set[int] = set()
        self.mates: dict[int, set[int]] = {}
        """With whom everybody has ever come, themselves among them."""
        self.offered: set[int] = set()
        self.skips: set[tuple[int, int]] = set()

    def look(self) -> None:
        """Everything that must be true, at once."""
        with self.database.reading() as db:
            run = db.get_one(CourseRun, self.run_id)
            wanted = select(Registration).where(Registration.run_id == run.id).order_by(Registration.id)
            rows = db.scalars(wanted).all()
            self._know_mates(rows)
            self._read_log(db, {row.id for row in rows})
            self.seats_are_kept(run, rows)
            self.no_seat_is_lost(run, rows)
            self.nobody_counts_twice(rows)
            self.two_stand_together(rows)
            self.offers_have_their_time(db, run, rows)
            waits = [row for row in rows if row.state is State.WAITLISTED]
            assert {row.id for row in waits} == self.waiting, "the log tells another queue than the rows"
            assert all(before.id < after.id for before, after in pairwise(waits))
            if waits:
                assert queue_place(db, waits[-1]) == len(waits)

    def seats_are_kept(self, run: CourseRun, rows: Sequence[Registration]) -> None:
        """Never more seats taken than there are."""
        taken = sum(row.holds_seat(now()) for row in rows)
        assert run.seats == 0 or taken <= run.seats, f"{taken} of {run.seats} taken"

    def no_seat_is_lost(self, run: CourseRun, rows: Sequence[Registration]) -> None:
        """No free seat beside somebody who could take it; close to the start the provider was told of it."""
        moment = now()
        waits = [row for row in rows if row.state is State.WAITLISTED]
        if not waits or run.cancelled_at is not None or run.ends_at <= moment:
            return
        taken = sum(row.holds_seat(moment) for row in rows)
        free = run.seats - taken if run.seats else len(waits)
        waiting_parties = [row.party for row in waits if row.party is not None]
        single = any(row.party is None or waiting_parties.count(row.party) == 1 for row in waits)
        lost = free >= 2 or (free == 1 and single) or (run.seats == 0)
        if moment < run.starts_at - acts.RULES.provider_decides:
            assert not lost, f"{taken} of {run.seats} taken, {len(waits)} waiting"
        elif lost:
            assert (run.seats_told or 0) == free, f"{free} free late, the provider was told of {run.seats_told}"

    def nobody_counts_twice(self, rows: Sequence[Registration]) -> None:
        """One active registration for each address."""
        moment = now()
        active = [row.email_key for row in rows if row.is_active(moment) and row.email_key]
        assert len(active) == len(set(active))

    def two_stand_together(self, rows: Sequence[Registration]) -> None:
        """Both or neither."""
        for row in rows:
            if row.party is not None:
                assert {other.state for other in rows if other.party == row.party} == {row.state}

    def offers_have_their_time(self, db: Session, run: CourseRun, rows: Sequence[Registration]) -> None:
        """An open offer belongs to an offered registration, and none outlives the start."""
        offered = {row.id for row in rows if row.state is State.OFFERED}
        wanted = select(SeatOffer).where(SeatOffer.registration_id.in_([row.id for row in rows]))
        offers = db.scalars(wanted).all()
        assert {offer.registration_id for offer in offers if offer.answer is None} == offered
        assert all(offer.deadline <= run.starts_at for offer in offers)
        assert all(offer.offered_at < run.starts_at - acts.RULES.provider_decides for offer in offers)
        assert len({offer.registration_id for offer in offers}) == len(offers)

    def _know_mates(self, rows: Sequence[Registration]) -> None:
        for row in rows:
            mates = self.mates.setdefault(row.id, {row.id})
            if row.party is not None:
                mates |= {other.id for other in rows if other.party == row.party}

    def _read_log(self, db: Session, ids: set[int]) -> None:
        """The queue as the log tells it: whoever gets a seat stands before all who wait on, unless a reason is written."""
        entries = db.scalars(
            select(AuditEntry)
            .where(AuditEntry.id > self.read_until, AuditEntry.object_kind == "registration")
            .order_by(AuditEntry.id)
        )
        for entry in entries:
            self.read_until = entry.id
            number, facts = int(entry.object_id), json.loads(entry.facts or "{}")
            if number not in ids:
                continue
            if facts.get(JOINED.get(entry.act, "")) == State.WAITLISTED.value:
                self.waiting.add(number)
            elif entry.act in LEFT and facts["was"] == State.WAITLISTED.value:
                self.waiting.remove(number)
            elif entry.act == "skipped":
                assert facts["reason"] == "needs_two_seats"
                assert len(self.mates[number]) == 2, "nobody who comes alone is skipped"
                self.skips.add((number, facts["chosen"]))
            elif entry.act in GOT:
                self._got(number)

    def _got(self, number: int) -> None:
        assert number not in self.offered, "nobody is offered twice"
        self.offered.add(number)
        self.waiting.remove(number)
        for before in self.waiting:
            if before < number:
                reasons = {(mate, chosen) for mate in self.mates[before] for chosen in self.mates[number]}
                assert reasons & self.skips, f"{number} got a seat before {before}, and nobody knows why"
