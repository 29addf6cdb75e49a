"""Names of what figures are counted from, and of the ways of counting, as tables of a figure's records print them."""

from app.i18n import Text, _
from app.participation.models import CountedHow
from app.registrations.models import Channel

SOURCES: dict[str, Text] = {
    "publications": _("Courses while they were public"),
    "sessions": _("Sessions of groups"),
    "self_study": _("Self-study groups without sessions"),
    "runs": _("Groups"),
    "activities": _("Activities"),
    "providers": _("Providers"),
    "attendance": _("Attendance lists of groups"),
    "head_counts": _("People who came to a session without registering"),
    "certificates": _("Certificates"),
    "registrations": _("Registrations"),
    "wishes": _("Wishes"),
    "permits": _("Permits"),
    "partners": _("Partners"),
    "use": _("Daily counters"),
    "feedback": _("Feedback"),
}
WAYS: dict[str, Text] = {
    "": _("every record"),
    CountedHow.REGISTERED: _("by registrations"),
    CountedHow.ON_THE_SPOT: _("counted on the spot"),
    CountedHow.ESTIMATED: _("estimated"),
    Channel.WEB: _("on the website"),
    Channel.DESK: _("in person at the provider"),
    Channel.PHONE: _("by phone"),
    Channel.IMPORT: _("from a spreadsheet"),
    Channel.API: _("from another system"),
}
