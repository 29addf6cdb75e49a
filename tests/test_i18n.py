"""Languages, plurals, dates, numbers and order: what a Latvian reader would notice at once."""

import os
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from app.i18n import (
    DEFAULT,
    LANGUAGES,
    DayCase,
    NoSuchHour,
    Percent,
    Price,
    Text,
    _,
    _n,
    _p,
    at,
    capital,
    date_text,
    local,
    moment_text,
    money_text,
    month_text,
    needs_year,
    number_text,
    numeric_date,
    percent_text,
    pick_language,
    price_text,
    rhythm,
    short_date,
    sort_key,
    time_range,
    time_text,
    weekday_text,
)
from app.i18n.languages import _find_languages

LV, EN = LANGUAGES["lv"], LANGUAGES["en"]
MARCH_5 = date(2026, 3, 5)
MARCH_5_EVENING = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def nbsp(text: str) -> str:
    """The text with every ~ as a no-break space."""
    return text.replace("~", "\u00a0")


# --- languages


def test_latvian_comes_first_and_is_the_default():
    assert list(LANGUAGES)[:2] == ["lv", "en"]
    assert DEFAULT == "lv"
    assert (LV.name, EN.name) == ("Latviešu", "English")


@pytest.mark.parametrize(
    ("asked", "remembered", "expected"),
    [
        (None, None, "lv"),
        ("en", None, "en"),
        (None, "en", "en"),
        ("lv", "en", "lv"),
        ("xx", "en", "en"),
        ("xx", "yy", "lv"),
        ("EN-gb", None, "en"),
        ("", "", "lv"),
    ],
)
def test_the_language_asked_for_wins_over_the_remembered_one(asked, remembered, expected):
    assert pick_language(asked, remembered).code == expected


def test_a_new_catalogue_is_a_new_language(tmp_path: Path):
    folder = tmp_path / "lt" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Register"\nmsgstr "Registruotis"\n',
        encoding="utf-8",
    )
    languages = _find_languages(tmp_path)
    assert list(languages) == ["en", "lt"]
    lithuanian = languages["lt"]
    assert (lithuanian.name, lithuanian.gettext("Register")) == ("Lietuvių", "Registruotis")
    assert lithuanian.gettext("Nobody translated this") == "Nobody translated this"
    assert "2026" in moment_text(MARCH_5_EVENING, "loc", lithuanian)
    assert "18:00" in moment_text(MARCH_5_EVENING, "loc", lithuanian)
    assert rhythm([0, 2], time(18), 9, lithuanian)
    assert month_text(MARCH_5, lithuanian)
    assert numeric_date(MARCH_5, lithuanian) == "2026-03-05"
    assert money_text(Decimal(160), lithuanian) == nbsp("160~€")
    assert money_text(Decimal("1234.5"), lithuanian) == nbsp("1~234,50~€")
    assert percent_text(Decimal("12.5"), lithuanian) == nbsp("12,5~%")


def test_an_old_compiled_catalogue_is_not_believed(tmp_path: Path):
    folder = tmp_path / "lt" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.mo").write_bytes(b"not a catalogue")
    po = folder / "messages.po"
    po.write_text('msgid "Yes"\nmsgstr "Taip"\n', encoding="utf-8")
    later = po.stat().st_mtime + 10

    os.utime(po, (later, later))
    assert _find_languages(tmp_path)["lt"].gettext("Yes") == "Taip"


# --- plurals


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, "0 vietu"),
        (1, "1 vieta"),
        (2, "2 vietas"),
        (9, "9 vietas"),
        (10, "10 vietu"),
        (11, "11 vietu"),
        (19, "19 vietu"),
        (20, "20 vietu"),
        (21, "21 vieta"),
        (22, "22 vietas"),
        (30, "30 vietu"),
        (100, "100 vietu"),
        (101, "101 vieta"),
        (111, "111 vietu"),
        (1000, "1~000 vietu"),
    ],
)
def test_seats_are_counted_as_latvians_count_them(n: int, expected: str):
    assert _n("%(n)s seat", "%(n)s seats", n).say(LV) == nbsp(expected)


def test_english_has_two_forms():
    assert [_n("%(n)s seat", "%(n)s seats", n).say(EN) for n in (0, 1, 2, 21)] == [
        "0 seats",
        "1 seat",
        "2 seats",
        "21 seats",
    ]


# --- texts


