"""What is looked up about the provider's own questions on a run."""

from collections.abc import Sequence

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from app.courses.run_models import RunQuestion


def open_questions(db: Session, run_id: int) -> Sequence[RunQuestion]:
    """The questions that the run's form asks, in order."""
    return db.scalars(_OPEN, {"run": run_id}).all()


def all_questions(db: Session, run_id: int) -> Sequence[RunQuestion]:
    """Every question the run's form ever asked: those it asks now in order, then those withdrawn."""
    return db.scalars(_ALL, {"run": run_id}).all()


_ALL = (
    select(RunQuestion)
    .where(RunQuestion.run_id == bindparam("run", type_=Integer()))
    .order_by(RunQuestion.withdrawn_at.is_not(None), RunQuestion.position)
)
_OPEN = _ALL.where(RunQuestion.withdrawn_at.is_(None))
