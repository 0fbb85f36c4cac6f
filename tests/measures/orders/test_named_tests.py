"""Orders for tests without a code known here: told by an installation's sets, by name, perhaps by a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from measures.library.cms122_glycemic_status import MEASURE as CMS122
from measures.orders import named_tests
from measures.orders.checks.clozapine_anc import CHECK as CLOZAPINE_ANC
from measures.orders.checks.duplicate_test import CHECK as DUPLICATE
from measures.orders.laboratory import A1C
from measures.orders.medicines import CLOZAPINE
from measures.orders.named_tests import ORDERED_AS, by_name
from measures.record import PatientRecord
from measures.terminology import CPT, LOINC, RXNORM, SNOMED
from measures.vocabulary import read_vocabulary, starter_vocabulary
from tests.clinic import event, observed
from tests.measures.orders.signing import DIABETIC, closing, coded_chart, is_due

STARTER = starter_vocabulary()
LABORATORY = [{"coding": [{"system": SNOMED, "code": "108252007"}]}]
EVERY = frozenset(
    row["loinc"]
    for row in yaml.safe_load(Path(named_tests.__file__).with_suffix(".yaml").read_text("utf-8"))["tests"]
)
A1C_NUMBER = (CPT, "83036")


def order(text: str = "", *codes: tuple[str, str], category: Any = LABORATORY, **more: Any) -> dict[str, Any]:
    coding = [{"system": system, "code": code} for system, code in codes]
    code = ({"coding": coding} if coding else {}) | ({"text": text} if text else {})
    elements = {"status": "draft", "intent": "order", "category": category, "code": code or None}
    return event("ServiceRequest", **elements | more)


NAMED = {
    "Hemoglobin A1c": "4548-4",
    "HbA1c, blood": "4548-4",
    "HGB A1C": "4548-4",
    "Lipid Panel (fasting)": "24331-1",
    "TSH": "3016-3",
    "Lithium level": "14334-7",
    "CBC w/ diff": "57021-8",
    "CBC": "58410-2",
    "Comprehensive metabolic panel": "24323-8",
    "Urine pregnancy test": "2106-3",
    "EKG 12-lead": "11524-6",
    "Vitamin D": "",
    "A1c and lipids": "",
}


@pytest.mark.parametrize(("text", "loinc"), NAMED.items())
def test_a_whole_name_is_the_test(text: str, loinc: str):
    assert by_name(order(text), STARTER)[0] == loinc


MAYBE = {
    "A1c and lipids": {"4548-4", "24331-1"},
    "CBC w diff, weekly x 4": {"58410-2", "57021-8"},
    "Lithium 12 h after the last dose": {"14334-7"},
    "Follow-up with psychiatry": set(),
    "Vitamin D": set(),
}


@pytest.mark.parametrize(("text", "loincs"), MAYBE.items())
def test_a_telling_word_only_says_what_it_may_be(text: str, loincs: set[str]):
    assert by_name(order(text), STARTER) == ("", frozenset(loincs))


WORDLESS = {
    "for the laboratory": (order("", A1C_NUMBER), EVERY),
    "for the laboratory by the words of its category": (
        order("", A1C_NUMBER, category=[{"text": "Lab"}]),
        EVERY,
    ),
    "a CPT code without a category": (order("", A1C_NUMBER, category=None), EVERY),
    "a CPT code of imaging": (order("", (CPT, "71046"), category=[{"text": "Imaging"}]), frozenset()),
    "a LOINC code, which says what it is": (order("", (LOINC, "718-7")), frozenset()),
    "a code that a value set holds": (order("", (LOINC, "4548-4")), frozenset()),
}


@pytest.mark.parametrize(("draft", "perhaps"), WORDLESS.values(), ids=WORDLESS)
def test_without_a_word_an_order_for_the_laboratory_may_be_any(draft: Any, perhaps: frozenset[str]):
    assert by_name(draft, STARTER) == ("", perhaps)


def test_a_name_beside_a_code_counts_as_well():
    coded = order() | {
        "code": {"coding": [{"system": CPT, "code": "83036", "display": "Glycated hemoglobin"}]}
    }

    assert by_name(coded, STARTER)[0] == "4548-4"


def test_an_installation_tells_what_its_own_codes_stand_for(tmp_path: Path):
    local = ("urn:our-laboratory", "A1C")
    sets = {f"{ORDERED_AS}4548-4": [A1C_NUMBER, local], A1C.oid: [(LOINC, "4548-4")]}
    for number, (url, codes) in enumerate(sets.items()):
        contains = [{"system": system, "code": code} for system, code in codes]
        value_set = {"resourceType": "ValueSet", "url": url, "expansion": {"contains": contains}}
        (tmp_path / f"{number}.json").write_bytes(orjson.dumps(value_set))
    own = read_vocabulary(tmp_path)
    result = {"code": {"coding": [{"system": LOINC, "code": "4548-4"}]}}
    patient = {"resourceType": "Patient", "id": "pat-1", "birthDate": "1980-05-01"}
    record = PatientRecord(patient, [observed(A1C, "2026-11-01", value=6) | result], own)

    assert is_due(DUPLICATE, record, order("", A1C_NUMBER)) is True
    assert is_due(DUPLICATE, record, order("", local)) is True
    assert is_due(DUPLICATE, record, order("", ("urn:our-laboratory", "TSH"))) is False


A1C_LATELY = observed(A1C, "2026-11-01", value=6)
DUPLICATES = {
    "by name": (order("Hemoglobin A1c"), True),
    "by a number nobody here can read": (order("", A1C_NUMBER), False),
    "by a telling word only": (order("A1c in 3 months"), False),
}


@pytest.mark.parametrize(("draft", "due"), DUPLICATES.values(), ids=DUPLICATES)
def test_only_a_test_that_is_known_is_called_a_duplicate(draft: Any, due: bool):
    assert is_due(DUPLICATE, coded_chart(A1C_LATELY), draft) is due


def clozapine() -> dict[str, Any]:
    code = min(code for system, code in STARTER.codes_in[CLOZAPINE.oid] if system == RXNORM)
    return event(
        "MedicationRequest",
        status="draft",
        intent="order",
        medicationCodeableConcept={"coding": [{"system": RXNORM, "code": code}], "text": "Clozapine"},
    )


MISSING = {
    "nothing beside it": ([], True),
    "the test by name": ([order("CBC with differential")], False),
    "the test, perhaps": ([order("CBC w diff, weekly x 4")], None),
    "an order for the laboratory without a word": ([order("", (CPT, "85025"))], None),
    "another test by name": ([order("Lithium level")], True),
    "another order in words": ([order("Follow-up with psychiatry", category=None)], True),
}


@pytest.mark.parametrize(("beside", "due"), MISSING.values(), ids=MISSING)
def test_a_test_that_may_be_being_ordered_is_not_called_missing(beside: list[Any], due: bool | None):
    assert is_due(CLOZAPINE_ANC, coded_chart(), clozapine(), *beside) is due


PENDING = {
    "by name, of this month": (order("CBC with diff", status="active", authoredOn="2026-10-25"), False),
    "by name, of the month before": (order("CBC with diff", status="active", authoredOn="2026-10-24"), True),
    "by name, done": (order("CBC with diff", status="completed", authoredOn="2026-11-20"), True),
    "perhaps": (order("CBC diff weekly", status="active", authoredOn="2026-11-20"), None),
    "that is no FHIR": (order(code={"coding": ["CBC"]}, status="active", authoredOn="2026-11-20"), True),
}


@pytest.mark.parametrize(("filed", "due"), PENDING.values(), ids=PENDING)
def test_an_order_of_the_record_without_a_known_code_counts_as_one_with_it(filed: Any, due: bool | None):
    assert is_due(CLOZAPINE_ANC, coded_chart(filed), clozapine()) is due


@pytest.mark.parametrize(
    ("draft", "offered"),
    [
        (order("Hemoglobin A1c"), False),
        (order("A1c today please"), False),
        (order("", A1C_NUMBER), False),
        (order("Vitamin D"), True),
    ],
)
def test_no_test_is_offered_beside_an_order_that_may_be_for_it(draft: Any, offered: bool):
    (gap,) = closing(CMS122, coded_chart(*DIABETIC), draft)

    assert gap.is_offered is offered


@pytest.mark.parametrize("loinc", sorted(EVERY))
def test_each_test_of_the_table_is_held_by_a_value_set_that_checks_ask_for(loinc: str):
    assert STARTER.oids_by_code[LOINC, loinc]
