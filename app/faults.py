"""What can be wrong with a field, and the sentence that tells how to mend it; the same at every door."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from app.i18n import Text, _, _n

FAULTS: dict[str, Text] = {
    "missing": _("Fill in this field."),
    "empty": _("Fill in this field."),
    "title_missing": _("Write what you would like to learn."),
    "name_missing": _("Write your name and surname."),
    "email_missing": _("Write your e-mail address, for example name@example.com."),
    "email_no_at": _("The e-mail address lacks the sign @. Example: name@example.com."),
    "email_invalid": _("We cannot send to this address. Check it letter by letter."),
    "phone": _("Write the number in digits, for example +371 26123456."),
    "choose": _("Choose one answer."),
    "tick": _("Tick this box to go on."),
    "consent": _("Tick the box so that the provider may read this, or empty the field above."),
    "companion_same": _("Write the other person's own address, or leave this field empty."),
    "choice_unknown": _("This answer is no longer offered. Choose another."),
    "too_short": _("Write a little more."),
    "synonym_long": _("A synonym has at most four words. Leave out those that say little."),
    "not_text": _("The text holds signs that we cannot store. Type it anew."),
    "number": _("Write a whole number in digits."),
    "price": _("Write the price like this: 18.50."),
    "alt_text": _("Describe the picture in one sentence for people who do not see it."),
    "amount": _("Write a number in digits, for example 12,50."),
    "date": _("Write the date like this: 05.03.2026."),
    "time": _("Write the time like this: 18:00."),
    "date_past": _("This date has passed. Choose a later one."),
    "date_far": _("This date is too far away. Check the year."),
    "end_before_start": _("The end is before the start. Correct one of the two."),
    "closes_after_start": _("Registration must close before the first session. Choose an earlier time."),
    "decision_after_start": _("The day of decision must be before the first session. Choose an earlier date."),
    "minimum_above_seats": _(
        "The smallest number of participants is larger than the number of seats. Correct one of the two."
    ),
    "no_sessions": _("Add at least one session."),
    "iso_date": _("Write the date like this: 2026-03-05."),
    "personal_code": _("This looks like a personal code. We do not need it; please delete it."),
    "unknown_field": _("This field is not known here. Leave it out."),
    "repeated": _("This value was given more than once. Give it once."),
    "not_json": _("We cannot read this as JSON. Check its signs and brackets."),
    "not_object": _("Send one JSON object with the fields that are described."),
}

_BY_PYDANTIC = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_type": "not_text",
    "string_unicode": "not_text",
    "string_pattern_mismatch": "not_text",
    "json_invalid": "not_json",
    "model_type": "not_object",
    "model_attributes_type": "not_object",
    "dict_type": "not_object",
    "string_too_short": "too_short",
    "int_type": "number",
    "int_parsing": "number",
    "int_from_float": "number",
    "int_parsing_size": "number",
    "enum": "choice_unknown",
    "literal_error": "choice_unknown",
    "bool_type": "choose",
    "bool_parsing": "choose",
    "list_type": "choose",
    "date_parsing": "date",
    "date_from_datetime_parsing": "date",
    "date_type": "date",
    "datetime_type": "date",
    "time_type": "time",
    "decimal_parsing": "price",
    "decimal_type": "price",
    "decimal_max_places": "price",
    "decimal_max_digits": "price",
    "decimal_whole_digits": "price",
    "finite_number": "price",
}


def fault(code: str) -> PydanticCustomError:
    """An error of a field by its name in `FAULTS`, for validators of inputs."""
    return PydanticCustomError(code, "%s" % code)  # noqa: UP031


@dataclass(frozen=True, slots=True)
class Fault:
    """One field that must be mended: which, what kind of fault, and the sentence."""

    field: str
    code: str
    sentence: Text


def faults_of(error: ValidationError, first: str | None = None) -> list[Fault]:
    """The faults of an input, in the order of its fields, one a field."""
    found: dict[str, Fault] = {}
    for detail in error.errors(include_url=False, include_input=False):
        place = ".".join(str(part) for part in detail["loc"]) or (first or "")
        if place not in found:
            found[place] = fault_of(place, detail)
    return list(found.values())


def fault_of(place: str, detail: ErrorDetails) -> Fault:
    """What Pydantic found at this place, in our words."""
    kind = detail["type"]
    facts: Mapping[str, object] = detail.get("ctx") or {}
    if kind in {"string_too_long", "too_long"}:
        return Fault(place, "too_long", _too_long(facts))
    if kind == "range":
        least, most = (int(str(facts.get(name, 0))) for name in ("least", "most"))
        return Fault(place, "range", _("Write a number from %(min)s to %(max)s.", min=least, max=most))
    if kind in {"greater_than_equal", "less_than_equal", "greater_than", "less_than"}:
        limit = str(next(iter(facts.values()), ""))
        if kind.startswith("greater"):
            return Fault(place, "range", _("Write a number that is not smaller than %(limit)s.", limit=limit))
        return Fault(place, "range", _("Write a number that is not larger than %(limit)s.", limit=limit))
    if kind == "missing" and f"{place}_missing" in FAULTS:
        kind = f"{place}_missing"
    code = kind if kind in FAULTS else _BY_PYDANTIC.get(kind, "missing")
    return Fault(place, code, FAULTS[code])


def _too_long(facts: Mapping[str, object]) -> Text:
    over = facts.get("over")
    if isinstance(over, int):
        return _n("Shorten the text by %(n)s character.", "Shorten the text by %(n)s characters.", over)
    limit = facts.get("max_length")
    return _n(
        "The text may have at most %(n)s character. Shorten it.",
        "The text may have at most %(n)s characters. Shorten it.",
        limit if isinstance(limit, int) else 0,
    )
