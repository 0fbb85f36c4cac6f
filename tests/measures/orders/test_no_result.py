"""Results that tell nothing: the specimen clotted, the test was not performed."""

import pytest

from measures.orders.checks.clozapine_anc import CHECK as ANC
from measures.orders.checks.duplicate_test import CHECK as DUPLICATE
from measures.orders.checks.lithium_monitoring import CHECK as LITHIUM_DUE
from measures.orders.drafts import SigningRecord, read_drafts
from measures.orders.laboratory import NEUTROPHILS
from measures.orders.named_facts import facts_told
from measures.orders.named_medicines import tell
from measures.shared.antipsychotics import A1C
from measures.terminology import LOINC, Code
from tests.clinic import observed
from tests.measures.orders.signing import TODAY, coded_chart, draft_test, has, is_due, order_for

A1C_ORDER = draft_test(Code(LOINC, "4548-4"))
NOTHING = {
    "not performed": {"dataAbsentReason": {"coding": [{"code": "not-performed"}]}},
    "unsatisfactory": {"dataAbsentReason": {"coding": [{"code": "unsatisfactory"}]}},
    "in words": {"dataAbsentReason": {"text": "see comment"}},
    "clotted": {"valueString": "SPECIMEN CLOTTED - RECOLLECT"},
    "a concept": {"valueCodeableConcept": {"text": "Test not performed"}},
    "QNS": {"valueString": "QNS"},
    "cancelled": {"status": "cancelled"},
    "in error": {"status": "entered-in-error"},
}
ORDERS = {
    "clozapine": (ANC, [Code(LOINC, "751-8")]),
    "lithium": (LITHIUM_DUE, [Code(LOINC, "2160-0"), Code(LOINC, "3016-3")]),
}


def result(code, value=3.2, day="2026-11-22", **more):
    return observed(code, day, value=value, unit="10*3/uL") | more


@pytest.mark.parametrize("nothing", NOTHING.values(), ids=NOTHING)
@pytest.mark.parametrize("medicine", ORDERS)
def test_what_tells_nothing_is_no_result(medicine, nothing):
    check, codes = ORDERS[medicine]
    told_nothing = [result(code, **{"valueQuantity": None, **nothing}) for code in codes]

    assert is_due(check, coded_chart(*map(result, codes)), order_for(medicine)) is False
    assert is_due(check, coded_chart(*told_nothing), order_for(medicine)) is True


@pytest.mark.parametrize("nothing", NOTHING.values(), ids=NOTHING)
def test_what_tells_nothing_hides_no_earlier_result(nothing):
    a1c = Code(LOINC, "4548-4")
    told_nothing = result(a1c, **{"valueQuantity": None, **nothing})
    earlier = result(a1c, 6.1, "2026-11-10")

    assert is_due(DUPLICATE, coded_chart(told_nothing), A1C_ORDER) is False
    assert is_due(DUPLICATE, coded_chart(told_nothing, earlier), A1C_ORDER) is True


def test_a_record_kept_without_its_words_still_knows_that_a_result_tells_nothing():
    code, clotted = Code(LOINC, "751-8"), {"valueQuantity": None, "valueString": "SPECIMEN CLOTTED"}
    spoken = coded_chart(result(code, id="o1", **clotted), result(code, id="o2"))
    wordless = result(code, id="o1", valueQuantity=None)
    assert has(NEUTROPHILS, wordless) is True
    kept = coded_chart(wordless)

    tell(kept, facts_told(spoken))

    assert SigningRecord(kept, read_drafts([], kept, TODAY)).observations(NEUTROPHILS).truth is False
    assert [one["id"] for one in facts_told(spoken)] == ["o1"]


@pytest.mark.parametrize(
    ("elements", "truth"),
    [
        ({"dataAbsentReason": {"coding": [{"code": "masked"}]}}, None),
        ({"dataAbsentReason": {"coding": [{"code": "as-text"}]}}, None),
        ({"valueString": "4.5, specimen slightly hemolyzed"}, None),
        ({"valueString": "5.6 %"}, True),
        ({}, True),
        (
            {
                "component": [{"valueQuantity": {"value": 1}}],
                "dataAbsentReason": {"coding": [{"code": "error"}]},
            },
            True,
        ),
        (
            {"component": [{"dataAbsentReason": {"coding": [{"code": "error"}]}}], "dataAbsentReason": {}},
            False,
        ),
    ],
)
def test_a_value_that_is_elsewhere_or_in_doubt_is_not_known(elements, truth):
    assert has(A1C, result(Code(LOINC, "4548-4"), **{"valueQuantity": None, **elements})) is truth
