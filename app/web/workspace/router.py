"""The staff's pages: every subject of the workspace and of the board."""

from itertools import chain

from app.web.workspace import (
    account,
    activities,
    attendance,
    board_courses,
    board_desk,
    certificates,
    check_in,
    confirming,
    copying,
    course_editor,
    courses,
    desk,
    desk_acts,
    desk_copies,
    desk_entry,
    desk_letters,
    elsewhere,
    exports,
    group_changes,
    group_feedback,
    group_questions,
    group_seats,
    groups,
    home,
    imports,
    keys,
    log,
    new_password,
    planning,
    rolls,
    second_step,
    sign_in,
    staff_accounts,
)

STAFF_ROUTES = [
    *chain.from_iterable(
        subject.router.routes
        for subject in (
            account,
            activities,
            attendance,
            board_courses,
            board_desk,
            certificates,
            check_in,
            confirming,
            copying,
            course_editor,
            courses,
            desk,
            desk_entry,  # Its slip stands where an act of desk_acts could stand.
            desk_acts,
            desk_copies,
            desk_letters,
            elsewhere,
            exports,
            group_changes,
            group_feedback,
            group_questions,
            group_seats,
            groups,
            home,
            imports,
            keys,
            log,
            new_password,
            planning,
            rolls,
            second_step,
            sign_in,
            staff_accounts,
        )
    )
]
"""The routes of every subject; one line a subject above."""
