"""FIGURES: every number about the city's adult education, once; pages, API and report all read this list."""

from app.i18n import Text, _
from app.reports.figures import city, demand, offer, participation
from app.reports.figures.figure import UNIT_NAMES, Amount, Figure, Unit
from app.reports.figures.sources import SOURCES, WAYS

SUBJECTS: dict[Text, tuple[Figure, ...]] = {
    _("People who learned"): participation.FIGURES,
    _("What was offered"): offer.FIGURES,
    _("What people asked for"): demand.FIGURES,
    _("The city and its catalogue"): city.FIGURES,
}
FIGURES: dict[str, Figure] = {figure.id: figure for figures in SUBJECTS.values() for figure in figures}

__all__ = ["FIGURES", "SOURCES", "SUBJECTS", "UNIT_NAMES", "WAYS", "Amount", "Figure", "Unit"]
