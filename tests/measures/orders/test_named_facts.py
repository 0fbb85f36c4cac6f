"""Results and problems told by their words: sure by a whole name, perhaps by a word of one."""

import pytest

from cds_service.drafts import load_drafts
from measures.explain import NO_LOINC, explain
from measures.library.cms122_glycemic_status import MEASURE as CMS122
from measures.orders.catalog import find_order_checks
from measures.orders.checks.antipsychotic_metabolic import CHECK as METABOLIC
from measures.orders.checks.bupropion_seizures import CHECK as SEIZURE
from measures.orders.checks.clozapine_low_anc import CHECK as LOW_ANC
from measures.orders.checks.duplicate_test import CHECK as DUPLICATE
from measures.orders.checks.lithium_monitoring import CHECK as LITHIUM_DUE
from measures.orders.drafts import SigningRecord, read_drafts
from measures.orders.ecg import ecgs
from measures.orders.intervals import is_too_soon
from measures.orders.laboratory import CREATININE, GLUCOSE, LDL, TSH
from measures.orders.named_facts import every_code, facts_told
from measures.orders.named_medicines import is_told_by_words, tell
from measures.record import PatientRecord
from measures.shared.antipsychotics import A1C
from measures.terminology import LOINC, Code, ValueSet, Vocabulary
from measures.time import Period
from measures.vocabulary import starter_vocabulary
from tests.clinic import Resource, diagnosed, event, observed
from tests.measures.orders.signing import (
    DIABETIC,
    TODAY,
    closing,
    coded_chart,
    draft_test,
    has,
    is_due,
    order_for,
    signed,
    told,
)

LOCAL = "urn:oid:1.2.840.114350.1.13.0"
RECENT = "2026-11-19"


def filed(words, day=RECENT, value=5.6, unit="%", **more) -> Resource:
    """A result with a laboratory's own code."""
    code = {"text": words, "coding": [{"system": LOCAL, "code": "4548", "display": words.upper()}]}
    quantity = None if value is None else {"value": value, "unit": unit}
    return event(
        "Observation", code=code, status="final", effectiveDateTime=day, valueQuantity=quantity, **more
    )


A1C_ORDER = draft_test(Code(LOINC, "4548-4"))


def problem(words, **more) -> Resource:
    return diagnosed(ValueSet("none", ""), "2020-01-01", **more) | {"code": {"text": words}}


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (A1C, "Hemoglobin A1c"),
        (A1C, "HGB A1C"),
        (A1C, "HbA1c, blood"),
        (GLUCOSE, "Glucose, fasting"),
        (LDL, "LDL Cholesterol (calculated)"),
        (TSH, "TSH"),
        (CREATININE, "Creatinine, Ser"),
    ],
)
def test_a_result_with_a_whole_name_is_what_it_says(named, words):
    assert has(named, filed(words)) is True


@pytest.mark.parametrize(
    ("named", "words"),
    [(A1C, "A1c, Point of Care (DCA Vantage)"), (CREATININE, "Creatinine i-STAT"), (GLUCOSE, "Glucose 2 hr")],
)
def test_a_result_with_a_word_of_the_name_may_be_it(named, words):
    found = signed(filed(words, id="o1")).observations(named)

    assert found.truth is None
    assert found.why_unknown() == "left open by Observation/o1"


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (GLUCOSE, "Glucose, urine"),
        (GLUCOSE, "Estimated average glucose"),
        (CREATININE, "Microalbumin/creatinine ratio"),
        (A1C, "Hemoglobin"),
        (LDL, "HDL cholesterol"),
        (TSH, "Thyroglobulin antibody"),
    ],
)
def test_a_result_of_another_name_is_another(named, words):
    assert has(named, filed(words)) is False


@pytest.mark.parametrize(
    ("words", "truth"),
    [("ECG 12 lead", True), ("EKG", True), ("Holter ECG", None), ("Chest X-ray", False)],
)
@pytest.mark.parametrize(("kind", "day"), [("DiagnosticReport", "effective"), ("Procedure", "performed")])
def test_an_ecg_may_be_a_report_or_a_procedure_in_words(kind, day, words, truth):
    status = "final" if kind == "DiagnosticReport" else "completed"
    filed_so = event(kind, code={"text": words}, status=status, **{f"{day}DateTime": RECENT})
    assert ecgs(signed(filed_so)).truth is truth


