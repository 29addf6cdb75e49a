"""Sample addresses of the pages about data: spreadsheets, keys, what to take along."""

import time

from sqlalchemy import select

from app.db import Database
from app.imports.actions import ask_to_take, start_import
from app.imports.models import AT_WORK, Import
from app.people.keys import KeyForm, Scope, make_key
from app.people.models import Account
from app.people.staff import Staff
from app.settings import Settings
from tests.imports.files import workbook
from tests.imports.tables import cells, table

MANAGER = "vadiba.vb@example.lv"
EMPTY = "vadiba.buts@example.lv"


def wait_for(database: Database, import_id: int) -> None:
    """The city's worker has done what there was to do with the spreadsheet."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with database.reading() as db:
            if db.get_one(Import, import_id).state not in AT_WORK:
                return
        time.sleep(0.1)
    raise AssertionError("the spreadsheet is still being read")


def data_samples(database: Database, settings: Settings) -> dict[str, list[tuple[str, str]]]:
    """A spreadsheet with a row to mend, one that was taken over, one that could not be read; keys; what to take along."""
    with database.writing() as db:
        account = db.scalars(select(Account).where(Account.email == MANAGER)).one()
        who = Staff(account.id, account.name, account.role, account.provider_id)
        wrong, taken = (
            start_import(
                db,
                who,
                "kursi.xlsx",
                table([cells(1, group="digital"), cells(2, price="?", summary="a" * 200)]),
            ).id
            for _ in range(2)
        )
        torn = start_import(db, who, "bojats.xlsx", workbook()[:-50]).id
        make_key(db, who, KeyForm(name="Vietne", scopes=[*Scope]))
    for one in (wrong, taken, torn):
        wait_for(database, one)
    with database.writing() as db:
        ask_to_take(db, who, taken, publishes=False)
    wait_for(database, taken)
    page, manager = "/darbvieta/imports/{import_id}", MANAGER
    return {
        "/darbvieta/imports": [(manager, "/darbvieta/imports"), (EMPTY, "/darbvieta/imports")],
        page: [
            (manager, f"/darbvieta/imports/{wrong}"),
            (manager, f"/darbvieta/imports/{wrong}?view=ready"),
            (manager, f"/darbvieta/imports/{taken}?view=taken"),
            (manager, f"/darbvieta/imports/{torn}"),
        ],
        f"{page}/rindas/{{number}}": [(manager, f"/darbvieta/imports/{wrong}/rindas/3")],
        f"{page}/atsaukt": [(manager, f"/darbvieta/imports/{taken}/atsaukt")],
        "/darbvieta/eksports": [(manager, "/darbvieta/eksports")],
        "/darbvieta/atslegas": [(manager, "/darbvieta/atslegas"), (EMPTY, "/darbvieta/atslegas")],
    }
