"""The life of a card rule on the command line: `throughline rules send, approve, retire` and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import click

from cds_service.guarding import guards
from cds_service.life_cycle import FOLDERS, Deed, State, Step, called
from cds_service.outside.rule_store import RuleStore
from cds_service.outside.settings import load_settings
from cds_service.outside.yaml_file import did_you_mean
from smart_app.rule_commands.shared import actor_called, at_ehrs, opened_store, why_said
from smart_app.studio.built_in import do_with_built_in
from smart_app.studio.rulebook import Rulebook

_by = click.option("--by", required=True, metavar="ACCOUNT", help="Who does it.")
_rule = click.argument("rule_id")


@click.command("status")
@click.option("--ehr", required=True, help="At which host EHR.")
def status(ehr: str) -> None:
    """Where every rule stands at a host EHR, and what waits for a second person."""
    book = Rulebook.of_settings(load_settings())
    with opened_store((ehr,)) as store:
        newest = {text.rule_id: text.revision for text in reversed(store.texts())}
        for rule_id in sorted(book.base.keys() | newest.keys()):
            click.echo(f"{rule_id}: {', '.join(_says(store, ehr, rule_id, rule_id in book.base))}")


def _says(store: RuleStore, ehr: str, rule_id: str, is_built_in: bool) -> list[str]:
    standing, day = store.standing(ehr, rule_id), store.day(ehr)
    said = []
    for text in reversed(store.texts(rule_id)):
        state = standing.state_of(text.revision, day)
        if state not in (State.DRAFT, State.RETIRED):
            said.append(f"revision {text.revision} (version {text.version}) is {state}")
    waiting = standing.waiting
    if waiting is not None:
        day_said = f" from {waiting.starts}" if waiting.starts else ""
        said.append(f"sent by {waiting.by} to be {waiting.aim}{day_said}")
    if standing.live_on(day) is None:
        said.insert(0, "the rule of the folders is live" if is_built_in else "not live")
    elif standing.state_of(FOLDERS, day) is State.RETIRED and not any(" is live" in one for one in said):
        said.insert(0, "off")
    return said


@click.command("send")
@_rule
@at_ehrs
@_by
@click.option("--revision", type=click.IntRange(1), help="Which one; the newest.")
@click.option("--shadow", is_flag=True, help="To be evaluated and counted only; no card is shown.")
@click.option("--from", "starts", type=click.DateTime(["%Y-%m-%d"]), help="Its first day; at once.")
@why_said
def send(
    rule_id: str,
    ehrs: tuple[str, ...],
    by: str,
    revision: int | None,
    shadow: bool,
    starts: datetime | None,
    why: str,
) -> None:
    """Send a saved revision of RULE_ID for approval by a second person."""
    book = Rulebook.of_settings(load_settings())
    aim, day = (State.SHADOW if shadow else State.LIVE), starts.date() if starts else None
    with opened_store(ehrs) as store:
        _check_there_is(rule_id, book, store)
        actor = actor_called(by, Deed.SEND)
        text = store.text(rule_id, revision)
        if text is None:
            raise click.ClickException(
                f"there is no such saved revision of {rule_id}; save one: throughline rules import FILE"
            )
        book.check_it_can_be_sent(store, rule_id, text.revision, ehrs)
        store.do(rule_id, Step(Deed.SEND, text.revision, actor, aim, day, why), ehrs)
        _tell(rule_id, text.revision, "waits for a second person", ehrs)


@click.command("approve")
@_rule
@at_ehrs
@_by
@why_said
def approve(rule_id: str, ehrs: tuple[str, ...], by: str, why: str) -> None:
    """Approve what waits of RULE_ID; whoever wrote or sent it cannot."""
    _decided(Deed.APPROVE, rule_id, ehrs, by, why)


@click.command("send-back")
@_rule
@at_ehrs
@_by
@why_said
def send_back(rule_id: str, ehrs: tuple[str, ...], by: str, why: str) -> None:
    """Send what waits of RULE_ID back to its author, as a draft."""
    _decided(Deed.SEND_BACK, rule_id, ehrs, by, why)


def _decided(deed: Deed, rule_id: str, ehrs: tuple[str, ...], by: str, why: str) -> None:
    def waiting(store: RuleStore, ehr: str) -> int:
        asked = store.standing(ehr, rule_id).waiting
        if asked is None:
            raise click.ClickException(f"nothing of {rule_id} waits for approval at {ehr}")
        return asked.revision

    book = Rulebook.of_settings(load_settings())
    with opened_store(ehrs) as store:
        _check_there_is(rule_id, book, store)
        actor = actor_called(by, deed)
        for revision, names in _by_revision(store, ehrs, waiting).items():
            if revision == FOLDERS and rule_id in book.base:
                do_with_built_in(store, book.base[rule_id], deed, actor, names, why)
            else:
                store.do(rule_id, Step(deed, revision, actor, why=why), names)
            for name in names:
                state = store.standing(name, rule_id).state_of(revision, store.day(name))
                _tell(rule_id, revision, f"is {deed}: {state}", (name,))


@click.command("retire")
@_rule
@at_ehrs
@_by
@click.option("--approver", metavar="ACCOUNT", help="Who approved it, somebody else; else it waits.")
@click.option("--shadow", is_flag=True, help="The revision in the shadow; that takes nobody else.")
@why_said
def retire(
    rule_id: str, ehrs: tuple[str, ...], by: str, approver: str | None, shadow: bool, why: str
) -> None:
    """Take RULE_ID off, built in or not: nobody is shown its cards there any more. It waits for a second
    person (`rules approve`), unless one is named. `rules rollback` brings it back.
    """
    book = Rulebook.of_settings(load_settings())

    def shown(store: RuleStore, ehr: str) -> int:
        standing = store.standing(ehr, rule_id)
        live = standing.live_on(store.day(ehr))
        found = standing.shadow if shadow else FOLDERS if live is None else live.revision
        if found is None or (found == FOLDERS and rule_id not in book.base):
            raise click.ClickException(_nothing_to_retire(book, rule_id, ehr, shadow))
        return found

    if approver == by:
        raise click.ClickException("whoever sends a rule to be retired cannot approve that; name another")
    with opened_store(ehrs) as store:
        _check_there_is(rule_id, book, store)
        actor = actor_called(by, Deed.RETIRE)
        second = actor_called(approver, Deed.APPROVE) if approver else None
        for revision, names in _by_revision(store, ehrs, shown).items():
            for deed, person in _steps(actor, second, shadow=shadow):
                if revision == FOLDERS:
                    do_with_built_in(store, book.base[rule_id], deed, person, names, why)
                else:
                    aim = State.RETIRED if deed is Deed.SEND else None
                    store.do(rule_id, Step(deed, revision, person, aim, why=why), names)
            is_off = shadow or second is not None
            _tell(rule_id, revision, "is retired" if is_off else "waits for a second person", names)
    rule = book.base.get(rule_id)
    guarded = "" if rule is None or shadow else guards(rule, book.known.checks)
    if guarded:
        says = "nobody is told of it there now" if approver else "nobody will be told of it there then"
        click.echo(f"{rule_id} is about {guarded}: {says}", err=True)


def _steps(actor: str, second: str | None, *, shadow: bool) -> Iterator[tuple[Deed, str]]:
    """What is done to retire, and by whom."""
    yield (Deed.RETIRE if shadow else Deed.SEND), actor
    if second is not None and not shadow:
        yield Deed.APPROVE, second


def _nothing_to_retire(book: Rulebook, rule_id: str, ehr: str, shadow: bool) -> str:
    if shadow:
        return f"no revision of {rule_id} is in the shadow at {ehr}"
    if rule_id in book.known.checks and rule_id not in book.base:
        return (
            f"{rule_id} is told by the rule that speaks for every order check; save a rule of its own on "
            f"`check: {rule_id}` and release that, e.g. with `effective: {{until: ...}}`"
        )
    return f"{rule_id} is not live at {ehr}; see `throughline rules status --ehr {ehr}`"


@click.command("rollback")
@_rule
@at_ehrs
@_by
@why_said
def rollback(rule_id: str, ehrs: tuple[str, ...], by: str, why: str) -> None:
    """Take the newest change of what is live of RULE_ID back: what was before it is live again at once. Where
    nothing was, it takes a second person (`rules retire`).
    """
    book = Rulebook.of_settings(load_settings())
    with opened_store(ehrs) as store:
        _check_there_is(rule_id, book, store)
        actor = actor_called(by, Deed.ROLL_BACK)
        for ehr in ehrs:
            standing = store.standing(ehr, rule_id)
            if not standing.placed:
                history = store.history(host_ehr=ehr, rule_id=rule_id)
                taken_back = any(done.step.deed is Deed.ROLL_BACK for done in history)
                why_not = "has had every release taken back" if taken_back else "was never released"
                raise click.ClickException(f"{rule_id} {why_not} at {ehr}; nothing to take back")
            step = Step(Deed.ROLL_BACK, standing.newest or FOLDERS, actor, why=why)
            kept = store.text(rule_id, step.revision)
            store.do(rule_id, step, (ehr,), falls_back=book.falls_back(kept))
            live = store.standing(ehr, rule_id).live_on(store.day(ehr))
            shown = live.revision if live else FOLDERS if rule_id in book.base else None
            click.echo(f"{rule_id} at {ehr}: {'nothing' if shown is None else called(shown)}")


commands = {str(one.name): one for one in (status, send, approve, send_back, retire, rollback)}


def _check_there_is(rule_id: str, book: Rulebook, store: RuleStore) -> None:
    """ClickException for an id that no rule of the folders, no order check and nothing saved has."""
    known = {*book.base, *book.known.checks, *(text.rule_id for text in store.texts())}
    if rule_id not in known:
        mend = did_you_mean(rule_id, sorted(known), "`throughline rules status`")
        raise click.ClickException(f"there is no card rule {rule_id!r}{mend}")


def _by_revision(
    store: RuleStore, ehrs: tuple[str, ...], revision_at: Callable[[RuleStore, str], int]
) -> dict[int, list[str]]:
    """The host EHRs by the revision that is meant there: all are found before anything is done."""
    found: dict[int, list[str]] = {}
    for ehr in ehrs:
        found.setdefault(revision_at(store, ehr), []).append(ehr)
    return found


def _tell(rule_id: str, revision: int, what: str, ehrs: tuple[str, ...] | list[str]) -> None:
    click.echo(f"{rule_id} ({called(revision)}) {what}: {', '.join(ehrs)}")
