"""The whole way of a course: from the invitation of a clerk to the figures of the year, with the same people throughout."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from shutil import copy

import pyotp
import pytest
import time_machine
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from app.clock import now, today
from app.courses.models import CourseRun
from app.courses.run_models import RunNotice
from app.db import Database
from app.i18n import _n, _p, at, weekday_text
from app.participation.models import Certificate
from app.people.account_queries import by_address
from app.people.inputs import InvitationForm
from app.people.invitations import invite
from app.people.models import Role
from app.providers.models import Provider, ThematicGroup
from app.registrations.models import Registration
from app.reports.public import Question, public_figures
from tests.journeys.test_own_data import kept
from tests.journeys.walker import Thumb, Walker, walking
from tests.living import LivingCity, living
from tests.make import make_course, make_provider, make_run
from tests.pages.account_samples import as_staff
from tests.pages.staff_samples import ADMINISTRATOR, BOARD
from tests.registrations import acts
from tests.registrations.length import IS_LONG
from tests.staff import new_token

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.promise("P36"), pytest.mark.timeout(300)]

CLERK, PASSWORD = "kristine.jauna@example.lv", "zaļš dīvāns peld"
SCHOOL_CODE, SCHOOL, SCHOOL_IN_ENGLISH = "akmenkali", "Akmeņkaļu skola", "School of Stone"
TITLE, FORGOTTEN = "Akmeņu slīpēšana", "Dzintara urbšana"
VALLIJA, OLGA = "Vallija Ķēniņa", "Olga Bez-Pasta"
OTHERS = ("Gunta Jēkabsone", "Ilgvars Ābele", "Olena Hončarenko", "Skaidrīte Brūvere")
MARKS = {
    VALLIJA: _p("roll", "Here"),
    OLGA: _p("roll", "Here"),
    OTHERS[0]: _p("roll", "Absent"),
    OTHERS[1]: _p("roll", "Partly"),
    OTHERS[2]: _p("roll", "Here"),
    OTHERS[3]: _p("roll", "Excused"),
}
"""At the first session; at the second one everybody is there."""
ADDED: Mapping[str, int | float] = {
    "participations": 6,
    "unique_participants": 5,  # Who has no address cannot be recognised again.
    "person_hours": 20.0,  # Two academic hours each: four people, then six.
    "certificates_issued": 4,
    "runs_held": 1,
    "registrations_received": 6,
    "registrations_via_catalogue": 5,
    "academic_hours_held": 4.0,
    "feedback_count": 0,
    "cancelled_runs": 0,
    "activities_held": 0,
}
"""What the course adds to the figures of its year."""


@dataclass(frozen=True)
class Days:
    """When the group meets: twice within a month that is over when its figures are told."""

    first: date

    @property
    def second(self) -> date:
        return self.first + timedelta(weeks=1)

    @property
    def afterwards(self) -> datetime:
        """When the rolls are marked."""
        return at(self.second + timedelta(days=1), time(10))

    @property
    def told(self) -> datetime:
        """When the month is over."""
        return at((self.first.replace(day=1) + timedelta(days=32)).replace(day=1), time(10))


def days_ahead() -> Days:
    """The first day from the third one on whose next week lies in the same month."""
    day = today() + timedelta(days=3)
    while (day + timedelta(days=8)).month != day.month:
        day += timedelta(days=1)
    return Days(day)


@dataclass
class Story:
    """A city of this story alone, its people with their windows, and what the figures were before."""

    city: LivingCity
    browser: Browser
    code: str
    width: int
    by: type[Walker]
    days: Days
    before: Mapping[str, int | float]
    phone: pyotp.TOTP = field(init=False, repr=False)
    run: int = 0

    @property
    def on_a_phone(self) -> bool:
        """Whether what is seen once is seen here: half of it on the phone, half at the desk, all of it in the long form."""
        return IS_LONG or self.by is Thumb

    @property
    def at_a_desk(self) -> bool:
        """The other half."""
        return IS_LONG or self.by is Walker

    @contextmanager
    def somebody(self, email: str = "") -> Iterator[Walker]:
        """Somebody in a window of their own, signed in under the address."""
        with walking(self.browser, self.city, self.code, self.width, by=self.by) as walker:
            if email:
                token = new_token(self.city.database, email)
                walker.page.context.add_cookies([{"name": "staff", "value": token, "url": self.city.url}])
            yield walker


Way = tuple[str, int, type[Walker]]
WAYS: dict[str, Way] = {"phone-lv-touch": ("lv", 360, Thumb), "desk-en-keyboard": ("en", 1280, Walker)}
if IS_LONG:
    WAYS |= {"phone-en-touch": ("en", 360, Thumb), "desk-lv-keyboard": ("lv", 1280, Walker)}


def figures(city: Database, year: int) -> dict[str, int | float]:
    """What the public reads about the year."""
    with city.reading() as db:
        shown = public_figures(db, Question(year, {})).values
    return {name: float(shown[name].amount or 0) for name in ADDED}


@pytest.fixture(params=WAYS)
def story(request: pytest.FixtureRequest, browser: Browser, city_template: Path, tmp_path: Path) -> Iterator[Story]:
    """A new provider without staff; the figures before are read when nobody works yet, as of the day they will be told."""
    code, width, by = WAYS[request.param]
    path, days = tmp_path / "city.sqlite", days_ahead()
    copy(city_template, path)
    database = Database(f"sqlite:///{path}")
    with database.writing() as db:
        provider_id = make_provider(db, SCHOOL_CODE, name=SCHOOL, name_en=SCHOOL_IN_ENGLISH).id
    with time_machine.travel(days.told):
        before = figures(database, days.first.year)
    if IS_LONG or by is Thumb:
        with database.writing() as db:  # A plan that came to nothing waits for whoever comes first.
            group = db.scalars(select(ThematicGroup).where(ThematicGroup.code == "personal")).one()
            course = make_course(
                db, title=FORGOTTEN, provider=db.get_one(Provider, provider_id), group=group, published=False
            )
            make_run(db, course, starts_in=-5)
    database.dispose()
    with living(f"sqlite:///{path}", tmp_path / "mail") as city:
        yield Story(city, browser, code, width, by, days, before)


def test_from_an_invitation_to_the_figures_of_the_year(story: Story) -> None:
    with ExitStack() as stack:
        clerk = stack.enter_context(story.somebody())
        is_invited(story)
        begins_to_work(story, clerk)
        writes_a_course(story, clerk)
        with story.somebody(BOARD) as board:
            returns_it(board)
            mends_it(story, clerk)
            publishes_it(board)
        plans_a_group(story, clerk)
        registers(story)
        if story.on_a_phone:
            moves_a_session(story, clerk)
        works_at_the_desk(story, clerk)
        if story.at_a_desk:
            goes_home(clerk)
        stack.enter_context(time_machine.travel(story.days.afterwards))
        comes_again(story, clerk)
        marks_the_rolls(clerk)
        issues_certificates(story, clerk)
        stack.enter_context(time_machine.travel(story.days.told))
        told = clerk.page.request.get(f"{story.city.url}/api/v1/statistics/{story.days.first.year}").json()["values"]
    assert {name: told[name] - before for name, before in story.before.items()} == ADDED


def is_invited(story: Story) -> None:
    """The administrator invites the first clerk of the new provider."""
    if not story.at_a_desk:
        with story.city.database.writing() as db:
            administrator = by_address(db, ADMINISTRATOR)
            assert administrator is not None
            provider_id = db.scalars(select(Provider.id).where(Provider.code == SCHOOL_CODE)).one()
            asked = InvitationForm(
                name="Kristīne Jaunā", email=CLERK, role=Role.EDITOR, provider_id=provider_id, locale=story.code
            )
            invite(db, as_staff(administrator), asked, timedelta(days=7))
        return
    with story.somebody(ADMINISTRATOR) as walker:
        walker.page.goto(f"{story.city.url}/parvalde/konti/jauns")
        walker.write("Name and surname", "Kristīne Jaunā")
        walker.write("E-mail address", CLERK)
        walker.tick("Editor")
        walker.choose("Institution", SCHOOL if story.code == "lv" else SCHOOL_IN_ENGLISH)
        walker.tick(walker.language.name)
        walker.press("Send the invitation")
        walker.reads("Kristīne Jaunā")


def is_at_work(clerk: Walker) -> None:
    """The first page of the workspace."""
    expect(clerk.page.get_by_role("heading", level=2, name=clerk.said("What to do now"))).to_be_visible()


def begins_to_work(story: Story, clerk: Walker) -> None:
    """A password that is not guessed, and a second step; what was forgotten is tidied up."""
    page = clerk.page
    clerk.opens_letter(CLERK, "Invitation to work in the catalogue")
    clerk.sees("Welcome to the catalogue")
    clerk.write("New password", "parole123")
    clerk.press("Keep the password")
    clerk.reads("This password is easy to guess. Choose another.")
    clerk.finds_nothing_wrong()
    clerk.write("New password", PASSWORD)
    clerk.press("Keep the password")
    is_at_work(clerk)
    if story.on_a_phone:
        forgotten = page.get_by_role("listitem").filter(has_text=FORGOTTEN)
        clerk.press("Remove")
        expect(page.get_by_role("status").filter(has_text=clerk.said("The group is taken away."))).to_be_visible()
        expect(forgotten).to_have_count(0)
    clerk.press("Account")
    clerk.sees("My account")
    clerk.press("Set up the second step")
    clerk.sees("Set up the second step of signing in")
    clerk.finds_nothing_wrong()
    story.phone = pyotp.TOTP("".join(page.locator("code.key").inner_text().split()))
    clerk.write("One-time code", story.phone.at(now()))
    clerk.press("Turn on the second step")
    clerk.sees("Recovery codes")
    clerk.press("I have kept them, go on")
    is_at_work(clerk)


def signs_in(clerk: Walker, code: str) -> None:
    """By password and code."""
    clerk.write("E-mail address", CLERK)
    clerk.write("Password", PASSWORD)
    clerk.press("Show the password")
    expect(clerk.page.locator("#password")).to_have_attribute("type", "text")
    clerk.press("Sign in")
    clerk.sees("One-time code")
    clerk.page.keyboard.type(code)  # The field has the focus already.
    clerk.page.keyboard.press("Enter")


def writes_a_course(story: Story, clerk: Walker) -> None:
    """Saved while it is written, over a connection that goes away; what is wrong is told at its field."""
    page = clerk.page
    missing, state = page.locator("#trukst"), page.locator("#saglabats")

    def lacks(number: int) -> None:
        words = _n("%(n)s thing is missing", "%(n)s things are missing", number)
        expect(missing).to_contain_text(clerk.said(words) if number else clerk.said("Nothing is missing"))

    clerk.press("Courses")
    clerk.sees("My courses")
    clerk.press("New course", within=True)
    clerk.sees("New course")
    clerk.write("Title", TITLE)
    clerk.press("Begin the draft")
    lacks(10)
    clerk.write("Summary", "Raupjš akmens kļūst gluds.")
    lacks(9)
    expect(page.locator("[data-left-of=summary]")).to_contain_text("134")
    page.context.set_offline(story.on_a_phone)
    clerk.write("Description", "Slīpējam **lēni**.\n\n- ahāts\n- jašma")
    if story.on_a_phone:
        expect(state).to_contain_text(clerk.said("No connection. What you typed is still here."))
    page.context.set_offline(False)
    lacks(8)
    expect(page.locator("#izskatas strong")).to_have_text("lēni")
    clerk.write("What you will learn", "Atšķir akmeņus\nSlīpē ahātu")
    clerk.choose("Thematic group", "Personības" if clerk.language.code == "lv" else "Personal")
    clerk.tick("Everyone")
    clerk.choose("How it is held", "In person")
    clerk.write("Length in academic hours", "4")
    clerk.choose("Who pays", "The participant")
    if story.on_a_phone:  # A wrong field is told at once and keeps no other from being saved.
        clerk.write("Price", "daudz")
        clerk.choose("What you receive", "Certificate")
        expect(page.locator("#price-e")).to_contain_text(clerk.said("Write the price like this: 18.50."))
        clerk.finds_nothing_wrong()
    clerk.write("Price", "12,50")
    clerk.choose("What you receive", "Confirmation of attendance")
    lacks(0)
    expect(page.locator("#price-e")).to_have_count(0)
    clerk.press("Send for review")
    clerk.reads("The board looks at the course. Until it answers, nothing can be changed.")
    clerk.finds_nothing_wrong()


def opens_what_waits(board: Walker) -> None:
    """The course, in the board's list."""
    board.page.goto(f"{board.city.url}/parvalde/kursi")
    board.press(TITLE)
    expect(board.page.get_by_role("heading", level=1)).to_have_text(TITLE)


