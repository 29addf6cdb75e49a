"""Days in the staff's forms, as people here write them."""

from datetime import date, datetime

from app.courses.authoring_refusals import DayWrong
from app.web.forms import Typed

_FORMATS = ("%d.%m.%Y.", "%d.%m.%Y", "%Y-%m-%d")


def read_day(form: Typed, name: str) -> date | None:
    """The day in a field: 05.03.2026. or 2026-03-05; none where it is empty."""
    text = form.one(name).strip()[:20]
    if not text:
        return None
    for pattern in _FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day of the calendar, at no place
        except ValueError:
            continue
    raise DayWrong
