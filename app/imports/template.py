"""The template: an empty spreadsheet with the names of the columns, lists to choose from, and what each column means."""

import csv
import io
from collections.abc import Sequence

import xlsxwriter

from app.i18n import LANGUAGES, Language, _
from app.imports.columns import COLUMNS, Column

_ROWS = 500
"""So many rows are prepared for choosing."""
_LISTS_SHEET = "Lists"
_MOST_HINT = 250
_LONG = {"course.title", "course.description", "course.summary"}
_TITLES = (_("Courses"), _("Help"))


def template_xlsx(language: Language, groups: Sequence[str], venues: Sequence[str]) -> bytes:
    """The workbook: courses, help in every language, and the lists behind the choices."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(_TITLES[0].say(language))
    help_sheet = book.add_worksheet(_TITLES[1].say(language))
    lists = book.add_worksheet(_LISTS_SHEET)
    lists.hide()
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(COLUMNS):
        name = column.name.say(language)
        sheet.write_string(0, place, name, bold)
        sheet.set_column(place, place, 36 if column.key in _LONG else 18, text)
        options = _options(column, language, groups, venues)
        for row, option in enumerate(options):
            lists.write_string(row, place, option)
        rule: dict[str, object] = {
            "validate": "any",
            "input_title": name[:32],
            "input_message": column.hint.say(language)[:_MOST_HINT],
        }
        if options:
            letters = xlsxwriter.utility.xl_col_to_name(place)
            rule |= {"validate": "list", "source": f"={_LISTS_SHEET}!${letters}$1:${letters}${len(options)}"}
            rule |= {"error_type": "warning", "show_error": column.key in {"course.group"}}
        sheet.data_validation(1, place, _ROWS, place, rule)
    _write_help(help_sheet, groups, venues, bold, wrapped)
    book.close()
    return written.getvalue()


def template_csv(language: Language) -> str:
    """The names of the columns and an example, as Latvian Excel opens them."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.name.say(language) for column in COLUMNS])
    return "\ufeff" + written.getvalue()


def _write_help(
    sheet: xlsxwriter.worksheet.Worksheet, groups: Sequence[str], venues: Sequence[str], bold: object, wrapped: object
) -> None:
    """Every column with what may stand in it, a pair of columns for each language."""
    for block, language in enumerate(LANGUAGES.values()):
        sheet.set_column(block * 3, block * 3, 26)
        sheet.set_column(block * 3 + 1, block * 3 + 2, 44)
        for row, column in enumerate(COLUMNS, 1):
            sheet.write_string(row, block * 3, column.name.say(language), bold)
            sheet.write_string(row, block * 3 + 1, column.hint.say(language), wrapped)
            options = _options(column, language, groups, ())
            sheet.write_string(row, block * 3 + 2, ", ".join(options) or column.example, wrapped)


def _options(column: Column, language: Language, groups: Sequence[str], venues: Sequence[str]) -> Sequence[str]:
    if column.key == "course.group":
        return groups
    if column.key == "run.venue":
        return venues[:_ROWS]
    return [words.say(language) for words in (column.choices or {}).values()]
