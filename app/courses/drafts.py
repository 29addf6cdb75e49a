"""Drafts as fields: a course as its form shows it, what was typed as a CourseForm, and the form put on the course.

Nothing here asks the database. A field is a list of texts, as forms bring them; `title_en` is the English title.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from pydantic import ValidationError

from app.courses.inputs import OTHER_LANGUAGES, TITLE, CourseForm, WordsForm
from app.courses.models import Course, CourseAudience, CourseText, Format, Funding
from app.faults import Fault, fault_of
from app.i18n import DEFAULT

Fields = dict[str, list[str]]

TRANSLATED = ("title", "summary", "description", "outcomes", "prerequisites", "keywords")
_SINGLE = (
    "group", "level", "language", "format", "academic_hours", "price", "funding", "certificate",
    "permit", "contact_email", "contact_phone", "picture_alt",
)  # fmt: skip
FIELDS = (
    *TRANSLATED,
    "audiences",
    *_SINGLE,
    "needs_permit",
    *(f"{a}_{b}" for b in OTHER_LANGUAGES for a in TRANSLATED),
)
"""Every field of the form, by its name in the page."""
_LONGEST = 20_000
"""Characters of a field that a draft keeps, however wrong they are."""
_NEVER_KEPT = {"personal_code", "not_text"}
"""Faults of texts that may not be stored anywhere, not even until they are mended."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A draft as far as it can be read, and what is wrong with the rest."""

    form: CourseForm
    faults: tuple[Fault, ...]


def fields_of_course(course: Course) -> Fields:
    """The course's own fields; its texts, audiences, group and permit are loaded."""
    texts = course.texts
    latvian = texts.get(DEFAULT) or CourseText(title="", outcomes=[], keywords=[])
    is_said = course.published_at is not None or course.academic_hours > 0
    single = {
        "group": course.group.code,
        "level": course.level,
        "language": course.language,
        "format": course.format,
        "academic_hours": _number(course.academic_hours) if is_said else "",
        "price": _number(course.price),
        "funding": course.funding,
        "certificate": course.certificate,
        "permit": course.permit.number if course.permit else "",
        "contact_email": course.contact_email,
        "contact_phone": course.contact_phone,
        "picture_alt": latvian.picture_alt,
        "needs_permit": "yes" if course.needs_permit else "",
    }
    fields = _words(latvian) | {name: [str(value)] for name, value in single.items() if value}
    for locale in OTHER_LANGUAGES:
        if locale in texts:
            fields |= {f"{name}_{locale}": said for name, said in _words(texts[locale]).items()}
    audiences = sorted(one.audience.value for one in course.audiences)
    return fields | ({"audiences": audiences} if audiences else {})


def fields_of_form(form: CourseForm) -> Fields:
    """The form as a page would bring it."""
    said = form.model_dump(mode="json", include=set(_SINGLE), exclude_none=True)
    single = {name: str(value) for name, value in said.items() if value}
    single |= {
        name: _number(value) for name in ("academic_hours", "price") if (value := getattr(form, name)) is not None
    }
    fields = _words(form) | {name: [value] for name, value in single.items()}
    for locale, words in form.translations.items():
        fields |= {f"{name}_{locale}": texts for name, texts in _words(words).items()}
    if form.needs_permit:
        fields["needs_permit"] = ["yes"]
    audiences = sorted(one.value for one in form.audiences)
    return fields | ({"audiences": audiences} if audiences else {})


def kept_fields(typed: Mapping[str, list[str]], before: Mapping[str, list[str]]) -> Fields:
    """What a draft keeps of what was typed: the form's fields, however wrong, but nothing that may never be stored.

    A text that may not be stored leaves the field as it was before.
    """
    fields = {
        name: [text.replace("\r\n", "\n") for text in typed[name][:20] if text.strip()]
        for name in FIELDS
        if name in typed and sum(map(len, typed[name])) <= _LONGEST
    }
    if "audiences" in fields:
        fields["audiences"].sort()
    faulty = {one.field for one in read_fields(fields).faults if one.code in _NEVER_KEPT}
    too_long = {name for name in FIELDS if name in typed} - {*fields}
    fields |= {name: list(before.get(name, ())) for name in faulty | too_long}
    return {name: texts for name, texts in sorted(fields.items()) if texts}


