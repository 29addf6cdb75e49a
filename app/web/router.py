"""The HTML door: every subject's pages."""

from fastapi import APIRouter

from app.web import catalogue, courses, own_registration, reading, receipts, registrations, static_files

router = APIRouter(include_in_schema=False)
for subject in (static_files, reading, registrations, receipts, own_registration, catalogue, courses):
    router.include_router(subject.router)
