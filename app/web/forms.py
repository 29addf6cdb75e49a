"""HTML forms: read into inputs; what was typed is kept when something must be mended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, TypeVar, get_origin

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from app.faults import FAULTS, Fault, faults_of
from app.i18n import Text

MOST_FIELDS = 200
MOST_ROWS = 900
"""Fields of a form that is a long list: each session of a run stands in two."""
Input = TypeVar("Input", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form brought: for each field the texts that were typed."""

    fields: Mapping[str, list[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The field's text; empty when it was not sent."""
        return next(iter(self.fields.get(name, ())), "")

    def many(self, name: str) -> list[str]:
        """All the field's texts, as ticked boxes bring them."""
        return self.fields.get(name, [])


async def typed(request: Request) -> Typed:
    """The form of this request; files are left out."""
    return await _typed(request, MOST_FIELDS)


async def typed_list(request: Request) -> Typed:
    """The form of this request, which may hold a long list."""
    return await _typed(request, MOST_ROWS)


async def _typed(request: Request, most: int) -> Typed:
    form = await request.form(max_files=0, max_fields=most)
    fields: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            fields.setdefault(name, []).append(value)
    request.state.typed = fields  # Kept for the page that asks to sign in first.
    return Typed(fields)


Form = Annotated[Typed, Depends(typed)]
LongForm = Annotated[Typed, Depends(typed_list)]


class WrongForm(Exception):
    """Fields must be mended; `faults` says which and how."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("wrong form")

    @property
    def sentences(self) -> dict[str, Text]:
        """The sentence of each wrong field."""
        return {fault.field: fault.sentence for fault in self.faults}


def read(model: type[Input], form: Typed, more: Mapping[str, object] | None = None) -> Input:
    """The form as an input, or `WrongForm` with every fault; fields the input does not know are left out.

    `more` is what no single field holds.
    """
    known: dict[str, object] = {}
    for name, about in model.model_fields.items():
        if name not in form.fields:
            continue
        if get_origin(about.annotation) is list:
            known[name] = form.many(name)
        elif form.one(name) or about.is_required():
            known[name] = form.one(name)
    try:
        return model.model_validate({**known, **(more or {})})
    except ValidationError as error:
        raise WrongForm(faults_of(error)) from error


def wrong(name: str, code: str) -> WrongForm:
    """A single fault found outside an input."""
    return WrongForm([Fault(name, code, FAULTS[code])])
