"""Accounts of others: a manager's at /darbvieta/konti, everybody's for an administrator at /parvalde/konti."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.dependencies import (
    Administrator,
    ConfirmedAdministrator,
    ConfirmedManager,
    Db,
    ProviderManager,
    settings_of,
)
from app.emails.staff_letters import ROLES
from app.i18n import DEFAULT, Text, _
from app.limits import FORMS, INVITATIONS
from app.people import account_queries, invitations
from app.people.inputs import InvitationForm, RoleForm
from app.people.models import Role
from app.people.refusals import AddressTaken
from app.people.staff import BOARD, Staff
from app.refusals import Conflict
from app.web.forms import Form, Typed, WrongForm, read
from app.web.reading import language_of
from app.web.workspace.shell import staff_page

MANAGERS = "/darbvieta/konti"
ADMINISTRATORS = "/parvalde/konti"
router = APIRouter(include_in_schema=False)
Page = Annotated[int, Query(ge=1, le=10_000)]
AccountId = Annotated[int, Path(ge=1, le=2**31 - 1)]
REMARKS: dict[Role, Text] = {
    Role.EDITOR: _("Courses, groups, registrations and attendance."),
    Role.MANAGER: _("The same, and the accounts of the institution."),
    Role.SUBSTITUTE: _("Only groups in which they stand in for the teacher."),
    Role.BOARD: _("Reviews courses, answers wishes, sees the figures."),
    Role.ADMINISTRATOR: _("The same, and all accounts."),
}


@router.get(MANAGERS)
def our_accounts(request: Request, db: Db, who: ProviderManager, page: Page = 1, done: str = "") -> HTMLResponse:
    """The accounts of the manager's institution."""
    return _list(request, db, who, MANAGERS, page, done)


@router.get(f"{MANAGERS}/jauns")
def invite_ours(request: Request, db: Db, who: ProviderManager) -> HTMLResponse:
    """Asks whom to invite."""
    return _invitation(request, db, who, MANAGERS, Typed())


@router.post(f"{MANAGERS}/jauns", dependencies=[Depends(FORMS)])
def send_our_invitation(request: Request, form: Form, db: Db, who: ConfirmedManager) -> Response:
    """Invite somebody to the manager's institution."""
    return _invite(request, form, db, who, MANAGERS)


@router.get(f"{MANAGERS}/{{account_id}}")
def our_account(request: Request, account_id: AccountId, db: Db, who: ProviderManager) -> HTMLResponse:
    """One account of the institution, and what can be done with it."""
    return _account(request, db, who, MANAGERS, account_id)


@router.post(f"{MANAGERS}/{{account_id}}", dependencies=[Depends(FORMS)])
def change_ours(request: Request, account_id: AccountId, form: Form, db: Db, who: ConfirmedManager) -> Response:
    """Change, close or open an account of the institution."""
    return _change(request, form, db, who, MANAGERS, account_id)


@router.get(ADMINISTRATORS)
def all_accounts(request: Request, db: Db, who: Administrator, page: Page = 1, done: str = "") -> HTMLResponse:
    """All accounts."""
    return _list(request, db, who, ADMINISTRATORS, page, done)


@router.get(f"{ADMINISTRATORS}/jauns")
def invite_anybody(request: Request, db: Db, who: Administrator) -> HTMLResponse:
    """Asks whom to invite."""
    return _invitation(request, db, who, ADMINISTRATORS, Typed())


@router.post(f"{ADMINISTRATORS}/jauns", dependencies=[Depends(FORMS)])
def send_invitation(request: Request, form: Form, db: Db, who: ConfirmedAdministrator) -> Response:
    """Invite somebody to an institution or to the board."""
    return _invite(request, form, db, who, ADMINISTRATORS)


@router.get(f"{ADMINISTRATORS}/{{account_id}}")
def any_account(request: Request, account_id: AccountId, db: Db, who: Administrator) -> HTMLResponse:
    """One account, and what can be done with it."""
    return _account(request, db, who, ADMINISTRATORS, account_id)


@router.post(f"{ADMINISTRATORS}/{{account_id}}", dependencies=[Depends(FORMS)])
def change_any(request: Request, account_id: AccountId, form: Form, db: Db, who: ConfirmedAdministrator) -> Response:
    """Change, close or open an account."""
    return _change(request, form, db, who, ADMINISTRATORS, account_id)


