"""Texts in the reader's language, in SQL: the translation where there is one, else the Latvian."""

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.i18n import DEFAULT

LOCALE: BindParameter[str] = bindparam("locale")
"""The reader's language; a parameter, so that one statement serves every language."""


def in_language(
    text: InstrumentedAttribute[str], locale: InstrumentedAttribute[str], belongs: ColumnElement[bool]
) -> ColumnElement[str]:
    """A text of a row that stands in the statement around; empty and missing translations fall back to Latvian."""
    texts = select(func.nullif(text, "")).where(belongs)
    return func.coalesce(
        texts.where(locale == LOCALE).scalar_subquery(), texts.where(locale == DEFAULT).scalar_subquery(), ""
    )
