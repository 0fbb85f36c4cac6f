"""The record: what a question finds, and what it cannot say."""

from datetime import date

import pytest

from measures.gather import State
from measures.record import PatientRecord, RecordCannotSay
from measures.terminology import (
    CPT,
    ICD10CM,
    LOINC,
    RXNORM,
    SNOMED,
    Code,
    UnknownValueSet,
    ValueSet,
    Vocabulary,
)
from measures.time import Period
from tests.clinic import (
    VOCABULARY,
    all_but,
    chart,
    diagnosed,
    event,
    observed,
    prescribed,
    references,
    referred,
    visit,
)

YEAR = Period.year(2025)
DIABETES = ValueSet("1.2.3", "Diabetes")
OFFICE = ValueSet("1.2.4", "Office visit")
A1C = Code(LOINC, "4548-4", "A1c")


def test_a_value_set_finds_what_carries_one_of_its_codes():
    record = chart(diagnosed(DIABETES, "2020-01-01", id="c1"), visit(OFFICE, "2025-02-01"))
    assert references(record.conditions(DIABETES)) == ["Condition/c1"]
    assert not record.conditions(OFFICE)


@pytest.mark.parametrize(
    ("oid", "url"),
    [
        ("6.1", LOINC),
        ("6.12", CPT),
        ("6.88", RXNORM),
        ("6.90", ICD10CM),
        ("6.96", SNOMED),
    ],
)
def test_a_code_system_named_by_its_oid_is_that_code_system(oid, url):
    coded = {"coding": [{"system": f"urn:oid:2.16.840.1.113883.{oid}", "code": "123"}]}
    made = event("Observation", code=coded, status="final", effectiveDateTime="2025-02-01")
    assert chart(made).observations(Code(url, "123"))
    assert not chart(made).observations(Code(url, "124"))
    local = {"coding": [{"system": f"urn:oid:1.2.840.{oid}", "code": "123"}]}
    assert not chart(made | {"code": local}).observations(Code(url, "123"))


@pytest.mark.parametrize(
    ("words", "counts"),
    [("Confirmed", True), ("Entered in error", False), ("Refuted", False), ("seen by the nurse", True)],
)
def test_a_verification_told_in_words_alone_counts_as_its_code(words, counts):
    record = chart(diagnosed(DIABETES, "2020-01-01") | {"verificationStatus": {"text": words}})
    assert bool(record.conditions(DIABETES)) is counts


@pytest.mark.parametrize(("words", "goes_on"), [("Active", True), ("Resolved", None), ("Quiescent", None)])
def test_a_clinical_status_told_in_words_alone_counts_as_its_code(words, goes_on):
    record = chart(diagnosed(DIABETES, "2020-01-01") | {"clinicalStatus": {"text": words}})
    assert record.conditions(DIABETES).overlapping(YEAR).truth is goes_on


def test_a_code_without_its_system_is_not_a_code():
    bare = event(
        "Observation", code={"coding": [{"code": "4548-4"}]}, status="final", effectiveDateTime="2025-02-01"
    )
    assert not chart(bare).observations(A1C)


def test_a_value_set_that_is_not_loaded_raises_and_says_how_to_load_it():
    record = PatientRecord(
        {"resourceType": "Patient", "id": "p"},
        [],
        Vocabulary({}, label="", content_hash="", for_reporting=True),
    )
    with pytest.raises(
        UnknownValueSet, match=r"1\.2\.3  Diabetes\nLoad them with `throughline vocabulary load"
    ):
        record.conditions(DIABETES)


def test_two_codings_of_one_value_set_are_one_event():
    both = {"coding": [{"system": "urn:test", "code": "1.2.3"}, {"system": "urn:test", "code": "1.2.3"}]}
    assert len(chart(event("Condition", code=both)).conditions(DIABETES)) == 1