def test_the_name_of_a_placeholder_tells_the_case_of_its_date():
    text = Text(
        "%(date)s|%(date_gen)s|%(closes_dat)s|%(date_acc)s|%(opens_loc)s",
        {
            "date": MARCH_5,
            "date_gen": MARCH_5,
            "closes_dat": MARCH_5,
            "date_acc": MARCH_5,
            "opens_loc": MARCH_5_EVENING,
        },
    )
    assert text.say(LV) == nbsp(
        "2026.~gada~5.~marts|2026.~gada~5.~marta|2026.~gada~5.~martam|2026.~gada~5.~martu"
        "|ceturtdien, 2026.~gada~5.~martā, plkst.~18.00"
    )
    assert text.say(EN) == nbsp("5~March~2026|5~March~2026|5~March~2026|5~March~2026|Thursday, 5~March~2026, at~18:00")


def test_facts_of_every_kind_are_put_into_the_readers_language():
    text = Text(
        "%(course_title)s, %(price)s, %(share)s, %(n)s, %(year)s, %(score)s, %(time)s, %(missing)s, 100%%",
        {
            "course_title": "100 % vilna",
            "price": Price(Decimal("1234.5")),
            "share": Percent(80),
            "n": 7840,
            "year": 2026,
            "score": Decimal("4.8"),
            "time": time(9, 41),
            "missing": (_("Free of charge"), "x"),
        },
    )
    assert text.say(LV) == nbsp("100 % vilna, 1~234,50~€, 80~%, 7~840, 2026, 4,8, 9.41, Bez maksas, x, 100%")
    assert text.say(EN) == "100 % vilna, €1,234.50, 80%, 7,840, 2026, 4.8, 09:41, Free of charge, x, 100%"


def test_a_text_can_be_compared_and_kept_in_sets():
    assert _("Free of charge") == _("Free of charge")
    assert len({_("Free of charge"), _("Free of charge"), _p("course", "Free of charge")}) == 2


def test_a_missing_fact_is_an_error_and_not_a_hole_in_the_sentence():
    with pytest.raises(KeyError):
        _("Registration opens on %(opens_loc)s.").say(EN)


# --- dates and times


@pytest.mark.parametrize(
    ("month", "forms"),
    [
        (1, "janvāris janvāra janvārim janvāri janvārī"),
        (2, "februāris februāra februārim februāri februārī"),
        (3, "marts marta martam martu martā"),
        (4, "aprīlis aprīļa aprīlim aprīli aprīlī"),
        (5, "maijs maija maijam maiju maijā"),
        (6, "jūnijs jūnija jūnijam jūniju jūnijā"),
        (7, "jūlijs jūlija jūlijam jūliju jūlijā"),
        (8, "augusts augusta augustam augustu augustā"),
        (9, "septembris septembra septembrim septembri septembrī"),
        (10, "oktobris oktobra oktobrim oktobri oktobrī"),
        (11, "novembris novembra novembrim novembri novembrī"),
        (12, "decembris decembra decembrim decembri decembrī"),
    ],
)
def test_every_month_has_its_five_cases(month: int, forms: str):
    cases: tuple[DayCase, ...] = ("", "gen", "dat", "acc", "loc")
    assert [date_text(date(2026, month, 5), case, LV) for case in cases] == [
        nbsp(f"2026.~gada~5.~{form}") for form in forms.split()
    ]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("", "ceturtdiena, 2026.~gada~5.~marts, plkst.~18.00"),
        ("gen", "ceturtdienas, 2026.~gada~5.~marta, plkst.~18.00"),
        ("dat", "ceturtdienai, 2026.~gada~5.~martam, plkst.~18.00"),
        ("acc", "ceturtdienu, 2026.~gada~5.~martu, plkst.~18.00"),
        ("loc", "ceturtdien, 2026.~gada~5.~martā, plkst.~18.00"),
    ],
)
def test_a_moment_carries_its_weekday_in_the_same_case(case: DayCase, expected: str):
    assert moment_text(MARCH_5_EVENING, case, LV) == nbsp(expected)
    assert moment_text(MARCH_5_EVENING, case, EN) == nbsp("Thursday, 5~March~2026, at~18:00")


def test_dates_can_go_without_year_and_with_weekday():
    day = date(2026, 11, 24)
    assert date_text(day, "loc", LV, year=False) == nbsp("24.~novembrī")
    assert date_text(day, "loc", LV, year=False, weekday="long") == nbsp("otrdien, 24.~novembrī")
    assert capital(date_text(day, "", LV, weekday="short")) == nbsp("Otrd., 2026.~gada~24.~novembris")
    assert moment_text(at(day, time(17, 30)), "loc", LV, year=False) == nbsp("otrdien, 24.~novembrī, plkst.~17.30")
    assert date_text(day, "loc", EN, year=False, weekday="long") == nbsp("Tuesday, 24~November")