def returns_it(board: Walker) -> None:
    """The board asks for more."""
    opens_what_waits(board)
    board.write("What should be changed", "Pierakstiet, vai var nākt ar ratiņkrēslu.")
    board.press("Return with a comment")
    board.reads("The course is returned with your comment.")


def mends_it(story: Story, clerk: Walker) -> None:
    """What the board asked for is added, looked at, and sent again."""
    clerk.opens_letter(CLERK, "A course was returned with a comment: %(course_title)s", TITLE)
    expect(clerk.page.locator("#komentars")).to_contain_text("Pierakstiet, vai var nākt ar ratiņkrēslu.")
    clerk.write("Description", "Slīpējam **lēni**. Telpā var iebraukt ar ratiņkrēslu.")
    expect(clerk.page.locator("#izskatas")).to_contain_text("Telpā var iebraukt")
    clerk.finds_nothing_wrong()
    if story.on_a_phone:
        clerk.press("Preview")
        expect(clerk.page.locator("#melnraksts")).to_be_visible()
        clerk.press("Back to the course")
        clerk.reads("What has happened")
    clerk.press("Send for review")
    clerk.reads("The board looks at the course. Until it answers, nothing can be changed.")


def publishes_it(board: Walker) -> None:
    """The board is content."""
    opens_what_waits(board)
    board.press("Publish")
    board.reads("The course is published.")


