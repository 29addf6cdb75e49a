"""A period as records are compared with it: places in a statement, filled when it is asked."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BindParameter, Date, bindparam

from app.clock import RIGA
from app.db import UtcDateTime
from app.reports.period import Period


@dataclass(frozen=True, slots=True)
class Window:
    """The days and instants of a period that is not known yet."""

    starts_at: BindParameter[datetime]
    ends_at: BindParameter[datetime]
    now: BindParameter[datetime]
    until: BindParameter[datetime]
    """The end, or now if that is earlier: what lies ahead has not happened."""
    first_day: BindParameter[date]
    last_day: BindParameter[date]
    last_day_so_far: BindParameter[date]
    """The last day, or today if that is earlier."""

    @staticmethod
    def numbered(number: int) -> "Window":
        """One of several windows in a statement."""

        def instant(name: str) -> BindParameter[datetime]:
            return bindparam(f"{name}_{number}", type_=UtcDateTime())

        def day(name: str) -> BindParameter[date]:
            return bindparam(f"{name}_{number}", type_=Date())

        return Window(
            starts_at=instant("starts_at"),
            ends_at=instant("ends_at"),
            now=instant("now"),
            until=instant("until"),
            first_day=day("first_day"),
            last_day=day("last_day"),
            last_day_so_far=day("last_day_so_far"),
        )


def filling(number: int, period: Period, moment: datetime) -> dict[str, datetime | date]:
    """What fills the window of that number for a period, seen at a moment."""
    values: dict[str, datetime | date] = {
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
        "now": moment,
        "until": min(period.ends_at, moment),
        "first_day": period.first_day,
        "last_day": period.last_day,
        "last_day_so_far": min(period.last_day, moment.astimezone(RIGA).date()),
    }
    return {f"{name}_{number}": value for name, value in values.items()}
