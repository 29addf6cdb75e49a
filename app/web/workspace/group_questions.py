"""The provider's own questions on a group's form, and who stands in for its teacher."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from slugify import slugify
from sqlalchemy.orm import Session

from app.clock import now
from app.courses.own_queries import own_run
from app.courses.question_queries import open_questions
from app.courses.questions import MOST_QUESTIONS, QuestionForm, QuestionsWrong, TooManyQuestions, set_questions
from app.courses.run_models import TICKED, QuestionKind, RunQuestion
from app.courses.substitutes import give_run, take_run
from app.dependencies import Db, ProviderStaff, RunId
from app.faults import FAULTS, Fault, faults_of
from app.i18n import DEFAULT, Text
from app.people.staff import Staff
from app.refusals import Conflict, NotFound
from app.registrations.group_queries import group
from app.texts import number_in
from app.web.forms import Form, LongForm, Typed, WrongForm
from app.web.reading import language_of
from app.web.workspace.shell import staff_page

router = APIRouter(prefix="/darbvieta/grupas/{run_id}", include_in_schema=False)
_FIELDS = ("id", "kind", "lv", "en", "options", "required", "when")


@dataclass(frozen=True, slots=True)
class TypedQuestion:
    """One question as it stands in the form."""

    place: int
    id: str = ""
    kind: str = QuestionKind.TEXT
    lv: str = ""
    en: str = ""
    options: str = ""
    """Of a choice: one a line, its English after a stroke."""
    required: str = ""
    when: str = ""
    """An answer to an earlier question: its place, a colon, the answer's code."""

    @property
    def codes(self) -> list[tuple[str, str]]:
        """What may be answered and waited for: each answer's code and words."""
        if self.kind == QuestionKind.CHECKBOX:
            return [(TICKED, self.lv)]
        return (
            [(str(one["code"]), str(one["lv"])) for one in _options(self.options, {})] if self.kind == "choice" else []
        )


@router.get("/jautajumi")
def questions(request: Request, run_id: RunId, db: Db, who: ProviderStaff) -> HTMLResponse:
    """The questions as they are asked now."""
    own_run(db, who, run_id)
    found = open_questions(db, run_id)
    return _page(request, db, who, run_id, _kept(found), seen=" ".join(str(one.id) for one in found))


@router.post("/jautajumi")
def set_own_questions(request: Request, run_id: RunId, form: LongForm, db: Db, who: ProviderStaff) -> Response:
    """Add one, remove one, or keep them all."""
    own_run(db, who, run_id)
    rows, step, seen = _typed(form), form.one("step"), form.one("seen")
    if step == "add":
        return _page(request, db, who, run_id, [*rows, TypedQuestion(len(rows) + 1)], seen=seen)
    if step.startswith("remove-"):
        return _page(request, db, who, run_id, _without(rows, number_in(step[7:]) or 0), seen=seen)
    for blank in [row.place for row in reversed(rows) if not (row.lv.strip() or row.en.strip() or row.id)]:
        rows = _without(rows, blank)  # From the end: the places before it stay what they are.
    try:
        codes = {question.id: question.options for question in open_questions(db, run_id)}
        asked = _asked(rows, codes)
        with db.begin_nested():
            set_questions(
                db,
                run_id,
                asked,
                who.actor,
                seen={number_in(one) or 0 for one in seen.split()} if "seen" in form.fields else None,
            )
    except WrongForm as wrong:
        return _page(request, db, who, run_id, rows, wrong.sentences, seen=seen)
    except (QuestionsWrong, TooManyQuestions) as wrong_condition:
        place = getattr(wrong_condition, "place", 1)
        return _page(request, db, who, run_id, rows, {f"q{place}_when": wrong_condition.sentence}, seen=seen)
    except Conflict as refusal:
        return _page(request, db, who, run_id, rows, refusal=refusal, seen=seen)
    return RedirectResponse(f"/darbvieta/grupas/{run_id}?done=questions", 303)


@router.post("/aizvietotaji")
def set_substitute(run_id: RunId, form: Form, db: Db, who: ProviderStaff) -> Response:
    """Somebody stands in for the teacher, or no more."""
    account = number_in(form.one("account"))
    if account is None:
        raise NotFound
    (take_run if form.one("step") == "take" else give_run)(db, who, run_id, account)
    return RedirectResponse(f"/darbvieta/grupas/{run_id}?done=substitute", 303)


