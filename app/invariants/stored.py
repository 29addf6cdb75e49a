"""Invariants of what is stored although it could be computed, and of sign-ins."""

from collections.abc import Iterator

from pydantic import ValidationError
from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from app.courses.history_models import Publication
from app.courses.models import Course, CourseRun, CourseSession, CourseState
from app.invariants.look import Findings, Look, told
from app.people.models import Account, SignIn
from app.registrations.models import CountingKey
from app.reports.models import AnnualReport
from app.reports.report import HEADINGS, Report
from app.usage.actions import Use
from app.usage.models import DailyCount


def figures(look: Look) -> Findings:
    """I8: stored figures are what the records give; an approved report can be read as it was approved."""
    held = CourseSession.cancelled_at.is_(None)
    sessions = (
        select(
            CourseSession.run_id,
            func.count(case((held, 1))).label("held"),
            func.min(case((held, CourseSession.starts_at))).label("first"),
            func.max(case((held, CourseSession.ends_at))).label("last"),
        )
        .group_by(CourseSession.run_id)
        .subquery()
    )
    differs = or_(
        CourseRun.session_count != func.coalesce(sessions.c.held, 0),
        and_(sessions.c.held > 0, or_(CourseRun.starts_at != sessions.c.first, CourseRun.ends_at != sessions.c.last)),
    )
    runs = (
        select(CourseRun.id)
        .outerjoin(sessions, sessions.c.run_id == CourseRun.id)
        .where(CourseRun.cancelled_at.is_(None), differs)
        .order_by(CourseRun.id)
    )
    yield from told("runs whose dates or number of sessions are not those of their sessions", look.db.scalars(runs))
    is_public = select(Publication.id).where(Publication.course_id == Course.id, Publication.ended_at.is_(None))
    courses = select(Course.id).where((Course.state == CourseState.PUBLISHED) != is_public.exists()).order_by(Course.id)
    yield from told("courses whose publication does not stand as they do", look.db.scalars(courses))
    in_vain, searches = aliased(DailyCount), aliased(DailyCount)
    days = (
        select(in_vain.day)
        .outerjoin(searches, and_(searches.day == in_vain.day, searches.kind == Use.SEARCH.value))
        .where(
            in_vain.kind == Use.SEARCH_WITHOUT_RESULT.value,
            or_(searches.times.is_(None), searches.times < in_vain.times),
        )
        .order_by(in_vain.day)
    )
    yield from told("days with more searches in vain than searches", look.db.scalars(days))
    keys = select(CountingKey.year).where(CountingKey.key.is_(None) != CountingKey.destroyed_on.is_not(None))
    yield from told("years whose counting key is neither kept nor destroyed", look.db.scalars(keys))
    yield from told("approved reports that are not whole", _broken_reports(look))


def _broken_reports(look: Look) -> Iterator[int]:
    for kept in look.db.scalars(select(AnnualReport).where(AnnualReport.approved_at.is_not(None))):
        try:
            report = Report.model_validate_json(kept.snapshot)
        except ValidationError:
            yield kept.year
        else:
            if report.year != kept.year or [one.number for one in report.sections] != [*range(1, len(HEADINGS) + 1)]:
                yield kept.year


def sign_ins(look: Look) -> Findings:
    """I10: nobody whose account is closed is signed in."""
    closed = (
        select(SignIn.account_id)
        .join(Account, Account.id == SignIn.account_id)
        .where(Account.is_active.is_(False), SignIn.ends_at > look.moment)
        .distinct()
        .order_by(SignIn.account_id)
    )
    yield from told("closed accounts that are signed in", look.db.scalars(closed))
