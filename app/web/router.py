"""The HTML door: every subject's pages."""

from fastapi import APIRouter

from app.web import (
    catalogue,
    courses,
    home,
    own_registration,
    reading,
    receipts,
    registrations,
    static_files,
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
    wishes,
    wish_supports,
):
    router.include_router(subject.router)
