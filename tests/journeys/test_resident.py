"""A resident finds a course, registers, confirms by mail, waits, is offered a seat, and gives it up."""

import re
from datetime import timedelta
from secrets import token_hex

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.courses.models import Course, CourseText
from app.outbox.messages import CourseChanged
from app.outbox.post import post
from app.registrations.models import Registration
from tests.living import LivingCity
from tests.make import make_run

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.promise("P36"), pytest.mark.timeout(240)]


def one_seat(city: LivingCity, seats: int = 1) -> tuple[int, str, str]:
    """A run of a course with so many seats: its number, the course's slug and title."""
    with city.database.writing() as db:
        course = db.scalars(select(Course).order_by(Course.id).offset(7).limit(1)).one()
        title = db.scalars(
            select(CourseText.title).where(CourseText.course_id == course.id, CourseText.locale == "lv")
        ).one()
        run = make_run(db, course, seats=seats, starts_in=timedelta(days=12))
        post(db, CourseChanged(course.id))
        return run.id, course.slug, title


def register(page: Page, city: LivingCity, run_id: int, email: str) -> None:
    """From the form to “check your e-mail”."""
    page.goto(f"{city.url}/norises/{run_id}/pieteikties")
    page.get_by_label("Vārds un uzvārds").fill("Vallija Ķēniņa")
    page.get_by_label("E-pasta adrese").fill(email)
    page.get_by_role("button", name="Tālāk").click()
    expect(page.get_by_role("heading", name="Pārbaudiet atbildes")).to_be_visible()
    page.get_by_role("button", name=re.compile("Nosūtīt pieteikumu|Pierakstīties gaidīšanas sarakstā")).click()


def test_search_narrow_open_register_confirm_see_the_place_and_cancel(page: Page, living_city: LivingCity) -> None:
    city, email = living_city, f"cels.{token_hex(6)}@example.lv"
    page.goto(city.url)
    page.get_by_label("Ko vēlaties iemācīties?").fill("latviesu valoda")
    page.get_by_role("button", name="Meklēt").click()
    expect(page).to_have_url(re.compile(r"/kursi\?q=latviesu"))
    results = page.get_by_role("main")
    expect(results.get_by_role("link", name=re.compile("Latviešu valoda")).first).to_be_visible()
    run_id, slug, title = one_seat(city, seats=3)
    page.goto(f"{city.url}/kursi/{slug}")
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    page.goto(f"{city.url}/norises/{run_id}/pieteikties")
    page.get_by_role("button", name="Tālāk").click()
    expect(page.get_by_role("alert")).to_contain_text("Ierakstiet vārdu un uzvārdu.")
    expect(page).to_have_title(re.compile("^Kļūda:"))
    register(page, city, run_id, email)
    expect(page.get_by_role("heading", name="Pārbaudiet e-pastu")).to_be_visible()
    page.goto(city.link(email, "Apstipriniet pieteikumu"))
    page.get_by_role("button", name="Apstiprināt pieteikumu").click()
    expect(page.get_by_role("heading", name="Pieteikums ir apstiprināts")).to_be_visible()
    expect(page.get_by_role("link", name="Pievienot visas nodarbības kalendāram")).to_be_visible()
    place = city.letter(email, "Jums ir vieta")
    assert [part.get_filename() for part in place.iter_attachments()] == ["kurss.ics"]
    page.get_by_role("link", name="Atsaukt pieteikumu").click()
    page.get_by_label("Neder laiks").check()
    page.get_by_role("button", name="Atsaukt pieteikumu").click()
    expect(page.get_by_text("Šo pieteikumu atsaucāt")).to_be_visible()
    city.letter(email, "Pieteikums atsaukts")


