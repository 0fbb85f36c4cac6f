"""The card of an order check: what is wrong with the orders being written, the proof, and what mends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from cds_service.card import CardWriter, Json, NewUuid, Origin, Section, bullet, fact_id
from cds_service.drafts import Draft, is_valid
from cds_service.rules import CardRule
from cds_service.ways import Way, before_it_ended, exclude_one_another, names_apart
from cds_service.wording import CheckFacts, markdown, plain, read_along
from measures.event import Event
from measures.orders.check import Mend
from measures.orders.drafts import NO_SITE, DraftOrders, Site
from measures.orders.finding import OrderFinding
from measures.orders.lowering import lowered
from measures.orders.named_medicines import is_told_by_rxnorm, is_told_by_words, told_by_words
from measures.orders.reported import is_reported
from measures.record import PatientRecord

_MOST_EVENTS = 6
_LONGEST_LABEL = 80  # characters of a suggestion's label


@dataclass(frozen=True)
class Signing:
    """The orders being written, what each check found in them, and the drafts that mends may add.

    `chosen` are the orders an order-select call is about; None stands for all of them. `closes` names, by
    measure and then by step, the draft that would close a gap where none of those being signed sees to it.
    `site` is what the installation told the checks of itself.
    """

    drafts: DraftOrders
    findings: Mapping[str, tuple[OrderFinding, ...]]
    offered: Mapping[str, Draft]
    chosen: frozenset[str] | None = None
    closes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    site: Site = NO_SITE

    def of_check(self, check: str) -> Iterator[OrderFinding]:
        """What a check found of the orders the call is about; never what it could not tell."""
        for finding in self.findings.get(check, ()):
            about = finding if self.chosen is None else finding.about_those(self._is_chosen)
            if about is not None and about.due:
                yield about

    @property
    def unchecked(self) -> tuple[OrderFinding, ...]:
        """What checks could not tell of the orders the call is about, for want of what was not gathered."""
        every = (finding for check in self.findings for finding in self.findings[check])
        told = (one if self.chosen is None else one.about_those(self._is_chosen) for one in every)
        return tuple(one for one in told if one is not None and one.unread)

    def closing(self, measure: str, step: str) -> Draft | None:
        """The draft to add that would close a gap by this step."""
        name = self.closes.get(measure, {}).get(step)
        return None if name is None else self.offered[name]

    def reference(self, draft: Event) -> str | None:
        """`Type/id` of a draft as it came; None for one without an id, which no client could find."""
        identity = self.drafts.received.get(draft, {}).get("id")
        return f"{draft.kind}/{identity}" if isinstance(identity, str) and identity else None

    def _is_chosen(self, draft: Event) -> bool:
        return self.chosen is None or self.reference(draft) in self.chosen


class OrderCard(CardWriter):
    """Writes the card of one finding."""

    def __init__(
        self,
        rule: CardRule,
        finding: OrderFinding,
        signing: Signing,
        record: PatientRecord,
        as_of: date,
        origin: Origin,
        new_uuid: NewUuid,
    ) -> None:
        super().__init__(rule, CheckFacts(finding), record, as_of, origin, new_uuid)
        self.finding = finding
        self.check = finding.check
        self.signing = signing
        self.fact = rule.fact or fact_id(self.check.id, words=finding.about)
        self.adds = frozenset(name for mend in finding.mends for name in mend.add)

    @property
    def topic(self) -> str:
        return self.check.id

    @property
    def item(self) -> str:
        return f"order/{self.check.id}"

    def source_label(self) -> str:
        label = f"{self.check.title} {self.check.version}"
        return label if self.origin.for_reporting else f"{label} ({self.origin.vocabulary_label})"

    def sections(self) -> Iterator[Section]:
        finding = self.finding
        yield "The orders concerned", map(self._draft, finding.drafts)
        yield "In the record", (self.line(one, _how_told(one)) for one in finding.evidence[:_MOST_EVENTS])
        yield "How the dose was read", (bullet(markdown(note, 200)) for note in finding.notes)
        yield "What is missing", (bullet(markdown(one.words, 200)) for one in finding.missing)
        last = (one.last for one in finding.missing if one.last is not None)
        yield "The last there was", map(self.line, dict.fromkeys(last))
        yield "Whose word this is", (bullet(markdown(str(cited), 300)) for cited in self.check.citations)

    def footer(self) -> str:
        said = (
            f"{self.check.title}: order check {self.check.id} {self.check.version}. "
            f"Vocabulary: {self.origin.vocabulary_label}."
        )
        untold = self.signing.drafts.untold + told_by_words(self.record)[1]
        if not untold:
            return said
        medicines = "1 medicine" if untold == 1 else f"{untold} medicines"
        return f"{said} Not read: {medicines} that neither a code known here nor its words tell."

    def suggestions(self) -> Iterator[Json]:
        for way in self.ways:
            yield self.offered(plain(way.label, _LONGEST_LABEL), [*way.actions])

    @property
    def is_a_choice(self) -> bool:
        return exclude_one_another(self.ways, len(self.finding.drafts))

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """What a clinician can accept, each way by itself."""
        every = (way for mend in self.finding.mends for way in self._ways(mend))
        return tuple(way for way in every if way.actions)

    def _links(self, uuid: str) -> Iterator[Json]:
        for mend in self.finding.mends:
            if mend.instrument:
                item = f"assessment/{mend.instrument}"
                yield self._link(mend.label, {"card": uuid, "measure": self.topic, "item": item})
        yield from super()._links(uuid)

    def _ways(self, mend: Mend) -> Iterator[Way]:
        """Each way to accept a mend; one that takes an order back is a way for each order it concerns."""
        if mend.most is not None:
            if self.finding.found is not None:
                yield from self._lowered(mend.label, mend.most(self.finding.found))
            return
        adds = tuple(self.create(self.signing.offered[name]) for name in mend.add)
        if not mend.remove and not mend.keep:
            yield Way(mend.label, adds, calls=mend.calls)
            return
        names = names_apart(self.finding.drafts)
        references = {self.signing.reference(draft): draft for draft in reversed(self.finding.drafts)}
        for reference, draft in reversed(references.items()):
            if reference is None:
                continue
            label = mend.label if len(names) == 1 else f"{mend.label}: {names[draft]}"
            change = self._kept(draft, reference) if mend.keep else self.remove(names[draft], reference)
            if change is not None:
                yield Way(label, (*adds, change), order=reference)

    def _kept(self, draft: Event, reference: str) -> Json | None:
        """The action by which an order goes on that the signing ends; None where it is not known how it stood
        before. To delete it could take the treatment itself away.
        """
        former = before_it_ended(reference, self.record)
        if former is None or not is_valid(former):
            return None
        said = f"Keep {read_along(draft.display)} {former['status']}"
        return {"type": "update", "description": said, "resource": former}

    def _lowered(self, label: str, most: float) -> Iterator[Way]:
        """The draft with a lower dose, where it alone is too much and can be lowered by its own words."""
        [draft, *others] = self.finding.drafts
        reference = self.signing.reference(draft)
        if others or self.finding.evidence or reference is None:
            return
        order = lowered(draft, self.signing.drafts.received[draft], most)
        if order is not None and is_valid(order):
            said = f"{label} {most:g} mg a day"
            action = {"type": "update", "description": said, "resource": order}
            yield Way(said, (action,), order=reference)

    def _draft(self, draft: Event) -> str:
        reference = self.signing.reference(draft)
        if reference is not None:
            self.shown[reference] = None
        proof = f" ({markdown(reference, 200)})" if reference else ""
        how = _how_told(draft)
        return f"- {markdown(draft.display)}{proof}{f': {how}' if how else ''}"


def _how_told(event: Event) -> str:
    """What a clinician must know of a medicine: that words were believed, or that somebody only said so."""
    said = []
    if is_reported(event):
        said.append("reported as taken, not ordered here")
    if is_told_by_words(event):
        by = "the name beside its RxNorm code" if is_told_by_rxnorm(event) else "its words"
        said.append(f"told by {by}, since no code known here says what it is")
    return "; ".join(said)
