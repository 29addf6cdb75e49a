"""A provider's courses: the list, a new one, a course's page, and its steps."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.clock import now
from app.courses import authoring, publishing
from app.courses.authoring_lists import TABS, Order, groups_of, history, own_courses
from app.courses.authoring_queries import provider_of
from app.courses.drafts import read_fields
from app.courses.inputs import TITLE, CourseForm
from app.courses.standing import BADGES
from app.dependencies import Db, Engine, ProviderManager, ProviderStaff
from app.i18n import Text, _, _p
from app.people.staff import Staff
from app.registrations.run_queries import registered_ahead
from app.registrations.withdrawing import withdraw_course
from app.search.filters import clean_text
from app.texts import number_in
from app.web.asking import read_page
from app.web.forms import Form, Typed, WrongForm, read
from app.web.reading import language_of
from app.web.workspace.course_facts import DONE, CourseId, around, course_facts, group_names
from app.web.workspace.days import read_day
from app.web.workspace.shell import staff_page

URL = "/darbvieta/kursi"
TAB_NAMES: dict[str, Text] = {
    "": _p("courses", "All"),
    "melnraksti": _("Drafts"),
    "izskatisana": _("In review"),
    "publiceti": _p("courses", "Published"),
    "arhivs": _p("courses", "Archive"),
}

router = APIRouter(include_in_schema=False)


@router.get(URL)
def courses(request: Request, db: Db, who: ProviderStaff) -> HTMLResponse:
    """The provider's courses by state, with a search within them."""
    asked = request.query_params
    tab = asked.get("stavoklis", "") if asked.get("stavoklis", "") in TABS else ""
    order: Order = "title" if asked.get("seciba") == "title" else "changed"
    words = clean_text(asked.get("q", ""))
    found = own_courses(db, who, now(), tab=tab, words=words, order=order, page=read_page(asked.get("lapa", "")))

    def url(page: int = 1, tab: str = tab, order: Order = order) -> str:
        """The address of another page, view or order of the same list."""
        pairs = [("q", words), ("stavoklis", tab), ("seciba", order if order != "changed" else "")]
        pairs.append(("lapa", str(page) if page > 1 else ""))
        query = urlencode([(name, value) for name, value in pairs if value])
        return f"{URL}?{query}" if query else URL

    return staff_page(
        request,
        who,
        "workspace/courses/list.html",
        partial="workspace/courses/_list.html",
        found=found,
        words=words,
        tab=tab,
        order=order,
        badges=BADGES,
        views=[
            (name.say(language_of(request)), url(tab=code), code == tab, found.counts[code])
            for code, name in TAB_NAMES.items()
        ],
        url=url,
        toast=DONE.get(asked.get("done", "")),
    )


@router.get(f"{URL}/jauns")
def new_course(request: Request, db: Db, who: ProviderStaff) -> HTMLResponse:
    """The title first; then the editor."""
    return _new(request, who, Typed(), {})


@router.post(f"{URL}/jauns")
def begin(request: Request, db: Db, who: ProviderStaff, form: Form) -> Response:
    """A draft of this title, with the provider's contacts."""
    try:
        title = read(CourseForm, Typed({"title": [form.one("title")]})).title
    except WrongForm as wrong:
        return _new(request, who, form, wrong.sentences)
    provider = provider_of(db, who)
    fields = {"title": [title], "contact_email": [provider.email], "contact_phone": [provider.phone]}
    course = authoring.begin_course(db, who, read_fields(fields, title).form)
    return RedirectResponse(f"{URL}/{course.id}/labot?done=begun", 303)


def _new(request: Request, who: Staff, form: Typed, errors: dict[str, Text]) -> HTMLResponse:
    status = 422 if errors else 200
    return staff_page(request, who, "workspace/courses/new.html", status=status, form=form, errors=errors, most=TITLE)


