"""`throughline rules export` and `import`: the rules of a host EHR as a folder for Git, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from cds_service.life_cycle import FOLDERS, Deed, NotAllowed, State, Step, called
from cds_service.outside.rule_store import RuleStore, RuleText
from cds_service.outside.settings import load_settings
from cds_service.rules import CardRule
from smart_app.foreseen import AllAtOnce
from smart_app.rule_commands.shared import actor_called, check_host_ehrs, opened_store, rules_in, saved
from smart_app.studio.built_in import do_with_built_in
from smart_app.studio.rule_folder import Entry, RuleFolder, States, parts_of, states_in
from smart_app.studio.rulebook import Rulebook

_PATH = click.Path(exists=True, path_type=Path)


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--ehr", required=True, help="Whose rules.")
def export(folder: Path, ehr: str) -> None:
    """Write what was released at a host EHR into FOLDER for Git: live, scheduled and shadow texts, a file
    each, and in states.json where each stands and which rules are retired. What an earlier export wrote and
    is no longer in use is removed.
    """
    with opened_store((ehr,)) as store:
        found = RuleFolder.of(store, ehr)
    for line in found.write(folder):
        click.echo(line)
    for rule_id in found.waiting:
        click.echo(f"{rule_id}: something waits for approval; that is not exported", err=True)
    states = [entry.state for entry in found.states.rules]
    counted = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    click.echo(f"{len(found.texts)} rules written to {folder}{f' ({counted})' if counted else ''}")


@click.command("import")
@click.argument("path", type=_PATH)
@click.option("--author", required=True, metavar="ACCOUNT", help="Whose change it is.")
@click.option("--ehr", help="Also make each stand there as states.json says.")
@click.option("--approver", metavar="ACCOUNT", help="Who approved that: somebody else.")
def take_in(path: Path, author: str, ehr: str | None, approver: str | None) -> None:
    """Save the rules of PATH, a file or a folder, as drafts; the same text again is the same revision.

    With --ehr and --approver, of a folder that `rules export` wrote: what was live, scheduled, shadow or
    retired is so at that host EHR too. What stands otherwise there is told.
    """
    if (ehr is None) != (approver is None):
        raise click.UsageError("--ehr and --approver go together: what clinicians see takes two people")
    book, wrong, rules = Rulebook.of_settings(load_settings()), AllAtOnce(), []
    states = states_in(path)
    with wrong.tried():
        rules = [rule for part in parts_of(path) for rule in rules_in(book, part)]
    with wrong.tried():
        check_host_ehrs((ehr,) if ehr else ())
    with wrong.tried():
        by = actor_called(author, Deed.SEND)
    with wrong.tried():
        second = actor_called(approver, Deed.APPROVE) if approver else ""
        if author == approver:
            raise click.ClickException("whoever wrote a rule cannot approve it; name a second person")
    with wrong.tried():
        if ehr and states is None:
            raise click.ClickException(f"{path} has no states.json; `throughline rules export` writes one")
    wrong.tell()
    with opened_store() as store:
        kept = {rule.path: _kept(store, rule, by) for rule in rules}
        for text in kept.values():
            click.echo(f"{text.rule_id} {text.version}: revision {text.revision}")
        if ehr and states:
            by_name = {str(file.relative_to(path)): text for file, text in kept.items()}
            _TakingOver(book, store, ehr, by, second).all_of(states, by_name)
        elif states:
            click.echo(f"drafts only; {path} also says where each stands: --ehr and --approver", err=True)


def _kept(store: RuleStore, rule: CardRule, by: str) -> RuleText:
    """The revision that says just this, or a new one: several of one rule come back as what they were."""
    same = (text for text in store.texts(rule.id) if text.text == rule.text)
    return next(same, None) or saved(store, rule, by)


@dataclass(frozen=True)
class _TakingOver:
    """A folder made to hold at one host EHR, by two people."""

    book: Rulebook
    store: RuleStore
    host_ehr: str
    by: str
    approver: str

    def all_of(self, states: States, texts: Mapping[str, RuleText]) -> None:
        """Each as it stands in the folder; ClickException once all that can be was taken over."""
        wrong = AllAtOnce()
        for entry in states.rules:
            with wrong.tried():
                try:
                    said = self._one(entry, texts.get(entry.file or ""))
                except NotAllowed as refused:
                    raise click.ClickException(f"{entry.rule}: {refused}") from None
                click.echo(f"{entry.rule} at {self.host_ehr}: {said}")
        found = RuleFolder.of(self.store, self.host_ehr)
        for line in found.unlike(states, {name: text.text for name, text in texts.items()}):
            click.echo(line, err=True)
        wrong.tell()

    def _one(self, entry: Entry, text: RuleText | None) -> str:
        standing, day = self.store.standing(self.host_ehr, entry.rule), self.store.day(self.host_ehr)
        live = standing.live_on(day)
        if entry.state == "retired":
            if live is not None and live.revision is None:
                return "retired already"
            self._retire(entry.rule, FOLDERS if live is None else live.revision or FOLDERS)
            return "retired"
        if text is None or text.rule_id != entry.rule:
            raise NotAllowed(f"{entry.file} is not its text; export the folder anew")
        aim = State.SHADOW if entry.state == "shadow" else State.LIVE
        starts = entry.starts if entry.starts and entry.starts > day else None
        wanted = State.SCHEDULED if starts else aim
        if standing.state_of(text.revision, day) is wanted:
            return f"{called(text.revision)} is {wanted} already"
        self.book.check_version(self.store, text, (self.host_ehr,))
        sent = Step(Deed.SEND, text.revision, self.by, aim, starts)
        for step in (sent, Step(Deed.APPROVE, text.revision, self.approver)):
            self.store.do(entry.rule, step, (self.host_ehr,))
        return f"{called(text.revision)} is {wanted}{f' from {starts}' if starts else ''}"

    def _retire(self, rule_id: str, revision: int) -> None:
        at = (self.host_ehr,)
        if revision == FOLDERS and rule_id not in self.book.base:
            raise NotAllowed("there is no such rule here to retire")
        for deed, person in ((Deed.SEND, self.by), (Deed.APPROVE, self.approver)):
            if revision == FOLDERS:
                do_with_built_in(self.store, self.book.base[rule_id], deed, person, at)
            else:
                aim = State.RETIRED if deed is Deed.SEND else None
                self.store.do(rule_id, Step(deed, revision, person, aim), at)


commands = {"export": export, "import": take_in}
