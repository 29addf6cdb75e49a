"""Certificates: who has met the rule, issuing each once, revoking, and issuing anew under the right name."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.record import Fact, record
from app.clock import now, today
from app.courses.models import CertificateKind, CourseRun
from app.courses.queries import lock_run
from app.i18n import Text, _, _n
from app.outbox.post import post
from app.outbox.staff_messages import CertificateIssued
from app.participation import certificate_queries as queries
from app.participation.attendance import Attended, RunAttendance, attendance_of, seconds_of, took_place_by
from app.participation.inputs import ReissueForm, RevokeForm, RuleForm
from app.participation.models import CAME, Certificate, CertificateRule, Measure
from app.participation.printed import Printed
from app.participation.refusals import AlreadyRevoked, NameErased, NotReady
from app.people.staff import Staff
from app.refusals import NotFound

USUAL = RuleForm(measure=Measure.SESSIONS, share=80)
"""The rule of a course whose provider has not changed it."""
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and digits that nobody takes for others: no I and 1, no O and 0."""
CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A participant in the light of the rule."""

    id: int
    name: str | None
    certificate: Certificate | None
    """The valid one."""
    why_not: Text | None
    """Why none can be issued; none when one can be, or is."""

    @property
    def is_ready(self) -> bool:
        """Whether a certificate can be issued now."""
        return self.certificate is None and self.why_not is None


@dataclass(frozen=True, slots=True)
class RunCertificates:
    """The certificates of a run, and those who may still get one."""

    run: CourseRun
    rule: RuleForm
    candidates: Sequence[Candidate]
    revoked: Sequence[Certificate]

    @property
    def are_given(self) -> bool:
        """Whether the course gives certificates at all."""
        return self.run.course.certificate is not CertificateKind.NONE

    @property
    def ready(self) -> list[Candidate]:
        """Who has met the rule and has none yet."""
        return [one for one in self.candidates if one.is_ready]

    @property
    def due(self) -> list[Candidate]:
        """Who is ready and never had one: what was revoked is issued anew only one by one, on purpose."""
        had = {one.registration_id for one in self.revoked}
        return [one for one in self.ready if one.id not in had]

    @property
    def issued(self) -> list[Candidate]:
        """Who has one."""
        return [one for one in self.candidates if one.certificate is not None]

    @property
    def others(self) -> list[Candidate]:
        """Who gets none now."""
        return [one for one in self.candidates if one.why_not is not None]


def certificates_of(db: Session, who: Staff, run_id: int, moment: datetime, *, named: bool) -> RunCertificates:
    """Who of the run has a certificate, who can get one, and why the others cannot."""
    return _of_run(db, queries.own_run(db, who, run_id), moment, named=named)


def set_rule(db: Session, who: Staff, run_id: int, asked: RuleForm) -> None:
    """The course's certificate goes to whoever came to that share; what was issued before stays valid."""
    course = queries.own_run(db, who, run_id).course
    known = queries.rule_of(db, course.id)
    was = _rule(known)
    if was == asked:
        return
    if known is None:
        db.add(CertificateRule(course_id=course.id, measure=asked.measure, share=asked.share))
    else:
        known.measure, known.share = asked.measure, asked.share
    db.flush()
    facts: dict[str, Fact] = {"measure": asked.measure.value, "share": asked.share}
    facts |= {"was_measure": was.measure.value, "was_share": was.share}
    record(db, who.actor, "certificate_rule_set", "course", course.id, facts)


def issue(db: Session, who: Staff, run_id: int, registration_id: int | None = None) -> int:
    """Issue certificates to everybody who is due one, or to one who is ready; how many that were. Twice issues none twice."""
    queries.own_run(db, who, run_id)
    lock_run(db, run_id)  # From here to the commit nobody else issues a certificate of the run.
    run = queries.own_run(db, who, run_id)
    found = _of_run(db, run, now(), named=True)
    if registration_id is None:
        going = found.due
    elif not (going := [one for one in found.ready if one.id == registration_id]):
        raise NotReady
    for one in going:
        _issue(db, who, run, one.id, one.name or "")
    return len(going)


def revoke(db: Session, who: Staff, run_id: int, certificate_id: int, asked: RevokeForm) -> Certificate:
    """The certificate is valid no more; it stays on record, and whoever checks its number is told so."""
    queries.own_run(db, who, run_id)
    lock_run(db, run_id)
    certificate = queries.lock_certificate(db, run_id, certificate_id)
    if certificate.revoked_on is not None:
        raise AlreadyRevoked
    certificate.revoked_on = today()
    certificate.revoke_reason = asked.reason if certificate.name is not None else ""  # Nothing would erase it again.
    db.flush()
    facts: dict[str, Fact] = {"certificate": certificate.id, "number": certificate.number}
    record(db, who.actor, "certificate_revoked", "registration", certificate.registration_id, facts)
    return certificate


