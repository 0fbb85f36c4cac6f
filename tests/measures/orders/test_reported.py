"""What is reported as taken counts as taken, as long as it stands, and the words say so."""

from __future__ import annotations

from typing import Any

import pytest

from measures.orders.checks.antidepressant_under_25 import CHECK as UNDER_25
from measures.orders.checks.lithium_interactions import CHECK as INTERACTIONS
from measures.orders.checks.opioid_without_naloxone import CHECK as HIGH_DOSE
from measures.orders.checks.two_antipsychotics import CHECK as TWO_ANTIPSYCHOTICS
from measures.orders.drafts import SigningRecord, read_drafts
from measures.orders.medicines import ANTIPSYCHOTIC, LITHIUM, NSAIDS, OPIOIDS, SSRI
from measures.orders.named_medicines import tell, those_told
from measures.orders.reported import is_reported
from tests.clinic import chart, concept, dispensed, event
from tests.measures.orders.signing import TODAY, bundle, coded_chart, dosage, draft_for, is_due, taken, told

IBUPROFEN = draft_for(NSAIDS, "Ibuprofen")


def statement(name: Any, **more: Any) -> dict[str, Any]:
    medicine = {"medicationCodeableConcept": concept(name) | {"text": "Lithium"}}
    return event("MedicationStatement", **{"status": "active", **medicine} | more)


def plan(**more: Any) -> dict[str, Any]:
    return taken(LITHIUM, "2026-10-01", "Lithium", intent="plan", reportedBoolean=True) | more


TAKEN = {
    "without a date": statement(LITHIUM),
    "since a day": statement(LITHIUM, effectivePeriod={"start": "2026-10-01"}),
    "told on a day long ago": statement(LITHIUM, effectiveDateTime="2020-10-01"),
    "to the very day": statement(LITHIUM, effectivePeriod={"start": "2026-10-01", "end": "2026-11-24"}),
    "intended": statement(LITHIUM, status="intended"),
    "in R5": event(
        "MedicationStatement",
        status="recorded",
        medication={"concept": concept(LITHIUM)},
        adherence={"code": {"coding": [{"system": "urn:adherence", "code": "taking-as-directed"}]}},
    ),
    "in R5, without a word on it": event(
        "MedicationStatement", status="recorded", medication={"concept": concept(LITHIUM)}
    ),
    "a reported plan": plan(),
    "a plan reported by somebody": plan(
        reportedBoolean=None, reportedReference={"reference": "RelatedPerson/1"}
    ),
    "a reported plan in R5": event(
        "MedicationRequest",
        status="active",
        intent="plan",
        reported=True,
        medication={"concept": concept(LITHIUM)},
    ),
}


@pytest.mark.parametrize("one", TAKEN.values(), ids=TAKEN)
def test_it_counts_as_taken(one: dict[str, Any]):
    assert is_due(INTERACTIONS, chart(one), IBUPROFEN) is True


NOT_TAKEN = {
    "entered in error": statement(LITHIUM, status="entered-in-error"),
    "stopped": statement(LITHIUM, status="stopped"),
    "not taken": statement(LITHIUM, status="not-taken"),
    "completed": statement(LITHIUM, status="completed"),
    "until yesterday": statement(LITHIUM, effectivePeriod={"start": "2026-10-01", "end": "2026-11-23"}),
    "from tomorrow on": statement(LITHIUM, effectivePeriod={"start": "2026-11-25"}),
    "not taken, in R5": event(
        "MedicationStatement",
        status="recorded",
        medication={"concept": concept(LITHIUM)},
        adherence={"code": {"coding": [{"system": "urn:adherence", "code": "not-taking"}]}},
    ),
    "not taken, in R5 and in words": event(
        "MedicationStatement",
        status="recorded",
        medication={"concept": concept(LITHIUM)},
        adherence={"code": {"text": "stopped it"}},
    ),
    "another patient's": statement(LITHIUM, subject={"reference": "Patient/pat-2"}),
    "a plan of a clinician": plan(reportedBoolean=None),
    "a reported plan that was ended": plan(status="stopped"),
    "a reported proposal": plan(intent="proposal"),
}


