"""The search box as people use it: suggestions by keyboard and finger, what was searched before, going back, letters later."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from secrets import token_hex

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from app.clock import now
from app.courses.models import Course, CourseText
from app.outbox.messages import CourseChanged
from app.outbox.post import post
from tests.living import LivingCity
from tests.pages.test_axe import OPTIONS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]
SCRIPTS = pytest.mark.parametrize("page", ["scripts"], indirect=True)
WATCH = """
window.shifts = window.unasked = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) { window.shifts += one.value; if (!one.hadRecentInput) window.unasked += one.value; }
}).observe({ type: "layout-shift", buffered: true });
addEventListener("DOMContentLoaded", () => {
  window.said = [];
  for (const place of document.querySelectorAll("[role=status]"))
    new MutationObserver(() => { if (place.textContent) window.said.push(place.textContent); })
      .observe(place, { childList: true, characterData: true, subtree: true });
});
"""


@pytest.fixture
def watched(browser: Browser) -> Iterator[Page]:
    """A phone that notes what moves and what is said."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="lv-LV")
    context.set_default_timeout(15_000)
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


def box_of(page: Page) -> Locator:
    """The search box, on whichever page."""
    return page.get_by_role("combobox", name=re.compile("Ko vēlaties iemācīties|Meklēt kursu"))


def chosen(page: Page) -> str:
    """The option that the field points at."""
    number = page.locator("#q").get_attribute("aria-activedescendant")
    return page.locator(f"#{number}").inner_text() if number else ""


def wrong_in(browser: Browser, letter: EmailMessage) -> list[str]:
    """What axe finds in a letter as it is shown."""
    body = letter.get_body(("html",))
    assert body is not None
    shown = browser.new_page(viewport={"width": 390, "height": 844})
    shown.set_content(body.get_content())
    rules = [
        one for one in OPTIONS["runOnly"] if one != "best-practice"
    ]  # Landmarks are those of the mail program's page.
    violations = Axe().run(shown, options={**OPTIONS, "runOnly": rules}).response["violations"]
    shown.context.close()
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in violations]


@SCRIPTS
def test_the_keyboard_alone_goes_through_the_suggestions(page: Page, living_city: LivingCity) -> None:
    page.goto(living_city.url)
    box = page.get_by_role("combobox", name="Ko vēlaties iemācīties?")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.focus()
    page.keyboard.type("tālrun", delay=20)
    options = page.get_by_role("listbox", name="Ieteikumi").get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(box).to_be_focused()
    assert chosen(page) == ""
    many = options.count()
    steps = [
        ("ArrowDown", 0),
        ("ArrowDown", 1),
        ("End", many - 1),
        ("ArrowDown", 0),
        ("ArrowUp", many - 1),
        ("Home", 0),
    ]
    for key, place in steps:
        page.keyboard.press(key)
        assert chosen(page) == options.nth(place).inner_text()
        assert page.locator("[aria-selected=true]").count() == 1
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(box).to_have_value("tālrun")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    title = page.locator("[aria-selected=true] > span").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


@SCRIPTS
def test_enter_without_a_choice_searches_and_tab_goes_on(page: Page, living_city: LivingCity) -> None:
    page.goto(living_city.url)
    box = box_of(page)
    box.press_sequentially("excel")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_role("button", name="Meklēt")).to_be_focused()
    box.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/kursi\?q=excel$"))


def test_the_last_keystroke_wins_and_its_count_is_said_once(watched: Page, living_city: LivingCity) -> None:
    watched.add_init_script(
        "const real = window.fetch; window.fetch = async (url) => {"
        "if (String(url).endsWith('q=ex')) await new Promise((done) => setTimeout(done, 900)); return real(url); };"
    )
    watched.goto(living_city.url)
    box = box_of(watched)
    box.press_sequentially("ex")
    watched.wait_for_timeout(250)  # What was asked for „ex” is on its way, and slow.
    box.fill("latv")
    expect(watched.get_by_role("option").first).to_contain_text(re.compile("latviešu", re.IGNORECASE))
    watched.wait_for_timeout(1600)
    assert "Excel" not in watched.get_by_role("listbox").inner_text()
    said = watched.evaluate("window.said")
    assert len(said) == 1, said
    assert re.fullmatch(r"\d+ ieteikum[is]. Lietojiet bultiņu taustiņus\.", said[0])


@pytest.mark.parametrize("path", ["/", "/kursi?q=valoda"])
def test_nothing_moves_while_suggestions_and_latest_searches_open_and_close(
    watched: Page, living_city: LivingCity, path: str
) -> None:
    watched.goto(living_city.url + path)
    box = box_of(watched)
    box.fill("")
    box.click()
    expect(watched.get_by_role("heading", name="Jūsu pēdējie meklējumi")).to_be_visible()
    if path == "/":
        box.press_sequentially("latv")
        expect(watched.get_by_role("option").first).to_be_visible()
        for option in watched.get_by_role("option").all():
            size = option.bounding_box()
            assert size is not None
            assert size["height"] >= 44
        watched.keyboard.press("Escape")
        assert watched.evaluate("window.shifts") == 0
    watched.set_viewport_size({"width": 320, "height": 640})
    assert watched.evaluate("document.documentElement.scrollWidth") <= 320


