"""Whoever walks through the pages and knows only the words on them: by the keys of a keyboard, or with a thumb."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ElementHandle, Page, expect

from app.i18n import LANGUAGES, Param, Text, _
from tests.living import LivingCity
from tests.pages.test_axe import OPTIONS

FARTHEST = 150
"""Presses of the Tab key after which nobody looks on."""

NAMES = """
const name = (one) => (one.labels && one.labels[0] || one).textContent.replace(/\\s+/g, " ").trim() || one.ariaLabel || ""
const kind = (one) => one.matches("a, button, summary") ? "press" : one.matches("input, select, textarea") ? "field" : ""
const line = (one) => (one.closest("fieldset")?.querySelector("legend") || {textContent: ""}).textContent.trim()
"""
FOCUS = f"""() => {{{NAMES}
  const one = document.activeElement
  if (one === document.body) return ["", "", "", ""]
  const drawn = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
  const seen = drawn(getComputedStyle(one)) || drawn(getComputedStyle(one, "::after"))
    || Boolean(one.nextElementSibling) && drawn(getComputedStyle(one.nextElementSibling))
  const free = [...one.getClientRects()].some((box) => [.1, .5, .9].some((x) => [.1, .5, .9].some((y) => {{
    const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y)
    return Boolean(top) && (one.contains(top) || top.contains(one) && top !== document.documentElement || one.closest("label")?.contains(top))
  }})))
  return [name(one), kind(one), line(one), seen ? free ? "" : "covered" : "no outline"]
}}"""
FIND = f"""([words, wanted, group, inside]) => {{{NAMES}
  return [...document.querySelectorAll(`${{inside}} :is(a, button, summary, input, select, textarea)`)].find((one) =>
    kind(one) === wanted && one.checkVisibility({{checkVisibilityCSS: true}}) && name(one).startsWith(words) && (!group || line(one) === group))
}}"""
CHOSEN = "(one) => one.selectedOptions[0].textContent.trim()"


class Walker:
    """Somebody who has no mouse, reading in one language; wherever the focus goes, it must be seen."""

    def __init__(self, page: Page, city: LivingCity, code: str) -> None:
        self.page, self.city, self.language = page, city, LANGUAGES[code]
        self.lost: list[str] = []

    def said(self, words: str | Text, **facts: Param) -> str:
        """These words in the reader's language."""
        return (_(words, **facts) if isinstance(words, str) else words).say(self.language)

    def _name(self, words: str | Text) -> str:
        """What is called so, with plain spaces between the words."""
        return " ".join(self.said(words).split())

    def _tab(self) -> tuple[str, str, str]:
        """One press of Tab: name, kind and group of what has the focus now."""
        self.page.keyboard.press("Tab")
        name, kind, group, fault = self.page.evaluate(FOCUS)
        if fault:
            self.lost.append(f"{self.page.url.removeprefix(self.city.url)}: {name[:40]}: {fault}")
        return name, kind, group

    def reach(self, words: str | Text, kind: str = "", group: str = "") -> None:
        """Press Tab until what is called so has the focus."""
        wanted, passed = self._name(words), []
        for _press in range(FARTHEST):
            name, found, line = self._tab()
            passed.append(name)
            if name.startswith(wanted) and kind in {"", found} and group in {"", line}:
                return
        raise AssertionError(f"“{wanted}” is not reached; there were {passed}")

    def press(self, words: str | Text, *, within: bool = False) -> None:
        """Reach a link or a button and press Enter; within: in the content, past the menu."""
        if within and self._tab()[0] == self.said("Skip to content"):
            self.page.keyboard.press("Enter")
        self.reach(words, "press")
        self.page.keyboard.press("Enter")

    def write(self, words: str | Text, text: str) -> None:
        """Reach the field and type in place of what stands there."""
        self.reach(words, "field")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def writes_day(self, words: str | Text, day: date) -> None:
        """In whatever order the browser asks for day, month and year."""
        self.reach(words, "field")
        self._types_parts([day.strftime(order) for order in ("%m%d%Y", "%d%m%Y", "%Y%m%d")], day.isoformat())

    def writes_time(self, words: str | Text, hour: time) -> None:
        """In twelve hours or in twenty-four, as the browser asks."""
        self.reach(words, "field")
        self._types_parts([hour.strftime(order) for order in ("%I%M%p", "%H%M")], hour.strftime("%H:%M"))

    def _types_parts(self, ways: list[str], wanted: str) -> None:
        for way in ways:
            self.page.keyboard.type(way)
            if self.page.evaluate("document.activeElement.value") == wanted:
                return
            for _part in range(3):
                self.page.keyboard.press("ArrowLeft")
        raise AssertionError(f"{wanted} cannot be typed: {self.page.evaluate('document.activeElement.value')!r}")

    def choose(self, words: str | Text, option: str | Text) -> None:
        """Go down the list from its top to this option."""
        wanted = self._name(option)
        self.reach(words, "field")
        self.page.keyboard.press("Home")
        for _press in range(FARTHEST):
            if self.page.evaluate(f"({CHOSEN})(document.activeElement)").startswith(wanted):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"“{wanted}” is not on the list")

    def tick(self, words: str | Text, group: str = "") -> None:
        """Tick a box, or one of several that exclude each other."""
        wanted = self._name(words)
        for _press in range(FARTHEST):
            name, kind, line = self._tab()
            if kind != "field" or group not in {"", line}:
                continue
            steps = 0
            while (
                not name.startswith(wanted)
                and steps < 6
                and self.page.evaluate("document.activeElement.type") == "radio"
            ):
                self.page.keyboard.press("ArrowRight")
                name, steps = self.page.evaluate(FOCUS)[0], steps + 1
            if name.startswith(wanted):
                if not self.page.evaluate("document.activeElement.checked"):
                    self.page.keyboard.press("Space")
                return
        raise AssertionError(f"“{wanted}” is not reached")

    def goes_back(self) -> None:
        """One page back, by the browser's own means."""
        self.page.go_back()

    def sees(self, words: str | Text, **facts: Param) -> None:
        """The page's heading says so."""
        expect(self.page.get_by_role("heading", level=1, name=self.said(words, **facts), exact=True)).to_be_visible()

    def reads(self, words: str | Text, **facts: Param) -> None:
        """The page says so somewhere."""
        expect(self.page.get_by_role("main")).to_contain_text(self.said(words, **facts))

    def opens_letter(self, email: str, subject: str, title: str = "") -> None:
        """Follow the link of the letter whose subject begins so."""
        self.page.goto(self.city.link(email, _(subject, course_title=title).say(self.language)))

    def registers(self, run_id: int, email: str, button: str) -> None:
        """From the form to what was sent."""
        self.page.goto(f"{self.city.url}/norises/{run_id}/pieteikties")
        self.fills_registration(email, button)

    def fills_registration(self, email: str, button: str) -> None:
        """The open form, its answers looked at, and sent."""
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

    def finds_nothing_wrong(self) -> None:
        """axe finds nothing, and nothing scrolls sideways."""
        violations = Axe().run(self.page, options=OPTIONS).response["violations"]
        faults = [(one["id"], one["nodes"][0]["html"][:160]) for one in violations]
        assert faults == [], faults
        assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, self.page.url


