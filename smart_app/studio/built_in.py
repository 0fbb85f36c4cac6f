"""A rule of the folders taken off at host EHRs."""

from __future__ import annotations

from collections.abc import Sequence

from cds_service.life_cycle import FOLDERS, Deed, State, Step
from cds_service.outside.rule_store import RuleStore
from cds_service.rules import CardRule


def do_with_built_in(
    store: RuleStore, rule: CardRule, deed: Deed, by: str, host_ehrs: Sequence[str], why: str = ""
) -> None:
    """Send it to be retired, decide on that, or roll it back. Once retired, its text is kept as the first
    revision, unless there is one, so that it can be changed and sent from there. Raises NotAllowed.
    """
    aim = State.RETIRED if deed is Deed.SEND else None
    store.do(rule.id, Step(deed, FOLDERS, by, aim, why=why), host_ehrs)
    if deed is Deed.APPROVE and store.text(rule.id) is None:
        store.save(rule.id, rule.version, rule.owner, rule.text, author=by)
