"""Draft orders as a host EHR sends them for signing, read leniently, joined to the vocabulary as records are.

Seen in the wild: a Bundle without a type, entries without a resource, a category that is no list, orders
without a status, an intent, a patient or a medicine, orders signed again that are active already. None of
that costs another order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from measures.event import Event
from measures.events import Events
from measures.medication_said import said_of
from measures.orders.named_facts import TOLD_KINDS, with_words
from measures.orders.named_medicines import by_words, told_by_words, with_ingredients
from measures.orders.named_tests import by_name
from measures.orders.release_5 import in_words_of_r4
from measures.record import PatientRecord
from measures.shapes import SHAPES, UNREADABLE, Resource, Standing, codings
from measures.terminology import LOINC, Code, ValueSet
from measures.whose import names_or_leaves_open

KINDS = ("MedicationRequest", "ServiceRequest", "DeviceRequest")
"""What is read of a signing. Diets, vision prescriptions and the like are counted and left alone."""

_ENDING = frozenset({"cancelled", "stopped", "revoked", "completed", "on-hold"})


@dataclass(frozen=True)
class DraftOrders:
    """The orders of one signing.

    `signed` holds them as if they were active: what the record would hold a moment later. `ended` holds those
    that the signing stops, cancels or holds. `problems` names each order that could not be read, `untold`
    counts medicines that neither code nor words tell, `ignored` other kinds; `received` gives the resource of
    an order as it came.
    """

    signed: PatientRecord
    ended: PatientRecord
    problems: tuple[str, ...] = ()
    untold: int = 0
    ignored: Mapping[str, int] = field(default_factory=dict)
    received: Mapping[Event, Resource] = field(default_factory=dict, repr=False)

    def __iter__(self) -> Iterator[Event]:
        return iter(_orders(self.signed))

    def __len__(self) -> int:
        return len(_orders(self.signed))


def read_drafts(
    draft_orders: object, record: PatientRecord, today: date, fhir_base: str | None = None
) -> DraftOrders:
    """The orders of a `draftOrders` Bundle, or of a list of resources, for the patient of the record.

    A medication by reference is looked up in the order, in the Bundle and in the record. An order that names
    no patient is this one's, as the hook's context says; one that names another is left out, and with a
    `fhir_base` one that names a patient of another server.
    """
    reading = _Reading(record, today, fhir_base)
    reading.read(draft_orders)
    signed, ended = (reading.record_of(orders) for orders in (reading.signed, reading.ended))
    events = [*_orders(signed), *_orders(ended)]
    return DraftOrders(
        signed=signed,
        ended=ended,
        problems=(*reading.problems, *signed.problems, *ended.problems),
        untold=reading.untold,
        ignored=reading.ignored,
        received={event: reading.received[id(event.source)] for event in events},
    )


@dataclass(frozen=True)
class Site:
    """What an installation tells the checks of itself: references of preferred organisations."""

    preferred: frozenset[str] = frozenset()  # such as "Organization/bh-north"


NO_SITE = Site()


class SigningRecord(PatientRecord):
    """The record at the moment of signing: the same record, and beside it the orders about to be signed.

    `drafts` answers questions about these as the record does about what it holds; `ended` about the orders
    that the signing ends. A medicine told by its words alone has its ingredients as codes; `untold` counts
    those that are not told so either. Results and problems told by words are found by the codes these stand
    for, and what is filed as a result and tells nothing is not found.
    """

    def __init__(self, record: PatientRecord, drafts: DraftOrders, site: Site = NO_SITE) -> None:
        vars(self).update(vars(record))  # shares what is read and indexed already
        self._remembered = {}  # but not what was asked without these drafts
        told, self.untold = told_by_words(record)
        if told:
            self.sources = {**record.sources, **told}
            self._of_kind = {kind: held for kind, held in record._of_kind.items() if kind not in told}
            self._by_name = {kind: index for kind, index in record._by_name.items() if kind not in told}
            self._asked = {asked: found for asked, found in record._asked.items() if asked[0] not in told}
        self._record = record
        self.drafts = drafts.signed
        self.ended = drafts.ended
        self.site = site

    def find(
        self, kind: str, named: tuple[Code | ValueSet, ...], held: Standing | None = Standing.DONE
    ) -> Events:
        found = super().find(kind, named, held)
        if kind not in TOLD_KINDS or held is not Standing.DONE:
            return found
        return self._record.remember(
            (SigningRecord.find, kind, named), lambda: with_words(self._record, found, kind, named)
        )

    def is_signed_again(self, event: Event) -> bool:
        """Whether an order of the record is one of those being signed or ended now, by its id, or one that
        such an order replaces.
        """
        return bool(event.id) and (
            event.reference in self._replaced
            or any(held.by_reference(event.reference) is not None for held in (self.drafts, self.ended))
        )

    @cached_property
    def _replaced(self) -> frozenset[str]:
        """The orders that a draft names as the one before it (MedicationRequest.priorPrescription)."""
        drafts = self.drafts.every("MedicationRequest").sure
        named = (draft.source.get("priorPrescription") for draft in drafts)
        told = (one.get("reference") for one in named if isinstance(one, Mapping))
        return frozenset("/".join(one.split("/")[-2:]) for one in told if isinstance(one, str))


def _orders(record: PatientRecord) -> list[Event]:
    return [event for kind in KINDS for event in record.every(kind).sure]


class _Reading:
    """Sorts the entries of one signing."""

    def __init__(self, record: PatientRecord, today: date, fhir_base: str | None) -> None:
        self.record = record
        self.fhir_base = fhir_base
        self.today = today.isoformat()
        self.signed: list[Resource] = []
        self.ended: list[Resource] = []
        self.problems: list[str] = []
        self.untold = 0
        self.ignored: dict[str, int] = {}
        self.received: dict[int, Resource] = {}
        self._medications: dict[str, Resource] = {}
        self._names: set[tuple[str, str]] = set()

    def read(self, draft_orders: object) -> None:
        resources = list(self._resources(draft_orders))
        for _, address, resource in resources:
            if resource.get("resourceType") == "Medication":
                self._medications |= {address: resource, f"Medication/{resource.get('id')}": resource}
            elif resource.get("resourceType") not in KINDS:
                kind = resource["resourceType"]
                self.ignored[kind] = self.ignored.get(kind, 0) + 1
        for number, _, resource in resources:
            if resource.get("resourceType") in KINDS:
                self._sort(number, resource)

    def record_of(self, orders: list[Resource]) -> PatientRecord:
        return PatientRecord(self.record.patient, orders, self.record.vocabulary, zone=self.record.zone)

    def _resources(self, draft_orders: object) -> Iterator[tuple[int, str, Resource]]:
        """Each resource with its number (from 1) and its address in the Bundle."""
        entries = draft_orders.get("entry") if isinstance(draft_orders, Mapping) else draft_orders
        if entries is None:
            return
        if not isinstance(entries, list):
            self.problems.append(f"the draft orders are no list but a {type(entries).__name__}")
            return
        for number, entry in enumerate(entries, 1):
            resource, address = entry, ""
            if isinstance(entry, Mapping) and "resourceType" not in entry:
                resource, address = entry.get("resource"), str(entry.get("fullUrl", ""))
            if isinstance(resource, Mapping) and isinstance(resource.get("resourceType"), str):
                yield number, address, resource
            else:
                self.problems.append(f"draft {number}: holds no resource; it is left out")

    def _sort(self, number: int, resource: Resource) -> None:
        try:
            order = self._as_active(resource)
        except UNREADABLE as error:
            self.problems.append(f"draft {number}: cannot be read ({error}); it is left out")
            return
        if resource.get("status") == "entered-in-error":
            self.ignored["entered in error"] = self.ignored.get("entered in error", 0) + 1
            return
        if self._is_of_another_server(resource):
            self.problems.append(f"draft {number}: is another server's patient's; it is left out")
            return
        name = order["resourceType"], str(order.get("id"))
        if name in self._names:  # another order all the same: to a record one id is one resource
            order.pop("id", None)
        self._names.add(name)
        if order["resourceType"] == "MedicationRequest":
            order = self._told(number, order)
        self.received[id(order)] = resource
        (self.ended if str(resource.get("status")) in _ENDING else self.signed).append(order)

    def _is_of_another_server(self, resource: Resource) -> bool:
        """Whether it names a patient, and not this one of this server; any other's the record leaves out."""
        if self.fhir_base is None:
            return False
        theirs = f"Patient/{self.record.id}"
        named = resource.get("subject")
        absolute = isinstance(named, Mapping) and "://" in str(named.get("reference"))
        return absolute and not names_or_leaves_open(named, theirs, self.fhir_base)

    def _told(self, number: int, order: dict[str, Any]) -> dict[str, Any]:
        """The order with the ingredients that its words name, where its codes say nothing."""
        medicine = order.get("medicationCodeableConcept")
        if not medicine:
            self.problems.append(f"draft {number}: names no medicine that can be found; no check can read it")
            return order
        codes = by_words(medicine, self.record.vocabulary)
        if codes is not None and not codes:
            self.untold += 1
            self.problems.append(f"draft {number}: neither a code known here nor its words tell its medicine")
        return with_ingredients(order, medicine, codes) if codes else order

    def _as_active(self, resource: Resource) -> dict[str, Any]:
        """The order as it will stand once signed."""
        order = {**in_words_of_r4(resource), "status": "active"}
        reference = order.get("medicationReference")
        if not order.get("medicationCodeableConcept") and reference:
            medicine = said_of(self._medication(resource, reference), reference)
            if medicine:
                order["medicationCodeableConcept"] = medicine
        for element in SHAPES[order["resourceType"]].codes:
            hash(tuple(codings(order.get(element))))  # a draft whose codes nobody can read is left out here
        if order.get("intent") not in SHAPES[order["resourceType"]].intents:
            order["intent"] = "order"
        if not order.get("subject"):
            order["subject"] = {"reference": f"Patient/{self.record.id}"}
        if not order.get("authoredOn"):
            order["authoredOn"] = self.today
        if isinstance(order.get("category"), Mapping):
            order["category"] = [order["category"]]
        if isinstance(order.get("dosageInstruction"), Mapping):
            order["dosageInstruction"] = [order["dosageInstruction"]]
        named, _ = by_name(order, self.record.vocabulary)
        if named:  # as one code more, by which checks find it
            held = [*order["code"].get("coding", ()), {"system": LOINC, "code": named}]
            order["code"] = order["code"] | {"coding": held}
        return order

    def _medication(self, resource: Resource, reference: Resource) -> Resource | None:
        target = str(reference.get("reference", ""))
        tail = "/".join(target.split("/")[-2:])
        here = self._medications.get(target) or self._medications.get(tail)
        return here or self.record.referred_to(resource, reference)