def reissue(db: Session, who: Staff, run_id: int, certificate_id: int, asked: ReissueForm) -> Certificate:
    """A certificate with the right name takes the place of the one that was wrong."""
    queries.own_run(db, who, run_id)
    lock_run(db, run_id)  # Before the certificate, as everybody does who holds both.
    if queries.lock_certificate(db, run_id, certificate_id).name is None:
        raise NameErased
    old = revoke(db, who, run_id, certificate_id, RevokeForm(reason=asked.reason))
    return _issue(db, who, queries.own_run(db, who, run_id), old.registration_id, asked.name, old)


def own_certificate(db: Session, who: Staff, run_id: int, certificate_id: int) -> Certificate:
    """A certificate of a run of theirs, to be revoked or issued anew."""
    run = queries.own_run(db, who, run_id)
    found = next((one for one in queries.of_run(db, run.id) if one.id == certificate_id), None)
    if found is None:
        raise NotFound
    return found


def shown_code(code: str) -> str:
    """The code as people read and type it: in two parts."""
    return f"{code[:4]}-{code[4:]}"


def _of_run(db: Session, run: CourseRun, moment: datetime, *, named: bool) -> RunCertificates:
    rule = _rule(queries.rule_of(db, run.course_id))
    attendance = attendance_of(db, run, moment, named=named)
    certificates, nameless = queries.of_run(db, run.id), queries.nameless(db, run.id)
    valid = {one.registration_id: one for one in certificates if one.revoked_on is None}
    candidates = [
        Candidate(
            one.participant.id,
            one.participant.name,
            valid.get(one.participant.id),
            None if one.participant.id in valid else _why_not(run, rule, attendance, one, moment, nameless),
        )
        for one in attendance.people
        if one.participant.has_seat or one.participant.id in valid
    ]
    return RunCertificates(run, rule, candidates, [one for one in certificates if one.revoked_on is not None])


def _rule(kept: CertificateRule | None) -> RuleForm:
    return USUAL if kept is None else RuleForm(measure=kept.measure, share=kept.share)


def _why_not(
    run: CourseRun,
    rule: RuleForm,
    attendance: RunAttendance,
    one: Attended,
    moment: datetime,
    nameless: Collection[int],
) -> Text | None:
    """What keeps this person from a certificate; none when nothing does."""
    if run.course.certificate is CertificateKind.NONE:
        return _("the course gives no certificates")
    if run.cancelled_at is not None:
        return _("the group is cancelled")
    if moment < run.ends_at:
        return _("the course is not over yet")
    held = [held.session for held in attendance.sessions if took_place_by(held.session, moment)]
    if not held:
        return _("no session was held")
    came = [session for session in held if one.marks.get(session.id) in CAME]
    if rule.measure is Measure.SESSIONS:
        has, whole = len(came), len(held)
    else:
        has, whole = sum(map(seconds_of, came)), sum(map(seconds_of, held))
    if has * 100 >= rule.share * whole:
        return _("the name has been erased") if one.participant.id in nameless else None
    unmarked = sum(session.id not in one.marks for session in held)
    if unmarked:
        return _n(
            "%(n)s session is not marked yet, attended: %(came)s of %(held)s",
            "%(n)s sessions are not marked yet, attended: %(came)s of %(held)s",
            unmarked,
            came=len(came),
            held=len(held),
        )
    return _("attended: %(came)s of %(held)s", came=len(came), held=len(held))


def _issue(
    db: Session, who: Staff, run: CourseRun, registration_id: int, name: str, instead_of: Certificate | None = None
) -> Certificate:
    if queries.lock_name(db, registration_id) is None:
        raise NameErased
    provider, day = queries.lock_series(db, run.course.provider_id), today()
    series = f"{provider.code.upper()}-{day.year}-"
    certificate = Certificate(
        number=f"{series}{queries.last_serial(db, series) + 1:04d}",
        code="".join(secrets.choice(SIGNS) for _place in range(CODE_LENGTH)),
        registration_id=registration_id,
        name=name,
        printed=(instead_of.printed if instead_of else None) or Printed.of_run(run).kept(),
        issued_on=day,
        replaces_id=instead_of.id if instead_of else None,
    )
    db.add(certificate)
    db.flush()
    facts: dict[str, Fact] = {"certificate": certificate.id, "number": certificate.number}
    record(db, who.actor, "certificate_issued", "registration", registration_id, facts)
    post(db, CertificateIssued(registration_id))
    return certificate
