"""What the API may be asked: known parameters, once each, and the filters of the catalogue as the one list has them."""

import re
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic_core import ErrorDetails

from app.api.errors import language_of
from app.faults import FAULTS
from app.i18n import LANGUAGES, Language
from app.search.filters import BY_PARAMETER, FILTERS, FREE, Filter, Filters, read_filters

_CODE = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
_PRICE = rf"{FREE}|[0-9]{{1,6}}(\.[0-9]{{1,2}})?"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATES = {"date_from", "date_to"}
_SINGLE = {"date_from", "date_to", "flag"}
"""Kinds of filters that take one value."""


class Only:
    """A dependency that refuses parameters which are not known here, and known ones that are given twice."""

    def __init__(self, *single: str, several: frozenset[str] = frozenset()) -> None:
        self.single = {*single, "lang"}
        self.several = several

    async def __call__(self, request: Request) -> None:
        """Refuse the request, naming each parameter that is wrong."""
        given = [name for name, _value in request.query_params.multi_items()]
        faults = {
            name: "repeated" if name in self.single else "unknown_field"
            for name in given
            if name not in self.several and (name not in self.single or given.count(name) > 1)
        }
        refuse_wrong(faults)


def refuse_wrong(faults: Mapping[str, str]) -> None:
    """Refuse the request when any parameter has a fault; each fault is a name in `FAULTS`."""
    if faults:
        raise RequestValidationError(
            [
                ErrorDetails(type=code, loc=("query", name), msg=FAULTS[code].msgid, input=None)
                for name, code in faults.items()
            ]
        )


async def _reader(
    request: Request,
    lang: Annotated[
        str | None,
        Query(
            description="Language of texts and messages; without it, the first of Accept-Language that we speak.",
            json_schema_extra={"enum": [*LANGUAGES]},
            examples=["en"],
        ),
    ] = None,
) -> Language:
    if lang is not None and lang not in LANGUAGES:
        refuse_wrong({"lang": "choice_unknown"})
    return language_of(request)


Reader = Annotated[Language, Depends(_reader)]
"""The language in which this request is answered."""


async def chosen_filters(request: Request) -> Filters:
    """The catalogue's filters of this request; a value that a filter cannot have is refused."""
    given = [pair for pair in request.query_params.multi_items() if pair[0] in BY_PARAMETER]
    wrong = [name for name, value in given if not _is_possible(BY_PARAMETER[name], value)]
    read = read_filters(given)
    wrong += [name for name, _value in read.ignored]
    refuse_wrong({name: "iso_date" if BY_PARAMETER[name].kind in _DATES else "choice_unknown" for name in wrong})
    return read.filters


def _is_possible(one: Filter, value: str) -> bool:
    if one.kind == "price":
        return re.fullmatch(_PRICE, value) is not None
    if one.kind in _DATES:
        return re.fullmatch(_DAY, value) is not None
    if one.choices:
        return any(choice.value == value for choice in one.choices)
    return re.fullmatch(_CODE, value) is not None


ChosenFilters = Annotated[Filters, Depends(chosen_filters)]
SINGLE_FILTERS = tuple(one.parameter for one in FILTERS if one.kind in _SINGLE)
SEVERAL_FILTERS = frozenset(one.parameter for one in FILTERS if one.kind not in _SINGLE)


def filter_parameters() -> list[dict[str, object]]:
    """The filters as parameters of an operation in OpenAPI."""
    return [_described(one) for one in FILTERS]


def _described(one: Filter) -> dict[str, object]:
    value: dict[str, object] = {"type": "string", **_limits(one)}
    single = one.kind in _SINGLE
    about = f"{one.label.msgid}." if single else f"{one.label.msgid}. May be repeated: any of the values."
    if one.kind == "price":
        about = f"{one.label.msgid}: `free`, or the most it may cost in euros. Of several the highest counts."
    return {
        "name": one.parameter,
        "in": "query",
        "required": False,
        "description": about,
        "schema": value if single else {"type": "array", "items": value},
        "example": _example(one) if single else [_example(one)],
    }


def _limits(one: Filter) -> dict[str, object]:
    match one.kind:
        case "price":
            return {"pattern": f"^({_PRICE})$"}
        case "date_from" | "date_to":
            return {"format": "date"}
        case _:
            return {"enum": [choice.value for choice in one.choices]} if one.choices else {"pattern": f"^{_CODE}$"}


def _example(one: Filter) -> str:
    match one.kind:
        case "price":
            return "50"
        case "date_from" | "date_to":
            return "2026-03-05"
        case _:
            return one.choices[0].value if one.choices else _EXAMPLES.get(one.parameter, "a")


_EXAMPLES = {"group": "digital", "provider": "vmc", "venue": "biblioteka"}