def plans_a_group(story: Story, clerk: Walker) -> None:
    """By the weekly pattern, on two days."""
    page, days = clerk.page, story.days
    clerk.press("Courses")
    clerk.sees("My courses")
    clerk.press(TITLE, within=True)
    clerk.reads("Residents see the course as you wrote it.")
    clerk.press("New group", within=True)
    clerk.sees("New group")
    clerk.tick(weekday_text(days.first.weekday(), "repeated", clerk.language).capitalize())
    clerk.writes_time("From", time(7, 10))
    clerk.writes_time("Until", time(8, 40))
    clerk.writes_day("First session", days.first)
    clerk.writes_day("Last session", days.second)
    clerk.press("Show the sessions")
    expect(page.locator("#nodarbibas [name=row]")).to_have_count(2)
    for row, box in enumerate(page.locator("#nodarbibas [name=held]").all()):
        if not box.is_checked():  # It falls on a public holiday.
            clerk.tick(page.locator(f"label:has(#row-{row})").inner_text().split(",")[0])
    clerk.finds_nothing_wrong()
    clerk.write("Number of seats", "10")
    clerk.press("Save the group")
    expect(page.get_by_role("status").filter(has_text=clerk.said("The group is saved."))).to_be_visible()
    story.run = int(page.url.rsplit("/", 1)[1].split("?")[0])
    with story.city.database.reading() as db:
        assert db.get_one(CourseRun, story.run).session_count == 2


