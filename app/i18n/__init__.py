"""Languages: which there are, messages in them, and dates, times, numbers and order as people there write them."""

from app.i18n.dates import (
    date_text,
    moment_text,
    month_name,
    month_text,
    needs_year,
    numeric_date,
    rhythm,
    short_date,
    time_range,
    time_text,
    weekday_text,
)
from app.i18n.instants import NoSuchHour, at
from app.i18n.languages import DEFAULT, LANGUAGES, LOCALE, Language, pick_language
from app.i18n.numbers import Percent, Price, money_text, number_text, percent_text, price_text
from app.i18n.riga import RIGA, local
from app.i18n.sorting import by_surname, sort_key
from app.i18n.text import Param, Sayable, Text, _, _n, _np, _p, spoken
from app.i18n.words import DayCase, WeekdayForm, capital

__all__ = [
    "DEFAULT",
    "LANGUAGES",
    "LOCALE",
    "RIGA",
    "DayCase",
    "Language",
    "NoSuchHour",
    "Param",
    "Percent",
    "Price",
    "Sayable",
    "Text",
    "WeekdayForm",
    "_",
    "_n",
    "_np",
    "_p",
    "at",
    "by_surname",
    "capital",
    "date_text",
    "local",
    "moment_text",
    "money_text",
    "month_name",
    "month_text",
    "needs_year",
    "number_text",
    "numeric_date",
    "percent_text",
    "pick_language",
    "price_text",
    "rhythm",
    "short_date",
    "sort_key",
    "spoken",
    "time_range",
    "time_text",
    "weekday_text",
]
