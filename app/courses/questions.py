"""Setting the provider's own questions on a run: what they may be, and what becomes of those there were."""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.courses.queries import lock_run
from app.courses.question_queries import all_questions
from app.courses.run_models import QuestionKind, RunQuestion
from app.faults import fault
from app.i18n import DEFAULT, LANGUAGES, _
from app.outbox.messages import CourseChanged
from app.outbox.post import post
from app.refusals import Conflict
from app.texts import Line

MOST_QUESTIONS = 20
MOST_OPTIONS = 20


def _in_languages(words: dict[str, str]) -> dict[str, str]:
    """Latvian is there; languages that the interface does not speak and empty words are not."""
    if not words.get(DEFAULT):
        raise fault("missing")
    if not {*words} <= {*LANGUAGES}:
        raise fault("unknown_field")
    return {locale: said for locale, said in words.items() if said}


Words = Annotated[dict[str, Line], AfterValidator(_in_languages)]
"""The same words by language; Latvian is required."""


class OptionForm(BaseModel):
    """One answer among which one chooses."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    words: Words


class ConditionForm(BaseModel):
    """A question is asked only when an earlier one has a certain answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: int = Field(ge=1, description="Place of the earlier question in the list, from 1.")
    answer: str = Field(description="The code of an option; `yes` for a ticked box.")


class QuestionForm(BaseModel):
    """A question of the provider's own; `id` names the one it was before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: int | None = None
    kind: QuestionKind
    words: Words
    options: list[OptionForm] = Field(default_factory=list, max_length=MOST_OPTIONS)
    is_required: bool = False
    asked_when: ConditionForm | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        """A choice has at least two options with different codes; the other kinds have none."""
        codes = [option.code for option in self.options]
        if (len(codes) < 2) if self.kind is QuestionKind.CHOICE else codes:
            raise fault("choose")
        if len({*codes}) < len(codes):
            raise fault("repeated")
        return self

    def allows(self, answer: str) -> bool:
        """Whether another question may wait for that answer to this one."""
        return RunQuestion(kind=self.kind, options=self.kept_options).can_be(answer)

    @property
    def kept_options(self) -> list[dict[str, str]]:
        """The options as they are kept."""
        return [{"code": option.code, **option.words} for option in self.options]


class QuestionsWrong(Conflict):
    """A question waits for an answer that nobody can give, or names one of another run."""

    status = 422
    code = "questions_wrong"

    def __init__(self, place: int) -> None:
        self.place = place
        super().__init__(
            _("Question %(n)s depends on an answer that no earlier question has. Correct its condition.", n=place)
        )


class TooManyQuestions(Conflict):
    """Nobody fills in so long a form."""

    status = 422
    code = "too_many_questions"

    def __init__(self) -> None:
        super().__init__(_("Ask at most %(n)s questions.", n=MOST_QUESTIONS))


class QuestionUnknown(Conflict):
    """Somebody else added or withdrew a question meanwhile."""

    code = "changed_meanwhile"
    sentence = _(
        "Somebody else has changed the questions meanwhile. Open this page in another tab to see theirs, and add yours there."
    )


def set_questions(
    db: Session, run_id: int, questions: Sequence[QuestionForm], actor: str, *, seen: Collection[int] | None = None
) -> list[RunQuestion]:
    """The run's form asks these questions from now on, in this order; `seen` are those that stood when somebody began.

    What was answered before stays readable: a question that is left out is withdrawn, and so is one that becomes another
    question (another kind, or without an option that somebody may have chosen) – a new one takes its place.
    """
    run = lock_run(db, run_id)
    _refuse_impossible(questions)
    before = {question.id: question for question in all_questions(db, run_id)}
    standing = {id_: question for id_, question in before.items() if question.withdrawn_at is None}
    is_new = seen is not None and bool(standing.keys() - {*seen})
    if is_new or {one.id for one in questions if one.id is not None} - {*standing}:
        raise QuestionUnknown
    for question in before.values():  # Out of the way: no two of a run may have one place, not even for a moment.
        question.position = -question.id
    db.flush()
    set_now: list[RunQuestion] = []
    for place, wanted in enumerate(questions, start=1):
        old = standing.get(wanted.id) if wanted.id is not None else None
        question = old if old is not None and _is_the_same(old, wanted) else RunQuestion(run_id=run_id)
        condition = wanted.asked_when
        question.position = place
        question.kind = wanted.kind
        question.words = dict(wanted.words)
        question.options = wanted.kept_options
        question.is_required = wanted.is_required
        question.asked_when_id = set_now[condition.question - 1].id if condition else None
        question.asked_when_answer = condition.answer if condition else None
        db.add(question)
        db.flush()
        set_now.append(question)
    left = _withdraw(before, {question.id for question in set_now}, len(set_now))
    db.flush()
    record(db, actor, "questions_set", "run", run_id, {"asked": len(set_now), "withdrawn": left})
    post(db, CourseChanged(run.course_id))
    return set_now


def _refuse_impossible(questions: Sequence[QuestionForm]) -> None:
    """A condition looks back, at an answer which can be given; no question stands there twice."""
    if len(questions) > MOST_QUESTIONS:
        raise TooManyQuestions
    for place, question in enumerate(questions, start=1):
        condition = question.asked_when
        if condition is None:
            continue
        if condition.question >= place or not questions[condition.question - 1].allows(condition.answer):
            raise QuestionsWrong(place)
    named = [question.id for question in questions if question.id is not None]
    if len({*named}) < len(named):
        raise QuestionUnknown


def _is_the_same(old: RunQuestion, wanted: QuestionForm) -> bool:
    """Whether everything that may have been answered to the old question still means the same."""
    kept = {option.code for option in wanted.options}
    return old.kind is wanted.kind and {option["code"] for option in old.options} <= kept


def _withdraw(before: Mapping[int, RunQuestion], kept: set[int], asked: int) -> int:
    """Questions that are asked no more stand after the others; how many were withdrawn now."""
    moment, number = now(), 0
    gone = sorted((one for one in before.values() if one.id not in kept), key=lambda one: one.id)
    for place, question in enumerate(gone, start=asked + 1):
        question.position = place
        if question.withdrawn_at is None:
            question.withdrawn_at = moment
            number += 1
    return number
