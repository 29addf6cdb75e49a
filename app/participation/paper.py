"""Certificates on paper: a tagged PDF (PDF/UA-1) in Latvian or English, one page each, set by Typst.

What is printed goes in as data and is never pasted into the document's own language; fonts are those that Typst brings.
"""

import json
from collections.abc import Sequence
from functools import cache

import typst

from app.courses.models import CertificateKind
from app.i18n import Language, _, _n, _p, date_text
from app.participation.certificates import shown_code
from app.participation.models import Certificate
from app.participation.printed import Printed
from app.participation.qr import qr_code
from app.places import place

HEADINGS = {
    CertificateKind.ATTENDANCE: _p("paper", "Confirmation of attendance"),
    CertificateKind.CERTIFICATE: _p("paper", "Certificate"),
    CertificateKind.QUALIFICATION: _p("paper", "Certificate"),
    CertificateKind.NONE: _p("paper", "Certificate"),
}


def certificates_pdf(certificates: Sequence[tuple[Certificate, Printed]], origin: str, language: Language) -> bytes:
    """The certificates as one document, each on a page of its own."""
    pages = [_page(certificate, printed, origin, language) for certificate, printed in certificates]
    one = pages[0] if len(pages) == 1 else None
    title = f"{one['heading']} {one['number']}" if one else _("Certificates").say(language)
    given = {"lang": language.code, "title": title, "author": pages[0]["provider"], "pages": pages}
    made = typst.compile(
        _document(),
        sys_inputs={"given": json.dumps(given, ensure_ascii=False)},
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="ua-1",
    )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one document")
    return made


def check_address(certificate: Certificate, origin: str) -> str:
    """Where the certificate is checked; number and code stand behind the #, so that no log of any server has them."""
    return f"{origin}/apliecibas#{certificate.number}.{shown_code(certificate.code)}"


def _page(certificate: Certificate, printed: Printed, origin: str, language: Language) -> dict[str, str]:
    hours = int(printed.hours) if printed.hours == int(printed.hours) else None
    length = (
        _n("%(n)s academic hour", "%(n)s academic hours", hours)
        if hours is not None
        else _("%(hours)s academic hours", hours=printed.hours)
    )
    days = [date_text(day, "", language) for day in dict.fromkeys([printed.begun_on, printed.ended_on])]
    took_part = printed.kind is CertificateKind.ATTENDANCE
    facts = {
        "heading": HEADINGS[printed.kind],
        "certifies": _p("paper", "This is to certify that"),
        "did": _p("paper", "took part in the course") if took_part else _p("paper", "completed the course"),
        "length_label": _p("paper", "Length"),
        "length": length,
        "days_label": _p("paper", "Held"),
        "issued_label": _p("paper", "Issued"),
        "number_label": _p("paper", "Number"),
        "code_label": _p("paper", "Check code"),
        "signature": _p("paper", "Signature"),
        "check": _p("paper", "Anybody can check whether this document is genuine:"),
        "qr_words": _p("paper", "QR code that leads to the page where this document is checked"),
    }
    return {
        **{name: text.say(language) for name, text in facts.items()},
        "name": certificate.name or "",
        "title": printed.title(language.code),
        "provider": printed.provider(language.code),
        "days": " – ".join(days),
        "issued": date_text(certificate.issued_on, "", language),
        "number": certificate.number,
        "code": shown_code(certificate.code),
        "address": f"{origin}/apliecibas",
        "qr": qr_code(check_address(certificate, origin)).as_svg(),
    }


@cache
def _document() -> bytes:
    return (place("templates") / "certificates" / "certificate.typ").read_bytes()