def address(name: str) -> str:
    """Where somebody gets letters."""
    return f"{OTHERS.index(name)}.akmens@example.lv"


def registers(story: Story) -> None:
    """One finds the course and registers; the others do the same out of sight."""
    email = "vallija@example.lv"
    with story.somebody() as resident:
        resident.page.goto(story.city.url)
        resident.write("What would you like to learn?", "akmenu slipesana")
        resident.page.keyboard.press("Enter")
        expect(resident.page).to_have_url(re.compile(r"/kursi\?q=akmenu"))
        resident.press(TITLE, within=True)
        expect(resident.page.get_by_role("heading", level=1)).to_have_text(TITLE)
        resident.press("Register", within=True)
        resident.sees("Register for “%(course_title)s”", course_title=TITLE)
        resident.finds_nothing_wrong()
        resident.fills_registration(email, "Send the registration")
        resident.sees("Check your e-mail")
        resident.confirms(email)
        if story.at_a_desk:
            changes_their_mind(story, resident, email)
    for name in OTHERS:
        acts.register(story.city.database, story.run, address(name), name=name)
        acts.confirm(story.city.database, address(name))


def changes_their_mind(story: Story, resident: Walker, email: str) -> None:
    """A number is added, the seat is given up, and taken back at once."""
    resident.press("Correct my data")
    resident.sees("Correct my data")
    resident.write("Phone (optional)", "26123456")
    resident.press("Save changes")
    resident.sees("Your registration is confirmed")
    assert [one.phone for one in kept(story.city, email)] == ["+371 26 123 456"]
    resident.cancels()
    resident.press("Undo")
    resident.sees("Your registration is confirmed")