def _list(request: Request, db: Session, who: Staff, base: str, page: int, done: str) -> HTMLResponse:
    total, lines = account_queries.account_lines(db, who.provider_id, everybody=base == ADMINISTRATORS, page=page)
    return staff_page(
        request,
        who,
        "workspace/accounts/accounts.html",
        base=base,
        lines=lines,
        total=total,
        page=page,
        pages=max(1, -(-total // account_queries.PER_PAGE)),
        roles=ROLES,
        toast=_DONE.get(done),
    )


def _invitation(
    request: Request, db: Session, who: Staff, base: str, form: Typed, *, errors: dict[str, Text] | None = None
) -> HTMLResponse:
    given = invitations.roles_given_by(who)
    return staff_page(
        request,
        who,
        "workspace/accounts/invite.html",
        status=422 if errors else 200,
        base=base,
        form=form,
        errors=errors or {},
        roles=[(role.value, ROLES[role], REMARKS[role]) for role in Role if role in given],
        providers=account_queries.providers_by_name(db, language_of(request).code) if base == ADMINISTRATORS else [],
        days=settings_of(request).invitation_days,
    )


def _invite(request: Request, form: Form, db: Session, who: Staff, base: str) -> Response:
    try:
        asked = read(InvitationForm, form)
        errors = _place_faults(db, asked) if base == ADMINISTRATORS else {}
        if not errors:
            INVITATIONS.count(request, db, f"account {who.account_id}")
            invitations.invite(db, who, asked, _lasts(request))
    except WrongForm as faults:
        errors = faults.sentences
    except AddressTaken as refusal:
        errors = {"email": refusal.sentence}
    if errors:
        return _invitation(request, db, who, base, form, errors=errors)
    return RedirectResponse(f"{base}?done=invited", 303)


def _place_faults(db: Session, asked: InvitationForm) -> dict[str, Text]:
    """Staff of a provider need their provider, one that there is; the board has none."""
    if asked.provider_id is not None and not account_queries.provider_name(db, asked.provider_id, DEFAULT):
        return {"provider_id": _("Choose the institution.")}
    if (asked.role in BOARD) == (asked.provider_id is None):
        return {}
    return {
        "provider_id": _("Choose the institution.")
        if asked.provider_id is None
        else _("The board's staff belong to no institution. Leave this empty.")
    }


def _account(
    request: Request, db: Session, who: Staff, base: str, account_id: int, *, notice: Text | None = None
) -> HTMLResponse:
    account = invitations.theirs(db, who, account_id)
    open_links = account_queries.invited_until(db, account.id)
    return staff_page(
        request,
        who,
        "workspace/accounts/account.html",
        status=409 if notice else 200,
        base=base,
        account=account,
        provider_name=account_queries.provider_name(db, account.provider_id, language_of(request).code),
        invited=invitations.is_invited(account),
        invited_until=open_links,
        roles=ROLES,
        choices=[
            (role.value, ROLES[role], REMARKS[role])
            for role in Role
            if role in invitations.roles_given_by(who) and (role in BOARD) == (account.provider_id is None)
        ],
        notice=notice,
    )


def _change(request: Request, form: Form, db: Session, who: Staff, base: str, account_id: int) -> Response:
    acts: dict[str, Callable[[], None]] = {
        "role": lambda: invitations.change_role(db, who, account_id, read(RoleForm, form).role),
        "forget": lambda: invitations.forget_second_step_of(db, who, account_id),
        "close": lambda: invitations.close_account(db, who, account_id),
        "open": lambda: invitations.open_account(db, who, account_id),
        "again": lambda: invitations.invite_again(db, who, account_id, _lasts(request)),
        "withdraw": lambda: invitations.withdraw_invitation(db, who, account_id),
    }
    act = form.one("act")
    invitations.theirs(db, who, account_id)
    if act == "again":
        INVITATIONS.count(request, db, f"account {who.account_id}")
    try:
        if act in acts:
            acts[act]()
    except WrongForm:
        act = ""
    except Conflict as refusal:
        return _account(request, db, who, base, account_id, notice=refusal.sentence)
    return RedirectResponse(f"{base}?done={act}", 303)


def _lasts(request: Request) -> timedelta:
    return timedelta(days=settings_of(request).invitation_days)


_DONE: dict[str, Text] = {
    "invited": _("The invitation is on its way."),
    "again": _("The invitation is on its way."),
    "withdraw": _("The invitation is withdrawn."),
    "role": _("The role is changed."),
    "forget": _("The second step is turned off. It is set up anew at the next sign-in."),
    "close": _("The account is closed."),
    "open": _("The account is open again."),
}
