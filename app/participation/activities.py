"""Learning activities outside the catalogue: entered, and corrected on record."""

from sqlalchemy.orm import Session

from app.audit.record import Fact, record
from app.clock import now, today
from app.participation import activity_queries as queries
from app.participation.inputs import ActivityForm
from app.participation.models import Activity
from app.participation.refusals import ActivityAhead, GroupUnknown
from app.people.staff import Staff


def add_activity(db: Session, who: Staff, asked: ActivityForm) -> Activity:
    """An activity that took place; its participants count from now on."""
    activity = Activity(provider_id=who.provider, created_at=now())
    _fill(db, activity, asked)
    db.add(activity)
    db.flush()
    record(db, who.actor, "activity_added", "activity", activity.id, _facts(activity))
    return activity


def correct_activity(db: Session, who: Staff, activity_id: int, asked: ActivityForm) -> None:
    """What was entered wrongly is put right; before and after are recorded."""
    activity = queries.own_activity(db, who, activity_id, lock=True)
    before = _facts(activity)
    _fill(db, activity, asked)
    after = _facts(activity)
    changed = {name: value for name, value in after.items() if before[name] != value}
    if not changed:
        return
    db.flush()
    was = {f"was_{name}": before[name] for name in changed}
    record(db, who.actor, "activity_corrected", "activity", activity.id, changed | was)


def _fill(db: Session, activity: Activity, asked: ActivityForm) -> None:
    if asked.held_on > today():
        raise ActivityAhead
    group = queries.group_id(db, asked.group)
    if group is None:
        raise GroupUnknown
    activity.title, activity.held_on, activity.group_id = asked.title, asked.held_on, group
    activity.audience, activity.format, activity.language = asked.audience.value, asked.format.value, asked.language
    activity.participants, activity.counted_how = asked.participants, asked.counted_how
    activity.academic_hours, activity.public_money = asked.academic_hours, asked.public_money


def _facts(activity: Activity) -> dict[str, Fact]:
    """Everything that may change, as it is recorded."""
    return {
        "title": activity.title,
        "held_on": activity.held_on.isoformat(),
        "group": activity.group_id,
        "audience": activity.audience,
        "format": activity.format,
        "language": activity.language,
        "participants": activity.participants,
        "counted_how": activity.counted_how.value,
        "academic_hours": f"{activity.academic_hours:.2f}",
        "public_money": f"{activity.public_money:.2f}",
    }