def test_back_returns_to_the_same_place_of_the_list(watched: Page, living_city: LivingCity) -> None:
    watched.goto(f"{living_city.url}/kursi")
    box = box_of(watched)
    box.press_sequentially("valoda")
    expect(watched).to_have_url(re.compile(r"\?q=valoda$"))
    watched.keyboard.press("Escape")
    watched.wait_for_timeout(600)  # What moves so long after a key was pressed, nobody expects.
    assert watched.evaluate("window.unasked") == 0, "results came without moving what stays"
    link = watched.locator(".courses h2 a").nth(6)
    link.scroll_into_view_if_needed()
    before = watched.evaluate("scrollY")
    assert before > 300
    title = link.inner_text()
    link.click()
    expect(watched.get_by_role("heading", level=1)).to_have_text(title)
    watched.go_back()
    expect(watched.locator(".courses h2 a").nth(6)).to_be_in_viewport()
    expect(box_of(watched)).to_have_value("valoda")
    watched.wait_for_function(f"Math.abs(scrollY - {before}) < 3")
    assert watched.evaluate("window.unasked") == 0


@SCRIPTS
def test_latest_searches_are_kept_in_the_tab_only_when_asked_for(page: Page, living_city: LivingCity) -> None:
    def kept() -> object:
        return page.evaluate("[{...localStorage}, sessionStorage.getItem('meklets')]")

    def search(words: str) -> None:
        page.goto(f"{living_city.url}/kursi?q={words}")
        page.wait_for_timeout(1200)

    search("keramika")
    assert kept() == [{}, None], "nothing is kept before somebody wants it"
    page.goto(living_city.url)
    box = box_of(page)
    box.click()
    page.get_by_role("button", name="Atcerēties manus meklējumus").click()
    for words in ("excel", "latviešu valoda"):
        search(words)
    page.goto(living_city.url)
    box.click()
    panel = page.get_by_role("region", name="Jūsu pēdējie meklējumi")
    links = panel.get_by_role("link")
    assert links.all_inner_texts() == ["latviešu valoda", "excel"]
    page.keyboard.press("ArrowDown")
    expect(links.first).to_be_focused()
    panel.get_by_role("button", name="Noņemt: excel").click()
    assert links.all_inner_texts() == ["latviešu valoda"]
    undo = panel.get_by_role("button", name="Atgriezt, kā bija")
    expect(undo).to_be_focused()
    undo.click()
    assert links.all_inner_texts() == ["latviešu valoda", "excel"]
    panel.get_by_role("button", name="Noņemt visus").click()
    expect(links).to_have_count(0)
    undo.click()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(box).to_be_focused()
    box.press("ArrowDown")
    links.last.click()
    expect(page).to_have_url(re.compile(r"q=excel$"))
    page.goto(living_city.url)
    box.click()
    panel.get_by_role("button", name="Neatcerēties").click()
    assert kept() == [{}, None]


def test_who_finds_nothing_is_written_to_when_there_is_such_a_course(
    page: Page, browser: Browser, living_city: LivingCity
) -> None:
    city, email = living_city, f"zinas.{token_hex(6)}@example.lv"
    for subject in ("Hidroponika", "Falkonrija"):  # The first is a course once this was walked with scripts.
        page.goto(f"{city.url}/kursi?q={subject}")
        if page.get_by_role("heading", name="Tāda kursa vēl nav").is_visible():
            break
    page.get_by_role("link", name="Paziņot, kad būs šāds kurss").click()
    page.get_by_label("E-pasta adrese").fill("nav adrese")
    page.get_by_role("button", name="Paziņot man").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("E-pasta adrese").fill(email)
    page.get_by_role("button", name="Paziņot man").click()
    expect(page.get_by_role("heading", name="Pārbaudiet e-pastu")).to_be_visible()
    assert wrong_in(browser, city.letter(email, "Apstipriniet ziņas par kursiem")) == []
    page.goto(city.link(email, "Apstipriniet ziņas par kursiem"))
    page.get_by_role("button", name="Apstiprināt").click()
    expect(page.get_by_role("heading", name="Mēs jums uzrakstīsim")).to_be_visible()
    with city.database.writing() as db:
        course = db.scalars(select(Course).order_by(Course.id).offset(11).limit(1)).one()
        wanted = (CourseText.course_id == course.id, CourseText.locale == "lv")
        db.scalars(select(CourseText).where(*wanted)).one().title = subject
        course.published_at = now() + timedelta(seconds=1)
        post(db, CourseChanged(course.id))
    assert wrong_in(browser, city.letter(email, f"Ir kurss jūsu meklējumam: {subject}")) == []
    page.goto(city.link(email, f"Ir kurss jūsu meklējumam: {subject}"))
    expect(page.get_by_role("heading", level=1)).to_have_text(subject)
