"""A course's page whatever its state: for those who write it or decide about it."""

from datetime import datetime

from sqlalchemy import Integer, bindparam
from sqlalchemy.orm import Session

from app.catalogue.course_queries import COURSE_PAGE, made_page
from app.catalogue.pages import CoursePage
from app.courses.models import Course
from app.refusals import NotFound


def any_course_page(db: Session, course_id: int, locale: str, moment: datetime) -> CoursePage:
    """The course of this number; whoever asks has looked whether it may be shown."""
    row = db.execute(_BY_ID, {"course": course_id, "locale": locale}).mappings().first()
    if row is None:
        raise NotFound
    return made_page(db, row, moment)


_BY_ID = COURSE_PAGE.where(Course.id == bindparam("course", type_=Integer()))