# -- what counts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("resource", "counts"),
    [
        (observed(A1C, "2025-02-01"), True),
        (observed(A1C, "2025-02-01", status="amended"), True),
        (observed(A1C, "2025-02-01", status="preliminary"), False),
        (observed(A1C, "2025-02-01", status="entered-in-error"), False),
        (observed(A1C, "2025-02-01", status="cancelled"), False),
    ],
)
def test_only_results_count_as_observed(resource, counts):
    assert bool(chart(resource).observations(A1C)) is counts


@pytest.mark.parametrize(
    ("verification", "counts"),
    [
        (None, True),
        ("confirmed", True),
        ("provisional", True),
        ("refuted", False),
        ("entered-in-error", False),
    ],
)
def test_a_condition_counts_unless_it_is_refuted(verification, counts):
    assert (
        bool(chart(diagnosed(DIABETES, "2020-01-01", verification=verification)).conditions(DIABETES))
        is counts
    )


@pytest.mark.parametrize(
    ("more", "ordered", "declined"),
    [
        ({}, True, False),
        ({"doNotPerform": False}, True, False),
        ({"doNotPerform": True}, False, True),
        ({"intent": "plan"}, False, False),
        ({"status": "revoked"}, False, False),
    ],
)
def test_an_order_not_to_do_something_is_no_order(more, ordered, declined):
    record = chart(referred(OFFICE, "2025-02-01") | more)
    assert bool(record.service_requests(OFFICE)) is ordered
    assert bool(record.service_requests_not_done(OFFICE)) is declined


def test_a_refusal_is_told_by_its_content_not_its_profile():
    refused = observed(A1C, None, status="cancelled", issued="2025-02-01")
    record = chart(refused)
    assert not record.observations(A1C)
    assert record.observations_not_done(A1C)[0].day == date(2025, 2, 1)


def test_every_shows_all_but_errors():
    record = chart(
        observed(A1C, "2025-01-01", status="preliminary", id="a"),
        observed(A1C, "2025-01-01", status="entered-in-error", id="b"),
    )
    assert references(record.every("Observation")) == ["Observation/a"]


# -- what the record cannot say ------------------------------------------------------------------------------


def test_looked_and_found_none_is_a_definite_no():
    assert chart().observations(A1C).truth is False


@pytest.mark.parametrize("state", [State.NOT_PERMITTED, State.FAILED, State.NOT_FETCHED])
def test_a_type_that_was_not_gathered_is_unknown_never_empty(state):
    found = chart(gathered=all_but("Observation", state=state)).observations(A1C).during(YEAR)
    assert found.truth is None
    with pytest.raises(RecordCannotSay, match="not gathered: Observation"):
        bool(found)
    with pytest.raises(RecordCannotSay):
        list(found)


def test_what_was_seen_counts_even_where_the_rest_was_not_gathered():
    assert chart(observed(A1C, "2025-02-01"), gathered=all_but("Observation")).observations(A1C).truth is True


def test_a_date_too_coarse_for_the_question_is_unknown():
    half = Period(date(2025, 1, 1), date(2025, 6, 15))
    assert chart(observed(A1C, "2025-06")).observations(A1C).during(half).truth is None
    assert chart(observed(A1C, "2025-05")).observations(A1C).during(half).truth is True
    assert chart(observed(A1C, "2025-07")).observations(A1C).during(half).truth is False


def test_a_fact_without_a_date_is_in_no_period_for_certain():
    assert chart(observed(A1C, None)).observations(A1C).during(YEAR).truth is None


def test_the_latest_is_unknown_when_a_coarse_date_may_be_later():
    record = chart(observed(A1C, "2025-06-10", value=7.0), observed(A1C, "2025-06", value=9.5))
    assert record.observations(A1C).latest().truth is None
    assert len(record.observations(A1C).latest().maybe) == 2


def test_the_latest_ignores_a_coarse_date_that_is_certainly_earlier():
    record = chart(observed(A1C, "2025-06-10", id="june"), observed(A1C, "2025-05"))
    assert references(record.observations(A1C).latest()) == ["Observation/june"]


