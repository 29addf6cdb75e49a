"""The invariant of the database itself: it is undamaged, and its rows keep every constraint of the schema."""

from collections.abc import Iterator

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, and_, func, inspect, not_, or_, select, text, true
from sqlalchemy import Table as AnyTable
from sqlalchemy.exc import DBAPIError

from app.invariants.look import Findings, Look, told
from app.tables import metadata


def database(look: Look) -> Findings:
    """I11: by the database's own checks where it has them, and by questions to its rows."""
    if look.db.get_bind().dialect.name == "sqlite":
        damage = [str(row[0]) for row in look.db.execute(text("PRAGMA integrity_check(20)"))]
        yield from told("damage", (line for line in damage if line != "ok"))
        broken = look.db.execute(text("PRAGMA foreign_key_check"))
        yield from told("rows that point at nothing", (f"{row[0]} {row[1]} to {row[2]}" for row in broken))
    else:
        yield from told("damaged indexes", _damaged_indexes(look))
        yield from told("rows that point at nothing", _orphans(look))
    yield from told("rows that may be there only once", _doubles(look))
    yield from told("rows that break a check", _unchecked(look))
    yield from told("indexes that are missing", _missing_indexes(look))


def _damaged_indexes(look: Look) -> Iterator[str]:
    """By PostgreSQL's own amcheck, where it is installed and this role may use it."""
    if not look.db.scalar(_HAS_AMCHECK):
        return
    for number, name in look.db.execute(_BTREES).all():
        try:
            with look.db.begin_nested():
                look.db.execute(_CHECK_BTREE, {"index": number})
        except DBAPIError:
            yield name


def _orphans(look: Look) -> Iterator[str]:
    for table in metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            parent = key.referred_table.alias()
            pairs = [(element.parent, parent.c[element.column.name]) for element in key.elements]
            wanted = (
                select(func.count())
                .select_from(table.outerjoin(parent, and_(*(child == known for child, known in pairs))))
                .where(*(child.is_not(None) for child, _known in pairs), pairs[0][1].is_(None))
            )
            if number := look.db.scalar(wanted):
                yield f"{number} in {table.name} to {key.referred_table.name}"


def _doubles(look: Look) -> Iterator[str]:
    """Looked for in the rows: an index that is damaged or gone guards nothing."""
    dialect = look.db.get_bind().dialect.name
    for table in metadata.sorted_tables:
        uniques: list[Index | UniqueConstraint] = [index for index in table.indexes if index.unique]
        uniques += [one for one in table.constraints if isinstance(one, UniqueConstraint)]
        for unique in uniques:
            columns = [*unique.columns]
            wanted = select(func.count()).group_by(*columns).having(func.count() > 1)
            wanted = wanted.where(*(column.is_not(None) for column in columns))
            only = unique.dialect_options[dialect]["where"] if isinstance(unique, Index) else None
            if only is not None:
                wanted = wanted.where(only)
            if number := look.db.scalar(select(func.count()).select_from(wanted.subquery())):
                yield f"{number} by {unique.name}"


def _unchecked(look: Look) -> Iterator[str]:
    for table in metadata.sorted_tables:
        checks = [one.sqltext for one in table.constraints if isinstance(one, CheckConstraint)]
        if not checks:
            continue
        broken = or_(*(not_(func.coalesce(check, true())) for check in checks))
        if number := look.db.scalar(select(func.count()).select_from(table).where(broken)):
            yield f"{number} in {table.name}"


def _missing_indexes(look: Look) -> Iterator[str]:
    seen = inspect(look.db.connection())
    for table in metadata.sorted_tables:
        there = {str(index["name"]) for index in seen.get_indexes(table.name)}
        yield from sorted(_names(table) - there)


def _names(table: AnyTable) -> set[str]:
    return {str(index.name) for index in table.indexes}


_HAS_AMCHECK = text(
    "SELECT coalesce(bool_or(has_function_privilege(p.oid, 'EXECUTE')), false) FROM pg_proc p"
    " JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e' JOIN pg_extension e ON e.oid = d.refobjid"
    " WHERE e.extname = 'amcheck' AND p.proname = 'bt_index_check'"
)
_BTREES = text(
    "SELECT c.oid, c.relname FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid"
    " JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE a.amname = 'btree' AND n.nspname = current_schema() AND i.indisvalid"
)
_CHECK_BTREE = text("SELECT bt_index_check(CAST(CAST(:index AS oid) AS regclass), true)")