def opens_group(story: Story, clerk: Walker, page: str) -> None:
    """From the menu to a page of the group."""
    clerk.press("Groups")
    clerk.sees("Groups")
    clerk.press(TITLE, within=True)
    clerk.sees(TITLE)
    if page:
        clerk.press(page, within=True)
        here = clerk.page.get_by_role("main").locator("[aria-current=page]").first
        expect(here).to_contain_text(clerk.said(page))


def moves_a_session(story: Story, clerk: Walker) -> None:
    """Twenty minutes later; what follows is foreseen, and told in one letter."""
    opens_group(story, clerk, "")
    clerk.press("Move", within=True)
    clerk.sees("Move the session")
    clerk.writes_time("From", time(7, 30))
    clerk.writes_time("Until", time(9, 0))
    clerk.write("Reason, as residents will read it", "Autobuss kavējas")
    clerk.press("See what follows")
    clerk.reads("What follows")
    clerk.press("Move the session", within=True)
    expect(
        clerk.page.get_by_role("status").filter(
            has_text=clerk.said("The session is moved. We write to everyone registered.")
        )
    ).to_be_visible()
    with story.city.database.writing() as db:  # What is changed in a row is told in one letter, some minutes later.
        db.scalars(select(RunNotice).where(RunNotice.run_id == story.run)).one().due_at = now()
    letter = story.city.letter(address(OTHERS[0]), "Mainās laiks vai vieta", seconds=30)
    body = letter.get_body(("plain",))
    assert body is not None
    assert "Autobuss kavējas" in body.get_content()


def works_at_the_desk(story: Story, clerk: Walker) -> None:
    """The list is opened, and somebody calls and is entered."""
    page = clerk.page
    opens_group(story, clerk, "Registrations")
    clerk.reads("Opening this list is recorded.")
    expect(page.get_by_text(VALLIJA)).to_have_count(0)
    clerk.press("Open the list")
    expect(page.get_by_role("link", name=VALLIJA)).to_be_visible()
    clerk.finds_nothing_wrong()
    clerk.press("Add a person who called", within=True)
    clerk.sees("Add a person who called")
    clerk.write("Name and surname", OLGA)
    clerk.write("Phone number", "26 111 222")
    clerk.press("Enter the person")
    expect(page.locator(".toast")).to_contain_text(clerk.said("The person is entered."))
    if story.at_a_desk:
        prints_searches_and_writes(story, clerk)


def prints_searches_and_writes(story: Story, clerk: Walker) -> None:
    """A slip is looked at, somebody is searched for, and everybody is written to."""
    page = clerk.page
    clerk.press("Print a slip", within=True)
    expect(page.locator(".qr")).to_be_visible()
    opens_group(story, clerk, "Registrations")
    clerk.write("Name, e-mail or phone", "kenina")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=OLGA)).to_have_count(0)
    expect(page.get_by_role("link", name=VALLIJA)).to_be_visible()
    assert "kenina" not in page.url
    clerk.press("Show all")
    expect(page.get_by_role("link", name=OLGA)).to_be_visible()
    clerk.press("Write to all participants", within=True)
    clerk.sees("Write to participants")
    clerk.write("Subject", "Telpa mainās")
    clerk.write("Text", "Tiekamies **203.** telpā.")
    clerk.press("Next")
    clerk.sees("Check the letter")
    clerk.press("Send the letter", within=True)
    clerk.reads("To call: no e-mail address")
    expect(page.get_by_text(re.compile(OLGA))).to_be_visible()
    assert story.city.letter(address(OTHERS[0]), f"{TITLE}: Telpa mainās")["Reply-To"]


