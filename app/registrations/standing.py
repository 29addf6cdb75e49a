"""Where a registration stands, in words: the badge, the sentence, and what was answered to a form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.courses.models import CourseSession
from app.i18n import Text, _, _p, local
from app.registrations.models import Answer, Registration, State
from app.registrations.once import Receipt

Shape = Literal["open", "full", "off", "bad"]
"""A badge's shape: empty, filled, dashed, diamond; it says the same as the words."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A state as its person reads it."""

    shape: Shape
    badge: Text
    sentence: Text


def answer_of(receipt: Receipt) -> Text:
    """What somebody who has just registered is told."""
    if receipt.held_until is None:
        return _waiting(receipt.position or 1)
    return _(
        "We sent a letter to %(email)s. Open the link in it by %(held_dat)s.",
        email=receipt.email,
        held_dat=receipt.held_until,
    )


def in_letters_to_two(registration: Registration) -> Text:
    """What every letter about a registration for two says near its beginning."""
    if registration.party == registration.id:
        return _("You registered two people together; everything in this letter is about both of you.")
    return _("Another person registered you together with themselves; everything in this letter is about both of you.")


def standing_of(
    registration: Registration,
    moment: datetime,
    *,
    place: int,
    next_session: CourseSession | None,
    together: bool = False,
) -> Standing:
    """Where the registration stands at that moment; its run and offers must be loaded.

    `together` says that it stands or falls with another one.
    """
    run = registration.run
    fell_with_run = registration.state is State.CANCELLED_BY_PROVIDER and registration.ended_at == run.cancelled_at
    if run.cancelled_at is not None and (fell_with_run or registration.is_active(moment)):
        return Standing("bad", _p("run", "Cancelled"), _called_off(local(run.cancelled_at), run.cancel_reason))
    match registration.state:
        case State.PENDING if registration.is_active(moment):
            assert registration.hold_until is not None
            return Standing(
                "full",
                _p("registration", "To be confirmed"),
                _(
                    "Confirm your e-mail address: we hold two seats for you both until %(held_dat)s.",
                    held_dat=registration.hold_until,
                )
                if together
                else _(
                    "Confirm your e-mail address: we hold a seat for you until %(held_dat)s.",
                    held_dat=registration.hold_until,
                ),
            )
        case State.PENDING | State.EXPIRED:
            return Standing(
                "off",
                _p("registration", "Hold has ended"),
                _("We did not get your confirmation in time, so the seat is free again."),
            )
        case State.CONFIRMED:
            return _seated(run.ends_at <= moment, next_session)
        case State.WAITLISTED:
            waiting = _waiting_together(place) if together else _waiting(place)
            return Standing("full", _p("registration", "On the waiting list"), waiting)
        case State.OFFERED | State.DECLINED:
            return _offered(registration, moment, together)
        case State.WITHDRAWN:
            return Standing(
                "off",
                _p("registration", "Cancelled by you"),
                _("You cancelled this registration on %(date_loc)s.", date_loc=local(_ended(registration)).date()),
            )
        case State.CANCELLED_BY_PROVIDER:
            return Standing("bad", _p("registration", "Cancelled by the provider"), _cancelled(registration))


def _waiting(place: int) -> Text:
    return _(
        "You are number %(position)s on the waiting list; if a seat becomes free for you, we will write at once.",
        position=place,
    )


def _waiting_together(place: int) -> Text:
    return _(
        "Together you are number %(position)s on the waiting list; if two seats become free at once, we will write at once.",
        position=place,
    )


def _seated(is_over: bool, next_session: CourseSession | None) -> Standing:
    if is_over:
        return Standing("off", _p("registration", "Course ended"), _("The course is over; thank you for taking part."))
    sentence = (
        _("You have a seat; the next session is on %(start_loc)s.", start_loc=next_session.starts_at)
        if next_session is not None
        else _("You have a seat; no further sessions are planned.")
    )
    return Standing("open", _p("registration", "Confirmed"), sentence)


def _offered(registration: Registration, moment: datetime, together: bool) -> Standing:
    offer = registration.offers[-1] if registration.offers else None
    if registration.state is State.OFFERED and offer is not None and moment < offer.deadline:
        return Standing(
            "full",
            _p("registration", "Seat offered"),
            _("Two seats are free for you both; answer by %(deadline_dat)s.", deadline_dat=offer.deadline)
            if together
            else _("A seat is free for you; answer by %(deadline_dat)s.", deadline_dat=offer.deadline),
        )
    if offer is not None and offer.answer is Answer.DECLINED:
        return Standing(
            "off",
            _p("registration", "Offer declined"),
            _("You declined the seat on %(date_loc)s.", date_loc=local(_ended(registration)).date()),
        )
    return Standing(
        "off",
        _p("registration", "Offer has ended"),
        _("We had no answer by the deadline, so the seat went to the next person."),
    )


def _called_off(on: datetime, reason: str) -> Text:
    if not reason:
        return _("The provider cancelled these dates on %(cancelled_loc)s.", cancelled_loc=on.date())
    return _(
        "The provider cancelled these dates on %(cancelled_loc)s. Reason: %(reason)s",
        cancelled_loc=on.date(),
        reason=reason,
    )


def _cancelled(registration: Registration) -> Text:
    on = local(_ended(registration)).date()
    if not registration.cancel_reason:
        return _("The provider cancelled your registration on %(cancelled_loc)s.", cancelled_loc=on)
    return _(
        "The provider cancelled your registration on %(cancelled_loc)s. Reason: %(reason)s",
        cancelled_loc=on,
        reason=registration.cancel_reason,
    )


def _ended(registration: Registration) -> datetime:
    return registration.ended_at or registration.created_at