def test_a_moment_is_dated_by_the_day_it_is_in_riga():
    late = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)
    assert date_text(late, "", LV) == nbsp("2026.~gada~6.~marts")
    assert moment_text(late, "loc", LV) == nbsp("piektdien, 2026.~gada~6.~martā, plkst.~1.30")


@pytest.mark.parametrize(
    ("day", "latvian", "english"),
    [
        (date(2026, 11, 24), "24.~nov.", "24~Nov"),
        (date(2027, 1, 12), "12.~janv.", "12~Jan"),
        (date(2026, 1, 9), "9.~janv.", "9~Jan"),
        (date(2027, 3, 5), "5.~marts", "5~Mar"),
        (date(2027, 9, 5), "5.~sept.~2027", "5~Sept~2027"),
        (date(2025, 12, 30), "30.~dec.~2025", "30~Dec~2025"),
    ],
)
def test_a_short_date_has_its_year_only_when_it_could_be_misread(day: date, latvian: str, english: str):
    assert short_date(day, TODAY, LV) == nbsp(latvian)
    assert short_date(day, TODAY, EN) == nbsp(english)
    assert needs_year(day, TODAY) is ("20" in latvian)


def test_months_without_a_short_form_are_still_inflected():
    assert short_date(date(2027, 3, 5), TODAY, LV, "gen") == nbsp("5.~marta")
    assert short_date(date(2026, 12, 1), TODAY, LV, "gen") == nbsp("1.~dec.")


def test_ended_months_and_tables():
    assert month_text(date(2026, 6, 30), LV) == nbsp("jūn.~2026")
    assert numeric_date(MARCH_5, LV) == "05.03.2026."
    assert numeric_date(MARCH_5, EN) == nbsp("5~Mar~2026")


def test_times_have_a_full_stop_in_latvian_and_a_colon_in_english():
    assert [time_text(value, LV) for value in (time(17, 30), time(9, 5), MARCH_5_EVENING)] == ["17.30", "9.05", "18.00"]
    assert [time_text(value, EN) for value in (time(17, 30), time(9, 5))] == ["17:30", "09:05"]
    assert time_range(time(17, 30), time(20, 30), LV) == "17.30–20.30"


@pytest.mark.parametrize(
    ("weekdays", "starts", "sessions", "latvian", "english"),
    [
        ([1], time(17, 30), 12, "otrdienās 17.30", "Tuesdays 17:30"),
        ([2, 0], time(18), 20, "pirmd., trešd. 18.00", "Mon, Wed 18:00"),
        ([0, 2, 4], time(18), 20, "pirmd., trešd., piektd. 18.00", "Mon, Wed, Fri 18:00"),
        (range(5), time(17), 20, "darbdienās 17.00", "on weekdays 17:00"),
        (range(7), time(8), 30, "katru dienu 8.00", "every day 08:00"),
        ([1], time(11), 1, "otrdien 11.00, 1 reize", "Tuesday 11:00, once"),
        ([5], None, 3, "sestdienās", "Saturdays"),
        ([], None, 0, "", ""),
    ],
)
def test_the_rhythm_of_a_run_fits_one_line(weekdays, starts, sessions, latvian, english):
    assert rhythm(weekdays, starts, sessions, LV) == nbsp(latvian)
    assert rhythm(weekdays, starts, sessions, EN) == nbsp(english)


def test_weekdays_by_name():
    assert [weekday_text(day, "short", LV) for day in range(7)] == [
        "pirmd.", "otrd.", "trešd.", "ceturtd.", "piektd.", "sestd.", "svētd.",
    ]  # fmt: skip
    assert weekday_text(6, "loc", LV) == "svētdien"
    assert weekday_text(0, "repeated", LV) == "pirmdienās"


# --- instants


def test_wall_clock_becomes_utc_by_the_rule_of_that_day():
    assert at(date(2026, 1, 5), time(18)) == datetime(2026, 1, 5, 16, tzinfo=UTC)
    assert at(date(2026, 7, 5), time(18)) == datetime(2026, 7, 5, 15, tzinfo=UTC)
    assert local(at(date(2026, 7, 5), time(18))).time() == time(18)


