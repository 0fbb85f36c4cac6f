"""An installation with a panel of forty people, and `throughline risk` typed at it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import orjson
from click.testing import CliRunner, Result

from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.staff_accounts import StaffAccounts
from cds_service.outside.vault import Vault
from cds_service.risk import Risk
from cds_service.roles import Role
from smart_app.cli import throughline
from tests.clinic import PART_2
from tests.conftest import SECRET
from tests.risk.charts import emergency, office, problem

DAY = "2026-06-01"


def installed(working_folder: Path) -> Path:
    """An analyst, two of the quality team, and an export of forty people."""
    with closing(Database("sqlite:///throughline.sqlite3")) as database:
        accounts = StaffAccounts(database, Vault(SECRET), AuditLog(database))
        accounts.add("ann", "correct horse battery", {Role.ANALYST}, by="test")
        accounts.add("quinn", "correct horse battery", {Role.QUALITY}, by="test")
        accounts.add("quentin", "correct horse battery", {Role.QUALITY}, by="test")
    people = []
    for number in range(40):
        identity = f"p{number:02}"
        people.append({"resourceType": "Patient", "id": identity, "birthDate": "1970-01-01"})
        held = [office(100), *(emergency(20) for _ in range(number % 3))]
        if number == 7:
            held += [
                problem("F11.20", 50) | {"meta": PART_2},
                *(emergency(9) | {"meta": PART_2} for _ in "123"),
            ]
        if number == 9:
            held += [problem("Z59.00", 50)]
        people += [one | {"subject": {"reference": f"Patient/{identity}"}} for one in held]
    export = working_folder / "export"
    export.mkdir()
    (export / "all.ndjson").write_bytes(b"\n".join(map(orjson.dumps, people)))
    return working_folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(throughline, arguments)


def refresh(*more: str) -> Result:
    return run("risk", "refresh", "--ehr", "riverside", "--ndjson", "export", "--as-of", DAY, *more)


def stored() -> tuple[tuple[str, ...], dict[str, float | None]]:
    """The list, and everybody's points."""
    with closing(Database("sqlite:///throughline.sqlite3")) as database:
        risk = Risk(database, Vault(SECRET), AuditLog(database))
        held = {
            one.score.patient: one.score.points for one in risk.scores.panel("riverside", risk.in_use().key)
        }
        return risk.worklists.patients("riverside"), held
