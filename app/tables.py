"""Every table of the city, imported in one place for migrations and tests."""

from app import tries
from app.audit import models as audit
from app.catalogue import change_models as changes
from app.courses import draft_models as drafts
from app.courses import history_models as history
from app.courses import models as courses
from app.courses import run_models as runs
from app.db import Base
from app.feedback import models as feedback
from app.imports import models as imports
from app.interests import models as interests
from app.outbox import models as outbox
from app.participation import models as participation
from app.people import models as people
from app.permits import models as permits
from app.providers import models as providers
from app.registrations import models as registrations
from app.reports import models as reports
from app.search import models as search
from app.usage import models as usage
from app.wishes import models as wishes

metadata = Base.metadata

__all__ = [
    "audit",
    "changes",
    "courses",
    "drafts",
    "feedback",
    "history",
    "imports",
    "interests",
    "metadata",
    "outbox",
    "participation",
    "people",
    "permits",
    "providers",
    "registrations",
    "reports",
    "runs",
    "search",
    "tries",
    "usage",
    "wishes",
]
