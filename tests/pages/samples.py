"""An address for every page: made from the routes, so that a new page is covered or fails."""

from datetime import timedelta

from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import select

from app.clock import now, today
from app.courses.models import Course, CourseRun, CourseState
from app.courses.run_models import RunQuestion
from app.db import Database
from app.interests.actions import ask_for_news, confirm_interest, leave_interest
from app.interests.alerts import Search, ask_for_courses, confirm_alert, leave_alert
from app.interests.inputs import InterestForm
from app.links import new_key, sign
from app.providers.models import Provider
from app.registrations.actions import register_for_run
from app.registrations.inputs import RegistrationForm
from app.registrations.models import Registration, State
from app.registrations.once import SentOnce
from app.registrations.receipts import scope_of
from app.registrations.seats import SeatRules
from app.settings import Settings
from app.wishes.actions import WishRules, join_wish
from app.wishes.inputs import JoinForm
from app.wishes.models import PUBLIC, WishRequest, WishSupport
from tests.make import make_registrations, make_run, make_wish
from tests.pages.account_samples import link_samples
from tests.pages.own_list import own_list_addresses

FILES = (".ics", ".pdf", ".csv", ".json", ".xml", ".txt", ".ico", ".atom", ".xlsx", "/eksports/{token}")
"""Endings of answers that are files, not pages."""
PLAIN = (
    "/par",
    "/apliecibas",
    "/privatums",
    "/viegli-lasit",
    "/pieklustamiba",
    "/pieklustamiba/izvertejums",
    "/atvertie-dati",
    "/api",
)
"""Pages of which there is one each, whatever the city holds."""


def page_routes(app: FastAPI) -> list[str]:
    """The path of every page that one can open."""
    return sorted(
        {
            route.path
            for route in app.routes
            if isinstance(route, APIRoute)
            and "GET" in route.methods
            and not route.path.startswith(
                ("/api/v1", "/api/openapi", "/static", "/healthz", "/readyz", "/metrics", "/ieteikumi")
            )
            and not route.path.endswith(FILES)
        }
    )


def _receipts(database: Database, settings: Settings) -> list[str]:
    """What is shown after sending: with a seat held, and with a place on a waiting list."""
    found, rules = [], SeatRules.of(settings)
    with database.writing() as db:
        course = db.scalars(select(Course).order_by(Course.id).limit(1)).one()
        for number, seats in enumerate((5, 1)):
            run = make_run(db, course, seats=seats)
            for person in range(2):
                key = f"a-key-of-the-samples-{number}{person}"
                form = RegistrationForm(name="Anna Ozola", email=f"paraugs{person}@example.lv")
                register_for_run(db, run.id, form, SentOnce.of(scope_of(run.id), key, key), rules)
            found.append(f"/norises/{run.id}/pieteikties/nosutits/{key}")
    return found


def _interests(database: Database, secret: str) -> dict[str, list[str]]:
    """Somebody wants to hear of three courses: not confirmed, confirmed, no longer wanted."""
    with database.writing() as db:
        courses = db.scalars(select(Course).where(Course.state == CourseState.PUBLISHED).order_by(Course.id).limit(3))
        keys = []
        for number, course in enumerate(courses):
            interest = ask_for_news(db, course.id, InterestForm(email=f"zinas{number}@example.lv"))
            if number:
                confirm_interest(db, interest.link_key)
            if number == 2:
                leave_interest(db, interest.link_key)
            keys.append(interest.link_key)
    return {
        "/pazinojumi/nosutits/{token}": [f"/pazinojumi/nosutits/{sign(secret, f'interest_sent {today()}', keys[0])}"],
        "/pazinojumi/{token}": [f"/pazinojumi/{sign(secret, 'interest', key)}" for key in keys],
    }


def _alerts(database: Database, secret: str) -> dict[str, list[str]]:
    """Somebody wants to hear of courses for four searches: not confirmed, confirmed, no longer wanted, told."""
    keys = []
    with database.writing() as db:
        course = db.scalars(select(Course.id).order_by(Course.id).limit(1)).one()
        for number in range(4):
            search = Search(f"keramika {number}", "audience=seniors&price=free", "„keramika”, Senioriem, Bez maksas")
            alert = ask_for_courses(db, search, InterestForm(email=f"kursi{number}@example.lv"))
            if number:
                confirm_alert(db, alert.link_key)
            if number == 2:
                leave_alert(db, alert.link_key)
            if number == 3:
                alert.told_course_id, alert.ended_at = course, now()
            keys.append(alert.link_key)
    return {
        "/zinas": ["/zinas?q=keramika+senioriem+vakaros", "/zinas?group=digital"],
        "/zinas/nosutits/{token}": [f"/zinas/nosutits/{sign(secret, f'alert_sent {today()}', keys[0])}"],
        "/zinas/{token}": [f"/zinas/{sign(secret, 'alert', key)}" for key in keys],
    }


def _just_joined(database: Database) -> str:
    """The key of somebody who has joined a wish just now: a day later the page about it is gone."""
    with database.writing() as db:
        wish, rules = make_wish(db), WishRules(timedelta(days=30), "samples")
        return join_wish(db, wish.id, JoinForm(email="pievienojas@example.lv"), rules).link_key


