"""Letters to who writes courses: one was sent back with a comment."""

from app.courses.draft_models import CourseDraft
from app.courses.drafts import read_fields
from app.courses.models import Course
from app.emails.letters import Letter, Link
from app.i18n import DEFAULT, _
from app.people.models import Account
from app.settings import Settings


def course_returned(settings: Settings, course: Course, draft: CourseDraft, author: Account) -> Letter:
    """Says what should be changed, and leads to the course."""
    title = read_fields(draft.fields, course.texts[DEFAULT].title).form.title
    return Letter(
        to=author.email,
        locale=author.locale,
        subject=_("A course was returned with a comment: %(course_title)s", course_title=title),
        parts=(
            _("The course “%(course_title)s” cannot be published yet.", course_title=title),
            _("Comment: %(comment)s", comment=draft.comment),
            _("Change the course and send it for review again:"),
            Link(f"{settings.origin}/darbvieta/kursi/{course.id}/labot", _("Open the course")),
        ),
    )
