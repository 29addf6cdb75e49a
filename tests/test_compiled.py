"""What one test's database has compiled serves the next one's: else most of the time goes into compiling."""

from pathlib import Path

import pytest
from sqlalchemy import Select, create_engine, select
from sqlalchemy.sql.compiler import SQLCompiler

from app.courses.models import Course
from app.db import Base


@pytest.mark.parametrize(("shares", "times"), [(True, 1), (False, 2)])
def test_a_statement_is_compiled_once_for_databases_of_one_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shares: bool, times: int
) -> None:
    compiled: list[object] = []
    plain = SQLCompiler.visit_select

    def visit(self: SQLCompiler, asked: Select[tuple[int, str]], *more: object, **named: object) -> str:
        compiled.append(asked)
        return plain(self, asked, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(SQLCompiler, "visit_select", visit)
    statement = select(Course.id, Course.code.label(f"as_{shares}"))
    for number in range(2):
        engine = create_engine(f"sqlite:///{tmp_path}/{number}.sqlite")
        Base.metadata.create_all(engine, tables=[Base.metadata.tables[Course.__tablename__]])
        own = {} if shares else {"compiled_cache": {}}  # The control: a cache of its own, as engines have.
        with engine.connect() as connection:
            connection.execution_options(**own).execute(statement)
        engine.dispose()
    assert len([one for one in compiled if one is statement]) == times
