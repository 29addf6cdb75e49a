"""The desk: people entered, confirmed, corrected, moved, cancelled and restored by staff, on both databases."""

from datetime import timedelta

import pytest

from app.clock import now
from app.courses.models import Course, CourseRun, CourseState
from app.db import Database
from app.invariants.check import check_invariants
from app.people.models import Role
from app.refusals import NotFound
from app.registrations import desk, openings
from app.registrations.desk_moves import runs_to_move_to
from app.registrations.inputs import CorrectionForm
from app.registrations.models import Channel, Listing, State
from app.registrations.refusals import (
    AlreadyRegistered,
    CourseNotPublic,
    FilledMeanwhile,
    FirstHasChanged,
    MoveTooLate,
    NoRoomThere,
    NoSeatToGive,
    UndoIsOver,
)
from app.registrations.run_inputs import CancelForm
from app.registrations.undo import undo_withdrawal
from app.registrations.undo_queries import MOST_UNDONE
from tests.registrations import acts
from tests.registrations.desk_acts import RULES, enter, kept, move, new_group, new_staff
from tests.world import World


def whole(database: Database) -> None:
    """Every invariant about registrations holds."""
    found = {one.invariant.id: one.findings for one in check_invariants(database, RULES, ("I1", "I2", "I3", "I7"))}
    assert found == {"I1": (), "I2": (), "I3": (), "I7": ()}


def test_who_is_entered_has_a_seat_at_once_and_the_next_one_waits(database: Database) -> None:
    who = new_staff(database)
    run_id = new_group(database, who, seats=1)
    first, number = enter(database, who, run_id, "Anna Ozola", phone="26111222")
    second, _number = enter(database, who, run_id, "Berta Liepa", email="berta@example.lv")
    assert (first.state, second.state, second.position) == (State.CONFIRMED, State.WAITLISTED, 1)
    person = kept(database, number or 0)
    assert (person.channel, person.email, person.email_key, person.person_token) == (Channel.PHONE, None, None, None)
    assert [facts["channel"] for _id, facts in acts.recorded(database, "entered")] == ["phone", "phone"]
    assert acts.posted(database) == ["SeatTaken", "QueueJoined"]
    whole(database)


def test_staff_enter_people_before_and_after_the_window_and_never_once_it_is_over(database: Database) -> None:
    who = new_staff(database)
    under_way = new_group(database, who, starts_in=-3, sessions=4, every_days=7)
    assert enter(database, who, under_way)[0].state is State.CONFIRMED
    over = new_group(database, who, starts_in=-30)
    with pytest.raises(Exception, match="run_closed"):
        enter(database, who, over)


def test_staff_are_told_who_is_registered_already_and_nothing_is_kept(database: Database) -> None:
    who = new_staff(database)
    run_id = new_group(database, who, seats=5)
    enter(database, who, run_id, "Anna Ozola", email="anna@example.lv", phone="26111222")
    with pytest.raises(AlreadyRegistered):
        enter(database, who, run_id, "Anna", email="ANNA@example.lv")
    with pytest.raises(AlreadyRegistered):
        enter(database, who, run_id, "anna ozola", phone="+371 26 111 222")
    with pytest.raises(FilledMeanwhile):
        full = new_group(database, who, seats=1)
        enter(database, who, full, "Cita Persona")
        enter(database, who, full, "Vēl Viena", expects_seat=True)
    assert len(acts.registrations(database, run_id)) == 1


