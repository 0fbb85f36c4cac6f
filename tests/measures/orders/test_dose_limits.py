"""A dose is the sum of the orders that are taken together, and not of those that follow one another."""

import pytest

from measures.orders.checks.citalopram_dose import CHECK as CITALOPRAM_DOSE
from measures.orders.checks.escitalopram_dose import CHECK as ESCITALOPRAM_DOSE
from measures.orders.checks.opioid_without_naloxone import CHECK as HIGH_DOSE
from measures.orders.medicines import CITALOPRAM, ESCITALOPRAM, OPIOIDS
from measures.record import PatientRecord
from tests.clinic import VOCABULARY, chart, dispensed
from tests.measures.orders.signing import dosage, draft_for, is_due, judged, taken, told

AT_62 = "1964-05-01"
TWENTY, TEN = (dosage(mg, "mg") for mg in (20, 10))
ORDER = draft_for(CITALOPRAM, "Citalopram", dosageInstruction=TWENTY)


def on(day="2026-11-01", name=CITALOPRAM, dosed=TWENTY, **more):
    elements = {"status": "active", "authoredOn": day, "dosageInstruction": dosed}
    return draft_for(name, **elements | more)


def lasting(days):
    return {"dispenseRequest": {"expectedSupplyDuration": {"value": days, "code": "d"}}}


SUPPLIED = dispensed(CITALOPRAM, "2026-11-20", 30, dosageInstruction=TWENTY)
REPLACING = ORDER | {"priorPrescription": {"reference": "https://ehr.example/fhir/MedicationRequest/before"}}
TOGETHER = {
    "alone": ([], [ORDER], False),
    "ordered twice": ([], [ORDER, ORDER], True),
    "active already": ([on()], [ORDER], True),
    "active in a dose not known": ([taken(CITALOPRAM, "2026-11-01")], [ORDER], None),
    "too much whatever the other is": (
        [taken(CITALOPRAM, "2026-11-01")],
        [draft_for(CITALOPRAM, dosageInstruction=dosage(21, "mg"))],
        True,
    ),
    "stopped before": ([on(status="stopped")], [ORDER], False),
    "lasting 8 days from now": ([on(**lasting(31))], [ORDER], True),
    "lasting 7 days from now, so renewed": ([on(**lasting(30))], [ORDER], False),
    "replaced by the draft": ([on(id="before")], [REPLACING], False),
    "another one replaced": ([on(id="other")], [REPLACING], True),
    "signed again": ([on(id="same")], [ORDER | {"id": "same"}], False),
    "another medicine": ([on(name=ESCITALOPRAM)], [ORDER], False),
    "handed out, and renewed by the draft": ([SUPPLIED], [ORDER], False),
    "a supply of the order itself": (
        [on(dosed=TEN), dispensed(CITALOPRAM, "2026-11-20", 30, dosageInstruction=TEN)],
        [draft_for(CITALOPRAM, dosageInstruction=TEN)],
        False,
    ),
}


@pytest.mark.parametrize(("events", "drafts", "due"), TOGETHER.values(), ids=TOGETHER)
def test_what_is_taken_together(events, drafts, due):
    assert is_due(CITALOPRAM_DOSE, chart(*events, born=AT_62), *drafts) is due


def test_the_sum_is_told_once_with_the_orders_that_make_it_up():
    (finding,) = judged(CITALOPRAM_DOSE, chart(on(), born=AT_62), ORDER, ORDER)

    assert finding.says() == "Citalopram ordered at 62: 60 mg a day in all; at most 20 mg over 60"
    assert [len(finding.drafts), len(finding.evidence)] == [2, 1]


def test_a_dose_that_cannot_be_is_not_told_as_one():
    order = draft_for(OPIOIDS, rxnorm="1049621", dosageInstruction=dosage(1e308, "mg"))

    assert told(HIGH_DOSE, chart(), order) == []
    assert is_due(HIGH_DOSE, chart(), order) is None


def in_words(name, text, display, **more):
    return draft_for(name, display, dosageInstruction=[{"text": text}], **more)


def test_a_dose_in_words_counts_and_the_finding_says_so():
    order = in_words(CITALOPRAM, "Take 2 tablets (60 mg total) by mouth daily", "Celexa 30 mg")
    [finding] = judged(CITALOPRAM_DOSE, chart(), order)

    assert finding.says() == "Celexa 30 mg ordered at 46: 60 mg a day; at most 40 mg"
    assert finding.notes == (
        'Celexa 30 mg: read from its words "Take 2 tablets (60 mg total) by mouth daily"',
    )


def test_a_dose_in_words_takes_the_strength_from_the_name():
    def due(display):
        return is_due(CITALOPRAM_DOSE, chart(), in_words(CITALOPRAM, "2 tabs daily", display))

    assert due("citalopram (CELEXA) 20 mg tablet") is False
    assert due("citalopram (CELEXA) 20.5 mg tablet") is True
    assert due("citalopram") is None


def test_a_dose_that_cannot_be_read_is_said_to_be_missing_in_the_sum():
    oxycodone = draft_for(OPIOIDS, "Oxycodone", rxnorm="1049621", dosageInstruction=dosage(40, "mg"))
    other = in_words(OPIOIDS, "as directed", "Hydrocodone", rxnorm="857002")
    [finding] = [one for one in judged(HIGH_DOSE, chart(), oxycodone, other) if one.due]

    assert "at least 60 MME a day in all" in finding.says()
    assert finding.notes == ("Hydrocodone: not readable, and not in the sum",)
    assert is_due(HIGH_DOSE, chart(), other) is None


def test_a_dose_above_every_limit_is_told_where_the_age_is_not_known():
    record = PatientRecord({"resourceType": "Patient", "id": "pat-1"}, [], VOCABULARY)

    assert told(CITALOPRAM_DOSE, record, on(dosed=dosage(60, "mg"), status="draft")) == [
        f"{CITALOPRAM.oid} ordered: 60 mg a day; at most 40 mg (20 mg over 60)"
    ]
    assert told(ESCITALOPRAM_DOSE, record, on(name=ESCITALOPRAM, dosed=dosage(30, "mg"), status="draft")) == [
        f"{ESCITALOPRAM.oid} ordered: 30 mg a day; at most 20 mg (10 mg from 65)"
    ]


def test_a_dose_plainly_given_needs_no_word():
    order = draft_for(CITALOPRAM, rxnorm="309314", dosageInstruction=dosage(60, "mg"))
    [finding] = judged(CITALOPRAM_DOSE, chart(), order)

    assert finding.notes == ()


def test_an_opioid_and_its_supply_are_one_dose():
    def oxycodone(mg):
        return {"rxnorm": "1049621", "dosageInstruction": dosage(mg, "mg")}

    active = taken(OPIOIDS, "2026-11-20", **oxycodone(20))  # 30 MME
    handed_out = {name: active[name] for name in ("medicationCodeableConcept", "dosageInstruction")}
    supply = dispensed(OPIOIDS, "2026-11-20", 30) | handed_out

    assert is_due(HIGH_DOSE, chart(active, supply), draft_for(OPIOIDS, **oxycodone(13))) is False
    assert is_due(HIGH_DOSE, chart(active, supply), draft_for(OPIOIDS, **oxycodone(14))) is True
    tramadol = draft_for(OPIOIDS, rxnorm="835603", dosageInstruction=dosage(100, "mg"))  # 20 MME
    assert is_due(HIGH_DOSE, chart(supply), tramadol) is True