def _late_seats(database: Database, settings: Settings) -> list[str]:
    """What a provider sees of a seat that is free late: with somebody waiting for it, and without."""
    found, secret = [], settings.secret_key.get_secret_value()
    with database.writing() as db:
        course = db.scalars(select(Course).order_by(Course.id).limit(1)).one()
        for people in (0, 3):
            run = make_run(db, course, seats=1, starts_in=timedelta(hours=20))
            run.link_key = new_key()
            make_registrations(db, run, people, State.WAITLISTED)
            found.append(f"/brivas-vietas/{sign(secret, 'late_seats', run.link_key)}")
    return found


def _decisions(database: Database, settings: Settings) -> list[str]:
    """What a provider sees of a run with few participants: to be decided, decided, and cancelled."""
    found, secret, moment = [], settings.secret_key.get_secret_value(), now()
    with database.writing() as db:
        course = db.scalars(select(Course).order_by(Course.id).limit(1)).one()
        for decided_at, cancelled in ((None, False), (moment, False), (None, True)):
            run = make_run(db, course, seats=12, min_participants=5, cancelled=cancelled)
            run.decision_at = run.minimum_asked_at = moment
            run.decided_at, run.link_key = decided_at, new_key()
            make_registrations(db, run, 2, State.CONFIRMED)
            found.append(f"/lemumi/{sign(secret, 'decision', run.link_key)}")
    return found


def sample_addresses(database: Database, settings: Settings) -> dict[str, list[str]]:
    """For every page's path some addresses of it: full, empty, long, wrong."""
    secret = settings.secret_key.get_secret_value()
    with database.reading() as db:
        slug = db.scalar(select(Course.slug).order_by(Course.id).limit(1))
        provider = db.scalar(select(Provider.slug).limit(1))
        wish = db.scalar(select(WishRequest.id).where(WishRequest.state.in_(PUBLIC)).limit(1))
        run = db.scalar(
            select(CourseRun.id)
            .where(CourseRun.registration_closes_at > CourseRun.created_at, CourseRun.seats > 0)
            .order_by(CourseRun.starts_at.desc())
            .limit(1)
        )
        asking = db.scalar(select(RunQuestion.run_id).where(RunQuestion.asked_when_id.is_not(None)).limit(1))
        links: dict[State, str] = {}
        for state in State:
            key = db.scalar(
                select(Registration.link_key)
                .where(Registration.state == state, Registration.email.is_not(None))
                .order_by(Registration.id.desc())
                .limit(1)
            )
            if key:
                links[state] = sign(secret, "registration", key)
        support = db.scalar(select(WishSupport.link_key).where(WishSupport.email.is_not(None)).limit(1))
    wish_link = sign(secret, "wish", support) if support else ""
    sent_link = sign(secret, "wish_sent", _just_joined(database))
    return {
        "/": ["/"],
        "/kursi": [
            "/kursi",
            "/kursi?q=latviesu+valoda+vakaros",
            "/kursi?q=frizieris",
            "/kursi?group=digital&price=free&time=evening",
            "/kursi?q=datrou",
        ],
        "/kursi/{slug}": [f"/kursi/{slug}"],
        "/istenotaji": ["/istenotaji"],
        "/istenotaji/{slug}": [f"/istenotaji/{provider}"],
        "/grupas/{code}": ["/grupas/digital"],
        "/kalendars": ["/kalendars"],
        "/atlaujas": ["/atlaujas", "/atlaujas?q=neesoša"],
        "/raditaji": ["/raditaji", "/raditaji?year=2025"],
        "/norises/{run_id}/pieteikties": [f"/norises/{run}/pieteikties", f"/norises/{asking}/pieteikties"],
        "/brivas-vietas/{token}": _late_seats(database, settings),
        "/lemumi/{token}": _decisions(database, settings),
        "/pieteikumi/{token}": [f"/pieteikumi/{link}" for link in links.values()],
        "/pieteikumi/{token}/atsaukt": [
            f"/pieteikumi/{links[state]}/atsaukt" for state in (State.CONFIRMED, State.WAITLISTED)
        ],
        "/pieteikumi/{token}/atteikties": [f"/pieteikumi/{links[State.OFFERED]}/atteikties"],
        "/pieteikumi/{token}/dati": [f"/pieteikumi/{links[State.CONFIRMED]}/dati"],
        "/pieteikumi/{token}/mani-dati": [f"/pieteikumi/{links[State.CONFIRMED]}/mani-dati"],
        "/pieteikumi/{token}/dzest": [
            f"/pieteikumi/{links[state]}/dzest" for state in (State.CONFIRMED, State.WITHDRAWN)
        ],
        **own_list_addresses(database, settings),
        "/norises/{run_id}/pieteikties/nosutits/{key}": _receipts(database, settings),
        "/velmes": ["/velmes", "/velmes?state=fulfilled&sort=newest", "/velmes?page=2"],
        "/velmes/jauna": ["/velmes/jauna", "/velmes/jauna?q=keramika"],
        "/velmes/{wish_id}": [f"/velmes/{wish}"],
        "/velmes/{wish_id}/atbalstit": [f"/velmes/{wish}/atbalstit"],
        "/velmes/nosutita/{token}": [f"/velmes/nosutita/{sent_link}"],
        "/velmes/atbalsts/{token}": [f"/velmes/atbalsts/{wish_link}"],
        "/velmes/atbalsts/{token}/atsaukt": [f"/velmes/atbalsts/{wish_link}/atsaukt"],
        "/kursi/{slug}/pazinot": [f"/kursi/{slug}/pazinot"],
        **_interests(database, secret),
        **_alerts(database, secret),
        **link_samples(database, settings),
        **{path: [path] for path in PLAIN},
    }
