"""The API's own documentation page: the OpenAPI document, printed for people, without any request elsewhere."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup, escape
from pydantic import BaseModel, Field, JsonValue

from app.i18n import Text, _
from app.limits import REGISTRATIONS, WISHES
from app.web.pages import render, site_of

SHOWN_VALUES = 12
"""So many possible values of a parameter are written out; longer lists stand in the OpenAPI document."""
HEADINGS: Mapping[str, Text] = {
    "catalogue": _("Catalogue"),
    "registrations": _("Registrations"),
    "wishes": _("Wishes"),
    "own": _("For providers, with a key"),
    "figures": _("Figures"),
}
_EXAMPLES = {"courses": "vb-059", "providers": "vb", "year": "2025"}
"""For places in a path whose description gives no example, by the word before them or by their name."""
_ANSWERS = {"200": "OK", "201": "Created"}

router = APIRouter(include_in_schema=False)


class Schema(BaseModel):
    """As much of a JSON schema as the page prints."""

    ref: str = Field("", alias="$ref")
    type: str = ""
    format: str = ""
    description: str = ""
    enum: list[JsonValue] = Field(default_factory=list)
    example: JsonValue = None
    examples: list[JsonValue] = Field(default_factory=list)
    any_of: list["Schema"] = Field(default_factory=list, alias="anyOf")
    items: "Schema | None" = None
    properties: dict[str, "Schema"] = Field(default_factory=dict)
    required: list[str] = Field(default_factory=list)


class Parameter(BaseModel):
    """A parameter of an operation."""

    name: str
    place: str = Field(alias="in")
    required: bool = False
    description: str = ""
    kind: Schema = Field(default_factory=Schema, alias="schema")
    example: JsonValue = None
    examples: dict[str, JsonValue] = Field(default_factory=dict)


class Content(BaseModel):
    """A body in one format."""

    kind: Schema = Field(default_factory=Schema, alias="schema")


class Body(BaseModel):
    """What an operation takes or answers."""

    description: str = ""
    content: dict[str, Content] = Field(default_factory=dict)


class Described(BaseModel):
    """One operation."""

    operation_id: str = Field("", alias="operationId")
    summary: str = ""
    description: str = ""
    tags: list[str] = Field(default_factory=list)
    parameters: list[Parameter] = Field(default_factory=list)
    body: Body = Field(default_factory=Body, alias="requestBody")
    responses: dict[str, Body] = Field(default_factory=dict)


class Components(BaseModel):
    """The schemas that others refer to."""

    schemas: dict[str, Schema] = Field(default_factory=dict)


class OpenApi(BaseModel):
    """The document."""

    paths: dict[str, dict[str, Described]]
    components: Components = Field(default_factory=Components)

    def follow(self, schema: Schema) -> Schema:
        """The schema that is referred to, or the schema itself."""
        return self.components.schemas.get(schema.ref.rpartition("/")[2], schema) if schema.ref else schema


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter, or a field of a body, as the page prints it."""

    name: str
    required: bool
    kind: str
    about: Markup
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page prints it."""

    id: str
    method: str
    path: str
    summary: str
    about: Markup
    parameters: tuple[Given, ...]
    body: tuple[Given, ...]
    answers: tuple[tuple[str, str], ...]
    curl: str


@router.get("/api")
def api(request: Request) -> HTMLResponse:
    """Every operation with its parameters, its answers and a line to try it."""
    return render(
        request,
        "about/api.html",
        groups=_groups(request.app, site_of(request).origin),
        registrations_an_hour=REGISTRATIONS.amount,
        wishes_an_hour=WISHES.amount,
    )


@lru_cache(maxsize=1)
def _groups(app: FastAPI, origin: str) -> tuple[tuple[str, Text, tuple[Operation, ...]], ...]:
    """The operations under their headings; the document never changes while the process lives."""
    operations = list(_operations(OpenApi.model_validate(app.openapi()), origin))
    return tuple(
        (tag, name, found)
        for tag, name in HEADINGS.items()
        if (found := tuple(one for of_tag, one in operations if of_tag == tag))
    )


def _operations(document: OpenApi, origin: str) -> Iterator[tuple[str, Operation]]:
    for path, methods in document.paths.items():
        for method, described in methods.items():
            body = next((content.kind for content in described.body.content.values()), None)
            yield (
                next(iter(described.tags), ""),
                Operation(
                    id=described.operation_id,
                    method=method.upper(),
                    path=path,
                    summary=described.summary,
                    about=_with_code(described.description),
                    parameters=tuple(_parameter(document, one) for one in described.parameters),
                    body=tuple(_fields(document, body)) if body is not None else (),
                    answers=tuple(
                        (code, _ANSWERS.get(code, one.description)) for code, one in described.responses.items()
                    ),
                    curl=_curl(document, origin, path, method, described),
                ),
            )


def _parameter(document: OpenApi, one: Parameter) -> Given:
    kind, values = _kind(document, one.kind)
    return Given(one.name, one.required, kind, _with_code(one.description), values)


def _fields(document: OpenApi, schema: Schema) -> Iterator[Given]:
    whole = document.follow(schema)
    for name, field in whole.properties.items():
        kind, values = _kind(document, field)
        yield Given(name, name in whole.required, kind, _with_code(field.description), values)


def _kind(document: OpenApi, schema: Schema) -> tuple[str, tuple[str, ...]]:
    """What a value is, in a word, and which values there are when they are few."""
    chosen = document.follow(next((one for one in schema.any_of if one.type != "null"), schema))
    if chosen.items is not None:
        kind, values = _kind(document, chosen.items)
        return f"list of {kind}", values
    values = tuple(str(value) for value in chosen.enum[:SHOWN_VALUES])
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return chosen.format or words.get(chosen.type, chosen.type or "text"), values


def _curl(document: OpenApi, origin: str, path: str, method: str, described: Described) -> str:
    """A line to try the operation."""
    asked: list[tuple[str, str]] = []
    for one in described.parameters:
        example = _example(one)
        if one.place == "path":
            word = path.partition(f"/{{{one.name}}}")[0].rpartition("/")[2]
            path = path.replace(f"{{{one.name}}}", example or _EXAMPLES.get(word) or _EXAMPLES.get(one.name, "1"))
        elif one.place == "query" and one.name == "q" and example:
            asked.append((one.name, example))
    url = origin + path + (f"?{urlencode(asked)}" if asked else "")
    if path.startswith("/api/v1/own/"):
        return _curl_with_key(url, method, document, described)
    if method != "post":
        return f"curl '{url}'"
    fields = {
        name: field
        for content in described.body.content.values()
        for name, field in document.follow(content.kind).properties.items()
    }
    sent = {
        name: fields[name].examples[0] for name in ("name", "title", "email") if fields.get(name, Schema()).examples
    }
    return f"curl '{url}' -H 'Content-Type: application/json' -d '{json.dumps(sent, ensure_ascii=False)}'"


def _curl_with_key(url: str, method: str, document: OpenApi, described: Described) -> str:
    """A line for a provider's system, with its key, the version it has read where one is needed, and an example body."""
    line = f"curl '{url}' -H 'Authorization: Bearer …'"
    if method == "get":
        return line
    if any(one.name.lower() == "if-match" for one in described.parameters):
        line += " -H 'If-Match: \"7\"'"
    kinds = [content.kind for content in described.body.content.values()]
    bodies = [*kinds, *map(document.follow, kinds)]
    examples = [example for body in bodies for example in (body.example, *body.examples) if isinstance(example, dict)]
    sent = (
        f" -H 'Content-Type: application/json' -d '{json.dumps(examples[0], ensure_ascii=False)}'" if examples else ""
    )
    return f"{line} -X {method.upper()}{sent}"


def _with_code(text: str) -> Markup:
    """A description in which what stands between backticks is code."""
    pieces = text.split("`")
    return Markup().join(
        Markup("<code>{}</code>").format(piece) if place % 2 else escape(piece) for place, piece in enumerate(pieces)
    )


def _example(one: Parameter) -> str:
    found = one.example if one.example is not None else next(iter(one.kind.examples), None)
    return "" if found is None or isinstance(found, (list, dict)) else str(found)
