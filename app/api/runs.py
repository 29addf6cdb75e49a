"""One run by its number, and how runs are told wherever they stand."""

from fastapi import APIRouter, Depends, Request, Response

from app.api.answer import NOT_CHANGED, answer
from app.api.asked import Only, Reader
from app.api.errors import answers
from app.api.models import (
    ConditionTold,
    CourseOfRunTold,
    FullRunTold,
    OptionTold,
    QuestionTold,
    RunOfCourseTold,
    RunTold,
    SessionTold,
    VenueTold,
    Weekday,
)
from app.catalogue.cards import RunCard
from app.catalogue.course_queries import run_page
from app.catalogue.pages import RunFacts, SessionFacts, VenueFacts
from app.clock import now
from app.courses.run_models import RunQuestion
from app.dependencies import Configured, Db, RunId

router = APIRouter(prefix="/api/v1", tags=["catalogue"])
_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@router.get(
    "/runs/{run_id}",
    operation_id="get_run",
    summary="One run with its sessions",
    response_model=RunOfCourseTold,
    responses={**NOT_CHANGED, **answers(404, 410, 422, 503)},
    dependencies=[Depends(Only())],
)
def run(request: Request, run_id: RunId, db: Db, reader: Reader, settings: Configured) -> Response:
    """Its state, seats, sessions and venue; 410 when its course has left the catalogue."""
    page = run_page(db, run_id, reader.code, now())
    course = page.course
    told = RunOfCourseTold(
        **dict(full_run_told(page.run)),
        course=CourseOfRunTold(
            code=course.code,
            slug=course.slug,
            title=course.title,
            provider=course.provider_code,
            url=f"{settings.origin}/kursi/{course.slug}",
        ),
        questions=[_question_told(question) for question in page.questions],
    )
    return answer(request, told)


def run_told(card: RunCard) -> RunTold:
    """A run as lists tell it."""
    return RunTold(
        id=card.id,
        state=card.state,
        starts_at=card.starts_at,
        ends_at=card.ends_at,
        weekdays=[_WEEKDAYS[day] for day in card.weekdays],
        session_count=card.session_count,
        seats=card.seats,
        seats_left=card.seats_left,
        waiting=card.waiting,
        has_waiting_list=card.has_waiting_list,
        min_participants=card.min_participants,
        decision_at=card.decision_at,
        decided_at=card.decided_at,
        registration_opens_at=card.opens_at,
        registration_closes_at=card.closes_at,
        is_online=card.is_online,
        venue_name=card.venue_name,
        venue_address=card.venue_address,
        cancelled_at=card.cancelled_at,
        cancel_reason=card.cancel_reason,
    )


def full_run_told(run: RunFacts) -> FullRunTold:
    """A run with its sessions and its venue."""
    return FullRunTold(
        **dict(run_told(run.card)),
        venue=_venue_told(run.venue),
        teacher=run.teacher,
        bring=run.bring,
        sessions=[_session_told(session) for session in run.sessions],
    )


def _question_told(question: RunQuestion) -> QuestionTold:
    condition, answer = question.asked_when_id, question.asked_when_answer
    return QuestionTold(
        id=question.id,
        kind=question.kind,
        words=question.words,
        options=[
            OptionTold(code=one["code"], words={locale: words for locale, words in one.items() if locale != "code"})
            for one in question.options
        ],
        required=question.is_required,
        asked_when=ConditionTold(question=condition, answer=answer) if condition and answer else None,
    )


def _session_told(session: SessionFacts) -> SessionTold:
    return SessionTold(
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        moved_from=session.moved_from,
        cancelled=session.cancelled,
        venue=_venue_told(session.venue),
    )


def _venue_told(venue: VenueFacts | None) -> VenueTold | None:
    if venue is None:
        return None
    return VenueTold(
        code=venue.code,
        name=venue.name,
        address=venue.address,
        room=venue.room,
        access_notes=list(venue.access_notes),
        is_online=venue.is_online,
        latitude=venue.latitude,
        longitude=venue.longitude,
    )