def test_codes_that_say_what_it_is_are_believed_before_words():
    of_another = filed("Hemoglobin A1c")
    of_another["code"]["coding"].append({"system": LOINC, "code": "718-7"})
    assert has(A1C, of_another) is False


@pytest.mark.parametrize("category", ["survey", "social-history"])
def test_an_answer_is_no_result(category):
    assert has(A1C, filed("Hemoglobin A1c", category=[{"coding": [{"code": category}]}])) is False
    assert has(A1C, filed("Hemoglobin A1c", category=[{"coding": [{"code": "laboratory"}]}])) is True


@pytest.mark.parametrize(
    ("status", "counts"), [("final", True), ("cancelled", False), ("entered-in-error", False)]
)
def test_a_result_in_words_counts_by_its_status(status, counts):
    assert has(A1C, filed("Hemoglobin A1c") | {"status": status}) is counts


def test_an_installations_own_code_is_a_result_too():
    """A ValueSet `throughline:ordered-as:4548-4` names the local codes of orders and of their results."""
    own = {"throughline:ordered-as:4548-4": frozenset({(LOCAL, "4548")})}
    vocabulary = Vocabulary(
        {**starter_vocabulary().codes_in, **own}, label="own", content_hash="own", for_reporting=False
    )
    patient = {"resourceType": "Patient", "id": "pat-1"}
    record = PatientRecord(patient, [filed("GLYCO PNL 3")], vocabulary)

    assert SigningRecord(record, read_drafts([], record, TODAY)).observations(A1C).truth is True


def test_a_record_kept_without_its_words_is_told_them_again():
    spoken = coded_chart(filed("Hemoglobin A1c", id="o1"), problem("Epilepsy", id="c1"), filed("A1c POC"))
    kept = coded_chart(filed("", id="o1"), problem("", id="c1"))
    assert is_due(SEIZURE, kept, order_for("bupropion")) is False

    again = coded_chart(filed("", id="o1"), problem("", id="c1"))
    tell(again, facts_told(spoken))

    assert is_due(SEIZURE, again, order_for("bupropion")) is True
    assert is_due(DUPLICATE, again, A1C_ORDER) is True


def test_it_is_marked_as_told_by_its_words():
    (result,) = signed(filed("Hemoglobin A1c")).observations(A1C)
    assert is_told_by_words(result)


def test_an_antipsychotic_does_not_ask_for_what_is_there_in_words():
    results = [filed("Hemoglobin A1c"), filed("Glucose"), filed("LDL"), filed("HDL"), filed("Triglycerides")]

    assert is_due(METABOLIC, coded_chart(), order_for("olanzapine")) is True
    assert is_due(METABOLIC, coded_chart(*results), order_for("olanzapine")) is False


def test_lithium_asks_for_nothing_that_may_be_there():
    assert is_due(LITHIUM_DUE, coded_chart(filed("Creatinine"), filed("TSH")), order_for("lithium")) is False
    assert (
        is_due(LITHIUM_DUE, coded_chart(filed("Creatinine i-STAT"), filed("TSH")), order_for("lithium"))
        is None
    )
    assert is_due(LITHIUM_DUE, coded_chart(filed("Creatinine")), order_for("lithium")) is True


def test_the_same_test_again_is_told_of_a_result_in_words():
    assert is_due(DUPLICATE, coded_chart(filed("Hemoglobin A1c")), A1C_ORDER) is True
    assert is_due(DUPLICATE, coded_chart(filed("Hemoglobin A1c", "2026-07-01")), A1C_ORDER) is False


def test_a_test_whose_result_is_there_in_words_is_not_offered():
    offered = [one.is_offered for one in closing(CMS122, coded_chart(*DIABETIC, filed("Hemoglobin A1c")))]
    assert offered == [False]
    assert [one.is_offered for one in closing(CMS122, coded_chart(*DIABETIC))] == [True]


