"""FIGURES: every number about the city's adult education, once; pages, API and report all read this list."""

from app.reports.figures import city, demand, offer, participation
from app.reports.figures.figure import UNIT_NAMES, Amount, Figure, Unit
from app.reports.figures.sources import SOURCES, WAYS

FIGURES: dict[str, Figure] = {
    figure.id: figure for figure in (*participation.FIGURES, *offer.FIGURES, *demand.FIGURES, *city.FIGURES)
}

__all__ = ["FIGURES", "SOURCES", "UNIT_NAMES", "WAYS", "Amount", "Figure", "Unit"]
