"""What the commands about card rules share: rule files read, the database opened, who acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from cds_service.life_cycle import Deed
from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.registry import HostEhrs
from cds_service.outside.rule_store import RuleStore, RuleText
from cds_service.outside.settings import load_settings
from cds_service.outside.staff_accounts import StaffAccounts
from cds_service.outside.vault import open_vault
from cds_service.outside.yaml_file import read_yaml
from cds_service.rules import CardRule
from smart_app.rule_commands.check import refuse
from smart_app.staff.permissions import StaffUser
from smart_app.studio.deeds import check_user_can_do
from smart_app.studio.rulebook import Rulebook

why_said = click.option("--why", default="", help="A word for the history.")
at_ehrs = click.option("--ehr", "ehrs", multiple=True, required=True, help="Host EHR; may be repeated.")
_SUFFIXES = ("*.yaml", "*.yml")


def rules_in(book: Rulebook, path: Path) -> list[CardRule]:
    """The rules of a file or folder; all problems are told at once."""
    checked = [book.checked_file(read_yaml(file)) for file in files_in(path)]
    refuse([problem for one in checked for problem in one.problems])
    return [one.rule for one in checked if one.rule is not None]


def files_in(path: Path) -> list[Path]:
    """A file, or the rule files of a folder, by name."""
    return sorted(file for suffix in _SUFFIXES for file in path.glob(suffix)) if path.is_dir() else [path]


def check_host_ehrs(ehrs: tuple[str, ...]) -> None:
    """ClickException for one that is not registered."""
    with opened_database(ehrs):
        return


@contextmanager
def opened_store(ehrs: tuple[str, ...] = ()) -> Iterator[RuleStore]:
    """The rules of this installation; ClickException for a host EHR that is not registered."""
    with opened_database(ehrs) as database:
        yield store_in(database)


def store_in(database: Database) -> RuleStore:
    """The rules in a database, which know the day at each host EHR."""
    host_ehrs = HostEhrs(database, open_vault(load_settings()))
    return RuleStore(database, AuditLog(database), host_ehrs.today_at)


@contextmanager
def opened_database(ehrs: tuple[str, ...]) -> Iterator[Database]:
    """The database, its tables up to date; ClickException for a host EHR that is not registered."""
    settings = load_settings()
    with closing(Database(settings.database_url)) as database:
        database.migrate(begins=False)
        known = {ehr.name for ehr in HostEhrs(database, open_vault(settings)).all()}
        if unknown := set(ehrs) - known:
            raise click.ClickException(
                f"no host EHR is called {', '.join(sorted(unknown))}; see `throughline ehr list`"
            )
        yield database


def actor_called(name: str, deed: Deed) -> str:
    """The person as the audit names them, who may do it; who runs the command answers for the name."""
    settings = load_settings()
    with closing(Database(settings.database_url)) as database:
        account = StaffAccounts(database, open_vault(settings), AuditLog(database)).get(name)
    if account is None:
        raise click.ClickException(f"no staff account is called {name!r}; see `throughline staff list`")
    user = StaffUser(account.name, account.shown_as, account.roles)
    check_user_can_do(user, deed)
    return user.actor


def saved(store: RuleStore, rule: CardRule, by: str) -> RuleText:
    """A rule of a file kept as the next revision of its text."""
    return store.save(rule.id, rule.version, rule.owner, rule.text, author=by)
