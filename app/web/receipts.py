"""After sending: the page that says “check your e-mail”, sends the letter again and corrects the address."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.catalogue.course_queries import run_page
from app.clock import now
from app.dependencies import Db, Rules, RunId
from app.i18n import Text, _
from app.limits import FORMS, REGISTRATIONS
from app.refusals import Conflict, Refusal, TooManyTries
from app.registrations import receipts
from app.registrations.inputs import NewAddress
from app.registrations.once import Receipt
from app.registrations.standing import answer_of
from app.web.forms import Form, Typed, WrongForm, read
from app.web.pages import render
from app.web.reading import language_of
from app.web.registrations import KEY, PRIVATE, SENT_URL, sent_url

_DONE = {
    "again": _("We have sent the letter again."),
    "corrected": _("We have sent the letter to the new address."),
}
"""What the last act on this page did, by the word in its address."""

router = APIRouter(include_in_schema=False)
SentKey = Annotated[str, Path(pattern=KEY)]


@router.get(SENT_URL)
def sent(request: Request, run_id: RunId, key: SentKey, db: Db, done: str = "") -> HTMLResponse:
    """To which address, until when held; the same page whether the address was registered before or not."""
    receipt = receipts.receipt(db, run_id, key)
    return _page(request, db, run_id, key, receipt, toast=_DONE.get(done) if receipt.letters > 1 else None)


@router.post(SENT_URL + "/velreiz", dependencies=[Depends(FORMS)])
def send_again(request: Request, run_id: RunId, key: SentKey, db: Db) -> Response:
    """The letter once more."""
    try:
        REGISTRATIONS.count(request, db)
        receipts.send_again(db, run_id, key)
    except TooManyTries as refusal:
        return _page(request, db, run_id, key, receipts.receipt(db, run_id, key), refusal=refusal)
    return RedirectResponse(sent_url(run_id, key) + "?done=again", 303)


@router.post(SENT_URL + "/adrese", dependencies=[Depends(FORMS)])
def correct_address(request: Request, run_id: RunId, key: SentKey, form: Form, db: Db, rules: Rules) -> Response:
    """The letter to the right address."""
    known = receipts.receipt(db, run_id, key)
    try:
        asked = read(NewAddress, form)
        REGISTRATIONS.count(request, db)
        receipts.correct_address(db, run_id, key, asked, rules, language_of(request).code)
    except WrongForm as faults:
        return _page(request, db, run_id, key, known, form=form, errors=faults.sentences)
    except (Conflict, TooManyTries) as refusal:
        return _page(request, db, run_id, key, known, form=form, refusal=refusal)
    return RedirectResponse(sent_url(run_id, key) + "?done=corrected", 303)


def _page(
    request: Request,
    db: Session,
    run_id: int,
    key: str,
    receipt: Receipt,
    *,
    toast: Text | None = None,
    form: Typed | None = None,
    errors: dict[str, Text] | None = None,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    page = run_page(db, run_id, language_of(request).code, now())
    return render(
        request,
        "registrations/sent.html",
        status=refusal.status if refusal else 422 if errors else 200,
        headers=PRIVATE | (refusal.headers if refusal else {}),
        course=page.course,
        run=page.run,
        receipt=receipt,
        answer=answer_of(receipt),
        url=sent_url(run_id, key),
        toast=toast,
        form=form or Typed(),
        errors=errors or {},
        notice=refusal.sentence if refusal else None,
    )
