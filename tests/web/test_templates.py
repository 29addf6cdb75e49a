"""Templates: what their messages, cards, fields and other pieces print."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from app.catalogue.cards import CourseCard, RunCard
from app.courses.models import Audience, CertificateKind, Format, Funding, Level, RunState
from app.i18n import DEFAULT, LANGUAGES, Text
from app.web.templates import environment, json_ld, page_window

START = datetime(2026, 12, 7, 16, 0, tzinfo=UTC)
RUN = RunCard(
    id=7,
    state=RunState.OPEN,
    starts_at=START,
    ends_at=START + timedelta(days=60),
    weekdays=(0, 2),
    session_count=12,
    seats=8,
    seats_left=5,
    taken=3,
    waiting=0,
    has_waiting_list=True,
    opens_at=START - timedelta(days=30),
    closes_at=START - timedelta(days=1),
    decision_at=None,
    decided_at=None,
    min_participants=4,
    venue_name="Amatu māja",
    venue_address="Skolas iela 3",
    is_online=False,
    cancelled_at=None,
    cancel_reason="",
)
CARD = CourseCard(
    id=1,
    code="vm-001",
    slug="ausanas-pamati",
    title="Aušanas pamati",
    summary="No velku mešanas līdz dvielim.",
    group_code="languages_culture",
    group_name="Valodu apguve un kultūrizglītība",
    provider_code="vm",
    provider_name="Ventspils muzejs",
    provider_slug="ventspils-muzejs",
    format=Format.IN_PERSON,
    language="lv",
    level=Level.BEGINNER,
    audiences=(Audience.EVERYONE,),
    price=Decimal(160),
    funding=Funding.SELF_PAID,
    certificate=CertificateKind.CERTIFICATE,
    academic_hours=Decimal(48),
    next_run=RUN,
    run_count=1,
    untranslated=False,
)


def drawn(macro: str, file: str, language: str = DEFAULT, **facts: object) -> str:
    """What a macro prints."""
    template = environment(language).from_string(
        f'{{% from "{file}" import {macro.split("(", maxsplit=1)[0]} %}}{{{{ {macro} }}}}'
    )
    return template.render(**facts)


def test_facts_of_a_message_are_escaped_and_messages_too() -> None:
    said = environment("en").from_string('{{ _("“%(query)s” – <courses>", query=query) }}').render(query="<b>&")
    assert said == "“&lt;b&gt;&amp;” – &lt;courses&gt;"


def test_a_message_without_facts_is_settled_when_the_template_is_compiled() -> None:
    for code, word in (("lv", "Kursi"), ("en", "Courses")):
        template = environment(code).from_string('{{ _("Courses") }}')
        assert template.render() == word
        assert "context.call" not in environment(code).compile('{{ _("Courses") }}', raw=True)


def test_dates_in_a_message_are_inflected_by_its_placeholder() -> None:
    said = (
        environment("lv")
        .from_string('{{ _("You can register until %(closes_dat)s.", closes_dat=at) }}')
        .render(at=START)
    )
    assert said == "Pieteikties var līdz pirmdienai, 2026.\u00a0gada\u00a07.\u00a0decembrim, plkst.\u00a018.00."


@pytest.mark.promise("P12")
def test_a_description_cannot_end_the_script_it_stands_in() -> None:
    said = json_ld({"name": "</script><script>alert(1)</script>", "text": "<!-- & \u2028"})
    assert "<" not in said
    assert "&" not in said


def card_in(state: RunState, **facts: object) -> CourseCard:
    """The course with a run in this state."""
    return replace(CARD, next_run=replace(RUN, state=state, **facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("card", "shape", "words"),
    [
        (CARD, "open", "Brīvas 5 vietas"),
        (card_in(RunState.OPEN, seats_left=1), "open", "Brīva 1 vieta"),
        (card_in(RunState.OPEN, seats=0, seats_left=None), "open", "Var pieteikties"),
        (card_in(RunState.FULL, seats_left=0, waiting=4), "full", "Vietu nav, gaida 4"),
        (card_in(RunState.FULL, seats_left=0), "full", "Vietu nav"),
        (card_in(RunState.UPCOMING), "off", "Pieteikšanās no 7.\u00a0nov."),
        (card_in(RunState.CLOSED), "off", "Pieteikšanās beigusies"),
        (card_in(RunState.RUNNING), "off", "Notiek"),
        (card_in(RunState.FINISHED), "off", "Beigusies"),
        (card_in(RunState.CANCELLED), "bad", "Atcelta"),
        (replace(CARD, next_run=None), "off", "Norise nav plānota"),
    ],
)
def test_a_card_says_its_state_by_shape_and_words(card: CourseCard, shape: str, words: str) -> None:
    said = HTMLParser(drawn("course_rows([card])", "_courses.html", card=card)).css_first(".state")
    assert said.attributes["class"] == f"state state--{shape}"
    assert said.text() == words


def test_a_card_is_drawn_anew_when_a_fact_on_it_changes() -> None:
    before = drawn("course_rows([card])", "_courses.html", card=CARD)
    after = drawn("course_rows([card])", "_courses.html", card=replace(CARD, next_run=replace(RUN, seats_left=4)))
    assert "Brīvas 5 vietas" in before
    assert "Brīvas 4 vietas" in after


def test_rows_and_tiles_are_the_same_card_and_escape_what_they_show() -> None:
    card = replace(CARD, title='<b>Aušana</b> & "audumi"', untranslated=True)
    row, tile = (
        drawn(f"{name}([card], 3)", "_courses.html", "en", card=card) for name in ("course_rows", "course_tiles")
    )
    heading = HTMLParser(row).css_first("h3")
    assert heading.text() == '<b>Aušana</b> & "audumi"'
    assert heading.attributes["lang"] == "lv"
    assert HTMLParser(row).css_first("article").html == HTMLParser(tile).css_first("article").html


def test_a_wrong_field_is_tied_to_its_hint_and_its_error() -> None:
    error = Text("Fill in this field.")
    said = HTMLParser(
        drawn('field("email", "E-pasts", "a<b", hint="Rakstīsim.", error=error)', "_fields.html", error=error)
    )
    control = said.css_first("input")
    assert control.attributes["aria-describedby"] == "email-h email-e"
    assert control.attributes["aria-invalid"] == "true"
    assert control.attributes["value"] == "a<b"
    assert said.css_first("label").attributes["for"] == control.attributes["id"] == "email"
    assert said.css_first("#email-e").text() == "Kļūda: Aizpildiet šo lauku."


def test_a_right_field_is_tied_to_nothing() -> None:
    control = HTMLParser(drawn('field("name", "Vārds", none)', "_fields.html")).css_first("input")
    assert control.attributes["value"] == ""
    assert not {"aria-describedby", "aria-invalid"} & set(control.attributes)


def test_the_summary_of_errors_leads_to_each_field() -> None:
    said = HTMLParser(drawn("error_summary(errors)", "_fields.html", errors={"name": "Viens.", "email": "Divi."}))
    assert said.css_first("h2").text() == "Izlabojiet 2 laukus:"
    assert [link.attributes["href"] for link in said.css("a")] == ["#name", "#email"]


def test_what_was_picked_stays_picked() -> None:
    options = [("a", "Visiem", ""), ("b", "Senioriem", "no 65 gadiem")]
    said = HTMLParser(drawn('picks("for", "Kam", options, ["b"], kind="checkbox")', "_fields.html", options=options))
    assert [box.attributes["value"] for box in said.css("input[checked]")] == ["b"]
    assert said.css_first("input").attributes["id"] == "for"


def test_seats_are_stitches_up_to_twenty_and_a_number_beyond() -> None:
    assert 'aria-label="5 no 8"' in drawn('stitches(5, 3, "5 no 8")', "_pieces.html")
    assert drawn('stitches(15, 6, "15 no 21")', "_pieces.html").strip() == ""
    assert drawn('stitches(0, 0, "")', "_pieces.html").strip() == ""


@pytest.mark.parametrize(
    ("page", "pages", "window"),
    [
        (1, 1, [1]),
        (1, 2, [1, 2]),
        (1, 9, [1, 2, 0, 9]),
        (4, 9, [1, 2, 3, 4, 5, 0, 9]),
        (5, 9, [1, 0, 4, 5, 6, 0, 9]),
        (9, 9, [1, 0, 8, 9]),
    ],
)
def test_a_long_list_of_pages_is_shortened_but_never_by_a_single_one(page: int, pages: int, window: list[int]) -> None:
    assert page_window(page, pages) == window


def test_every_language_can_print_every_shared_template() -> None:
    for code in LANGUAGES:
        for name in ("base.html", "_course.html", "_courses.html", "_fields.html", "_pieces.html", "_tables.html"):
            environment(code).get_template(name)
