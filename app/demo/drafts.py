"""The demonstration's courses that nobody sees yet: begun, sent for review, returned; and a change of one that is public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from slugify import slugify

from app.courses.draft_models import CourseDraft
from app.courses.drafts import Fields, fields_of_form
from app.courses.history_models import CourseStep
from app.courses.inputs import CourseForm
from app.courses.models import CertificateKind, Course, CourseAudience, CourseState, CourseText, Format, Funding
from app.demo.days import moment, office_day
from app.demo.files import CourseEntry
from app.demo.institutions import Places
from app.demo.rows import Rows

CHANGED = "vb-035"
"""A public course whose provider writes a better summary."""
BETTER_SUMMARY = "Vārdu mīklas, dzejoļi un iegaumēšanas paņēmieni možam prātam – mierīgi un bez steigas."


@dataclass(frozen=True, slots=True)
class _Begun:
    code: str
    days_ago: int
    form: CourseForm
    sent: bool = False
    comment: str = ""


_DRAFTS = (
    _Begun(
        "vb-901",
        34,
        CourseForm(
            title="Grāmatu terapijas vakari vīriem",
            summary="Sarunas par izlasīto bez liekiem vārdiem.",
            group="personal",
            audiences=["everyone"],
            format=Format.IN_PERSON,
        ),
    ),
    _Begun(
        "vb-902",
        9,
        CourseForm(
            title="Viedtālrunis ceļojumā",
            summary="Kartes, biļetes un saziņa ceļā – ar savu tālruni rokā.",
            description="Četrās nodarbībās sagatavosim tālruni ceļam:\n\n- kartes bez interneta,\n- biļetes un bagāža,\n"
            "- droša maksāšana.\n\nLīdzi jāņem savs viedtālrunis.",
            outcomes=["Lejupielādē karti un atrod ceļu bez interneta", "Glabā biļetes tālrunī"],
            group="digital",
            audiences=["seniors", "everyone"],
            format=Format.IN_PERSON,
            academic_hours="8",
            price="0",
            funding=Funding.FREE,
            certificate=CertificateKind.NONE,
            contact_email="biblioteka@example.lv",
        ),
        sent=True,
        comment="Lūdzu, pierakstiet, kā telpā iekļūt ar ratiņkrēslu.",
    ),
    _Begun(
        "vdc-901",
        5,
        CourseForm(
            title="Dators bez steigas: pirmie soļi",
            summary="Ieslēgt, rakstīt, saglabāt un atrast – mierīgā solī.",
            description="Kurss tiem, kas datoru lieto pirmo reizi. Katru soli atkārtojam, līdz tas izdodas.",
            outcomes=["Ieslēdz datoru un atver programmu", "Saglabā un atrod savu tekstu"],
            group="digital",
            audiences=["seniors"],
            format=Format.IN_PERSON,
            academic_hours="16",
            price="0",
            funding=Funding.MUNICIPAL,
            certificate=CertificateKind.ATTENDANCE,
            contact_email="digitalais@example.lv",
        ),
        sent=True,
    ),
)


def add_drafts(
    rows: Rows, places: Places, course_ids: Mapping[str, int], courses: Sequence[CourseEntry], today: date
) -> None:
    """Keep what is written and not public; no figure counts any of it."""
    for begun in _DRAFTS:
        _add(rows, places, begun, today)
    entry = next(one for one in courses if one.code == CHANGED)
    email, phone = places.contacts[entry.provider]
    form = CourseForm.model_validate(
        {
            "title": entry.title,
            "summary": BETTER_SUMMARY,
            "description": entry.description,
            "outcomes": [outcome[:1].upper() + outcome[1:] for outcome in entry.outcomes],
            "keywords": entry.keywords,
            "group": entry.group,
            "audiences": entry.audience,
            "level": entry.level,
            "language": entry.language,
            "format": entry.format,
            "academic_hours": str(entry.academic_hours),
            "price": str(entry.price_eur),
            "funding": entry.funding,
            "certificate": entry.certificate,
            "needs_permit": entry.needs_permit,
            "contact_email": email,
        }
    )
    saved_at = moment(office_day(today - timedelta(days=2)), 14)
    fields = fields_of_form(form) | {"contact_phone": [phone]}  # As it stands on the course.
    _put_draft(rows, course_ids[CHANGED], fields, places.managers[entry.provider], saved_at, based_on=1)


def _add(rows: Rows, places: Places, begun: _Begun, today: date) -> None:
    form, provider = begun.form, begun.code.partition("-")[0]
    author = places.managers[provider]
    created_at = moment(office_day(today - timedelta(days=begun.days_ago)), 10)
    waits = begun.sent and not begun.comment
    course_id = rows.add(
        Course,
        code=begun.code,
        slug=slugify(form.title),
        provider_id=places.providers[provider],
        group_id=places.groups[form.group],
        permit_id=None,
        state=CourseState.SUBMITTED if waits else CourseState.DRAFT,
        level=form.level,
        language=form.language,
        format=form.format or Format.IN_PERSON,
        funding=form.funding or Funding.FREE,
        certificate=form.certificate or CertificateKind.NONE,
        academic_hours=form.academic_hours or 0,
        price=form.price or 0,
        needs_permit=False,
        no_permit_reason="",
        contact_email=form.contact_email or "",
        contact_phone="",
        picture="",
        version=1,
        created_at=created_at,
        updated_at=created_at,
        published_at=None,
    )
    rows.put(
        CourseText,
        course_id=course_id,
        locale="lv",
        title=form.title,
        summary=form.summary,
        description=form.description,
        outcomes=form.outcomes,
        prerequisites="",
        keywords=form.keywords,
        picture_alt="",
    )
    for audience in form.audiences:
        rows.put(CourseAudience, course_id=course_id, audience=audience)
    sent_at, returned_at = created_at + timedelta(hours=2), created_at + timedelta(hours=5)
    steps = [(CourseState.DRAFT, created_at, author, "")]
    if begun.sent:
        steps.append((CourseState.SUBMITTED, sent_at, author, ""))
    if begun.comment:
        steps.append((CourseState.DRAFT, returned_at, places.managers[""], begun.comment))
    for state, at, account_id, comment in steps:
        rows.add(CourseStep, course_id=course_id, state=state, at=at, account_id=account_id, comment=comment)
    _put_draft(
        rows,
        course_id,
        fields_of_form(form),
        author,
        created_at,
        submitted_at=sent_at if waits else None,
        submitted_by_id=author if begun.sent else None,
        returned_at=returned_at if begun.comment else None,
        returned_by_id=places.managers[""] if begun.comment else None,
        comment=begun.comment,
    )


def _put_draft(
    rows: Rows,
    course_id: int,
    fields: Fields,
    author: int,
    saved_at: datetime,
    *,
    based_on: int = 0,
    submitted_at: datetime | None = None,
    submitted_by_id: int | None = None,
    returned_at: datetime | None = None,
    returned_by_id: int | None = None,
    comment: str = "",
) -> None:
    rows.put(
        CourseDraft,
        course_id=course_id,
        fields=fields,
        based_on=based_on,
        page="",
        saved_at=saved_at,
        saved_by_id=author,
        submitted_at=submitted_at,
        submitted_by_id=submitted_by_id,
        returned_at=returned_at,
        returned_by_id=returned_by_id,
        comment=comment,
        publish_on=None,
        no_permit_reason="",
        publish_by_id=None,
    )
