"""Registering for a run as the web form does, for other systems."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Header, Request, Response
from fastapi.openapi.models import Example
from pydantic import BaseModel, ConfigDict, Field

from app.api.errors import answers, language_of, wrong_input
from app.dependencies import Db, Rules, RunId
from app.limits import FORMS, REGISTRATIONS
from app.registrations.actions import register_for_run
from app.registrations.inputs import RegistrationForm
from app.registrations.models import Channel, State
from app.registrations.once import NEVER_AGAIN, SentOnce
from app.registrations.questions import AnswersWrong
from app.registrations.standing import answer_of

router = APIRouter(prefix="/api/v1", tags=["registrations"])

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description=(
            "Any key of your own, for this run and this person. The same request under the same key is answered as "
            "the first time and registers nobody twice, for 24 hours; another request under it is refused."
        ),
        examples=["0f4b6c1e-8d0d-4b7e-9c55-2f6f0c7f3a11"],
    ),
]


_ANNA = {"name": "Anna Ozola", "email": "anna@example.lv"}
EXAMPLES: dict[str, Example] = {
    "one": {"summary": "One person", "value": {**_ANNA, "phone": "+371 26123456"}},
    "questions": {
        "summary": "With answers to the provider's questions",
        "value": {
            **_ANNA,
            "answers": [{"question": 12, "answer": "little"}, {"question": 13, "answer": True}],
        },
    },
    "two": {
        "summary": "Two who come together, both or neither",
        "value": {**_ANNA, "companion": {"name": "Jānis Ozols", "email": "janis@example.lv"}},
    },
    "needs": {
        "summary": "With what the person needs, and the consent to keep it",
        "value": {
            **_ANNA,
            "special_needs": "Vajadzīga iekļūšana bez pakāpieniem.",
            "special_needs_consent": True,
        },
    },
}
"""Requests for the description of the API."""


class RegistrationReceived(BaseModel):
    """What became of the request. The same for an address that is registered already: only its owner learns that, by mail."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "state": "pending",
                    "position": None,
                    "held_until": "2026-03-05T16:00:00Z",
                    "message": "Uz adresi anna@example.lv nosūtījām vēstuli. Atveriet tajā saiti līdz ceturtdienai, "
                    "2026. gada 5. martam, plkst. 18.00.",
                }
            ]
        },
    )

    state: State = Field(description="`pending`: a seat is held; `waitlisted`: the run is full, the person waits.")
    position: int | None = Field(
        description="Place on the waiting list, from 1; of two who come together the first one's, the other has the next. "
        "Null with a seat."
    )
    held_until: datetime | None = Field(
        description="Until when the seat is held for the address to be confirmed by the mailed link (UTC)."
    )
    message: str = Field(description="What to tell the person, in the language asked for.")


@router.post(
    "/runs/{run_id}/registrations",
    operation_id="register_for_run",
    summary="Register a person for a run",
    status_code=201,
    response_model=RegistrationReceived,
    responses=answers(400, 403, 404, 409, 413, 422, 429, 503),
    dependencies=[Depends(FORMS)],
)
def register(
    request: Request,
    run_id: RunId,
    asked: Annotated[RegistrationForm, Body(openapi_examples=EXAMPLES)],
    db: Db,
    rules: Rules,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Holds a seat until the person confirms by the mailed link, or gives a place on the waiting list when the run is full.

    With a `companion` it holds two seats or gives two places one after the other; where two seats are neither free nor
    to be waited for, it refuses with `both_or_neither`. Wrong answers to the run's questions are named `question-12` by the
    number of the question.
    """
    language = language_of(request)
    REGISTRATIONS.count(request, db)
    try:
        receipt = register_for_run(
            db,
            run_id,
            asked,
            SentOnce.of(f"api:{run_id}", idempotency_key, asked.as_json()) if idempotency_key else NEVER_AGAIN,
            rules,
            channel=Channel.API,
            locale=language.code,
        )
    except AnswersWrong as wrong:
        return wrong_input(request, wrong.faults)
    received = RegistrationReceived(
        state=receipt.state,
        position=receipt.position,
        held_until=receipt.held_until,
        message=answer_of(receipt).say(language),
    )
    return Response(received.model_dump_json(), 201, media_type="application/json")
