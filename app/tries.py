"""How often one sender did something: counts that outlive a restart and are shared by all processes."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Index,
    Integer,
    String,
    and_,
    bindparam,
    case,
    delete,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from app.db import Base, personal

HOUR = 60 * 60
"""Seconds: the longest stretch that a limit counts in."""


class Tries(Base):
    """How often a sender did something within one stretch of time; erased when the stretch no longer counts."""

    __tablename__ = "tries"
    __table_args__ = (Index("ix_tries_stretch", "stretch"),)
    act: Mapped[str] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(
        primary_key=True, info=personal("pseudonym"), doc="Keyed hash of the network address, or of an account."
    )
    stretch: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, doc="Its start, seconds since 1970."
    )
    times: Mapped[int]


def count_try(db: Session, act: str, sender: str, *, amount: int, seconds: int, moment: datetime) -> bool:
    """Count one more if the sender stays within the amount; whether it did. One statement, right when many try at once.

    What counts is this stretch, and of the stretch before the part that the last `seconds` still cover.
    """
    begun, gone = divmod(int(moment.timestamp()), seconds)
    asked = {
        "act": act,
        "sender": sender,
        "stretch": begun * seconds,
        "before": (begun - 1) * seconds,
        "left": seconds - gone,
        "seconds": seconds,
        "most": amount * seconds,
    }
    statement = _COUNT_SQLITE if db.get_bind().dialect.name == "sqlite" else _COUNT_POSTGRESQL
    return db.connection().execute(statement, asked).first() is not None


def seconds_to_wait(db: Session, act: str, sender: str, *, amount: int, seconds: int, moment: datetime) -> int:
    """In how many seconds the sender, who is over the amount, may try again."""
    begun, gone = divmod(int(moment.timestamp()), seconds)
    asked = {"act": act, "sender": sender, "stretch": begun * seconds, "before": (begun - 1) * seconds}
    times, before = (int(one) for one in db.execute(_COUNTED, asked).one())
    if times < amount and before:
        return max(1, seconds - gone - (amount - times - 1) * seconds // before)
    return max(1, 2 * seconds - gone - (amount - 1) * seconds // max(times, 1))


def forget_tries(db: Session, lengths: dict[str, int], moment: datetime) -> None:
    """Erase the stretches that count no more; `lengths` says how many seconds a stretch of each act lasts."""
    time, longest = int(moment.timestamp()), max(lengths.values())
    over = case(
        *[(Tries.act == act, Tries.stretch <= time - 2 * seconds) for act, seconds in lengths.items()],
        else_=Tries.stretch <= time - 2 * longest,
    )
    shortest = min(lengths.values())
    db.execute(delete(Tries).where(and_(Tries.stretch <= time - 2 * shortest, over)))


def forget_over(db: Session, moment: datetime) -> None:
    """Erase what counts no more; no limit looks back further than an hour."""
    forget_tries(db, {"": HOUR}, moment)


_ACT: BindParameter[str] = bindparam("act", type_=String())
_SENDER: BindParameter[str] = bindparam("sender", type_=String())
_STRETCH: BindParameter[int] = bindparam("stretch", type_=BigInteger())
_LEFT: BindParameter[int] = bindparam("left", type_=BigInteger())
_SECONDS: BindParameter[int] = bindparam("seconds", type_=BigInteger())
_MOST: BindParameter[int] = bindparam("most", type_=BigInteger())
_Earlier = aliased(Tries)
_BEFORE = func.coalesce(
    select(_Earlier.times)
    .where(
        _Earlier.act == _ACT, _Earlier.sender == _SENDER, _Earlier.stretch == bindparam("before", type_=BigInteger())
    )
    .scalar_subquery(),
    0,
)
"""How often in the stretch before."""


def _stays_within(times: ColumnElement[int] | int) -> ColumnElement[bool]:
    """Whether so many times, and what still counts of the stretch before, are not too many; in whole numbers."""
    return _BEFORE * _LEFT + times * _SECONDS <= _MOST


def _counting(dialect: str) -> ReturningInsert[tuple[int]]:
    insert = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(Tries)
    first = select(_ACT, _SENDER, _STRETCH, bindparam("one", 1, type_=Integer())).where(_stays_within(1))
    return (
        insert.from_select(["act", "sender", "stretch", "times"], first)
        .on_conflict_do_update(
            index_elements=["act", "sender", "stretch"],
            set_={"times": Tries.times + 1},
            where=_stays_within(Tries.times + 1),
        )
        .returning(Tries.times)
    )


_COUNT_SQLITE = _counting("sqlite")
_COUNT_POSTGRESQL = _counting("postgresql")
_IN_THIS = func.coalesce(
    select(Tries.times).where(Tries.act == _ACT, Tries.sender == _SENDER, Tries.stretch == _STRETCH).scalar_subquery(),
    0,
)
_COUNTED = select(_IN_THIS, _BEFORE)