def test_an_hour_that_does_not_exist_is_refused_in_words():
    with pytest.raises(NoSuchHour) as refused:
        at(date(2026, 3, 29), time(3, 30))
    assert isinstance(refused.value, ValueError)
    assert refused.value.text.say(LV).startswith(nbsp("2026.~gada~29.~martā šādas stundas nav"))
    assert at(date(2026, 3, 29), time(4)) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_of_an_hour_that_comes_twice_the_first_is_meant():
    assert at(date(2026, 10, 25), time(3, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert at(date(2026, 10, 25), time(3, 30, fold=1)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_an_instant_without_a_zone_is_never_guessed_at():
    with pytest.raises(ValueError, match="zone"):
        local(datetime(2026, 3, 5, 18))


# --- numbers


@pytest.mark.parametrize(
    ("value", "latvian", "english"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (7840, "7~840", "7,840"),
        (1234567, "1~234~567", "1,234,567"),
        (-2, "−2", "−2"),
        (Decimal("4.80"), "4,80", "4.80"),
        (Decimal("12345.6"), "12~345,6", "12,345.6"),
        (Decimal("1E+3"), "1~000", "1,000"),
    ],
)
def test_numbers(value, latvian, english):
    assert number_text(value, LV) == nbsp(latvian)
    assert number_text(value, EN) == english


@pytest.mark.parametrize(
    ("euros", "latvian", "english"),
    [
        ("160", "160~€", "€160"),
        ("160.00", "160~€", "€160"),
        ("18.5", "18,50~€", "€18.50"),
        ("1234.50", "1~234,50~€", "€1,234.50"),
        ("0.005", "0,01~€", "€0.01"),
        ("-7", "−7~€", "−€7"),
    ],
)
def test_money_shows_cents_only_where_there_are_any(euros, latvian, english):
    assert money_text(Decimal(euros), LV) == nbsp(latvian)
    assert money_text(Decimal(euros), EN) == english


def test_a_price_of_nothing_is_said_in_words():
    assert price_text(Decimal("0.00"), LV) == "Bez maksas"
    assert price_text(Decimal(0), EN) == "Free of charge"
    assert price_text(Decimal(0), LV, in_sentence=True) == "bez maksas"
    assert price_text(Decimal(25), LV) == nbsp("25~€")


def test_shares_and_changes():
    assert percent_text(12, LV) == nbsp("12~%")
    assert percent_text(Decimal("12.5"), LV) == nbsp("12,5~%")
    assert [percent_text(change, LV, signed=True) for change in (9, -2, 0)] == [nbsp("+9~%"), nbsp("−2~%"), nbsp("0~%")]
    assert percent_text(9, EN, signed=True) == "+9%"


def test_equal_amounts_written_differently_do_not_borrow_each_others_words():
    assert number_text(Decimal("18.5"), LV) == "18,5"
    assert money_text(Decimal("18.50"), LV) == nbsp("18,50~€")
    assert number_text(18, LV) == "18"
    assert number_text(Decimal("18.0"), LV) == "18,0"


# --- order


def test_people_stand_in_latvian_alphabetical_order():
    names = [
        "Ābele", "Brūvere", "Celms", "Čakste", "Gailis", "Ģērmanis", "Hončarenko", "Irbe", "Īvāns", "Jēkabsone", "Kļava", "Ķēniņa",
        "Lapa", "Ļeonovs", "Neilands", "Ņukša", "Rozenbauma-Ziemele", "Siliņa", "Šteinberga", "Zariņš", "Žagars",
    ]  # fmt: skip
    by_code_point = sorted(names)
    assert by_code_point != names
    assert sorted(by_code_point, key=sort_key) == names


def test_long_vowels_decide_only_between_equals():
    assert sorted(["acs", "ābols", "aka", "āka"], key=sort_key) == ["ābols", "acs", "aka", "āka"]
    assert sorted(["jods", "ivs", "yvs"], key=sort_key) == ["ivs", "yvs", "jods"]


def test_titles_are_ordered_without_quotation_marks_and_capitals():
    assert sorted(["„Parunāsim”", "excel", "Dators", "A1 līmenis", "A 2", "Ārsts"], key=sort_key) == [
        "A 2", "A1 līmenis", "Ārsts", "Dators", "excel", "„Parunāsim”",
    ]  # fmt: skip


def test_the_key_of_order_means_the_same_to_every_collation():
    key = sort_key("„Ēnu” teātris: Žurka, ещё – 2")
    assert key.isascii()
    assert key.isalnum()
    assert key == key.lower()