def goes_home(clerk: Walker) -> None:
    """Whoever has signed out leaves nothing to go back to."""
    clerk.press("Sign out")
    clerk.reads("You are signed out on this device.")
    clerk.goes_back()
    clerk.sees("Sign in")


def comes_again(story: Story, clerk: Walker) -> None:
    """Days later: whoever wants to work signs in, also where nobody has signed out."""
    if not story.at_a_desk:
        clerk.press("Workspace")
        clerk.sees("Sign in")
    signs_in(clerk, story.phone.at(now()))
    if story.at_a_desk:  # Where one was led back to.
        clerk.reads("To call: no e-mail address")
        clerk.press("Workspace")
    is_at_work(clerk)


def marks_the_rolls(clerk: Walker) -> None:
    """The first one by one, the second all at once."""
    page = clerk.page
    clerk.press("Mark")
    clerk.sees("Attendance")
    clerk.press("Open the list")
    expect(page.get_by_role("group", name=VALLIJA)).to_be_visible()
    for name in page.locator(".roll legend").all_inner_texts():
        clerk.tick(MARKS[name], name)
    clerk.reads("Marked %(marked)s of %(total)s", marked=6, total=6)
    clerk.finds_nothing_wrong()
    clerk.press("Finish the roll")
    clerk.reads("The roll is finished.")
    clerk.press("Attendance")
    expect(page.get_by_role("heading", level=2, name=clerk.said("Today"))).to_be_visible()
    clerk.press(
        page.get_by_role("main").get_by_role("link").filter(has_text=TITLE).inner_text().split("·")[0], within=True
    )
    clerk.reads("All the others are here")
    clerk.press("All the others are here")
    clerk.reads("Marked %(marked)s of %(total)s", marked=6, total=6)
    clerk.press("Finish the roll")
    clerk.reads("The roll is finished.")


def issues_certificates(story: Story, clerk: Walker) -> None:
    """To those who came both times; one of them is looked at, and checked by a stranger."""
    page, city = clerk.page, story.city
    clerk.press(TITLE, within=True)
    clerk.sees(TITLE)
    clerk.press("Certificates", within=True)
    expect(page.get_by_role("heading", level=2, name=clerk.said("Certificates"))).to_be_visible()
    clerk.write("At least, per cent", "100")
    clerk.press("Save the rule")
    clerk.reads("The rule is saved. It holds for all groups of this course; certificates already issued stay valid.")
    clerk.press("Issue the certificates", within=True)
    issued = _n("%(n)s certificate is issued.", "%(n)s certificates are issued.", 4)
    expect(page.get_by_role("status").filter(has_text=clerk.said(issued))).to_be_visible()
    clerk.finds_nothing_wrong()
    with page.expect_download() as paper:
        clerk.press("PDF", within=True)
    with city.database.reading() as db:
        given = db.scalars(
            select(Certificate)
            .join(Registration, Certificate.registration_id == Registration.id)
            .where(Registration.name == VALLIJA)
        ).one()
    assert paper.value.suggested_filename.endswith(".pdf")
    code = f"{given.code[:4]}-{given.code[4:]}"
    with story.somebody() as stranger:
        if story.by is Thumb:  # By the picture on the paper.
            stranger.page.goto(f"{city.url}/apliecibas#{given.number}.{code}")
            expect(stranger.page.get_by_label(stranger.said("Check code"))).to_have_value(re.compile(given.code[4:]))
        else:
            stranger.page.goto(f"{city.url}/apliecibas")
            stranger.write("Number of the certificate", given.number)
            stranger.write("Check code", code)
        stranger.press("Check")
        stranger.reads("This certificate is genuine; issued on %(date_loc)s.", date_loc=given.issued_on)
        stranger.finds_nothing_wrong()
