"""Orders of the record that still wait for what they were to bring: none of them is offered again.

What is the same test is told as the check for duplicate tests tells it, so that no card offers what another
asks to take back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from measures.event import Event
from measures.orders.drafts import SigningRecord
from measures.orders.intervals import interval_of, tells
from measures.orders.named_tests import by_name
from measures.record import PatientRecord
from measures.shapes import SHAPES, UNREADABLE, Resource, Standing, codings
from measures.terminology import LOINC, SNOMED, CodeKey, UnknownValueSet, Vocabulary
from measures.time import Period, at_or_before, within

PENDING = 30  # days an order may wait for its result
_REFERRAL = (SNOMED, "3457005")  # patient referral

Same = Callable[[Iterable[CodeKey]], bool]


def codes_in(template: Resource) -> frozenset[CodeKey]:
    """The codes by which an order says what it is for."""
    elements = SHAPES[str(template["resourceType"])].codes
    return frozenset(key for element in elements for key in codings(template.get(element)))


def same_as(codes: frozenset[CodeKey], vocabulary: Vocabulary) -> Same:
    """Whether other codes stand for the same: one of them, or one that a value set holds beside it."""
    oids_by_code = vocabulary.oids_by_code
    oids = {oid for code in codes for oid in oids_by_code.get(code, ())}
    return lambda others: any(
        code in codes or not oids.isdisjoint(oids_by_code.get(code, ())) for code in others
    )


def pending_order(record: PatientRecord, today: Period, template: Resource) -> Event | None:
    """The latest order of the last PENDING days for what a draft is for, without a result since.

    One that this signing signs again or ends is none, nor is one of which only a word tells what it may be
    for. A draft of a kind that has no result, such as a medicine, waits for none.
    """
    if template["resourceType"] != "ServiceRequest":
        return None
    same = _same_test(codes_in(template), record.vocabulary)
    lately = today.reaching_back(days=PENDING).interval
    waiting = [
        order
        for order in record.every("ServiceRequest").sure
        if order.standing is Standing.DONE
        and order.status == "active"
        and within(order.start, lately)
        and not (isinstance(record, SigningRecord) and record.is_signed_again(order))
        and _is_for(order, same, record.vocabulary)
        and not _has_result(record, order, same)
    ]
    return max(waiting, key=lambda order: order.start, default=None)


def waits_for(template: Resource) -> str:
    """How an order like this waits, in words."""
    return "still open" if _REFERRAL in codings(template.get("category")) else "no result yet"


def _same_test(codes: frozenset[CodeKey], vocabulary: Vocabulary) -> Same:
    try:
        row = interval_of(codes, vocabulary)
    except UnknownValueSet:  # the table cannot tell; the codes still do
        row = None
    if row is None:
        return same_as(codes, vocabulary)
    named = row.results
    return lambda others: any(vocabulary.holds(name, code) for name in named for code in others)


def _is_for(order: Event, same: Same, vocabulary: Vocabulary) -> bool:
    try:
        named, _ = by_name(order.source, vocabulary)
        return same(order.codes) or bool(named and same([(LOINC, named)]))
    except UNREADABLE as error:
        order.name_problem(f"its codes cannot be read ({error}); it is left out")
        return False


def _has_result(record: PatientRecord, order: Event, same: Same) -> bool:
    """Whether a result may have come since: one of the day of the order may be its own."""
    results = record.every("Observation").where(tells).sure
    return any(
        at_or_before(order.start, result.concluded) is not False
        for result in results
        if result.standing is Standing.DONE and same(result.codes)
    )
