"""What stands on a certificate, kept as it was when it was issued: later changes of the course do not change the paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.courses.models import CertificateKind, CourseRun
from app.i18n import DEFAULT, local
from app.participation.models import Certificate

_TITLE, _PROVIDER = "title.", "provider."


@dataclass(frozen=True, slots=True)
class Printed:
    """Course, provider, hours and dates, in every language in which the course knows them."""

    titles: Mapping[str, str]
    providers: Mapping[str, str]
    kind: CertificateKind
    hours: Decimal
    begun_on: date
    ended_on: date

    @staticmethod
    def of_run(run: CourseRun) -> "Printed":
        """What a certificate of the run says today; course, texts and provider must be loaded."""
        course = run.course
        return Printed(
            {locale: text.title for locale, text in course.texts.items()},
            {locale: text.name for locale, text in course.provider.texts.items()},
            course.certificate,
            course.academic_hours,
            local(run.starts_at).date(),
            local(run.ends_at).date(),
        )

    @staticmethod
    def on(certificate: Certificate, run: CourseRun) -> "Printed":
        """What stands on the certificate; on one that was issued before this was kept, what its course says."""
        kept = certificate.printed
        if kept is None:
            return Printed.of_run(run)
        return Printed(
            _by_language(kept, _TITLE),
            _by_language(kept, _PROVIDER),
            CertificateKind(kept["kind"]),
            Decimal(kept["hours"]),
            date.fromisoformat(kept["begun_on"]),
            date.fromisoformat(kept["ended_on"]),
        )

    def kept(self) -> dict[str, str]:
        """As it is kept beside the certificate."""
        return {
            **{_TITLE + locale: title for locale, title in self.titles.items()},
            **{_PROVIDER + locale: name for locale, name in self.providers.items()},
            "kind": self.kind.value,
            "hours": str(self.hours),
            "begun_on": self.begun_on.isoformat(),
            "ended_on": self.ended_on.isoformat(),
        }

    def title(self, locale: str) -> str:
        """The course's title in that language, else in Latvian."""
        return self.titles.get(locale) or self.titles.get(DEFAULT, "")

    def provider(self, locale: str) -> str:
        """The provider's name in that language, else in Latvian."""
        return self.providers.get(locale) or self.providers.get(DEFAULT, "")


def _by_language(kept: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): words for name, words in kept.items() if name.startswith(prefix)}
