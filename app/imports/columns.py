"""COLUMNS: each column of the spreadsheet once, with its name, what may stand in it, and where its value goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.courses.models import Audience, CertificateKind, Format, Funding, Level
from app.i18n import LANGUAGES, Text, _, _p

Choices = Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: where its value goes (`course.title`, `run.seats`), its name, a hint, and the values one may choose from."""

    key: str
    name: Text
    hint: Text
    choices: Choices | None = None
    example: str = ""

    @property
    def is_of_run(self) -> bool:
        """Whether it tells of a run; else of the course."""
        return self.key.startswith("run.")

    @property
    def field(self) -> str:
        """Its field in the form of the course or of the run."""
        return self.key.partition(".")[2]


LEVELS: Choices = {
    Level.NONE: _("Any level"),
    Level.BEGINNER: _("Beginners"),
    Level.INTERMEDIATE: _("With some knowledge"),
    Level.ADVANCED: _("Advanced"),
}
FORMATS: Choices = {
    Format.IN_PERSON: _("In person"),
    Format.ONLINE: _("Online"),
    Format.HYBRID: _("Partly online"),
    Format.SELF_STUDY: _("On your own"),
}
FUNDINGS: Choices = {
    Funding.FREE: _("Free of charge"),
    Funding.MUNICIPAL: _("The city"),
    Funding.SELF_PAID: _("The participant"),
    Funding.STATE_EU: _("The state or the EU"),
    Funding.EMPLOYER: _("The employer"),
}
CERTIFICATES: Choices = {
    CertificateKind.NONE: _("No document"),
    CertificateKind.ATTENDANCE: _("Confirmation of attendance"),
    CertificateKind.CERTIFICATE: _("Certificate"),
    CertificateKind.QUALIFICATION: _("Qualification"),
}
AUDIENCES: Choices = {
    Audience.EVERYONE: _("Everyone"),
    Audience.SENIORS: _("Seniors"),
    Audience.TEACHERS: _("Teachers"),
    Audience.EMPLOYEES: _("Employees"),
    Audience.YOUTH: _("Young people"),
    Audience.JOBSEEKERS: _("Jobseekers"),
    Audience.PARENTS: _("Parents"),
    Audience.ENTREPRENEURS: _("Entrepreneurs"),
    Audience.UKRAINIANS: _("People from Ukraine"),
    Audience.PEOPLE_WITH_DISABILITIES: _("People with disabilities"),
}
TEACHING: Choices = {
    "lv": _("Latvian"),
    "en": _("English"),
    "ru": _("Russian"),
    "uk": _("Ukrainian"),
    "de": _("German"),
}
YES_NO: Choices = {"yes": _p("answer", "Yes"), "": _p("answer", "No")}

COLUMNS = (
    Column("code", _("Code of the course"), _("Only to add a group to a course that is in the catalogue already.")),
    Column("course.title", _("Title"), _("Rows with the same title are groups of one course."), example="Māla trauki"),
    Column("course.summary", _("Summary"), _("At most 160 characters."), example="Pirmie trauki no māla."),
    Column("course.description", _("Description"), _("Markdown; several lines in one cell."), example="Mācāmies virpot."),
    Column("course.outcomes", _("What you will learn"), _("A line for each, or divided by semicolons."), example="Virpo bļodu; Glazē krūzi"),
    Column("course.group", _("Thematic group"), _("Choose one from the list."), example=""),
    Column("course.audiences", _("For whom"), _("Several are divided by commas."), AUDIENCES, "Visiem"),
    Column("course.level", _("Level"), _("Choose one from the list."), LEVELS, "Iesācējiem"),
    Column("course.language", _("Language of teaching"), _("Choose one from the list."), TEACHING, "Latviešu"),
    Column("course.format", _("How it is held"), _("Choose one from the list."), FORMATS, "Klātienē"),
    Column("course.academic_hours", _("Length in academic hours"), _("Hours of 45 minutes."), example="16"),
    Column("course.price", _("Price"), _("Euros, for example 18.50; 0 is free of charge."), example="18,50"),
    Column("course.funding", _("Who pays"), _("Choose one from the list."), FUNDINGS, "Dalībnieks"),
    Column("course.certificate", _("What you receive"), _("Choose one from the list."), CERTIFICATES, "Apliecība"),
    Column("course.needs_permit", _("Needs a permit"), _("Yes or no."), YES_NO),
    Column("course.permit", _("Number of the permit"), _("As in the register of permits.")),
    Column("course.prerequisites", _("What you need to know before"), _("May stay empty.")),
    Column("course.keywords", _("Words by which it is searched for"), _("Divided by commas."), example="māls, keramika"),
    Column("course.contact_email", _("E-mail address for questions"), _("It is shown to residents."), example="kursi@example.lv"),
    Column("course.contact_phone", _("Phone for questions"), _("It is shown to residents."), example="+371 63600000"),
    Column("run.first_day", _("First session"), _("A day, for example 05.03.2026."), example="05.03.2027"),
    Column("run.last_day", _("Last session"), _("Empty when there is only one session."), example="28.05.2027"),
    Column("run.weekdays", _("Days of the week"), _("For example Mon, Wed; empty: the day of the first session."), example="P., T."),
    Column("run.begins", _("Begins at"), _("An hour, for example 18:00."), example="18.00"),
    Column("run.ends", _("Ends at"), _("An hour, for example 19:30."), example="19.30"),
    Column("run.venue", _("Venue"), _("As the catalogue calls it; a new one needs its address."), example=""),
    Column("run.address", _("Address of a new venue"), _("Only for a venue that the catalogue does not know.")),
    Column("run.link", _("Link of the online sessions"), _("Only participants see it.")),
    Column("run.seats", _("Number of seats"), _("0 means no limit"), example="12"),
    Column("run.min_participants", _("Smallest number of participants"), _("0 if it starts in any case."), example="5"),
    Column("run.decision_day", _("Day of decision"), _("Needed where there is a smallest number."), example="01.03.2027"),
    Column("run.opens", _("Registration opens"), _("Empty: at once."), example=""),
    Column("run.closes", _("Registration closes"), _("Empty: at the first session."), example=""),
    Column("run.has_waiting_list", _("Waiting list"), _("Yes or no; empty means yes."), YES_NO),
    Column("run.teacher", _("Teacher"), _("As printed in the catalogue.")),
    Column("run.bring", _("What to bring"), _("The reminder says it.")),
)  # fmt: skip
"""In the order of the template."""
BY_KEY = {column.key: column for column in COLUMNS}
RUN_KEYS = tuple(column.key for column in COLUMNS if column.is_of_run)
COURSE_KEYS = tuple(column.key for column in COLUMNS if column.key.startswith("course."))


def same(text: str) -> str:
    """A name as it is compared: without case, spaces and signs at its end."""
    return " ".join(text.casefold().replace("_", " ").split()).strip(" .*:")


@cache
def columns_by_name() -> Mapping[str, str]:
    """Keys of columns by their names in every language, and by the fields' own names."""
    found: dict[str, str] = {}
    for column in COLUMNS:
        names = [column.name.say(language) for language in LANGUAGES.values()]
        for name in (*names, column.key, column.key.partition(".")[2] or column.key):
            found.setdefault(same(name), column.key)
    return found


@cache
def values_by_name(key: str) -> Mapping[str, str]:
    """The values one may choose in a column by their names in every language, and by themselves."""
    choices = BY_KEY[key].choices or {}
    found = {same(value): str(value) for value in choices if value}
    for value, words in choices.items():
        found |= {same(words.say(language)): str(value) for language in LANGUAGES.values()}
    return found
