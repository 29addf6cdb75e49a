"""What may have happened. A message holds ids only, nothing personal: whoever reacts reads the rest."""

from dataclasses import dataclass

from app.outbox.staff_messages import StaffDid


@dataclass(frozen=True, slots=True)
class CourseChanged:
    """A course, one of its runs or their seats changed in a way a reader could see."""

    course_id: int


@dataclass(frozen=True, slots=True)
class SeatHeld:
    """A registration was received; its seat is held until the address is confirmed."""

    registration_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class SeatTaken:
    """A registration was confirmed: the person has a seat."""

    registration_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class QueueJoined:
    """A person joined the waiting list."""

    registration_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class SeatOffered:
    """A freed seat was offered to the first in the queue."""

    registration_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class OfferExpired:
    """An offer was not answered in time; the seat went on."""

    registration_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class SeatGivenUp:
    """A person withdrew a registration, left the queue or declined an offer."""

    registration_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class HoldExpired:
    """A registration was not confirmed in time; its seat is free again."""

    registration_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class RegistrationRepeated:
    """Somebody sent the form for an address that is registered already; only its owner is told."""

    registration_id: int


@dataclass(frozen=True, slots=True)
class WeekIsFull:
    """A form came for an address that may send no more this week; its latest registration tells whom to write to."""

    registration_id: int
    run_id: int


@dataclass(frozen=True, slots=True)
class WishLeft:
    """Somebody left a wish; their address is to be confirmed."""

    support_id: int


@dataclass(frozen=True, slots=True)
class WishJoined:
    """Somebody joined a wish; their address is to be confirmed."""

    support_id: int


@dataclass(frozen=True, slots=True)
class InterestLeft:
    """Somebody wants to hear of a course's next dates; their address is to be confirmed."""

    interest_id: int


@dataclass(frozen=True, slots=True)
class NextDatesOpen:
    """A course that somebody waits for takes registrations again."""

    interest_id: int
    run_id: int


@dataclass(frozen=True, slots=True)
class AlertLeft:
    """Somebody wants to hear of a course that fits a search; their address is to be confirmed."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class CourseFits:
    """A course was published that fits a search somebody waits with."""

    alert_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class PersonErased:
    """Somebody's data were erased; the list outside the database is to say so too."""

    erasure_id: int


@dataclass(frozen=True, slots=True)
class OwnListAsked:
    """Somebody asked for a link to everything that is kept about an address; its number leads to the link."""

    link_number: int


@dataclass(frozen=True, slots=True)
class PartyDissolved:
    """Two who came together are two by themselves now; one of them is written to, with a link of their own."""

    registration_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class SeatFreeLate:
    """Close to the start a seat is free and somebody waits for it: the provider decides."""

    run_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class RunMoved:
    """Sessions or the venue of a run changed, and it has been quiet since: one person is told of all of it."""

    registration_id: int
    notice_id: int


@dataclass(frozen=True, slots=True)
class RunCalledOff:
    """A run was cancelled: one of those who had or awaited a place is told."""

    registration_id: int
    notice_id: int


@dataclass(frozen=True, slots=True)
class RegistrationCancelled:
    """The provider cancelled one person's registration."""

    registration_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class MinimumMissed:
    """The day of decision passed with too few participants: the provider is to decide."""

    run_id: int


@dataclass(frozen=True, slots=True)
class RunUndecided:
    """Somebody with a seat is told that the provider decides whether the run starts."""

    registration_id: int


@dataclass(frozen=True, slots=True)
class DecisionMoved:
    """Somebody with a seat is told that the provider decides later."""

    registration_id: int


@dataclass(frozen=True, slots=True)
class RunGoesAhead:
    """Somebody with a seat is told that the run starts although few take part."""

    registration_id: int


@dataclass(frozen=True, slots=True)
class RunStartsSoon:
    """Somebody with a seat is reminded of the first session."""

    registration_id: int


Happening = (
    StaffDid
    | CourseChanged
    | SeatHeld
    | SeatTaken
    | QueueJoined
    | SeatOffered
    | OfferExpired
    | SeatGivenUp
    | HoldExpired
    | PartyDissolved
    | SeatFreeLate
    | RegistrationRepeated
    | WeekIsFull
    | RunMoved
    | RunCalledOff
    | RegistrationCancelled
    | MinimumMissed
    | RunUndecided
    | DecisionMoved
    | RunGoesAhead
    | RunStartsSoon
    | WishLeft
    | WishJoined
    | PersonErased
    | OwnListAsked
    | InterestLeft
    | NextDatesOpen
    | AlertLeft
    | CourseFits
)