def test_of_two_at_one_time_the_last_in_the_record_is_latest():
    record = chart(observed(A1C, "2025-06-10", id="a"), observed(A1C, "2025-06-10", id="b"))
    assert references(record.observations(A1C).latest()) == ["Observation/b"]


# -- conditions over time ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "in_2025"),
    [
        (diagnosed(DIABETES, "2019-01-01"), True),
        (diagnosed(DIABETES, "2019-01-01", "2024-12-31"), False),
        (diagnosed(DIABETES, "2019-01-01", "2025-01-01"), True),
        (diagnosed(DIABETES, "2026-01-01"), False),
        (diagnosed(DIABETES, "2019-01-01", clinical="resolved"), None),
        (diagnosed(DIABETES, "2019-01-01", clinical=None), None),
        (diagnosed(DIABETES, "2025-03-01", clinical="resolved"), True),
        (diagnosed(DIABETES, None), None),
        (diagnosed(DIABETES, None, recordedDate="2024-06-01"), True),
        (diagnosed(DIABETES, None, recordedDate="2026-06-01"), None),
        (diagnosed(DIABETES, None, onsetPeriod={"end": "2024-06-01"}), True),
        (diagnosed(DIABETES, None, onsetAge={"value": 40}), True),
        (diagnosed(DIABETES, None, onsetAge={"value": 46}), False),
        (diagnosed(DIABETES, None, onsetAge={"value": 45}), None),
    ],
)
def test_whether_a_condition_was_there_in_2025(condition, in_2025):
    assert chart(condition, born="1980-05-01").conditions(DIABETES).overlapping(YEAR).truth is in_2025


# -- what belongs to whom ------------------------------------------------------------------------------------


def test_the_same_resource_from_two_sources_counts_once():
    once = observed(A1C, "2025-02-01", id="same")
    assert len(chart(once, dict(once)).observations(A1C)) == 1


def test_a_record_needs_a_patient():
    with pytest.raises(ValueError, match="Patient resource with an id"):
        PatientRecord({"resourceType": "Patient"}, [], VOCABULARY)


# -- medications ---------------------------------------------------------------------------------------------

SERTRALINE = ValueSet("1.2.5", "Sertraline")


def test_a_medication_may_be_a_reference_to_another_resource_or_a_contained_one():
    code = {"coding": [{"system": "urn:test", "code": "1.2.5"}]}
    medication = {"resourceType": "Medication", "id": "m1", "code": code}
    by_reference = prescribed(SERTRALINE, "2025-02-01") | {
        "medicationReference": {"reference": "Medication/m1"}
    }
    contained = prescribed(SERTRALINE, "2025-02-01") | {
        "medicationReference": {"reference": "#m"},
        "contained": [medication | {"id": "m"}],
    }
    for order in (by_reference, contained):
        del order["medicationCodeableConcept"]
    assert len(chart(medication, by_reference, contained).medication_requests(SERTRALINE)) == 2


def test_earlier_releases_plain_status_codes_are_understood():
    old = diagnosed(DIABETES, "2019-01-01") | {"clinicalStatus": "active", "verificationStatus": "confirmed"}
    assert chart(old).conditions(DIABETES).overlapping(YEAR).truth is True
    assert not chart(old | {"verificationStatus": "refuted"}).conditions(DIABETES)


def test_snomed_and_loinc_codes_are_not_confused():
    assert not chart(observed(Code(SNOMED, "4548-4"), "2025-02-01")).observations(A1C)


def test_an_event_is_found_by_the_reference_that_names_it():
    record = chart(observed(A1C, "2025-02-01", id="a"), observed(A1C, "2025-03-01", id="b"))
    found = record.by_reference("https://ehr.example/fhir/Observation/b")
    assert found is record.observations(A1C)[1]
    assert found is record.by_reference("Observation/b")
    assert record.by_reference("Observation/c") is None
    assert record.by_reference("Condition/b") is None
