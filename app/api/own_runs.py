"""A provider's own runs, for its systems: planned, changed, called off; and who is registered."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Request, Response
from sqlalchemy.orm import Session

from app.api.asked import Only
from app.api.errors import answers, language_of, wrong_input
from app.api.once import Once
from app.api.own_courses import NO_STORE, READS, WRITES, ChangedSince, Code, IfMatch, version_of
from app.api.own_models import (
    OwnRegistrationsTold,
    OwnRegistrationTold,
    OwnRunsTold,
    OwnRunTold,
    OwnSessionTold,
    Reason,
    RunPatch,
    SessionMove,
)
from app.api.registrations import IdempotencyKey
from app.audit.record import record
from app.courses.models import CourseRun
from app.courses.own_queries import own_course_of_code, own_run_with_sessions, runs_with_sessions
from app.courses.planning import plan_run
from app.courses.planning_inputs import RunForm
from app.courses.refusals import DateFar
from app.courses.timetable import RunWrong
from app.dependencies import AnyKey, Configured, Db, RegistrationReader, Rules, RunId, RunWriter
from app.limits import FORMS, KEY_WRITES, READING
from app.people.staff import Staff
from app.registrations import own_changes, run_facts
from app.registrations.models import Registration, State
from app.registrations.run_changes import cancel_run, change_seats
from app.registrations.run_inputs import CancelForm, MoveForm, PlaceForm, TeacherForm
from app.registrations.run_queries import active
from app.registrations.seats import SeatRules

router = APIRouter(prefix="/api/v1/own", tags=["own"])
SessionId = Annotated[int, Path(ge=1, le=2**31 - 1, description="The session's number, as the run lists it.")]
EXAMPLE = {
    "weekly": [{"weekdays": [1, 3], "begins": "18:00", "ends": "19:30"}],
    "first_day": "2027-03-02",
    "last_day": "2027-05-27",
    "seats": 12,
}


@router.get(
    "/courses/{code}/runs",
    operation_id="list_own_runs",
    summary="Runs of one of your courses",
    response_model=OwnRunsTold,
    responses=READS,
    dependencies=[Depends(Only()), Depends(READING)],
)
def runs(code: Code, db: Db, who: AnyKey) -> Response:
    """Past, coming and cancelled ones, soonest first."""
    course = own_course_of_code(db, who, code)
    told = OwnRunsTold(items=[_told(run, course.code) for run in runs_with_sessions(db, course.id)])
    return Response(told.model_dump_json(), headers=NO_STORE, media_type="application/json")


@router.get(
    "/runs/{run_id}",
    operation_id="get_own_run",
    summary="One of your runs",
    response_model=OwnRunTold,
    responses=READS,
    dependencies=[Depends(Only()), Depends(READING)],
)
def run(run_id: RunId, db: Db, who: AnyKey) -> Response:
    """With its sessions; its `ETag` is needed to change it."""
    return _answer(own_run_with_sessions(db, who, run_id))


@router.post(
    "/courses/{code}/runs",
    operation_id="create_run",
    summary="Plan a run",
    status_code=201,
    response_model=OwnRunTold,
    responses=answers(400, 401, 403, 404, 409, 413, 422, 429, 503),
    dependencies=[Depends(FORMS)],
)
def create(
    request: Request,
    code: Code,
    asked: Annotated[RunForm, Body(examples=[EXAMPLE])],
    db: Db,
    who: RunWriter,
    settings: Configured,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """A weekly pattern, single sessions, or both; days and hours are those of the wall clock in Riga."""
    KEY_WRITES.count(request, db, f"key:{who.key_id}")
    course = own_course_of_code(db, who, code)
    once = Once.of(db, who, f"runs of {code}", idempotency_key, asked.model_dump_json())
    if before := once.answered(db):
        return before
    try:
        planned = plan_run(db, who, course.id, asked, language_of(request).code)
    except RunWrong as wrong:
        return wrong_input(request, wrong.faults)
    answer = _answer(own_run_with_sessions(db, who, planned.id), status=201)
    answer.headers["Location"] = f"{settings.origin}/api/v1/own/runs/{planned.id}"
    return once.keep(db, answer)


@router.patch(
    "/runs/{run_id}",
    operation_id="change_run",
    summary="Change a run's seats, minimum, registration window, teacher or venue",
    response_model=OwnRunTold,
    responses=WRITES,
    dependencies=[Depends(FORMS)],
)
def change(
    request: Request, run_id: RunId, asked: RunPatch, db: Db, who: RunWriter, rules: Rules, if_match: IfMatch = None
) -> Response:
    """More seats go to the waiting list at once; fewer than are taken are refused, and so is a room in use. All of it or none."""
    KEY_WRITES.count(request, db, f"key:{who.key_id}")
    found = _held(db, who, run_id, if_match)
    try:
        with db.begin_nested():
            for place, act in _acts(db, who, found, asked, rules):
                _do(place, act)
    except RunWrong as wrong:
        return wrong_input(request, wrong.faults)
    return _answer(own_run_with_sessions(db, who, run_id))


@router.put(
    "/runs/{run_id}/sessions/{session_id}",
    operation_id="move_session",
    summary="Move a session",
    response_model=OwnRunTold,
    responses=WRITES,
    dependencies=[Depends(FORMS)],
)
def move(
    request: Request,
    run_id: RunId,
    session_id: SessionId,
    asked: SessionMove,
    db: Db,
    who: RunWriter,
    rules: Rules,
    if_match: IfMatch = None,
) -> Response:
    """Everybody registered is told the old and the new time, once."""
    KEY_WRITES.count(request, db, f"key:{who.key_id}")
    _held(db, who, run_id, if_match)
    to = MoveForm(session=session_id, day=asked.day, begins=asked.begins, ends=asked.ends, reason=asked.reason)
    try:
        own_changes.move_session(db, who, run_id, to, rules)
    except (OverflowError, ValueError):  # The calendar itself ends there.
        raise DateFar from None
    return _answer(own_run_with_sessions(db, who, run_id))


@router.post(
    "/runs/{run_id}/cancel",
    operation_id="cancel_run",
    summary="Call a run off",
    response_model=OwnRunTold,
    responses=WRITES,
    dependencies=[Depends(FORMS)],
)
def cancel(
    request: Request, run_id: RunId, asked: Reason, db: Db, who: RunWriter, rules: Rules, if_match: IfMatch = None
) -> Response:
    """Every place ends with it, and everybody is told why, once."""
    KEY_WRITES.count(request, db, f"key:{who.key_id}")
    _held(db, who, run_id, if_match)
    cancel_run(db, run_id, CancelForm(reason=asked.reason), who.actor, rules)
    return _answer(own_run_with_sessions(db, who, run_id))


@router.post(
    "/runs/{run_id}/registrations/open",
    operation_id="open_registrations",
    summary="Open the list of a run's registrations",
    response_model=OwnRegistrationsTold,
    responses=answers(401, 403, 404, 413, 422, 429, 503),
    dependencies=[Depends(FORMS)],
)
def registrations(request: Request, run_id: RunId, db: Db, who: RegistrationReader) -> Response:
    """Names and addresses of those who have or await a place. Each opening is recorded, therefore it is a POST."""
    KEY_WRITES.count(request, db, f"key:{who.key_id}")
    found = own_run_with_sessions(db, who, run_id)
    people = active(db, found)
    record(db, who.actor, "list_opened", "run", run_id, {"people": len(people), "by": "api"})
    told = OwnRegistrationsTold(run=run_id, items=_people(people))
    return Response(told.model_dump_json(), headers=NO_STORE, media_type="application/json")


def _people(people: Sequence[Registration]) -> list[OwnRegistrationTold]:
    queue = sorted(
        (one for one in people if one.state is State.WAITLISTED),
        key=lambda one: (one.queued_at or one.created_at, one.id),
    )
    places = {one.id: place for place, one in enumerate(queue, 1)}
    return [
        OwnRegistrationTold(
            id=one.id,
            state=one.state,
            channel=one.channel,
            name=one.name,
            email=one.email,
            phone=one.phone,
            special_needs=one.special_needs,
            created_at=one.created_at,
            position=places.get(one.id),
        )
        for one in people
    ]


def _acts(
    db: Session, who: Staff, run: CourseRun, asked: RunPatch, rules: SeatRules
) -> list[tuple[str, Callable[[], object]]]:
    """What is to be done, and where its faults belong: more seats before the minimum that needs them, fewer after it."""
    acts: list[tuple[str, Callable[[], object]]] = []
    if asked.minimum is not None:
        acts.append(("minimum.", partial(run_facts.change_minimum, db, run.id, asked.minimum, who.actor)))
    if asked.seats is not None:
        is_more = asked.seats == 0 or asked.seats > run.seats > 0
        acts.insert(0 if is_more else len(acts), ("", partial(change_seats, db, run.id, asked.seats, who.actor, rules)))
    if asked.window is not None:
        acts.append(("window.", partial(run_facts.change_window, db, run.id, asked.window, who.actor, rules)))
    if asked.teacher is not None:
        to_teach = TeacherForm(teacher=asked.teacher)
        acts.append(("", partial(run_facts.change_teacher, db, run.id, to_teach, who.actor)))
    if asked.venue_id is not None and asked.venue_id != run.venue_id:
        there = PlaceForm(venue_id=asked.venue_id, reason=asked.reason)
        acts.append(("", partial(own_changes.change_venue, db, who, run.id, there, rules)))
    return acts


def _do(place: str, act: Callable[[], object]) -> None:
    try:
        act()
    except RunWrong as wrong:
        raise RunWrong([replace(one, field=place + one.field) for one in wrong.faults]) from None


def _held(db: Session, who: Staff, run_id: int, if_match: str | None) -> CourseRun:
    """The run, held, if it is as the asker has read it."""
    found = own_run_with_sessions(db, who, run_id, lock=True)
    asked = version_of(if_match)
    if asked is not None and asked != _version(_told(found, found.course.code)):
        raise ChangedSince
    return found


def _answer(found: CourseRun, *, status: int = 200) -> Response:
    told = _told(found, found.course.code)
    headers = NO_STORE | {"ETag": f'"{_version(told)}"'}
    return Response(told.model_dump_json(), status, headers=headers, media_type="application/json")


def _version(told: OwnRunTold) -> str:
    return hashlib.sha256(told.model_dump_json().encode()).hexdigest()[:24]


def _told(found: CourseRun, code: str) -> OwnRunTold:
    return OwnRunTold(
        id=found.id,
        course=code,
        venue_id=found.venue_id,
        seats=found.seats,
        min_participants=found.min_participants,
        decision_at=found.decision_at,
        registration_opens_at=found.registration_opens_at,
        registration_closes_at=found.registration_closes_at,
        has_waiting_list=found.has_waiting_list,
        teacher=found.teacher,
        bring=found.bring,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        cancelled_at=found.cancelled_at,
        cancel_reason=found.cancel_reason,
        sessions=[
            OwnSessionTold(
                id=one.id,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                venue_id=one.venue_id,
                link=one.link,
                is_cancelled=one.cancelled_at is not None,
            )
            for one in found.sessions
        ],
    )
