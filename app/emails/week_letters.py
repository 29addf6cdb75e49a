"""The letter to an address that has sent as many registrations as it may in a week."""

from datetime import datetime

from app.courses.models import CourseRun
from app.emails.letters import Letter
from app.i18n import _
from app.registrations.models import Registration
from app.settings import Settings


def week_is_full(settings: Settings, registration: Registration, run: CourseRun, again: datetime) -> Letter:
    """Says that no seat is held on the run, until when, and who helps; `registration` tells whom to write to."""
    course = run.course
    texts = course.texts.get(registration.locale) or course.texts["lv"]
    phone = course.contact_phone or course.provider.phone or settings.contact_phone
    return Letter(
        to=registration.email or "",
        locale=registration.locale,
        subject=_("Registration not accepted: %(course_title)s", course_title=texts.title),
        parts=(
            _(
                "A registration for the course “%(course_title)s” was sent with this address. No seat is held for it.",
                course_title=texts.title,
            ),
            _(
                "We can take no more registrations from this address this week. Call the provider: %(phone)s.",
                phone=phone,
            ),
            _("You can register here again on %(again_loc)s.", again_loc=again),
        ),
    )