def test_the_desks_form_sent_twice_enters_one_person(database: Database) -> None:
    who = new_staff(database)
    run_id = new_group(database, who)
    answers = [enter(database, who, run_id, key="the-same-form-of-the-desk") for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(acts.registrations(database, run_id)) == 1


def test_two_are_entered_together_or_wait_together(database: Database) -> None:
    who = new_staff(database)
    run_id = new_group(database, who, seats=2)
    enter(database, who, run_id, "Anna Ozola", other="Juris Ozols")
    waiting, _number = enter(database, who, run_id, "Berta Liepa", other="Kārlis Liepa")
    states = [one.state for one in acts.registrations(database, run_id)]
    assert states == [State.CONFIRMED, State.CONFIRMED, State.WAITLISTED, State.WAITLISTED]
    assert waiting.state is State.WAITLISTED
    whole(database)


def test_a_held_seat_is_confirmed_by_hand(database: Database) -> None:
    who = new_staff(database)
    run_id = new_group(database, who)
    acts.register(database, run_id, "anna@example.com")
    number = acts.latest(database, "anna@example.com").id
    for _ in range(2):
        with database.writing() as db:
            desk.confirm_by_hand(db, who, run_id, number, RULES)
    assert acts.state(database, "anna@example.com") is State.CONFIRMED
    assert len(acts.recorded(database, "confirmed_by_staff")) == 1
    whole(database)


def test_a_corrected_address_gets_a_new_link_and_no_second_place(database: Database) -> None:
    who = new_staff(database)
    run_id = new_group(database, who)
    _receipt, number = enter(database, who, run_id, phone="26111222")
    enter(database, who, run_id, "Berta Liepa", email="berta@example.lv")
    before = kept(database, number or 0).link_key
    with database.writing() as db:
        asked = CorrectionForm(name="Anna Ozoliņa", email="anna@example.lv", phone="26111222")
        desk.correct_person(db, who, run_id, number or 0, asked)
    person = kept(database, number or 0)
    assert (person.name, person.email_key) == ("Anna Ozoliņa", "anna@example.lv")
    assert person.link_key != before
    assert person.person_token
    assert acts.recorded(database, "corrected_by_staff")[0][1] == {"fields": "name, email"}
    with pytest.raises(AlreadyRegistered), database.writing() as db:
        desk.correct_person(db, who, run_id, number or 0, CorrectionForm(name="Anna", email="berta@example.lv"))


def test_what_is_withdrawn_or_cancelled_goes_to_the_queue_or_is_taken_back(database: Database) -> None:
    who = new_staff(database)
    run_id = new_group(database, who, seats=1)
    _receipt, first = enter(database, who, run_id, "Anna Ozola")
    assert first
    for act in ("withdraw", "cancel"):
        with database.writing() as db:
            if act == "withdraw":
                desk.withdraw_for(db, who, run_id, first, RULES)
            else:
                desk.cancel_person(db, who, run_id, first, CancelForm(reason="Kļūda."), RULES)
        assert kept(database, first).state in {State.WITHDRAWN, State.CANCELLED_BY_PROVIDER}
        with database.writing() as db:
            desk.restore_person(db, who, run_id, first, RULES)
        assert kept(database, first).state is State.CONFIRMED
        whole(database)
    enter(database, who, run_id, "Berta Liepa", email="berta@example.lv")
    with database.writing() as db:
        desk.cancel_person(db, who, run_id, first, CancelForm(reason="Slimība."), RULES)
    assert acts.state(database, "berta@example.lv") is State.OFFERED
    whole(database)


def test_a_resident_cannot_take_back_what_the_provider_cancelled(database: Database) -> None:
    who = new_staff(database)
    run_id = new_group(database, who)
    _receipt, number = enter(database, who, run_id, email="anna@example.lv")
    with database.writing() as db:
        desk.cancel_person(db, who, run_id, number or 0, CancelForm(reason="Kļūda."), RULES)
    with pytest.raises(UndoIsOver), database.writing() as db:
        undo_withdrawal(db, kept(database, number or 0).link_key, RULES)


def test_nobody_gets_a_free_seat_out_of_turn(database: Database) -> None:
    who = new_staff(database)
    run_id = new_group(database, who, seats=1, starts_in=timedelta(hours=20))
    _receipt, seated = enter(database, who, run_id, "Anna Ozola")
    numbers = [enter(database, who, run_id, f"Gaida {name}")[1] or 0 for name in ("Pirmā", "Otrā")]
    with pytest.raises(NoSeatToGive), database.writing() as db:
        desk.give_seat_to(db, who, run_id, numbers[0], RULES)
    with database.writing() as db:
        desk.withdraw_for(db, who, run_id, seated or 0, RULES)
    with pytest.raises(FirstHasChanged), database.writing() as db:
        desk.give_seat_to(db, who, run_id, numbers[1], RULES)
    with database.writing() as db:
        desk.give_seat_to(db, who, run_id, numbers[0], RULES)
    assert [kept(database, one).state for one in numbers] == [State.CONFIRMED, State.WAITLISTED]
    whole(database)


def test_who_has_no_address_and_is_offered_a_seat_is_called_and_answers_through_the_provider(world: World) -> None:
    database = world.database
    who = new_staff(database)
    run_id = new_group(database, who, seats=1)
    _receipt, seated = enter(database, who, run_id, "Anna Ozola")
    _receipt, waiting = enter(database, who, run_id, "Berta Liepa", phone="26111222")
    with database.writing() as db:
        desk.withdraw_for(db, who, run_id, seated or 0, RULES)
    world.deliver()
    [letter] = world.letters("kursi@example.lv")
    assert str(letter["Subject"]).startswith("Jāzvana")
    assert "Berta" not in letter.as_string()
    for _ in range(2):
        with database.writing() as db:
            desk.accept_for(db, who, run_id, waiting or 0, RULES)
    assert kept(database, waiting or 0).state is State.CONFIRMED
    whole(database)


def test_who_is_moved_keeps_the_link_and_leaves_the_seat_to_the_queue(database: Database) -> None:
    who = new_staff(database)
    full, free = new_group(database, who, seats=1), new_group(database, who, seats=1)
    _receipt, number = enter(database, who, full, "Anna Ozola", email="anna@example.lv")
    enter(database, who, full, "Berta Liepa", email="berta@example.lv")
    link = kept(database, number or 0).link_key
    move(database, who, full, number or 0, free)
    person = kept(database, number or 0)
    assert (person.run_id, person.state, person.link_key, person.undone) == (free, State.CONFIRMED, link, 1)
    assert acts.state(database, "berta@example.lv") is State.OFFERED
    assert acts.recorded(database, "moved")[0][1] == {"was": "confirmed", "from": full, "to": free}
    assert "RegistrationMoved" in acts.posted(database)
    with pytest.raises(NoRoomThere):
        move(database, who, full, acts.latest(database, "berta@example.lv").id, free)
    whole(database)


def test_who_waits_is_moved_to_a_free_seat_and_nobody_from_a_course_under_way(database: Database) -> None:
    who = new_staff(database)
    full, free = new_group(database, who, seats=1), new_group(database, who, seats=2)
    enter(database, who, full, "Anna Ozola")
    _receipt, waiting = enter(database, who, full, "Berta Liepa", other="Kārlis Liepa")
    move(database, who, full, waiting or 0, free)
    assert acts.taken_and_waiting(database, free) == (2, 0)
    under_way = new_group(database, who, starts_in=-3, sessions=4, every_days=7)
    _receipt, seated = enter(database, who, under_way, "Cita Persona")
    with pytest.raises(MoveTooLate):
        move(database, who, under_way, seated or 0, new_group(database, who))
    whole(database)


@pytest.mark.parametrize("state", [CourseState.DRAFT, CourseState.ARCHIVED])
def test_nobody_is_entered_or_moved_into_a_course_that_is_not_public(database: Database, state: CourseState) -> None:
    who = new_staff(database)
    here, hidden = new_group(database, who), new_group(database, who)
    _receipt, number = enter(database, who, here)
    with database.writing() as db:
        db.get_one(Course, db.get_one(CourseRun, hidden).course_id).state = state
    with pytest.raises(CourseNotPublic):
        enter(database, who, hidden, "Cita Persona")
    with pytest.raises(CourseNotPublic):
        move(database, who, here, number or 0, hidden)
    with database.reading() as db:
        assert hidden not in {run.id for run in runs_to_move_to(db, who, here, now())}


def test_being_moved_uses_up_no_right_to_take_a_cancellation_back(database: Database) -> None:
    who = new_staff(database)
    groups = [new_group(database, who) for _ in range(2)]
    _receipt, number = enter(database, who, groups[0])
    for time in range(MOST_UNDONE + 1):
        move(database, who, groups[time % 2], number or 0, groups[(time + 1) % 2])
    at = groups[(MOST_UNDONE + 1) % 2]
    with database.writing() as db:
        desk.withdraw_for(db, who, at, number or 0, RULES)
    with database.writing() as db:
        desk.restore_person(db, who, at, number or 0, RULES)
    assert kept(database, number or 0).state is State.CONFIRMED


def test_a_move_ends_at_the_wall_between_providers(database: Database) -> None:
    who, others = new_staff(database), new_staff(database)
    run_id, theirs = new_group(database, who), new_group(database, others)
    _receipt, number = enter(database, who, run_id)
    for mover, at, to in ((others, run_id, theirs), (who, run_id, theirs), (who, theirs, run_id)):
        with pytest.raises(NotFound):
            move(database, mover, at, number or 0, to)
    with pytest.raises(NotFound):
        enter(database, others, run_id, "Sveša Persona")


def test_a_list_opens_for_one_device_and_is_on_record(database: Database) -> None:
    who = new_staff(database)
    colleague = new_staff(database, provider_id=who.provider, role=Role.MANAGER)
    run_id = new_group(database, who)
    with database.writing() as db:
        openings.open_list(db, who, Listing.RUN, run_id)
    with database.reading() as db:
        assert openings.sees_group(db, who, run_id)
        assert openings.sees_person(db, who, run_id, 1)
        assert not openings.sees_person(db, who, run_id + 1, 1)
        assert not openings.sees_group(db, colleague, run_id)
    assert acts.recorded(database, "list_opened") == [(str(run_id), {"list": "registrations"})]
