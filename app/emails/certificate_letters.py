"""The letter about a certificate: where to download it, and until when."""

from datetime import timedelta

from app.emails.letters import Letter, Link, letter_about, registration_url, title_of
from app.i18n import _, local
from app.registrations.models import Registration
from app.settings import Settings


def certificate_ready(settings: Settings, registration: Registration) -> Letter:
    """Says that the certificate is there, for as long as we know the person's name."""
    title = title_of(registration)
    until = local(registration.run.ends_at + timedelta(days=settings.contact_days)).date()
    return letter_about(
        registration,
        _("Your certificate is ready: %(course_title)s", course_title=title),
        _("Your certificate for the course “%(course_title)s” is ready.", course_title=title),
        _("Download it by %(date_dat)s:", date_dat=until),
        Link(registration_url(settings, registration), _("Open my registration")),
        _("The certificate has a number, by which anybody can check whether it is genuine."),
    )
