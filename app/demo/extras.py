"""What some runs to come have beside seats: questions of their provider's own with answers, and people who come together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from pydantic import TypeAdapter

from app.courses.run_models import TICKED, QuestionKind, RunQuestion, asked
from app.demo import files
from app.demo.registrations import Place
from app.demo.rows import Rows, seeded
from app.demo.runs import Plan
from app.registrations.models import ACTIVE, GivenAnswer, State


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    """A question as the file asks it; `waits_for` is the place of an earlier one and the answer that calls for it."""

    kind: QuestionKind
    words: dict[str, str]
    is_required: bool
    options: list[dict[str, str]] = field(default_factory=list)
    waits_for: tuple[int, str] | None = None
    samples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AskingEntry:
    """The questions on the first run to come of a course."""

    course: str
    asked: list[QuestionEntry]


@dataclass(frozen=True, slots=True)
class ExtrasEntry:
    """Which runs ask questions, and to which people come together."""

    questions: list[AskingEntry]
    together: list[str]


def bring_together(to_come: Sequence[Plan], by_run: Mapping[int, list[Place]]) -> list[tuple[Place, Place]]:
    """On some runs the last two with seats, or two on the list, registered together: the second at once after the first."""
    pairs = []
    for code in _extras().together:
        plan = _first(to_come, code)
        places = by_run[plan.id] if plan else []
        waiting = [place for place in places if place.state is State.WAITLISTED]
        two = waiting[1:3] if len(waiting) > 2 else [one for one in places if one.state is State.CONFIRMED][-2:]
        if len(two) == 2:
            first, second = two
            second.created_at = first.created_at + timedelta(milliseconds=1)
            second.confirmed_at = second.created_at if first.confirmed_at else None
            second.queued_at = second.created_at if first.queued_at else None
            pairs.append((first, second))
    return pairs


def share(pairs: Iterable[tuple[Place, Place]]) -> None:
    """Two who come together came the same way, and one of them confirmed both."""
    for first, second in pairs:
        first.party = second.party = first.id
        second.channel, second.confirmed_at = first.channel, first.confirmed_at


def add_questions(rows: Rows, to_come: Sequence[Plan], by_run: Mapping[int, list[Place]]) -> None:
    """The questions of some runs, and what those who registered answered."""
    for entry in _extras().questions:
        if (plan := _first(to_come, entry.course)) is None:
            continue
        chance = seeded(f"answers {entry.course}")
        questions = _add_questions(rows, plan, entry.asked)
        for place in sorted(by_run[plan.id], key=lambda place: place.id):
            if place.state in ACTIVE and place.party in {None, place.id}:
                _answer(rows, place, questions, entry.asked, chance)


def _add_questions(rows: Rows, plan: Plan, entries: Sequence[QuestionEntry]) -> list[RunQuestion]:
    questions: list[RunQuestion] = []
    for position, one in enumerate(entries, start=1):
        condition = one.waits_for
        values = {
            "run_id": plan.id,
            "position": position,
            "kind": one.kind,
            "words": one.words,
            "options": one.options,
            "is_required": one.is_required,
            "asked_when_id": questions[condition[0] - 1].id if condition else None,
            "asked_when_answer": condition[1] if condition else None,
            "withdrawn_at": None,
        }
        questions.append(RunQuestion(id=rows.add(RunQuestion, **values), **values))
    return questions


def _answer(
    rows: Rows, place: Place, questions: Sequence[RunQuestion], entries: Sequence[QuestionEntry], chance: Random
) -> None:
    """Somebody's answers: to all that must be answered, and to some of the others."""
    drawn: dict[int, str] = {}
    for question, entry in zip(questions, entries, strict=True):
        choices = {
            QuestionKind.CHOICE: [option["code"] for option in question.options],
            QuestionKind.CHECKBOX: [TICKED],
            QuestionKind.TEXT: entry.samples,
        }[question.kind]
        answer = chance.choice(choices)
        if question.is_required or chance.random() < 0.5:
            drawn[question.id] = answer
    for question in asked(questions, drawn):
        if question.id in drawn:
            rows.put(GivenAnswer, registration_id=place.id, question_id=question.id, answer=drawn[question.id])


def _first(to_come: Sequence[Plan], code: str) -> Plan | None:
    """The first run to come of the course that is not called off."""
    runs = [plan for plan in to_come if plan.course.code == code and plan.cancelled_at is None]
    return min(runs, key=lambda plan: plan.starts_at, default=None)


def _extras() -> ExtrasEntry:
    return files.read("questions.json", TypeAdapter(ExtrasEntry))
