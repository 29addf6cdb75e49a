"""What is erased because its time is over: one rule for each kind of data, in small batches that several workers may share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.audit.record import SYSTEM
from app.clock import RIGA
from app.feedback.models import FeedbackAnswer
from app.participation import rolls
from app.privacy import erase, queries
from app.privacy.counting import destroy_counting_key
from app.registrations import erasure_queries, group_letters, openings, own_list
from app.registrations.erasure import empty_needs
from app.registrations.models import Registration
from app.settings import Settings

AT_ONCE = 100
"""So many are erased in one transaction."""
_A_MONTH = timedelta(days=30.5)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of retention: `act` erases a batch of what is due and says how many that were."""

    name: str
    act: Callable[[Session, Settings, datetime, str], int]


def _whole(find: Callable[[Session, Settings, datetime], Sequence[Registration]]) -> Callable[..., int]:
    """Registrations that a rule reaches lose their person."""

    def act(db: Session, settings: Settings, moment: datetime, why: str) -> int:
        found = find(db, settings, moment)
        erase.empty_whole(db, found, SYSTEM, why, moment)
        return len(found)

    return act


def _needs(db: Session, settings: Settings, moment: datetime, why: str) -> int:
    found = erasure_queries.with_needs_over(db, moment, timedelta(days=settings.special_needs_days), AT_ONCE)
    for registration in found:
        empty_needs(db, registration, SYSTEM, why, moment)
    return len(found)


def _wishes(db: Session, settings: Settings, moment: datetime, why: str) -> int:
    answered = moment - timedelta(days=settings.letter_days)
    found = queries.answered_supports(db, answered, moment - settings.wish_contact_months * _A_MONTH, AT_ONCE)
    for support in found:
        erase.empty_support(db, support, SYSTEM, why, moment)
    return len(found)


def _links(db: Session, _settings: Settings, moment: datetime, _why: str) -> int:
    own_list.forget_links(db, moment - timedelta(hours=1))
    return 0


def _openings(db: Session, _settings: Settings, moment: datetime, _why: str) -> int:
    openings.close_lists(db, moment)
    return 0


def _group_letters(db: Session, settings: Settings, moment: datetime, _why: str) -> int:
    group_letters.forget_words(db, moment - timedelta(days=settings.letter_days))
    return 0


def _ticks(db: Session, settings: Settings, moment: datetime, _why: str) -> int:
    """A tick that comes later than that was made before the mark that stands."""
    rolls.forget_ticks(db, moment - timedelta(days=settings.letter_days))
    return 0


def _feedback(db: Session, settings: Settings, moment: datetime, _why: str) -> int:
    """The words go, the marks stay."""
    day = (moment - settings.feedback_text_months * _A_MONTH).astimezone(RIGA).date()
    db.execute(update(FeedbackAnswer).where(FeedbackAnswer.given_on < day, FeedbackAnswer.words != "").values(words=""))
    return 0


def _keys(db: Session, _settings: Settings, _moment: datetime, _why: str) -> int:
    for year in queries.years_to_close(db):
        destroy_counting_key(db, year)
    return 0


RULES = (
    Rule("special_needs", _needs),
    Rule(
        "unconfirmed",
        _whole(
            lambda db, settings, moment: erasure_queries.never_confirmed(
                db, moment, timedelta(hours=settings.unconfirmed_hours), AT_ONCE
            )
        ),
    ),
    Rule(
        "waiting_list",
        _whole(
            lambda db, settings, moment: erasure_queries.waited_in_vain(
                db, moment, timedelta(days=settings.waiting_list_days), AT_ONCE
            )
        ),
    ),
    Rule(
        "contact",
        _whole(
            lambda db, settings, moment: erasure_queries.long_over(
                db, moment, timedelta(days=settings.contact_days), AT_ONCE
            )
        ),
    ),
    Rule("wish_contact", _wishes),
    Rule("one_time_links", _links),
    Rule("list_openings", _openings),
    Rule("group_letters", _group_letters),
    Rule("roll_ticks", _ticks),
    Rule("feedback_text", _feedback),
    Rule("counting_keys", _keys),
)
"""Every rule that the database can follow; letters on disk and backups age as files."""