def offered_at_a_visit(*events):
    """Whether one who is not signing anything is offered the A1c."""
    template = load_drafts()["a1c_order"].template
    return not is_too_soon(coded_chart(*events), Period(TODAY, TODAY), template)


def test_at_a_visit_it_is_not_offered_either():
    assert offered_at_a_visit(filed("Hemoglobin A1c")) is False
    assert offered_at_a_visit(filed("A1c, Point of Care")) is False
    assert offered_at_a_visit(filed("Hemoglobin A1c", "2026-07-01")) is True
    assert offered_at_a_visit(filed("Hemoglobin")) is True


def why_not(*events):
    year = Period.year(TODAY.year)
    result = CMS122.evaluate(coded_chart(*DIABETIC, *events), year, TODAY)
    return [(one.event.reference, one.why) for one in explain(result, TODAY).nearest]


def test_a_measure_says_that_it_does_not_count_what_has_no_loinc_code():
    assert why_not(filed("Hemoglobin A1c", "2026-03-01", id="o1"), filed("Hemoglobin A1c", id="o2")) == [
        ("Observation/o2", NO_LOINC)
    ]
    assert why_not(filed("Hemoglobin A1c", "2025-11-19")) == []
    assert why_not(filed("Glucose")) == []
    counted = observed(Code(LOINC, "4548-4"), "2026-11-20", value=9.5, id="o3")
    assert [one for one, _ in why_not(filed("Hemoglobin A1c"), counted)] == ["Observation/o3"]
    assert ("Observation/o2", NO_LOINC) in why_not(filed("Hemoglobin A1c", "2026-11-21", id="o2"), counted)
    assert why_not(filed("Hemoglobin A1c") | {"status": "cancelled"}) == []


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("Epilepsy", True),
        ("Seizure disorder", True),
        ("Bulimia nervosa", True),
        ("Temporal lobe epilepsy", None),
        ("History of seizures", None),
        ("Family history of epilepsy", False),
        ("No seizures", False),
        ("Hypertension", False),
    ],
)
def test_a_problem_in_words_speaks_against_an_order(words, due):
    assert is_due(SEIZURE, coded_chart(problem(words)), order_for("bupropion")) is due


def test_a_problem_in_words_is_told_by_them_and_counts_by_its_statuses():
    assert told(SEIZURE, coded_chart(problem("Epilepsy")), order_for("bupropion")) == [
        "bupropion ordered with Epilepsy, on record since 1 Jan 2020: seizures"
    ]
    assert (
        is_due(SEIZURE, coded_chart(problem("Epilepsy", clinical="resolved")), order_for("bupropion"))
        is False
    )
    assert (
        is_due(SEIZURE, coded_chart(problem("Epilepsy", verification="refuted")), order_for("bupropion"))
        is False
    )
    assert (
        is_due(
            SEIZURE, coded_chart(problem("Epilepsy", verification="entered-in-error")), order_for("bupropion")
        )
        is False
    )


def test_a_count_that_may_be_one_does_not_hide_a_low_one():
    low = observed(Code(LOINC, "751-8"), "2026-11-22", value=0.4, unit="10*3/uL")
    perhaps = filed("Neutrophils", "2026-11-23", 3.2, "10*3/uL")

    assert is_due(LOW_ANC, coded_chart(low, perhaps), order_for("clozapine")) is True
    assert is_due(LOW_ANC, coded_chart(perhaps), order_for("clozapine")) is False
    perhaps_low = filed("Neutrophils", "2026-11-23", 0.4, "10*3/uL")
    assert is_due(LOW_ANC, coded_chart(perhaps_low), order_for("clozapine")) is None


def test_every_name_stands_for_a_code_that_a_check_asks_for():
    vocabulary = coded_chart().vocabulary
    asked = {one.oid for check in find_order_checks().values() for one in check.value_sets}
    loaded = {key for oid in asked for key in vocabulary.codes_in.get(oid, ())}

    assert every_code() - loaded == frozenset()
