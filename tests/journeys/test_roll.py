"""A teacher marks a roll on a phone while every second request is lost, and finishes it."""

import re
from datetime import timedelta
from itertools import count

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from app.courses.models import CertificateKind, Course
from app.participation.models import Attendance, Mark, RollTick
from app.people.models import Account
from tests.living import LivingCity
from tests.make import make_registration, make_run
from tests.pages.staff_samples import MANAGER
from tests.pages.test_axe import OPTIONS
from tests.staff import new_token

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]
PEOPLE = (
    "Ilgvars Ābele",
    "Skaidrīte Brūvere",
    "Olena Hončarenko",
    "Gunta Jēkabsone",
    "Vallija Ķēniņa",
    "Andrejs Ļeonovs",
)
WORDS = {Mark.PRESENT: "Ir", Mark.PARTLY: "Daļēji", Mark.ABSENT_EXCUSED: "Attaisnots", Mark.ABSENT: "Nav"}


def a_group(city: LivingCity) -> tuple[list[int], list[int]]:
    """Two sessions that are over, and six people: numbers of the sessions and registrations."""
    with city.database.writing() as db:
        provider = db.scalars(select(Account.provider_id).where(Account.email == MANAGER)).one()
        course = db.scalars(
            select(Course)
            .where(Course.provider_id == provider, Course.certificate == CertificateKind.ATTENDANCE)
            .order_by(Course.id)
            .limit(1)
        ).one()
        run = make_run(db, course, starts_in=timedelta(days=-2), sessions=2, every_days=1)
        people = [make_registration(db, run, name=name).id for name in PEOPLE]
        return [one.id for one in run.sessions], people


def losing_every_second(page: Page) -> list[str]:
    """Of the requests that send ticks every second one is lost: in turn before and after the server has acted."""
    turns, happened = count(), []

    def pass_on(route: Route) -> None:
        turn = next(turns)
        if turn % 2:
            route.continue_()
            happened.append("answered")
        elif turn % 4:
            route.fetch()
            route.abort("connectionreset")
            happened.append("answer lost")
        else:
            route.abort("internetdisconnected")
            happened.append("never sent")

    page.route(re.compile(r"/atzimes$"), pass_on)
    return happened


def marks(city: LivingCity, session: int) -> dict[int, Mark]:
    """The marks of the session as they stand."""
    with city.database.reading() as db:
        rows = db.execute(select(Attendance.registration_id, Attendance.mark).where(Attendance.session_id == session))
        return {one.registration_id: one.mark for one in rows}


def is_fit(page: Page) -> None:
    """axe finds nothing on the page."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == []


def test_a_roll_loses_no_tick_on_a_bad_connection(browser: Browser, living_city: LivingCity) -> None:
    city = living_city
    (first, second), people = a_group(city)
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="lv-LV", reduced_motion="reduce")
    context.add_cookies([{"name": "staff", "value": new_token(city.database, MANAGER), "url": city.url}])
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    page.goto(f"{city.url}/darbvieta/apmeklejums")
    page.locator(f"a[href$='/nodarbibas/{first}']").click()
    expect(page.get_by_text("Ābele")).to_have_count(0)
    page.get_by_role("button", name="Atvērt sarakstu").click()
    expect(page.get_by_role("group", name="Ilgvars Ābele")).to_be_visible()
    happened = losing_every_second(page)
    wanted = dict(zip(people, [*WORDS, Mark.PARTLY, Mark.ABSENT], strict=True))
    for number, name in zip(people, PEOPLE, strict=True):
        line = page.get_by_role("group", name=name)
        line.get_by_label("Nav", exact=True).click()  # A slip of the thumb first; the second tick must stand.
        line.get_by_label(WORDS[wanted[number]], exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Atzīmēti 6 no 6")).to_be_visible(timeout=30_000)
    assert marks(city, first) == wanted
    assert {"never sent", "answer lost"} <= set(happened)
    with city.database.reading() as db:
        ticks = db.scalars(select(func.count()).select_from(RollTick).where(RollTick.session_id == first)).one()
    assert ticks == len(people) * 2 - 2, "each tick was taken once; pressing what is pressed is no tick"
    expect(page.locator("#gaida")).to_be_hidden()
    assert page.evaluate(f"sessionStorage.getItem('roll:{first}')") is None

    # Out of reach for a while: it is said how many wait, a reload brings them along, and nothing with a name is kept.
    page.unroute(re.compile(r"/atzimes$"))
    page.route(re.compile(r"/atzimes$"), lambda route: route.abort("internetdisconnected"))
    page.goto(f"{city.url}/darbvieta/nodarbibas/{second}")
    page.get_by_role("button", name="Visi pārējie ir").click()
    expect(page.get_by_role("alert")).to_contain_text("Nav savienojuma; atzīmes paliek šajā lapā, līdz tās nosūtīsiet.")
    expect(page.get_by_role("alert")).to_contain_text("Vēl nav nosūtītas: 6")
    is_fit(page)
    assert marks(city, second) == {}
    kept = page.evaluate("JSON.stringify(sessionStorage)")
    assert not any(word in kept for name in PEOPLE for word in name.split())
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_role("group", name="Ilgvars Ābele").get_by_label("Ir")).to_be_checked()
    page.unroute(re.compile(r"/atzimes$"))
    page.get_by_role("button", name="Pabeigt sarakstu").click()
    expect(page.get_by_role("status").filter(has_text="Saraksts ir pabeigts.")).to_be_visible()
    assert marks(city, second) == dict.fromkeys(people, Mark.PRESENT)
    is_fit(page)
    assert [text for text in complaints if "Content Security Policy" in text] == []
    context.close()


def test_the_naive_way_loses_ticks_on_that_connection(browser: Browser, living_city: LivingCity) -> None:
    """The control: each tick sent once, and what fails forgotten."""
    city = living_city
    (first, _second), people = a_group(city)
    context = browser.new_context(locale="lv-LV")
    context.add_cookies([{"name": "staff", "value": new_token(city.database, MANAGER), "url": city.url}])
    page = context.new_page()
    page.goto(f"{city.url}/darbvieta/apmeklejums")
    losing_every_second(page)
    for number in people:
        page.evaluate(
            """([url, tick]) => fetch(url, {method: "POST", body: new URLSearchParams({tick})}).catch(() => null)""",
            [f"/darbvieta/nodarbibas/{first}/atzimes", f"naive-{number},{number},present,5"],
        )
    assert len(marks(city, first)) < len(people)
    context.close()