def test_a_freed_seat_goes_to_the_first_who_waits(page: Page, living_city: LivingCity) -> None:
    city, walk = living_city, token_hex(6)
    run_id, _slug, _title = one_seat(city)
    first, second, third = (f"{who}.{walk}@example.lv" for who in ("pirmais", "otrais", "tresais"))
    register(page, city, run_id, first)
    own = city.link(first, "Apstipriniet pieteikumu")
    page.goto(own)
    page.get_by_role("button", name="Apstiprināt pieteikumu").click()
    expect(page.get_by_role("heading", name="Pieteikums ir apstiprināts")).to_be_visible()
    for email in (second, third):
        register(page, city, run_id, email)
        expect(page.get_by_role("heading", name="Jūs esat gaidīšanas sarakstā")).to_be_visible()
    page.goto(city.link(third, "Jūs esat gaidīšanas sarakstā"))
    expect(page.get_by_role("main")).to_contain_text("2")
    page.goto(own)
    page.get_by_role("link", name="Atsaukt pieteikumu").click()
    page.get_by_role("button", name="Atsaukt pieteikumu").click()
    expect(page.get_by_text("Šo pieteikumu atsaucāt")).to_be_visible()
    page.goto(city.link(second, "Jums ir brīva vieta"))
    expect(page.get_by_role("heading", name="Jums ir brīva vieta")).to_be_visible()
    page.get_by_role("button", name="Pieņemt vietu").click()
    expect(page.get_by_role("heading", name="Pieteikums ir apstiprināts")).to_be_visible()
    assert not any("Jums ir brīva vieta" in str(letter["Subject"]) for letter in city.letters(third))


def test_the_second_in_line_declines_and_the_third_is_asked(page: Page, living_city: LivingCity) -> None:
    city, walk = living_city, token_hex(6)
    run_id, _slug, _title = one_seat(city)
    people = [f"rinda{number}.{walk}@example.lv" for number in range(3)]
    for email in people:
        register(page, city, run_id, email)
    page.goto(city.link(people[0], "Apstipriniet pieteikumu"))
    page.get_by_role("link", name="Atsaukt pieteikumu").click()
    page.get_by_role("button", name="Atsaukt pieteikumu").click()
    page.goto(city.link(people[1], "Jums ir brīva vieta"))
    page.get_by_role("link", name="Atteikties no vietas").click()
    page.get_by_role("button", name="Atteikties no vietas").click()
    page.goto(city.link(people[2], "Jums ir brīva vieta"))
    expect(page.get_by_role("button", name="Pieņemt vietu")).to_be_visible()


def test_sending_twice_makes_one_registration(page: Page, living_city: LivingCity) -> None:
    city, email = living_city, f"divreiz.{token_hex(6)}@example.lv"
    run_id, _slug, _title = one_seat(city, seats=5)
    page.goto(f"{city.url}/norises/{run_id}/pieteikties")
    page.get_by_label("Vārds un uzvārds").fill("Vallija Ķēniņa")
    page.get_by_label("E-pasta adrese").fill(email)
    page.get_by_role("button", name="Tālāk").click()
    page.get_by_role("button", name="Nosūtīt pieteikumu").dblclick(no_wait_after=True)
    expect(page.get_by_role("heading", name="Pārbaudiet e-pastu")).to_be_visible()
    with city.database.reading() as db:
        assert len(db.scalars(select(Registration.id).where(Registration.email == email)).all()) == 1


def test_nothing_found_becomes_a_wish(page: Page, living_city: LivingCity) -> None:
    city, email = living_city, f"velme.{token_hex(6)}@example.lv"
    page.goto(f"{city.url}/kursi?q=frizieris")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    title = page.get_by_label("Ko vēlaties iemācīties?")
    expect(title).to_have_value("Frizieris")
    page.get_by_role("button", name="Tālāk").click()
    expect(page.get_by_label("Ko vēlaties iemācīties?")).to_have_value("Frizieris")
    page.get_by_label("E-pasta adrese atbildei").fill(email)
    page.get_by_role("button", name="Nosūtīt vēlmi").click()
    page.goto(city.link(email, "Jūsu vēlme ir saņemta"))
    page.get_by_role("button", name=re.compile("Apstiprināt")).click()
    expect(page.get_by_role("main")).to_contain_text("Frizieris")


def test_english_is_remembered(page: Page, living_city: LivingCity) -> None:
    page.goto(f"{living_city.url}/?lang=en")
    expect(page.get_by_role("heading", level=1)).to_contain_text("What would you like to learn?")
    page.goto(f"{living_city.url}/kursi")
    expect(page.locator("html")).to_have_attribute("lang", "en")