class Thumb(Walker):
    """Somebody who touches what they see, and never sees a keyboard but to type words."""

    def _found(self, words: str | Text, kind: str = "field", group: str = "", inside: str = "body") -> ElementHandle:
        found = self.page.wait_for_function(FIND, arg=[self._name(words), kind, group, inside]).as_element()
        assert found is not None
        return found

    def reach(self, words: str | Text, kind: str = "field", group: str = "") -> None:
        self._found(words, kind, group).tap()

    def press(self, words: str | Text, *, within: bool = False) -> None:
        self._found(words, "press", inside="main" if within else "body").tap()

    def write(self, words: str | Text, text: str) -> None:
        self._found(words).fill(text)

    def writes_day(self, words: str | Text, day: date) -> None:
        self.write(words, day.isoformat())

    def writes_time(self, words: str | Text, hour: time) -> None:
        self.write(words, hour.strftime("%H:%M"))

    def choose(self, words: str | Text, option: str | Text) -> None:
        found, wanted = self._found(words), self._name(option)
        labels = found.evaluate("(one) => [...one.options].map((option) => option.textContent.trim())")
        found.select_option(label=next(label for label in labels if label.startswith(wanted)))

    def tick(self, words: str | Text, group: str = "") -> None:
        found = self._found(words, group=group)
        if not found.is_checked():
            found.tap()


@contextmanager
def walking(browser: Browser, city: LivingCity, code: str, width: int, *, by: type[Walker]) -> Iterator[Walker]:
    """Somebody with a window of their own; at the end no script was refused and the focus was never lost."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, has_touch=by is Thumb, reduced_motion="reduce", locale=f"{code}-LV"
    )
    context.add_cookies([{"name": "reading", "value": f"{code}-normal-normal", "url": city.url}])
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    walker = by(page, city, code)
    yield walker
    context.close()
    assert complaints == [], complaints
    assert walker.lost == [], walker.lost