def read_fields(fields: Mapping[str, list[str]], title: str = "–") -> Reading:
    """The fields as a form: what is wrong is left out of it and told; without a title the given one stands there."""
    faults: dict[str, Fault] = {}
    left = dict(fields)
    while True:
        try:
            return Reading(CourseForm.model_validate(_asked(left)), tuple(faults.values()))
        except ValidationError as error:
            for one in _faults(error):
                faults.setdefault(one.field, one)
                was = left.pop(one.field, None)
                if one.field == "title":
                    spare = title[:TITLE] or "–"
                    left["title"] = [spare if was != [spare] else "–"]


def _faults(error: ValidationError) -> Iterable[Fault]:
    for detail in error.errors(include_url=False, include_input=False):
        place = [str(part) for part in detail["loc"]]
        name = f"{place[2]}_{place[1]}" if place[0] == "translations" and len(place) > 2 else place[0]
        yield replace(fault_of(name, detail), field=name)


def _asked(fields: Mapping[str, list[str]]) -> dict[str, object]:
    """The fields by the names and in the shape of a CourseForm."""
    asked: dict[str, object] = {name: _joined(fields, name) for name in (*TRANSLATED, *_SINGLE) if fields.get(name)}
    asked["audiences"] = list(fields.get("audiences", ()))
    asked["needs_permit"] = "yes" in fields.get("needs_permit", ())
    asked["translations"] = {
        locale: {name: _joined(fields, f"{name}_{locale}") for name in TRANSLATED if fields.get(f"{name}_{locale}")}
        for locale in OTHER_LANGUAGES
    }
    return asked


def _joined(fields: Mapping[str, list[str]], name: str) -> str:
    return "\n".join(fields[name])


def _words(words: CourseForm | WordsForm | CourseText) -> Fields:
    """The texts of one language as fields; those that are empty are left out."""
    said = {
        "title": words.title,
        "summary": words.summary,
        "description": words.description,
        "outcomes": "\n".join(words.outcomes or ()),
        "prerequisites": words.prerequisites,
        "keywords": ", ".join(words.keywords or ()),
    }
    return {name: [text] for name, text in said.items() if text}


def _number(number: Decimal) -> str:
    """A number as people here write it: 18, 18,50."""
    whole = number == number.to_integral_value()
    return str(int(number)) if whole else f"{number:.2f}".replace(".", ",")


def put_on(course: Course, form: CourseForm, group_id: int | None, permit_id: int | None) -> None:
    """The course is as the form says; what the form does not say yet stays as it is."""
    course.group_id = group_id or course.group_id
    course.permit_id = permit_id
    course.level, course.language = form.level, form.language
    course.format = form.format or course.format or Format.IN_PERSON
    course.funding = form.funding or course.funding or Funding.FREE
    if form.certificate is not None:
        course.certificate = form.certificate
    course.academic_hours = form.academic_hours if form.academic_hours is not None else Decimal(0)
    course.price = form.price if form.price is not None else Decimal(0)
    course.needs_permit = form.needs_permit
    course.contact_email, course.contact_phone = form.contact_email or "", form.contact_phone or ""
    _say(course, DEFAULT, form)
    course.texts[DEFAULT].picture_alt = form.picture_alt
    for locale in OTHER_LANGUAGES:
        if locale in form.translations:
            _say(course, locale, form.translations[locale])
        else:
            course.texts.pop(locale, None)
    now_for = {*form.audiences}
    course.audiences = [one for one in course.audiences if one.audience in now_for] + [
        CourseAudience(audience=one) for one in form.audiences if one not in {old.audience for old in course.audiences}
    ]


def _say(course: Course, locale: str, words: CourseForm | WordsForm) -> None:
    text = course.texts.setdefault(locale, CourseText(locale=locale))
    text.title, text.summary, text.description = words.title, words.summary, words.description
    text.outcomes, text.prerequisites, text.keywords = list(words.outcomes), words.prerequisites, list(words.keywords)
