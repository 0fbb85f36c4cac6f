"""What `throughline risk` commands need of the database: the risk store, host EHRs, who gives an order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.other_sources import OtherSources
from cds_service.outside.registry import HostEhrs
from cds_service.outside.settings import load_settings
from cds_service.outside.staff_accounts import StaffAccounts
from cds_service.outside.value_sets import vocabulary_in_use
from cds_service.outside.vault import open_vault
from cds_service.risk import Risk
from measures.risk.panel import Others, Panel, opened
from measures.terminology import Vocabulary
from measures.vocabulary import read_vocabulary
from smart_app.foreseen import AllAtOnce
from smart_app.risk_problems import say_problems
from smart_app.staff.permissions import Permission, StaffUser, roles_with, user_can

Command = TypeVar("Command", bound=Callable[..., object])
Read = TypeVar("Read")


@dataclass(frozen=True)
class RiskStore:
    """Open while the command runs."""

    risk: Risk
    host_ehrs: HostEhrs
    accounts: StaffAccounts
    other_sources: OtherSources

    def others(self, host_ehr: str) -> Others | None:
        """What claims and other sources say of a patient there; None where none are loaded."""
        if not self.other_sources.loaded(host_ehr):
            return None
        return partial(self.other_sources.for_patient, host_ehr)

    def zone(self, host_ehr: str) -> tzinfo:
        """Whose calendar days count for its patients."""
        ehr = self.host_ehrs.get(host_ehr)
        return UTC if ehr is None else ehr.zone

    def known(self, host_ehr: str) -> str:
        """The name of a host EHR that is registered. Raises UsageError."""
        if self.host_ehrs.get(host_ehr) is None:
            names = ", ".join(ehr.name for ehr in self.host_ehrs.all()) or "none"
            raise click.UsageError(f"there is no host EHR {host_ehr!r}; registered: {names}")
        return host_ehr

    def who(self, name: str, permission: Permission) -> str:
        """How the audit names this member of staff, who must have the permission. Raises UsageError."""
        account = self.accounts.get(name)
        if account is None:
            raise click.UsageError(f"--by: there is no staff account {name!r}; see throughline staff list")
        user = StaffUser(account.name, account.shown_as, account.roles)
        if not user_can(user, permission):
            roles = ", ".join(roles_with(permission))
            raise click.UsageError(f"--by: {name} may not {permission}; that needs one of: {roles}")
        return user.actor


def by_whom(permission: Permission, note: str = "it goes into the audit") -> Callable[[Command], Command]:
    """The option that says who gives an order, with the roles that may."""
    roles = ", ".join(roles_with(permission))
    words = f"Your staff account; {note}. Needs one of the roles {roles}."
    return click.option("--by", required=True, metavar="NAME", help=words)


@contextmanager
def risk_store() -> Iterator[RiskStore]:
    """The store of this installation, its tables up to date."""
    settings = load_settings()
    database = Database(settings.database_url)
    try:
        database.migrate()
        vault = open_vault(settings)
        audit = AuditLog(database)
        yield RiskStore(
            Risk(database, vault, audit),
            HostEhrs(database, vault),
            StaffAccounts(database, vault, audit),
            OtherSources(database, vault),
        )
    finally:
        database.close()


def read_first(read: Callable[[], Read], host_ehr: str | None) -> Read:
    """What a small file says, read before a panel, which may take long; what is wrong with the file and with
    the host EHR is told at once.
    """
    wrong, found = AllAtOnce(), []
    with wrong.tried():
        found = [read()]
    with wrong.tried():
        if host_ehr is not None:
            with risk_store() as store:
                store.known(host_ehr)
    wrong.tell()
    return found[0]


def vocabulary() -> Vocabulary:
    """What this installation codes with."""
    return vocabulary_in_use(load_settings())


@contextmanager
def panel_of(folder: Path | None, value_sets: tuple[Path, ...], host_ehr: str | None) -> Iterator[Panel]:
    """An export to learn from or to score. With a host EHR, what was loaded for its patients counts too, from
    the day it was known: what is learnt is learnt from what every night is scored with.

    Raises UsageError without a folder.
    """
    if folder is None:
        raise click.UsageError("give --ndjson DIR")
    held = read_vocabulary(*value_sets) if value_sets else vocabulary()
    with ExitStack() as stack:
        others: Others | None = None
        zone: tzinfo = UTC
        if host_ehr is not None:
            store = stack.enter_context(risk_store())
            others, zone = store.others(store.known(host_ehr)), store.zone(host_ehr)
        try:
            panel = stack.enter_context(opened(folder, held, others=others, zone=zone))
        except FileNotFoundError as error:
            raise click.ClickException(str(error)) from error
        yield panel
        say_problems(panel)