@router.get(f"{URL}/{{course_id}}")
def course(request: Request, course_id: CourseId, db: Db, engine: Engine, who: ProviderStaff) -> HTMLResponse:
    """Where the course stands: its draft beside what residents see, its groups, its steps."""
    facts, locale = course_facts(db, who, course_id), language_of(request).code
    return staff_page(
        request,
        who,
        "workspace/courses/course.html",
        facts=facts,
        around=around(db, engine, facts, locale) if facts.draft is not None else None,
        groups=groups_of(db, course_id),
        registered=registered_ahead(db, course_id, now()),
        steps=history(db, course_id),
        names=group_names(db, locale),
        toast=DONE.get(request.query_params.get("done", "")),
    )


@router.post(f"{URL}/{{course_id}}/iesniegt")
def submit(course_id: CourseId, db: Db, who: ProviderStaff, form: Form) -> RedirectResponse:
    """Send it to the board."""
    publishing.submit(db, who, course_id, version_of(form))
    return _to(course_id, "submitted")


@router.post(f"{URL}/{{course_id}}/atsaukt")
def take_back(course_id: CourseId, db: Db, who: ProviderStaff, form: Form) -> RedirectResponse:
    """Go on writing."""
    publishing.take_back(db, who, course_id, version_of(form))
    return _to(course_id, "taken_back")


@router.post(f"{URL}/{{course_id}}/publicet")
def publish(course_id: CourseId, db: Db, who: ProviderManager, form: Form) -> RedirectResponse:
    """A trusted provider's manager publishes now, or chooses the day."""
    day = read_day(form, "day")
    if day is None:
        publishing.publish(db, who, course_id, version_of(form))
        return _to(course_id, "published")
    publishing.schedule(db, who, course_id, version_of(form), day)
    return _to(course_id, "scheduled")


@router.post(f"{URL}/{{course_id}}/arhivet")
def archive(course_id: CourseId, db: Db, who: ProviderStaff, form: Form) -> RedirectResponse:
    """Put away what is not in the catalogue."""
    publishing.archive(db, who, course_id, version_of(form))
    return _to(course_id, "archived")


@router.post(f"{URL}/{{course_id}}/kopet")
def copy(request: Request, course_id: CourseId, db: Db, who: ProviderStaff) -> RedirectResponse:
    """A new draft that says the same."""
    title = course_facts(db, who, course_id).title
    words = _("%(course_title)s – copy", course_title=title).say(language_of(request))
    new = authoring.copy_course(db, who, course_id, words)
    return RedirectResponse(f"{URL}/{new.id}/labot?done=copied", 303)


@router.get(f"{URL}/{{course_id}}/atmest")
def ask_to_discard(request: Request, course_id: CourseId, db: Db, who: ProviderStaff) -> HTMLResponse:
    """What throwing the draft away means."""
    return staff_page(request, who, "workspace/courses/discard.html", facts=course_facts(db, who, course_id))


@router.post(f"{URL}/{{course_id}}/atmest")
def discard(course_id: CourseId, db: Db, who: ProviderStaff, form: Form) -> RedirectResponse:
    """Throw the draft away."""
    authoring.discard_draft(db, who, course_id, version_of(form))
    return _to(course_id, "discarded")


@router.get(f"{URL}/{{course_id}}/iznemt")
def ask_to_withdraw(request: Request, course_id: CourseId, db: Db, who: ProviderStaff) -> HTMLResponse:
    """What leaving the catalogue means, and who is registered for what is ahead."""
    return staff_page(
        request,
        who,
        "workspace/courses/withdraw.html",
        facts=course_facts(db, who, course_id),
        registered=registered_ahead(db, course_id, now()),
    )


@router.post(f"{URL}/{{course_id}}/iznemt")
def withdraw(course_id: CourseId, db: Db, who: ProviderStaff, form: Form) -> RedirectResponse:
    """Take the course out of the catalogue."""
    withdraw_course(db, who, course_id, version_of(form), clean_text(form.one("reason"), 500))
    return _to(course_id, "withdrawn")


def version_of(form: Typed) -> int:
    """The edition of the course that the page showed; none that there is when it says none."""
    number = number_in(form.one("version"))
    return -1 if number is None else number


def _to(course_id: int, done: str) -> RedirectResponse:
    return RedirectResponse(f"{URL}/{course_id}?done={done}", 303)
