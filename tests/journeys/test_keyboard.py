"""The way of a place by keyboard alone: on a phone in Latvian and on a desk in English, nothing is clicked."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.i18n import LANGUAGES, _
from tests.journeys.test_own_data import kept
from tests.journeys.test_resident import one_seat
from tests.living import LivingCity

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.promise("P36"), pytest.mark.timeout(240)]

FARTHEST = 150
"""Presses of the Tab key after which nobody looks on."""
NAME_OF_FOCUS = """() => {
  const one = document.activeElement
  return one === document.body ? "" : (one.labels && one.labels[0] || one).textContent.replace(/\\s+/g, " ").trim()
}"""


class Walker:
    """Somebody who has no mouse, reading in one language."""

    def __init__(self, page: Page, city: LivingCity, code: str) -> None:
        self.page, self.city, self.language = page, city, LANGUAGES[code]

    def said(self, words: str) -> str:
        """These words in the reader's language."""
        return _(words).say(self.language)

    def reach(self, words: str) -> None:
        """Press Tab until what is called so has the focus."""
        wanted, passed = self.said(words), []
        for _press in range(FARTHEST):
            self.page.keyboard.press("Tab")
            passed.append(self.page.evaluate(NAME_OF_FOCUS))
            if passed[-1].startswith(wanted):
                return
        raise AssertionError(f"“{wanted}” is not reached; there were {passed}")

    def press(self, words: str) -> None:
        """Reach it and press Enter."""
        self.reach(words)
        self.page.keyboard.press("Enter")

    def write(self, words: str, text: str) -> None:
        """Reach the field and type in place of what stands there."""
        self.reach(words)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def sees(self, words: str) -> None:
        """The page's heading says so."""
        expect(self.page.get_by_role("heading", level=1, name=self.said(words), exact=True)).to_be_visible()

    def reads(self, words: str) -> None:
        """The page says so somewhere."""
        expect(self.page.get_by_role("main")).to_contain_text(self.said(words))

    def opens_letter(self, email: str, subject: str) -> None:
        """Follow the link of the letter whose subject begins so."""
        self.page.goto(self.city.link(email, _(subject, course_title="").say(self.language)))

    def registers(self, run_id: int, email: str, button: str) -> None:
        """From the form to what was sent."""
        self.page.goto(f"{self.city.url}/norises/{run_id}/pieteikties")
        self.write("Name and surname", "Vallija Ķēniņa")
        self.write("E-mail address", email)
        self.press("Next")
        self.sees("Check your answers")
        self.press(button)

    def confirms(self, email: str) -> None:
        """By the mailed link."""
        self.opens_letter(email, "Confirm your registration: %(course_title)s")
        self.press("Confirm my registration")
        self.sees("Your registration is confirmed")

    def cancels(self) -> None:
        """From the page of the registration."""
        self.press("Cancel the registration")
        self.sees("Cancel your registration?")
        self.press("Cancel the registration")
        self.reads("Cancelled by mistake?")


@pytest.fixture(params=[("lv", 390), ("en", 1280)], ids=["lv-phone", "en-desk"])
def walker(request: pytest.FixtureRequest, browser: Browser, living_city: LivingCity) -> Iterator[Walker]:
    """Somebody on a phone with a keyboard who reads Latvian, and somebody at a desk who reads English."""
    code, width = request.param
    context = browser.new_context(viewport={"width": width, "height": 844}, reduced_motion="reduce")
    context.add_cookies([{"name": "reading", "value": f"{code}-normal-normal", "url": living_city.url}])
    context.set_default_timeout(15_000)
    yield Walker(context.new_page(), living_city, code)
    context.close()


def test_a_course_is_found_and_opened(walker: Walker) -> None:
    walker.page.goto(walker.city.url)
    walker.write("What would you like to learn?", "keramika")
    walker.page.keyboard.press("Enter")
    expect(walker.page.get_by_role("main").get_by_role("article").first).to_be_visible()
    link = walker.page.get_by_role("main").get_by_role("article").first.get_by_role("link").first
    title = link.inner_text()
    walker.press(title)
    expect(walker.page.get_by_role("heading", level=1)).to_contain_text(title)


def test_a_seat_is_taken_cancelled_and_taken_back(walker: Walker) -> None:
    email = f"tastatura.{walker.language.code}@example.lv"
    run_id, _slug, _title = one_seat(walker.city, seats=3)
    walker.registers(run_id, email, "Send the registration")
    walker.sees("Check your e-mail")
    walker.confirms(email)
    walker.press("Correct my data")
    walker.sees("Correct my data")
    walker.write("Phone (optional)", "26123456")
    walker.press("Save changes")
    walker.sees("Your registration is confirmed")
    assert [one.phone for one in kept(walker.city, email)] == ["+371 26 123 456"]
    walker.cancels()
    walker.press("Undo")
    walker.sees("Your registration is confirmed")


def test_a_freed_seat_is_taken_by_whoever_waits(walker: Walker) -> None:
    first, second = (f"tastatura.{who}.{walker.language.code}@example.lv" for who in ("pirmais", "otrais"))
    run_id, _slug, _title = one_seat(walker.city)
    walker.registers(run_id, first, "Send the registration")
    walker.sees("Check your e-mail")
    walker.registers(run_id, second, "Join the waiting list")
    walker.sees("You are on the waiting list")
    walker.confirms(first)
    walker.cancels()
    walker.opens_letter(second, "A seat is free for you: %(course_title)s")
    walker.press("Take the seat")
    walker.sees("Your registration is confirmed")


def test_all_registrations_are_found_and_one_is_erased(walker: Walker) -> None:
    email = f"tastatura.visi.{walker.language.code}@example.lv"
    run_id, _slug, _title = one_seat(walker.city, seats=3)
    walker.registers(run_id, email, "Send the registration")
    walker.confirms(email)
    walker.page.goto(walker.city.url)
    walker.press("All my registrations")
    walker.sees("All my registrations")
    walker.write("E-mail address", email)
    walker.press("Send me the link")
    walker.sees("Check your e-mail")
    walker.opens_letter(email, "The link to your registrations")
    walker.press("Show my registrations")
    walker.reads("Registrations that stand")
    walker.opens_letter(email, "Confirm your registration: %(course_title)s")
    walker.sees("Your registration is confirmed")
    walker.press("Erase my data")
    walker.sees("Erase my data")
    walker.press("Erase my data now")
    walker.sees("The data are erased")
    assert kept(walker.city, email) == []
