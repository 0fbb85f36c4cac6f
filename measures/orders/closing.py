"""Gaps and a signing: which open gaps one more order could close, and which the present drafts close already.

The draft that closes a gap is named by the criterion that is its next step (`order`). A gap counts as seen to
when, with the drafts signed, its measure no longer asks for that step; or when one of the drafts orders the
very thing, whose result will close it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from measures.criteria import Criterion
from measures.event import Event
from measures.group import GapStatus
from measures.measure import MeasureResult
from measures.orders.drafts import KINDS, DraftOrders, SigningRecord
from measures.orders.intervals import is_too_soon
from measures.orders.named_tests import by_name
from measures.orders.pending import codes_in, pending_order, same_as
from measures.record import PatientRecord
from measures.shapes import Resource, Standing
from measures.terminology import LOINC
from measures.time import Period


@dataclass(frozen=True)
class Closing:
    """An open gap, the step that one order takes, and the name of that draft.

    `closed_by` are the drafts that see to it already: then there is nothing to offer, and nothing to warn of.
    Nor is there where the step is `too_soon`: a test whose last result still stands; or where an order of the
    record is `pending`: what it brings will close the gap.
    """

    result: MeasureResult
    step: Criterion
    add: str
    closed_by: tuple[Event, ...] = ()
    too_soon: bool = False
    pending: Event | None = None

    @property
    def is_offered(self) -> bool:
        return not self.closed_by and not self.too_soon and self.pending is None


class SignedRecord(PatientRecord):
    """The record as it will be once the drafts are signed: each is an active order of today."""

    def __init__(self, record: PatientRecord, drafts: DraftOrders) -> None:
        vars(self).update(vars(record))  # shares what is read, but of the kinds drafts are of
        self.sources = {kind: dict(held) for kind, held in record.sources.items()}
        for draft in drafts:
            held = self.sources.setdefault(draft.kind, {})
            held[draft.id or id(draft.source)] = draft.source
        self._of_kind = {kind: events for kind, events in record._of_kind.items() if kind not in KINDS}
        self._by_name = {kind: index for kind, index in record._by_name.items() if kind not in KINDS}
        self._asked = {}
        self._remembered = {}


def closings(
    results: Iterable[MeasureResult],
    record: PatientRecord,
    drafts: DraftOrders,
    templates: Mapping[str, Resource],
    as_of: date,
) -> tuple[Closing, ...]:
    """The open gaps whose next step is an order, each step with what already sees to it.

    `templates` are the drafts by name. Where alternatives would close a gap and one is seen to, all are. A
    gap that the record cannot tell is none.
    """
    signed, signing, today = SignedRecord(record, drafts), SigningRecord(record, drafts), Period(as_of, as_of)
    found: list[Closing] = []
    for result in results:
        if result.status is not GapStatus.OPEN or result.foremost.is_over:
            continue
        seen_to = _taken(result, signed, drafts, as_of) if len(drafts) else ()
        for step in result.next_steps:
            seen_to = seen_to or tuple(_ordering(step, drafts, templates))
        for step in result.next_steps:
            if step.order and result.findings[step.name].met is False:
                draft = templates[step.order]
                too_soon = is_too_soon(signing, today, draft)
                pending = pending_order(signing, today, draft)
                found.append(Closing(result, step, step.order, seen_to, too_soon, pending))
    return tuple(found)


def offers(found: Iterable[Closing]) -> dict[str, tuple[Closing, ...]]:
    """What to offer with one click: each draft once, with the gaps it would close."""
    by_draft: dict[str, list[Closing]] = {}
    for closing in found:
        if closing.is_offered:
            by_draft.setdefault(closing.add, []).append(closing)
    return {name: tuple(gaps) for name, gaps in by_draft.items()}


def to_add(
    result: MeasureResult,
    record: PatientRecord,
    drafts: DraftOrders,
    templates: Mapping[str, Resource],
    as_of: date,
) -> dict[str, str]:
    """The draft that would close a measure's gap, by the name of the step, where none being signed does."""
    found = closings([result], record, drafts, templates, as_of)
    return {closing.step.name: closing.add for closing in found if closing.is_offered}


def _taken(
    result: MeasureResult, signed: SignedRecord, drafts: DraftOrders, as_of: date
) -> tuple[Event, ...]:
    """The drafts by which the measure, asked again with them signed, has what it asked for."""
    again = result.measure.evaluate(signed, result.period, as_of)
    if again.status is not GapStatus.CLOSED:
        return ()
    sources = {id(draft.source): draft for draft in drafts}
    steps = {step.name for step in result.next_steps}
    proof = (event for name in steps for event in again.findings[name].evidence)
    taken = tuple(dict.fromkeys(sources[id(event.source)] for event in proof if id(event.source) in sources))
    return taken or tuple(drafts)


def _ordering(step: Criterion, drafts: DraftOrders, templates: Mapping[str, Resource]) -> Iterator[Event]:
    """The drafts that order the same as the step's own draft: by a code, or a value set that holds both.

    One of which only a word tells what it is for may be the same: nothing is offered beside it.
    """
    template = templates.get(step.order)
    if template is None:
        return
    vocabulary, codes = drafts.signed.vocabulary, codes_in(template)
    same = same_as(codes, vocabulary)
    for draft in drafts.signed.every(str(template["resourceType"])).sure:
        _, perhaps = by_name(draft.source, vocabulary)
        may_be = any((LOINC, test) in codes for test in perhaps)
        if (same(draft.codes) or may_be) and draft.standing is Standing.DONE:
            yield draft
