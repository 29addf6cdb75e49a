"""The HTML door: every subject's pages."""

from fastapi import APIRouter

from app.web import reading, static_files

router = APIRouter(include_in_schema=False)
for subject in (static_files, reading):
    router.include_router(subject.router)