def _kept(found: Sequence[RunQuestion]) -> list[TypedQuestion]:
    places = {question.id: place for place, question in enumerate(found, start=1)}
    return [
        TypedQuestion(
            place=place,
            id=str(one.id),
            kind=one.kind,
            lv=one.words.get(DEFAULT, ""),
            en=one.words.get("en", ""),
            options="\n".join(" | ".join(filter(None, (o.get(DEFAULT, ""), o.get("en", "")))) for o in one.options),
            required="yes" if one.is_required else "",
            when=f"{places[one.asked_when_id]}:{one.asked_when_answer}" if one.asked_when_id in places else "",
        )
        for place, one in enumerate(found, start=1)
    ]


def _typed(form: Typed) -> list[TypedQuestion]:
    count = min(number_in(form.one("count")) or 0, MOST_QUESTIONS + 1)
    return [
        TypedQuestion(place, **{name: form.one(f"q{place}_{name}") for name in _FIELDS})
        for place in range(1, count + 1)
    ]


def _without(rows: Sequence[TypedQuestion], gone: int) -> list[TypedQuestion]:
    """The others in new places; a condition on the one that goes, goes with it."""
    places = {row.place: place for place, row in enumerate((r for r in rows if r.place != gone), start=1)}
    kept = []
    for row in rows:
        if row.place == gone:
            continue
        before, _colon, answer = row.when.partition(":")
        moved = places.get(number_in(before) or 0)
        facts = {name: getattr(row, name) for name in _FIELDS} | {"when": f"{moved}:{answer}" if moved else ""}
        kept.append(TypedQuestion(places[row.place], **facts))
    return kept


def _asked(rows: Sequence[TypedQuestion], kept: Mapping[int, Sequence[Mapping[str, str]]]) -> list[QuestionForm]:
    """The rows as questions, or every fault at its field."""
    faults: list[Fault] = []
    found: list[QuestionForm] = []
    for place, row in enumerate(rows, start=1):
        number = number_in(row.id)
        before, _colon, answer = row.when.partition(":")
        codes = {str(one[DEFAULT]): str(one["code"]) for one in kept.get(number or 0, ())}
        asked: dict[str, object] = {
            "id": number,
            "kind": row.kind,
            "words": {"lv": row.lv, "en": row.en},
            "options": [
                {"code": one["code"], "words": {"lv": one["lv"], "en": one["en"]}}
                for one in _options(row.options, codes)
            ]
            if row.kind == QuestionKind.CHOICE
            else [],
            "is_required": row.required == "yes",
            "asked_when": {"question": before, "answer": answer} if before else None,
        }
        try:
            found.append(QuestionForm.model_validate(asked))
        except ValidationError as error:
            faults += [Fault(f"q{place}_{_field(one.field)}", one.code, one.sentence) for one in faults_of(error)]
    if faults:
        raise WrongForm(faults)
    for place, question in enumerate(found, start=1):
        if question.asked_when and question.asked_when.question >= place:
            raise WrongForm([Fault(f"q{place}_when", "choose", FAULTS["choose"])])
    return found


def _field(name: str) -> str:
    """The field of the form in which that part of a question is typed."""
    first = name.split(".", maxsplit=1)[0]
    return {"words": "lv", "kind": "kind", "options": "options", "asked_when": "when", "": "options"}.get(first, "lv")


def _options(text: str, codes: Mapping[str, str]) -> list[dict[str, str]]:
    """The lines as options; one that was there keeps its code, so that what was answered keeps its meaning."""
    found: list[dict[str, str]] = []
    for line in text.replace("\r", "").split("\n"):
        words, _stroke, english = (part.strip() for part in line.partition("|"))
        if not words:
            continue
        code = codes.get(words) or slugify(words, max_length=36) or f"o{len(found) + 1}"
        taken = {one["code"] for one in found}
        free = next(c for c in (code, *(f"{code}-{n}" for n in range(2, 99))) if c not in taken)
        found.append({"code": free, "lv": words, "en": english})
        if len(found) > 40:
            break
    return found


def _page(
    request: Request,
    db: Session,
    who: Staff,
    run_id: int,
    rows: Sequence[TypedQuestion],
    errors: Mapping[str, Text] | None = None,
    refusal: Conflict | None = None,
    *,
    seen: str,
) -> HTMLResponse:
    found = group(db, who, run_id, language_of(request).code, now())
    return staff_page(
        request,
        who,
        "workspace/groups/questions.html",
        status=refusal.status if refusal else 422 if errors else 200,
        group=found,
        rows=rows,
        seen=seen,
        may_add=len(rows) < MOST_QUESTIONS,
        errors=errors or {},
        notice=refusal.sentence if refusal else None,
        url=f"/darbvieta/grupas/{run_id}",
    )
