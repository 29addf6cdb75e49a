"""Every page in every language: well made, in one voice, without anything a strict policy would stop."""

import itertools
import re

import pytest
from httpx2 import Client
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

from tests.living import LivingCity
from tests.pages.conftest import Visit

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LANGUAGES = ("lv", "en")


@pytest.fixture(scope="module")
def pages(living_city: LivingCity, visits: list[Visit]) -> dict[tuple[str, str], tuple[int, str]]:
    """Status and text of every page by address and language."""
    found = {}
    for language in LANGUAGES:
        reading = {"reading": f"{language}-normal-normal"}
        with Client(base_url=living_city.url, timeout=30, follow_redirects=True, cookies=reading) as client:
            for address, token in visits:
                answer = client.get(address, headers={"Cookie": f"reading={reading['reading']}; staff={token}"})
                found[address, language] = (answer.status_code, answer.text)
    return found


def wrong(pages: dict[tuple[str, str], tuple[int, str]], check: object) -> dict[tuple[str, str], str]:
    """What a check finds on each page, pages without fault left out."""
    assert callable(check)
    found = {where: check(HTMLParser(text), where) for where, (_status, text) in pages.items()}
    return {where: fault for where, fault in found.items() if fault}


def test_every_page_answers(pages: dict[tuple[str, str], tuple[int, str]]) -> None:
    assert {where: status for where, (status, _) in pages.items() if status >= 500} == {}
    assert pages["/", "lv"][0] == 200


def test_one_heading_of_the_first_level_and_no_level_is_jumped(pages: dict[tuple[str, str], tuple[int, str]]) -> None:
    def check(page: HTMLParser, _where: object) -> str:
        levels = [int(node.tag[1]) for node in page.css("h1, h2, h3, h4, h5, h6")]
        if levels.count(1) != 1:
            return f"{levels.count(1)} of h1"
        jumps = [(a, b) for a, b in itertools.pairwise(levels) if b > a + 1]
        return f"jumps {jumps}" if jumps else ""

    assert wrong(pages, check) == {}


def test_titles_name_page_and_site_and_the_language_is_declared(
    pages: dict[tuple[str, str], tuple[int, str]],
) -> None:
    def check(page: HTMLParser, where: tuple[str, str]) -> str:
        title = page.css_first("title").text()
        root = page.css_first("html").attributes.get("lang")
        if root != where[1]:
            return f"lang {root}"
        return "" if " – " in title and len(title) < 160 else title

    assert wrong(pages, check) == {}


def test_nothing_stands_inline_that_the_policy_forbids(pages: dict[tuple[str, str], tuple[int, str]]) -> None:
    def check(page: HTMLParser, _where: object) -> str:
        for node in page.css("*"):
            names = set(node.attributes)
            if "style" in names or any(name.startswith(("on", "hx-on")) for name in names):
                return f"{node.tag} {names}"
        for script in page.css("script"):
            if "src" not in script.attributes and script.attributes.get("type") != "application/ld+json":
                return "inline script"
        return "style element" if page.css("style") else ""

    assert wrong(pages, check) == {}


def test_ids_are_unique_and_what_is_pointed_at_is_there(pages: dict[tuple[str, str], tuple[int, str]]) -> None:
    def check(page: HTMLParser, _where: object) -> str:
        ids = [node.attributes["id"] for node in page.css("[id]")]
        twice = {one for one in ids if ids.count(one) > 1}
        if twice:
            return f"twice {twice}"
        for name in ("aria-describedby", "aria-labelledby", "for"):
            for node in page.css(f"[{name}]"):
                for one in (node.attributes[name] or "").split():
                    if one not in ids:
                        return f"{name}={one} points nowhere"
        for node in page.css("a[href^='#']"):
            target = (node.attributes["href"] or "")[1:]
            if target and target not in ids:
                return f"#{target} leads nowhere"
        return ""

    assert wrong(pages, check) == {}


def test_no_english_shows_through_on_latvian_pages(pages: dict[tuple[str, str], tuple[int, str]]) -> None:
    english = re.compile(r"\b(the|your|with|course|courses|dates|please|and|from|until|search|register)\b", re.I)

    def words(node: Node) -> str:
        for inner in node.css("[lang=en], code, pre, script, samp"):
            inner.decompose()
        return node.text(separator=" ")

    def check(page: HTMLParser, where: tuple[str, str]) -> str:
        if where[1] != "lv" or where[0] == "/api":
            return ""
        found = english.findall(words(page.css_first("main")).replace("Europe Direct", ""))
        return ", ".join(sorted({word.lower() for word in found})) if len(found) > 2 else ""

    assert wrong(pages, check) == {}


def test_every_link_of_every_page_leads_somewhere(living_city: LivingCity, visits: list[Visit]) -> None:
    seen: set[str] = set()
    broken: dict[str, int] = {}
    with Client(base_url=living_city.url, timeout=30, follow_redirects=True) as client:
        for address in [visit.address for visit in visits if not visit.token]:
            page = client.get(address)
            for node in HTMLParser(page.text).css("a[href^='/']"):
                path = (node.attributes["href"] or "").split("#")[0]
                if page.status_code >= 400 and path.startswith(address.split("?")[0]):
                    continue  # The same page that is not there, in another language.
                if path in seen or len(seen) > 600 or path.startswith("/nav-"):
                    continue
                seen.add(path)
                status = client.get(path).status_code
                if status >= 400 and not path.startswith("/pieteikumi/"):
                    broken[path] = status
    assert broken == {}
    assert len(seen) > 100
