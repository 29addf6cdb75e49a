"""One's own registration with everything its private page tells, in four statements."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from app.audit.models import AuditEntry
from app.courses.models import Course, CourseRun, CourseSession
from app.courses.run_models import RunQuestion
from app.i18n import Text, _
from app.providers.models import ThematicGroup
from app.providers.queries import GROUP_NAME, PROVIDER_NAME
from app.registrations.given_answers import given_answers, shown_questions
from app.registrations.models import ACTIVE, Registration, State
from app.registrations.pages import OwnPage, Step
from app.registrations.refusals import DataErased, LinkUnknown
from app.registrations.undo_queries import given_up


def own_page(db: Session, link_key: str, locale: str, moment: datetime) -> OwnPage:
    """The registration that a private link opens; `LinkUnknown` when there is none (any more)."""
    found = db.execute(_OWN, {"key": link_key, "locale": locale}).unique().one_or_none()
    if found is None:
        raise LinkUnknown
    registration, group_code, group_name, provider_name, place, companion, is_asked = found
    if registration.erased_at is not None:
        raise DataErased
    course = registration.run.course
    entries = _entries(db, registration)
    given = given_answers(db, registration) if is_asked else {}
    return OwnPage(
        registration=registration,
        title=course.title_in(locale),
        untranslated=locale not in course.texts,
        group_code=group_code,
        group_name=group_name,
        provider_name=provider_name,
        place=place,
        companion=companion,
        steps=_steps(registration, entries),
        questions=shown_questions(db, registration.run_id, given) if is_asked else [],
        answers=given,
        given_up=given_up(registration, entries),
        moment=moment,
    )


def _entries(db: Session, registration: Registration) -> Sequence[AuditEntry]:
    """What the log of actions holds about the registration, oldest first."""
    return db.scalars(
        select(AuditEntry)
        .where(AuditEntry.object_kind == "registration", AuditEntry.object_id == str(registration.id))
        .order_by(AuditEntry.id)
    ).all()


def _steps(registration: Registration, entries: Sequence[AuditEntry]) -> list[Step]:
    """The registration's history in plain words; acts that are no business of its owner's are left out."""
    steps = [Step(_("Registration received"), registration.created_at)]
    for entry in entries:
        say = ACTS.get(entry.act)
        if say is not None:
            steps.append(Step(say(json.loads(entry.facts or "{}")), entry.at))
    return steps


def _gave_up(facts: Mapping[str, object]) -> Text:
    if facts.get("was") == State.WAITLISTED.value:
        return _("You left the waiting list")
    return _("You cancelled the registration")


def _ran_out(facts: Mapping[str, object]) -> Text:
    if facts.get("was") == State.OFFERED.value:
        return _("The time to answer the offer ended")
    return _("The time to confirm ended")


ACTS: dict[str, Callable[[Mapping[str, object]], Text]] = {
    "registration_repeated": lambda _facts: _("The form was sent once more; nothing changed"),
    "address_corrected": lambda _facts: _("E-mail address corrected"),
    "confirmed": lambda _facts: _("E-mail address confirmed"),
    "seat_offered": lambda _facts: _("A free seat was offered to you"),
    "offer_accepted": lambda _facts: _("You took the seat"),
    "offer_declined": lambda _facts: _("You declined the seat"),
    "answers_corrected": lambda _facts: _("You corrected your answers"),
    "contact_corrected": lambda _facts: _("You corrected your data"),
    "withdrawn": _gave_up,
    "cancelled_by_provider": lambda _facts: _("The provider cancelled the registration"),
    "run_cancelled": lambda _facts: _("The provider cancelled these dates"),
    "registration_ran_out": _ran_out,
    "withdrawal_undone": lambda _facts: _("You took the cancellation back"),
    "party_separated": lambda _facts: _("From now on the registration is separate"),
    "skipped": lambda _facts: _("One seat was free and went to the next person: you wait for two"),
    "confirmed_by_staff": lambda _facts: _("The provider confirmed the registration"),
    "corrected_by_staff": lambda _facts: _("The provider corrected your data"),
    "entered": lambda _facts: _("The provider entered the registration"),
    "moved": lambda _facts: _("The provider moved you to these dates"),
    "cancelling_undone": lambda _facts: _("The provider took the cancellation back"),
    "certificate_issued": lambda _facts: _("The provider issued your certificate"),
    "certificate_revoked": lambda _facts: _("The provider revoked your certificate"),
    "seat_given": lambda _facts: _("The provider gave you a free seat"),
}
_ahead = aliased(Registration)
_place = (
    select(func.count())
    .where(_ahead.run_id == Registration.run_id, _ahead.state == State.WAITLISTED, _ahead.id <= Registration.id)
    .scalar_subquery()
)
_companion = aliased(Registration)
_course = contains_eager(Registration.run).contains_eager(CourseRun.course)
_is_asked = select(RunQuestion.id).where(RunQuestion.run_id == Registration.run_id).exists()
_OWN = (
    select(Registration, ThematicGroup.code, GROUP_NAME, PROVIDER_NAME, _place, _companion, _is_asked)
    .join(Registration.run)
    .join(CourseRun.course)
    .join(Course.provider)
    .join(Course.group)
    .outerjoin(
        _companion,
        and_(
            _companion.party == Registration.party,
            _companion.id != Registration.id,
            _companion.state.in_(ACTIVE),
        ),
    )
    .where(Registration.link_key == bindparam("key"))
    .options(
        joinedload(Registration.offers),
        contains_eager(Registration.run).joinedload(CourseRun.venue),
        contains_eager(Registration.run).selectinload(CourseRun.sessions).joinedload(CourseSession.venue),
        _course.contains_eager(Course.provider),
        _course.selectinload(Course.texts),
    )
)
