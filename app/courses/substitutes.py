"""Who stands in for the teacher of a run: given and taken away by the provider's staff."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.courses.own_queries import own_run
from app.courses.queries import lock_run
from app.courses.run_models import RunSubstitute
from app.people.models import Account, Role
from app.people.staff import Staff
from app.refusals import NotFound


def give_run(db: Session, who: Staff, run_id: int, account_id: int) -> None:
    """The substitute sees the run from now on; doing it twice changes nothing."""
    own_run(db, who, run_id)
    lock_run(db, run_id)
    account = db.scalar(
        select(Account.id).where(
            Account.id == account_id,
            Account.provider_id == who.provider,
            Account.role == Role.SUBSTITUTE,
            Account.is_active,
        )
    )
    if account is None:
        raise NotFound
    if db.get(RunSubstitute, (run_id, account_id)) is not None:
        return
    db.add(RunSubstitute(run_id=run_id, account_id=account_id, created_at=now()))
    db.flush()
    record(db, who.actor, "substitute_given", "run", run_id, {"account": account_id})


def take_run(db: Session, who: Staff, run_id: int, account_id: int) -> None:
    """The substitute sees the run no more, from the next request on."""
    own_run(db, who, run_id)
    lock_run(db, run_id)
    gone = db.execute(
        delete(RunSubstitute)
        .where(RunSubstitute.run_id == run_id, RunSubstitute.account_id == account_id)
        .returning(RunSubstitute.account_id)
    ).first()
    if gone is not None:
        record(db, who.actor, "substitute_taken", "run", run_id, {"account": account_id})
