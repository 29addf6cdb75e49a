"""A clerk on a phone: a new group from a weekly pattern, a session moved with its letter foreseen, and the letter."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.clock import now, today
from app.courses.models import Course, CourseRun, CourseState, Format
from app.people.models import Account
from app.registrations.models import Registration, State
from tests.living import LivingCity
from tests.pages.staff_samples import MANAGER
from tests.pages.test_axe import OPTIONS
from tests.staff import new_token

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(120)]
EMAIL = "zigrida.abolina@example.com"


def check(page: Page) -> None:
    """axe finds nothing, and nothing scrolls sideways."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_new_group_by_a_weekly_pattern_and_a_session_that_moves(browser: Browser, living_city: LivingCity) -> None:
    with living_city.database.reading() as db:
        provider = select(Account.provider_id).where(Account.email == MANAGER).scalar_subquery()
        course_id = db.scalars(
            select(Course.id)
            .where(
                Course.provider_id == provider, Course.state == CourseState.PUBLISHED, Course.format == Format.IN_PERSON
            )
            .order_by(Course.id)
        ).first()
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale="lv-LV", reduced_motion="reduce")
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": "staff", "value": new_token(living_city.database, MANAGER), "url": living_city.url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    page.goto(f"{living_city.url}/darbvieta/kursi/{course_id}/grupas/jauna")
    expect(page.get_by_role("heading", name="Jauna grupa")).to_be_visible()
    check(page)
    first = today() + timedelta(days=21)
    day = ("Pirmdienās", "Otrdienās", "Trešdienās", "Ceturtdienās", "Piektdienās", "Sestdienās", "Svētdienās")
    for name in day:
        page.get_by_label(name).set_checked(name == day[first.weekday()])
    page.get_by_label("No", exact=True).first.fill("07:10")
    page.get_by_label("Līdz", exact=True).first.fill("08:40")
    page.get_by_label("Pirmā nodarbība").fill(first.isoformat())
    page.get_by_label("Pēdējā nodarbība").fill((first + timedelta(weeks=2)).isoformat())
    page.get_by_label("Vietu skaits").fill("10")
    page.get_by_role("button", name="Parādīt nodarbības").click()
    expect(page.locator("#nodarbibas [name=row]").first).to_be_attached()
    assert page.locator("#nodarbibas [name=row]").count() == 3
    for box in page.locator("#nodarbibas [name=held]").all():
        box.check()  # Even if one falls on a public holiday.
    check(page)
    page.get_by_role("button", name="Saglabāt grupu").click()
    expect(page.get_by_role("status").filter(has_text="Grupa ir saglabāta.")).to_be_visible()
    check(page)

    run_id = int(page.url.rsplit("/", 1)[1].split("?")[0])
    with living_city.database.writing() as db:
        assert db.get_one(CourseRun, run_id).session_count == 3
        db.add(
            Registration(
                run_id=run_id,
                state=State.CONFIRMED,
                channel="web",
                name="Zigrīda Āboliņa",
                email=EMAIL,
                email_key=EMAIL,
                link_key="journey-of-groups-0001",
                created_at=now(),
                confirmed_at=now(),
            )
        )
    page.get_by_role("link", name="Pārcelt").first.click()
    page.get_by_label("No", exact=True).fill("07:30")
    page.get_by_label("Līdz", exact=True).fill("09:00")
    page.get_by_label("Iemesls, ko redzēs iedzīvotāji").fill("Autobuss kavējas")
    page.get_by_role("button", name="Skatīt, kas notiks").click()
    expect(page.get_by_text("Vēstuli saņems 1 cilvēks.")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Pārcelt nodarbību").click()
    expect(page.get_by_role("status").filter(has_text="Nodarbība ir pārcelta.")).to_be_visible()
    page.goto(f"{living_city.url}/darbvieta/")
    expect(page.get_by_role("heading", name="Kas jāizdara")).to_be_visible()
    check(page)
    forgotten = (
        page.get_by_role("listitem").filter(has_text="E-grāmatas bibliotēkā").filter(has_text="Datums ir pagājis")
    )
    forgotten.get_by_role("button", name="Noņemt").click()
    expect(page.get_by_role("status").filter(has_text="Grupa ir noņemta.")).to_be_visible()
    expect(forgotten).to_have_count(0)
    context.close()
    assert [text for text in complaints if "Content Security Policy" in text] == []
    with living_city.database.writing() as db:  # What is changed in a row is told in one letter, some minutes later.
        from app.courses.run_models import RunNotice

        db.scalars(select(RunNotice).where(RunNotice.run_id == run_id)).one().due_at = now()
    letter = living_city.letter(EMAIL, "Mainās laiks vai vieta", seconds=30)
    body = letter.get_body(("plain",))
    assert body is not None and "Autobuss kavējas" in body.get_content()
