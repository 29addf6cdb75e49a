"""What the private page of a registration tells: the course, where the registration stands, and how it came there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.courses.models import CourseRun, CourseSession
from app.courses.run_models import RunQuestion
from app.i18n import Text
from app.providers.models import Venue
from app.registrations.models import Registration, SeatOffer, State
from app.registrations.queries import open_offer
from app.registrations.standing import Standing, standing_of


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session as its participants see it."""

    starts_at: datetime
    ends_at: datetime
    moved_from: datetime | None
    """Its start before it was moved."""
    cancelled: bool
    venue: Venue | None
    """Only where it differs from the run's."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a registration."""

    words: Text
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A person's registration with its run and course, in the reader's language, at one moment."""

    registration: Registration
    title: str
    untranslated: bool
    """The title is in Latvian because nobody has translated it."""
    group_code: str
    group_name: str
    provider_name: str
    place: int
    """Place in the queue, from 1; means something only while waiting."""
    companion: Registration | None
    """With whom the person comes together or not at all, as long as both stand."""
    steps: Sequence[Step]
    questions: Sequence[RunQuestion]
    """The provider's own questions that concern the person."""
    answers: Mapping[int, str]
    """What the person answered, by the question's number."""
    given_up: State | None
    """What the person gave up last, while the registration stands as cancelled by its person."""
    moment: datetime

    @property
    def run(self) -> CourseRun:
        """The run it is for."""
        return self.registration.run

    @property
    def offer(self) -> SeatOffer | None:
        """The offered seat, while it waits for an answer."""
        offer = open_offer(self.registration)
        return offer if offer is not None and self.moment < offer.deadline else None

    @property
    def standing(self) -> Standing:
        """Where the registration stands, in words."""
        return standing_of(
            self.registration,
            self.moment,
            place=self.place,
            next_session=self.next_session,
            together=self.together,
        )

    @property
    def together(self) -> bool:
        """Whether the registration stands or falls with another one."""
        return self.companion is not None and self.is_active

    @property
    def can_be_separated(self) -> bool:
        """Whether two wait together and may wait each for oneself."""
        return self.together and self.registration.state is State.WAITLISTED and self.is_ahead

    @property
    def next_session(self) -> CourseSession | None:
        """The next session that takes place."""
        return next((one for one in self.run.sessions if one.cancelled_at is None and self.moment < one.ends_at), None)

    @property
    def meetings(self) -> list[Meeting]:
        """The sessions of the run, those called off among them, in order of time."""
        called_off = self.run.cancelled_at is not None
        return [
            Meeting(one.starts_at, one.ends_at, one.moved_from, called_off or one.cancelled_at is not None, one.venue)
            for one in self.run.sessions
        ]

    @property
    def online_links(self) -> list[str]:
        """Where online sessions are joined; only for who has a seat."""
        if self.registration.state is not State.CONFIRMED or not self.is_ahead:
            return []
        links = (one.link for one in self.run.sessions if one.cancelled_at is None)
        return list(dict.fromkeys(link for link in links if link.startswith(("https://", "http://"))))

    @property
    def is_active(self) -> bool:
        """Whether it still stands for a place or a place in the queue."""
        return self.registration.is_active(self.moment)

    @property
    def is_ahead(self) -> bool:
        """Whether any of the run is still to come."""
        return self.run.cancelled_at is None and self.moment < self.run.ends_at

    def undo_until(self, within: timedelta) -> datetime | None:
        """Until when the person may take the cancellation back; none when there is nothing to take back (any more)."""
        ended_at = self.registration.ended_at
        if self.given_up is None or ended_at is None or not self.is_ahead:
            return None
        until = min(ended_at + within, self.run.ends_at)
        return until if self.moment < until else None

    @property
    def can_be_confirmed(self) -> bool:
        """Whether confirming still gives the held seat."""
        return self.registration.state is State.PENDING and self.is_active

    @property
    def can_be_corrected(self) -> bool:
        """Whether name and telephone still matter."""
        return self.is_active and self.is_ahead

    @property
    def can_answer(self) -> bool:
        """Whether the provider's questions can still be answered anew."""
        return bool(self.questions) and self.can_be_corrected and self.moment < self.run.starts_at

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether the person may still give it up here."""
        return self.is_active and self.run.cancelled_at is None and not self.registration.is_too_late(self.moment)
