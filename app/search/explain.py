"""Why a course stands where it does for a search, as lines that staff can read."""

from app.search.engine import PER_PAGE_LIMIT, Query, SearchEngine

PLACES = 500
"""Places that are looked through for the course."""


def explained(engine: SearchEngine, query: Query, course_id: int) -> list[str]:
    """How the words were read, the course's place, and its points rule by rule."""
    place, total = _place(engine, query, course_id)
    hits = engine.search(query)
    lines = [f"Words that count: {', '.join(hits.words) or 'none'}"]
    lines += [
        f"Read as a filter: “{one.words}” is {one.parameter} {' or '.join(one.values)}" for one in hits.understood
    ]
    if hits.corrected:
        lines.append(f"Searched for instead: “{hits.corrected}”")
    reasons = engine.explain(query, course_id)
    if not reasons:
        return [*lines, f"Not found: the course does not meet enough of the words. Found: {total}."]
    lines.append(f"Place: {place or 'not shown, a filter leaves it out'} of {total}")
    for one in reasons:
        words = f"“{one.words}” " if one.words else ""
        lines.append(f"{one.points:5}  {one.rule}: {words}{one.found}")
    lines.append(f"{sum(one.points for one in reasons):5}  together")
    return lines


def _place(engine: SearchEngine, query: Query, course_id: int) -> tuple[int | None, int]:
    total = 0
    for page in range(1, PLACES // PER_PAGE_LIMIT + 1):
        asked = Query(query.text, query.filters, query.sort, page, PER_PAGE_LIMIT, query.literal, query.locale)
        hits = engine.search(asked)
        total = hits.total
        if course_id in hits.course_ids:
            return (page - 1) * PER_PAGE_LIMIT + hits.course_ids.index(course_id) + 1, total
        if page * PER_PAGE_LIMIT >= total:
            break
    return None, total
