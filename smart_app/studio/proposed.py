"""What feedback suggests for the rules of a host EHR, and the draft a person may make of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cds_service.acceptance import Reception
from cds_service.outside.rule_store import RuleStore, RuleText
from cds_service.proposals import Proposal, proposals
from cds_service.rule_words import differences
from cds_service.rules import CardRule
from smart_app.studio.rulebook import Rulebook
from smart_app.studio.yaml_form import Document, put, text_of, values_of


class NoDraft(ValueError):
    """No draft can be made of a proposal; the message says why."""


@dataclass(frozen=True)
class Offer:
    """One proposal, what its draft would say otherwise, and the revision that says so already."""

    proposal: Proposal
    page: str  # the rule in whose text it stands
    changes: tuple[str, ...] = ()
    document: Document | None = None
    kept: RuleText | None = None


@dataclass(frozen=True)
class Proposals:
    """The proposals of one host EHR. `rules` are those in use there, `since` the first day of evidence."""

    book: Rulebook
    store: RuleStore
    host_ehr: str
    rules: Iterable[CardRule]
    received: Iterable[Reception]
    since: date
    today: date

    def offers(self) -> tuple[Offer, ...]:
        """Every proposal, in the order of the rules."""
        released = self.book.released(self.store, self.host_ehr, self.today)
        written = self.book.base.keys() | released.keys()  # what was retired this moment may still be in use
        by_id = {rule.id: rule for rule in self.rules if self.book.written_under(rule) in written}
        return tuple(
            self._offer(one, by_id[one.rule], released) for one in proposals(by_id.values(), self.received)
        )

    def draft(self, rule_id: str, kind: str, *, author: str) -> RuleText:
        """Keep the draft of one proposal as the rule's next revision, or find it kept; NoDraft when the
        proposal does not stand any more, or its text does not hold.
        """
        asked = (one for one in self.offers() if (one.proposal.rule, one.proposal.kind) == (rule_id, kind))
        offer = next(asked, None)
        if offer is None or offer.document is None:
            raise NoDraft(f"feedback does not suggest this for {rule_id} now; look at the list again")
        if offer.kept is not None:
            return offer.kept
        text = self._text(offer.proposal, offer.document)
        checked = self.book.checked(text, f"{rule_id}.yaml")
        if checked.rule is None:
            raise NoDraft(f"{rule_id} cannot be changed so: {'; '.join(checked.problems)}")
        rule = checked.rule
        return self.store.save(rule_id, rule.version, rule.owner, text, author=author)

    def _offer(self, proposal: Proposal, rule: CardRule, released: Mapping[str, RuleText]) -> Offer:
        page = self.book.written_under(rule)
        if not proposal.change:
            return Offer(proposal, page)
        now = self.book.document_of(rule, released)
        then = values_of(text_of(now))
        for key, value in proposal.change.items():
            put(then, key.split("."), value)
        changes = tuple(differences(now, then))
        texts = self.store.texts(rule.id)
        kept = next((one for one in texts if _says(values_of(one.text)) == _says(then)), None)
        then["version"] = _next_version(rule.version, {one.version for one in texts})
        return Offer(proposal, page, changes, then, kept)

    def _text(self, proposal: Proposal, document: Document) -> str:
        """The file, with its reason on top for whoever approves it."""
        why = f"Feedback at {self.host_ehr} since {self.since}: {proposal.evidence}; {proposal.says}."
        return f"# {why}\n{text_of(document)}"


def lines_of(offers: Sequence[Offer]) -> Iterator[str]:
    """The proposals as they are printed."""
    if not offers:
        yield "the feedback suggests no change"
    for offer in offers:
        one = offer.proposal
        yield f"{one.rule} {one.kind}: {one.evidence}"
        yield f"    {one.says}"
        yield from (f"    {line}" for line in offer.changes)
        if offer.kept:
            yield f"    revision {offer.kept.revision} says this already"


def _says(document: Any) -> Any:
    """What a text says, whatever version it calls itself."""
    return document | {"version": ""} if isinstance(document, dict) else document


def _next_version(version: str, taken: set[str]) -> str:
    """ "1" to "2", "1.09" to "1.10", "a" to "a.1"; the first that no revision has."""
    number = re.search(r"\d+$", version)
    begin, count, width = (
        (version[: number.start()], int(number[0]), len(number[0])) if number else (f"{version}.", 0, 1)
    )
    while True:
        count += 1
        found = f"{begin}{count:0{width}}"
        if found not in taken:
            return found
