"""What is kept about people, column by column: what a person is handed, and what not, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.db import Base
from app.feedback.models import FeedbackRight
from app.i18n import Text, _, _p
from app.interests.models import CourseInterest, SearchAlert
from app.participation.models import Attendance, Certificate
from app.registrations.models import GivenAnswer, GroupLetterRecipient, OneTimeLink, Registration, SeatOffer, SentForm
from app.wishes.models import WishSupport


@dataclass(frozen=True, slots=True)
class Section:
    """One table's part of what a person is handed: its name in the file, its heading, and how its rows are found."""

    name: str
    heading: Text
    table: type[Base]
    found_by: str
    """The column that names the registration, or the address."""


REGISTRATION = Section("registration", _("The registration"), Registration, "id")
OF_REGISTRATION = (
    Section("offers", _("Offered seats"), SeatOffer, "registration_id"),
    Section("answers", _("Your answers"), GivenAnswer, "registration_id"),
    Section("forms", _("Forms sent in the last 24 hours"), SentForm, "registration_id"),
    Section("letters", _("Letters from the provider"), GroupLetterRecipient, "registration_id"),
    Section("attendance", _("Attendance"), Attendance, "registration_id"),
    Section("certificates", _("Certificates"), Certificate, "registration_id"),
    Section("feedback", _("Right to give feedback"), FeedbackRight, "registration_id"),
)
"""What hangs on a registration; the log of actions comes beside it."""
OF_ADDRESS = (
    Section("wishes", _("Wishes"), WishSupport, "email_key"),
    Section("interests", _("News about next dates"), CourseInterest, "email_key"),
    Section("alerts", _("News about courses"), SearchAlert, "email_key"),
    Section("links", _("Links to this list"), OneTimeLink, "email_key"),
)
"""What hangs on an address beside its registrations."""

WITHHELD: Mapping[str, str] = {
    "registrations.link_key": "It opens the registration; whoever got the file could act.",
    "sent_forms.key": "A hash of the form's own key; it would open the form's page.",
    "feedback_rights.link_key": "It opens the feedback form; whoever got the file could answer.",
    "wish_supports.link_key": "It opens the support of the wish; whoever got the file could act.",
    "course_interests.link_key": "It opens the interest; whoever got the file could act.",
    "search_alerts.link_key": "It opens the alert; whoever got the file could act.",
    "one_time_links.token_hash": "A hash of what opens the list.",
}
"""Columns of these tables that are not handed out: they are keys."""

EXEMPT: Mapping[str, str] = {
    "accounts.email": "Of members of staff, who see it in their own account.",
    "accounts.name": "Of members of staff, who see it in their own account.",
    "accounts.password_hash": "Of members of staff; a secret of theirs.",
    "accounts.totp_secret": "Of members of staff; a secret of theirs.",
    "accounts.oidc_subject": "Of members of staff; a number of theirs elsewhere.",
    "account_links.email": "Of members of staff, who are written to there.",
    "recovery_codes.code_hash": "Of members of staff; a secret of theirs.",
    "sign_ins.device": "Of members of staff, who see it in their own account.",
    "tries.sender": "A keyed hash of a network address for an hour or a day; nobody can say whose it is.",
    "list_openings.looked_for": "Whom a member of staff looks for; it is forgotten within hours.",
    "group_letters.subject": "Written to many at once; each of them has it by mail.",
    "group_letters.words": "Written to many at once; each of them has it by mail.",
    "counting_keys.key": "The city's key of a year, not a person's; it is destroyed with the year's report.",
}
"""Columns with personal data that no resident's file holds, and why."""

LABELS: Mapping[str, Text] = {
    "act": _("What was done"),
    "actor": _("By whom"),
    "answer": _p("data", "Answer"),
    "answered_at": _("Answered"),
    "at": _p("data", "When"),
    "cancel_reason": _("Provider's reason"),
    "channel": _("How it reached us"),
    "code": _("Code"),
    "confirmed_at": _p("data", "Confirmed"),
    "created_at": _("Received"),
    "deadline": _("Answer by"),
    "email": _("E-mail address"),
    "email_key": _("E-mail address as we compare it"),
    "ended_at": _("Ended"),
    "ends_at": _p("data", "Ends"),
    "erased_at": _("Erased"),
    "expires_at": _("Works until"),
    "facts": _("Details"),
    "fingerprint": _("Hash of the form"),
    "hold_until": _("Seat held until"),
    "id": _("Number"),
    "is_used": _("Used"),
    "is_writer": _("You wrote the wish"),
    "is_called": _("Informed by phone"),
    "issued_on": _("Issued"),
    "printed": _("What stands on it"),
    "replaces_id": _("In place of the certificate with number"),
    "revoke_reason": _("Why it was revoked"),
    "letter_id": _("Letter number"),
    "locale": _("Language of letters"),
    "mark": _p("data", "Attendance"),
    "marked_at": _("Entered"),
    "name": _("Name and surname"),
    "number": _("Number"),
    "offered_at": _("Offered"),
    "party": _("Registered together under number"),
    "person_key": _("Number that counts you once among those who want this"),
    "person_token": _("Number that counts you once in a year"),
    "phone": _("Phone number"),
    "question": _p("data", "Question"),
    "question_id": _("Question number"),
    "queued_at": _("Joined the waiting list"),
    "registration_id": _("Registration number"),
    "reminded_at": _("Reminder sent"),
    "revoked_on": _("Revoked"),
    "run_id": _("Number of the dates"),
    "sent_at": _p("data", "Sent"),
    "session_id": _("Session number"),
    "special_needs": _("What you need to take part"),
    "starts_at": _p("data", "Starts"),
    "state": _("State"),
    "title": _("Title"),
    "wish": _p("data", "Wish"),
    "words": _p("data", "Words"),
    "filters": _("Filters"),
    "shown": _("Words and filters"),
    "course_id": _("Course number"),
    "told_course_id": _("Number of the course we told you about"),
    "told_run_id": _("Number of the dates we told you about"),
    "undone": _("Cancellations taken back"),
    "used_at": _p("data", "Opened"),
    "valid_until": _("Valid until"),
    "wish_id": _("Wish number"),
    "withdraw_reason": _("Your reason for cancelling"),
    "withdrawn_at": _("Taken back"),
}
"""How a person reads the names of columns."""
