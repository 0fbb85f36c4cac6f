"""One fact: its value and date in words."""

import pytest

from measures.terminology import LOINC, SNOMED, Code
from tests.clinic import chart, concept, event, observed, pressure

A1C = Code(LOINC, "4548-4", "A1c")
NEGATIVE = Code(SNOMED, "428171000124102", "Depression screening negative")


def only(resource):
    [found] = chart(resource).every(resource["resourceType"])
    return found


@pytest.mark.parametrize(
    ("resource", "says"),
    [
        (observed(A1C, "2025-02-01", value=7.25, unit="%"), "7.25 %"),
        (observed(A1C, "2025-02-01", value=7.0, unit="%"), "7 %"),
        (observed(A1C, "2025-02-01", value=164.5541, unit="mm[Hg]"), "164.6 mm[Hg]"),
        (observed(A1C, "2025-02-01", value=125000, unit="/uL"), "125000 /uL"),
        (observed(A1C, "2025-02-01") | {"valueInteger": 17}, "17"),
        (observed(A1C, "2025-02-01") | {"valueString": "pending"}, "pending"),
        (observed(A1C, "2025-02-01", value=NEGATIVE), NEGATIVE.value),
        (observed(A1C, "2025-02-01"), ""),
        (observed(A1C, "2025-02-01", value=">14"), ">14 %"),
        (observed(A1C, "2025-02-01", value="<=4"), "<=4 %"),
        (observed(A1C, "2025-02-01", value="ad9"), "ad 9 %"),
        (pressure("<90", 60, "2025-02-01"), "<90/60"),
        (pressure(152.4, 94.0, "2025-02-01"), "152/94"),
    ],
)
def test_a_result_is_told_with_its_unit_and_no_false_precision(resource, says):
    assert only(resource).value_text == says


def test_blood_pressure_is_systolic_over_diastolic_whatever_the_order_of_its_parts():
    backwards = pressure(152, 94, "2025-02-01")
    backwards["component"].reverse()
    assert only(backwards).value_text == "152/94"


@pytest.mark.parametrize(
    ("day", "says"), [("2025-02-01T08:00:00Z", "2025-02-01"), ("2025-02", "2025-02"), (None, "undated")]
)
def test_a_date_is_told_as_precisely_as_it_was_written(day, says):
    assert only(observed(A1C, day)).date_text == says


def test_a_medicine_by_reference_is_told_by_the_words_beside_it():
    reference = {"reference": "Medication/elsewhere"}
    named = reference | {"display": "Lithium"}

    assert only(event("MedicationRequest", medicationReference=reference)).display == "MedicationRequest"
    assert only(event("MedicationRequest", medicationReference=named)).display == "Lithium"


def test_a_concept_is_told_by_its_text_then_its_display_then_its_code():
    code = concept(A1C)
    assert only(event("Observation", code=code | {"text": "HbA1c"})).display == "HbA1c"
    code["coding"][0]["display"] = "Hemoglobin A1c"
    assert only(event("Observation", code=code)).display == "Hemoglobin A1c"
    del code["coding"][0]["display"]
    assert only(event("Observation", code=code)).display == "4548-4"


@pytest.mark.parametrize("junk", ["text", 7, {"url": "reason"}, ["text", None, 7]])
def test_what_stands_among_extensions_and_is_none_costs_nothing(junk):
    assert only(observed(A1C, "2025-02-01", extension=junk)).reasons == ()


@pytest.mark.parametrize("component", [7, ["120/80"], [{"code": 7}]])
def test_a_result_that_cannot_be_read_has_no_words_and_is_named(component):
    found = only(observed(A1C, "2025-02-01", component=component))

    assert found.value_text == ""
    assert found.reading.problems[0].startswith(f"{found.reference}: its result cannot be read")
