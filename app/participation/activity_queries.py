"""What is looked up about a provider's activities outside the catalogue."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.participation.models import Activity
from app.people.staff import Staff
from app.providers.models import ThematicGroup
from app.providers.queries import GROUP_NAME
from app.refusals import NotFound


def own_activity(db: Session, who: Staff, activity_id: int, *, lock: bool = False) -> Activity:
    """The activity of their provider with that number."""
    asked = select(Activity).where(Activity.id == activity_id, Activity.provider_id == who.provider)
    found = db.scalar(asked.with_for_update() if lock else asked)
    if found is None:
        raise NotFound
    return found


def own_activities(db: Session, who: Staff, offset: int, most: int) -> Sequence[Activity]:
    """The provider's activities, the latest first."""
    return db.scalars(
        select(Activity)
        .where(Activity.provider_id == who.provider)
        .order_by(Activity.held_on.desc(), Activity.id.desc())
        .offset(offset)
        .limit(most)
    ).all()


def count_activities(db: Session, who: Staff) -> int:
    """How many activities the provider has entered."""
    return db.scalars(select(func.count()).select_from(Activity).where(Activity.provider_id == who.provider)).one()


def group_id(db: Session, code: str) -> int | None:
    """The number of the thematic group with that code."""
    return db.scalar(select(ThematicGroup.id).where(ThematicGroup.code == code))


def groups(db: Session, locale: str) -> Mapping[int, tuple[str, str]]:
    """Code and name of every thematic group, in their agreed order."""
    asked = select(ThematicGroup.id, ThematicGroup.code, GROUP_NAME).order_by(ThematicGroup.position)
    return {number: (code, name) for number, code, name in db.execute(asked, {"locale": locale})}
