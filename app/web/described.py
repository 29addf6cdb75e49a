"""Courses as search engines read them: schema.org Course with its dated offerings."""

from collections.abc import Iterator
from datetime import timedelta

from app.catalogue.pages import CoursePage, RunFacts, VenueFacts
from app.courses.models import CertificateKind, Format, RunState
from app.i18n import local
from app.web.pages import Site

_MODES = {
    Format.IN_PERSON: "Onsite",
    Format.ONLINE: "Online",
    Format.HYBRID: "Blended",
    Format.SELF_STUDY: "Online",
}
_STATUSES = {RunState.CANCELLED: "https://schema.org/EventCancelled"}
_AVAILABLE = {
    RunState.OPEN: "https://schema.org/InStock",
    RunState.UPCOMING: "https://schema.org/PreOrder",
}
_ACADEMIC_HOUR = timedelta(minutes=45)


def course_described(course: CoursePage, site: Site) -> dict[str, object]:
    """The course, its provider, its price and the runs that have not ended."""
    described: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": course.title,
        "description": course.summary,
        "url": f"{site.origin}/kursi/{course.slug}",
        "courseCode": course.code,
        "inLanguage": course.language,
        "provider": {
            "@type": "EducationalOrganization",
            "name": course.provider.name,
            "url": f"{site.origin}/istenotaji/{course.provider.slug}",
        },
        "offers": _offer(course),
        "hasCourseInstance": [_instance(course, run) for run in course.runs if run.card.state is not RunState.FINISHED],
    }
    if course.outcomes:
        described["teaches"] = list(course.outcomes)
    if course.prerequisites:
        described["coursePrerequisites"] = course.prerequisites
    if course.certificate is not CertificateKind.NONE:
        described["educationalCredentialAwarded"] = course.certificate.value
    if course.rating is not None:
        described["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": str(course.rating.mean),
            "ratingCount": course.rating.answers,
            "bestRating": 5,
        }
    return described


def _instance(course: CoursePage, run: RunFacts) -> dict[str, object]:
    card = run.card
    instance: dict[str, object] = {
        "@type": "CourseInstance",
        "courseMode": _MODES[course.format],
        "inLanguage": course.language,
        "startDate": local(card.starts_at).isoformat(timespec="minutes"),
        "endDate": local(card.ends_at).isoformat(timespec="minutes"),
        "courseWorkload": _workload(course),
        "eventStatus": _STATUSES.get(card.state, "https://schema.org/EventScheduled"),
        "offers": _offer(course, _AVAILABLE.get(card.state, "https://schema.org/SoldOut")),
    }
    if run.venue is not None:
        instance["location"] = _place(run.venue)
    if run.teacher:
        instance["instructor"] = {"@type": "Person", "name": run.teacher}
    if card.seats:
        instance["maximumAttendeeCapacity"] = card.seats
    return instance


def _offer(course: CoursePage, availability: str = "") -> dict[str, object]:
    offer: dict[str, object] = {
        "@type": "Offer",
        "category": "Paid" if course.price else "Free",
        "price": f"{course.price:.2f}",
        "priceCurrency": "EUR",
    }
    return offer | {"availability": availability} if availability else offer


def _place(venue: VenueFacts) -> dict[str, object]:
    if venue.is_online:
        return {"@type": "VirtualLocation", "name": venue.name}
    place: dict[str, object] = {"@type": "Place", "name": venue.name, "address": venue.address}
    if venue.latitude is not None and venue.longitude is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": venue.latitude, "longitude": venue.longitude}
    return place


def _workload(course: CoursePage) -> str:
    """The course's length as an ISO 8601 duration."""
    minutes = round(float(course.academic_hours) * (_ACADEMIC_HOUR / timedelta(minutes=1)))
    hours, rest = divmod(minutes, 60)
    return "PT" + "".join(_parts(hours, rest)) if minutes else "PT0M"


def _parts(hours: int, minutes: int) -> Iterator[str]:
    if hours:
        yield f"{hours}H"
    if minutes:
        yield f"{minutes}M"
