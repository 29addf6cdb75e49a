"""What follows for people's data: the link to one's list, the list of erasures outside the database, what ages."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.backup import SUFFIX as BACKUP
from app.clock import now
from app.emails.compose import compose
from app.emails.own_list_letters import own_list
from app.privacy import queries, replay, replay_queries
from app.privacy.retention import AT_ONCE, RULES
from app.registrations import own_list as links
from app.worker.workshop import Workshop

LETTER = ".eml"


def keep_erasure(workshop: Workshop, facts: Mapping[str, int], _number: str) -> None:
    """The erasure stands in a file too, so that a database restored from an older copy can be made to follow."""
    with workshop.database.reading() as db:
        erasure = replay_queries.erasure(db, facts["erasure_id"])
        line = replay.Line.of(erasure) if erasure is not None else None
    if line is not None:
        replay.append(replay.erasures_file(workshop.settings), line)


def write_own_list(workshop: Workshop, facts: Mapping[str, int], number: str) -> None:
    """The link to everything under an address; an address under which nothing is kept gets no letter."""
    settings, secret = workshop.settings, workshop.settings.secret_key.get_secret_value()
    with workshop.database.reading() as db:
        link = links.asked_link(db, secret, facts["link_number"])
        letter = None
        if link is not None and queries.keeps_anything(db, link.email_key):
            minutes = int(links.LASTS.total_seconds() // 60)
            letter = own_list(settings, link, links.token_of(secret, facts["link_number"]), minutes)
    if letter is not None:
        workshop.sender.send(compose(letter, settings, number))


def erase_what_is_over(workshop: Workshop) -> None:
    """Every rule of retention, in batches of a transaction each, until nothing is due."""
    for rule in RULES:
        erased = AT_ONCE
        while erased >= AT_ONCE:
            with workshop.database.writing() as db:
                erased = rule.act(db, workshop.settings, now(), rule.name)


def age_files(workshop: Workshop) -> None:
    """Letters on disk and backups are removed when their days are over; other files in the folders are left alone."""
    settings = workshop.settings
    mail = urlsplit(settings.mail_url)
    if mail.scheme == "file":
        _remove_old(Path(unquote(mail.path)), LETTER, settings.letter_days)
    if settings.backup_folder:
        _remove_old(Path(settings.backup_folder), BACKUP, settings.backup_days)


def _remove_old(folder: Path, ending: str, days: int) -> None:
    oldest = (now() - timedelta(days=days)).timestamp()
    for path in folder.glob(f"*{ending}"):
        if path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
