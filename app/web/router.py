"""The HTML door: every subject's pages."""

from fastapi import APIRouter

from app.web import (
    catalogue,
    courses,
    figures,
    home,
    own_registration,
    permits,
    providers,
    reading,
    receipts,
    registrations,
    starts,
    static_files,
    usage,
    wish_supports,
    wishes,
)

router = APIRouter(include_in_schema=False)
for subject in (
    static_files,
    reading,
    registrations,
    receipts,
    own_registration,
    home,
    catalogue,
    courses,
    providers,
    starts,
    permits,
    wishes,
    wish_supports,
    usage,
    figures,
):
    router.include_router(subject.router)
