"""What is looked up about wishes and those behind them."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.wishes.models import WishSupport


def for_letter(db: Session, support_id: int) -> WishSupport | None:
    """A person's support of a wish, with the wish a letter speaks of."""
    return db.scalar(select(WishSupport).where(WishSupport.id == support_id).options(joinedload(WishSupport.wish)))
