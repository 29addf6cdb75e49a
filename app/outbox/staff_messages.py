"""What may have happened among staff, to their accounts and by their acts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CourseReturned:
    """A course that waited for review, or for its day, was sent back with a comment."""

    course_id: int


@dataclass(frozen=True, slots=True)
class StaffInvited:
    """Somebody is invited to work in the catalogue."""

    link_id: int


@dataclass(frozen=True, slots=True)
class PasswordResetAsked:
    """Somebody who has an account asked for a new password."""

    link_id: int


@dataclass(frozen=True, slots=True)
class NewAddressAsked:
    """A member of staff wants to be written to at another address, which is to be confirmed."""

    link_id: int


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """An account has another address; the one before is told."""

    link_id: int


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """An account has another password; its owner is told."""

    account_id: int


@dataclass(frozen=True, slots=True)
class SecondStepChanged:
    """The second step of an account was changed or a recovery code used; its owner is told."""

    account_id: int


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """Somebody has met the rule of a course: their certificate can be downloaded."""

    registration_id: int


@dataclass(frozen=True, slots=True)
class RegistrationMoved:
    """Staff moved a person from one run to another of the same provider."""

    registration_id: int
    from_run_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class GroupLetterWritten:
    """Staff wrote to somebody of a group."""

    registration_id: int
    letter_id: int


@dataclass(frozen=True, slots=True)
class ImportAsked:
    """A spreadsheet is to be read, taken over or undone: its import says which. Rows up to a number were undone already."""

    import_id: int
    after: int = 0


StaffDid = (
    StaffInvited
    | PasswordResetAsked
    | NewAddressAsked
    | AddressChanged
    | PasswordChanged
    | SecondStepChanged
    | CourseReturned
    | CertificateIssued
    | RegistrationMoved
    | GroupLetterWritten
    | ImportAsked
)
"""Every message of this kind."""