@pytest.mark.parametrize("one", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_it_does_not_count(one: dict[str, Any]):
    assert is_due(INTERACTIONS, chart(one), IBUPROFEN) is False


@pytest.mark.parametrize(
    ("start", "when"),
    [("2026-10-01", "on 1 Oct 2026"), ("2026-10", "in Oct 2026"), ("2026", "in 2026")],
)
def test_the_words_say_that_it_is_reported_and_as_much_of_the_date_as_is_known(start: str, when: str):
    dated = statement(LITHIUM, effectivePeriod={"start": start})

    assert told(INTERACTIONS, chart(dated), IBUPROFEN) == [
        f"Ibuprofen ordered with Lithium, reported as taken {when}: the lithium level can rise to toxic"
    ]


def test_without_a_date_the_words_say_only_that_it_is_reported():
    assert told(INTERACTIONS, chart(statement(LITHIUM)), IBUPROFEN) == [
        "Ibuprofen ordered with Lithium, reported as taken: the lithium level can rise to toxic"
    ]


def test_one_in_words_or_by_a_reference_is_read_too():
    words = statement(LITHIUM, medicationCodeableConcept={"text": "Lithobid 300 mg"})
    medication = {"resourceType": "Medication", "id": "m", "code": concept(LITHIUM)}
    reference = statement(LITHIUM, medicationCodeableConcept=None, medicationReference={"reference": "#m"})
    named = statement(
        LITHIUM,
        medicationCodeableConcept=None,
        medicationReference={"reference": "Medication/elsewhere", "display": "lithium carbonate (LITHOBID)"},
    )
    ibuprofen = draft_for(NSAIDS, "Ibuprofen") | {"medicationCodeableConcept": {"text": "Ibuprofen 600 mg"}}

    assert is_due(INTERACTIONS, coded_chart(words), ibuprofen) is True
    assert is_due(INTERACTIONS, chart(reference | {"contained": [medication]}), IBUPROFEN) is True
    assert is_due(INTERACTIONS, coded_chart(named), ibuprofen) is True


def test_a_medicine_reported_as_taken_is_nothing_new():
    draft, born = draft_for(SSRI, "Sertraline"), "2004-05-01"

    def said(day: str) -> dict[str, Any]:
        return statement(SSRI, effectiveDateTime=day)

    assert is_due(UNDER_25, chart(born=born), draft) is True
    assert is_due(UNDER_25, chart(said("2026-11-23"), born=born), draft) is False
    assert is_due(UNDER_25, chart(said("2026-11-24"), born=born), draft) is True


def test_a_dose_reported_counts_where_no_order_or_supply_is_for_the_medicine():
    """Oxycodone of 13 mg a day is 19.5 MME, of 13.4 mg 20.1; tramadol of 150 mg is 30."""

    def oxycodone(mg: float) -> dict[str, Any]:
        return {"rxnorm": "1049621", "dosageInstruction": dosage(mg, "mg")}

    def said(mg: float) -> dict[str, Any]:
        order = taken(OPIOIDS, None, **oxycodone(mg))
        return statement(
            OPIOIDS,
            medicationCodeableConcept=order["medicationCodeableConcept"],
            dosage=order["dosageInstruction"],
        )

    tramadol = draft_for(OPIOIDS, rxnorm="835603", dosageInstruction=dosage(150, "mg"))
    ordered = taken(OPIOIDS, "2026-11-01", **oxycodone(13))

    assert is_due(HIGH_DOSE, chart(said(13.4)), tramadol) is True
    assert is_due(HIGH_DOSE, chart(said(13)), tramadol) is False
    assert is_due(HIGH_DOSE, chart(said(13), ordered), tramadol) is False
    assert is_due(HIGH_DOSE, chart(said(13), said(13)), tramadol) is False


def test_one_taken_for_long_by_report_is_past_a_change():
    since = {"effectivePeriod": {"start": "2026-09-20"}}
    record = coded_chart(
        statement(LITHIUM, medicationCodeableConcept={"text": "Olanzapine 10 mg"}, **since),
        taken(ANTIPSYCHOTIC, "2026-09-20") | {"medicationCodeableConcept": {"text": "Risperidone 2 mg"}},
    )
    draft = draft_for(ANTIPSYCHOTIC) | {"medicationCodeableConcept": {"text": "Risperidone 2 mg"}}

    assert is_due(TWO_ANTIPSYCHOTICS, record, draft) is True


def test_what_is_no_report_is_none():
    supply = dispensed(LITHIUM, "2026-10-01", 30)
    record = chart(statement(LITHIUM), plan(), taken(LITHIUM, "2026-10-01"), supply)
    patient = SigningRecord(record, read_drafts(bundle(), record, TODAY))
    found = [patient.every(kind).sure for kind in ("MedicationStatement", "MedicationRequest")]

    assert [[is_reported(one) for one in events] for events in found] == [[True], [True, False]]
    assert not any(map(is_reported, patient.every("MedicationDispense").sure))


def test_of_a_chart_kept_without_its_words_all_that_was_read_still_counts():
    """What its words told is kept beside it; one in R5 whose code says what it is needs nothing kept."""
    ibuprofen = draft_for(NSAIDS) | {"medicationCodeableConcept": {"text": "Ibuprofen 600 mg"}}
    words = statement(LITHIUM, medicationCodeableConcept={"text": "Lithobid 300 mg"})
    in_r5 = event("MedicationStatement", status="recorded", medication={"concept": concept(LITHIUM)})
    kept_words = those_told(coded_chart(words, in_r5))
    assert [one["id"] for one in kept_words] == [words["id"]]

    without = words | {"medicationCodeableConcept": None}
    assert is_due(INTERACTIONS, coded_chart(without), ibuprofen) is False
    for record, told_then in ((coded_chart(without), kept_words), (coded_chart(in_r5), [])):
        tell(record, told_then)
        assert is_due(INTERACTIONS, record, ibuprofen) is True
