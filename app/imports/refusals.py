"""Why a file is not taken, and why an import cannot go on: facts, each with its sentence."""

from app.i18n import Text, _
from app.imports.unreadable import BROKEN, MOST_BYTES, MOST_ROWS, ROWS, SIZE, TYPE
from app.refusals import Conflict, Refusal


class FileRefused(Refusal):
    """The file cannot be read; nothing of it was kept."""

    status = 422


FILE_SENTENCES: dict[str, Text] = {
    TYPE: _("We cannot open this file. Add a spreadsheet in .xlsx or .csv."),
    SIZE: _(
        "The file is larger than %(limit)s. Divide it and add it in parts.", limit=f"{MOST_BYTES // 1024 // 1024} MB"
    ),
    ROWS: _("The file has more than %(limit)s rows. Divide it.", limit=MOST_ROWS),
    BROKEN: _("The file is damaged. Save it again and try once more."),
}
"""By the name of the fault."""
FILE_SENTENCES["file_columns"] = _("We find neither a column “Title” nor “Code of the course”. Use the template.")
FILE_SENTENCES["account_gone"] = _("Whoever sent the file may no longer do this. Send it again from another account.")


def refusal_of(code: str) -> FileRefused:
    """The refusal of that name, with its sentence."""
    refusal = FileRefused(FILE_SENTENCES[code])
    refusal.code = code
    return refusal


class NothingReady(Conflict):
    """No row of the import can be taken over as it is."""

    code = "nothing_ready"
    sentence = _("No row is ready yet. Mend the marked cells or leave those rows out.")


class ImportBusy(Conflict):
    """The rows are being read or taken over at the moment."""

    code = "import_busy"
    sentence = _("This import is still running. Wait until it is done.")
