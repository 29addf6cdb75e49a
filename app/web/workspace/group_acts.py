"""Everything that can be done with a group: what it asks for, and what it does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.courses.clashes import Clash
from app.i18n import Text, _, local
from app.people.staff import Staff
from app.refusals import NotFound
from app.registrations import own_changes, run_changes, run_decisions, run_facts
from app.registrations.group_queries import Group
from app.registrations.run_inputs import (
    AddForm,
    CancelForm,
    DecisionDayForm,
    MinimumForm,
    MoveForm,
    PlaceForm,
    SeatsForm,
    SessionChangeForm,
    TeacherForm,
    WindowForm,
)
from app.registrations.seats import SeatRules
from app.web.forms import Typed, read

Asked = TypeVar("Asked", bound=BaseModel)


class Nothing(BaseModel):
    """An act that asks for nothing."""


@dataclass(frozen=True, slots=True)
class Act(Generic[Asked]):
    """Something that can be done with a group."""

    title: Text
    button: Text
    done: Text
    form: type[Asked]
    perform: Callable[[Session, Staff, int, Asked, SeatRules], Sequence[Clash]]
    proposed: Callable[[Group, str], Mapping[str, str]] = lambda _group, _session: {}
    is_bad: bool = False
    """Whether it gives something up."""

    def do(self, db: Session, who: Staff, run_id: int, form: Typed, rules: SeatRules) -> Sequence[Clash]:
        """Do what the form asks for."""
        return self.perform(db, who, run_id, read(self.form, form), rules)


def _seats(db: Session, who: Staff, run_id: int, asked: SeatsForm, rules: SeatRules) -> Sequence[Clash]:
    run_changes.change_seats(db, run_id, asked.seats, who.actor, rules)
    return ()


def _teacher(db: Session, who: Staff, run_id: int, asked: TeacherForm, _rules: SeatRules) -> Sequence[Clash]:
    run_facts.change_teacher(db, run_id, asked, who.actor)
    return ()


def _window(db: Session, who: Staff, run_id: int, asked: WindowForm, rules: SeatRules) -> Sequence[Clash]:
    run_facts.change_window(db, run_id, asked, who.actor, rules)
    return ()


def _minimum(db: Session, who: Staff, run_id: int, asked: MinimumForm, _rules: SeatRules) -> Sequence[Clash]:
    run_facts.change_minimum(db, run_id, asked, who.actor)
    return ()


def _cancel(db: Session, who: Staff, run_id: int, asked: CancelForm, rules: SeatRules) -> Sequence[Clash]:
    run_changes.cancel_run(db, run_id, asked, who.actor, rules)
    return ()


def _start(db: Session, who: Staff, run_id: int, _asked: Nothing, _rules: SeatRules) -> Sequence[Clash]:
    run_decisions.start_all_the_same(db, run_id, who.actor)
    return ()


def _later(db: Session, who: Staff, run_id: int, asked: DecisionDayForm, _rules: SeatRules) -> Sequence[Clash]:
    run_decisions.decide_later(db, run_id, asked, who.actor)
    return ()


def _of_session(found: Group, session: str) -> Mapping[str, str]:
    """What the form of a session begins with: when it is held now."""
    one = next((one for one in found.run.sessions if str(one.id) == session), None)
    if one is None:
        raise NotFound
    begins, ends = local(one.starts_at), local(one.ends_at)
    return {
        "session": session,
        "day": begins.date().isoformat(),
        "begins": f"{begins:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "venue_id": str(one.venue_id or found.run.venue_id or ""),
    }


def _place(found: Group, session: str) -> Mapping[str, str]:
    return _of_session(found, session) if session else {"venue_id": str(found.run.venue_id or "")}


def _window_now(found: Group, _session: str) -> Mapping[str, str]:
    run = found.run
    return {
        "opens": f"{local(run.registration_opens_at):%Y-%m-%dT%H:%M}",
        "closes": f"{local(run.registration_closes_at):%Y-%m-%dT%H:%M}",
        "has_waiting_list": "yes" if run.has_waiting_list else "",
    }


def _minimum_now(found: Group, _session: str) -> Mapping[str, str]:
    decides = found.run.decision_at
    return {
        "min_participants": str(found.run.min_participants),
        "decision_day": local(decides).date().isoformat() if decides else "",
    }


def _last_hours(found: Group, _session: str) -> Mapping[str, str]:
    last = found.run.sessions[-1:]
    if not last:
        return {}
    return {"begins": f"{local(last[0].starts_at):%H:%M}", "ends": f"{local(last[0].ends_at):%H:%M}"}


ACTS: Mapping[str, Act] = {  # type: ignore[type-arg]
    "vietas": Act(
        _("Change the number of seats"),
        _("Change the seats"),
        _("The number of seats is changed."),
        SeatsForm,
        _seats,
        lambda found, _session: {"seats": str(found.run.seats)},
    ),
    "parcelt": Act(
        _("Move the session"),
        _("Move the session"),
        _("The session is moved. We write to everyone registered."),
        MoveForm,
        own_changes.move_session,
        _of_session,
    ),
    "atcelt-nodarbibu": Act(
        _("Cancel the session"),
        _("Cancel the session"),
        _("The session is cancelled. We write to everyone registered."),
        SessionChangeForm,
        own_changes.cancel_session,
        _of_session,
        is_bad=True,
    ),
    "atjaunot": Act(
        _("Hold the cancelled session as planned"),
        _("Hold the session"),
        _("The session is held after all. We write to everyone registered."),
        SessionChangeForm,
        own_changes.restore_session,
        _of_session,
    ),
    "pievienot": Act(
        _("Add sessions"),
        _("Add the sessions"),
        _("The sessions are added. We write to everyone registered."),
        AddForm,
        own_changes.add_sessions,
        _last_hours,
    ),
    "vieta": Act(
        _("Change the venue"),
        _("Change the venue"),
        _("The venue is changed. We write to everyone registered."),
        PlaceForm,
        own_changes.change_venue,
        _place,
    ),
    "pasniedzejs": Act(
        _("Change the teacher"),
        _("Change the teacher"),
        _("The teacher is changed."),
        TeacherForm,
        _teacher,
        lambda found, _session: {"teacher": found.run.teacher},
    ),
    "pieteiksanas": Act(
        _("Change the registration window"),
        _("Change the window"),
        _("The registration window is changed."),
        WindowForm,
        _window,
        _window_now,
    ),
    "minimums": Act(
        _("Change the minimum and the day of decision"),
        _("Save changes"),
        _("The changes are saved."),
        MinimumForm,
        _minimum,
        _minimum_now,
    ),
    "sakt": Act(
        _("Start with those who have registered"),
        _("Start the course"),
        _("Decided: the course takes place. We write to those who have a seat."),
        Nothing,
        _start,
    ),
    "velak": Act(
        _("Decide later"),
        _("Move the decision"),
        _("The day of decision is moved. We write to those who have a seat."),
        DecisionDayForm,
        _later,
    ),
    "atcelt": Act(
        _("Cancel the group"),
        _("Cancel the group"),
        _("The group is cancelled. We write to everyone registered."),
        CancelForm,
        _cancel,
        is_bad=True,
    ),
}
"""By address: everything that can be done with a group."""
