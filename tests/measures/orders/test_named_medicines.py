"""Medicines without a code known here: told by plain words, never by doubtful ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from measures.orders import named_medicines
from measures.orders.checks.lithium_interactions import CHECK as LITHIUM_INTERACTIONS
from measures.orders.checks.lithium_monitoring import CHECK as LITHIUM_MONITORING
from measures.orders.checks.two_antipsychotics import CHECK as TWO_ANTIPSYCHOTICS
from measures.orders.checks.use_disorder_without_naloxone import CHECK as WITHOUT_NALOXONE
from measures.orders.drafts import SigningRecord, read_drafts
from measures.orders.medicines import (
    ACE_INHIBITORS,
    ANTIPSYCHOTIC,
    BENZODIAZEPINES,
    LITHIUM,
    NALOXONE,
    NSAIDS,
    OPIOIDS,
    OUD_MEDICINES,
    SSRI,
    THIAZIDES,
    VALPROATE,
)
from measures.orders.named_medicines import by_words, ingredient_names, is_told_by_words
from measures.orders.problems import OPIOID_USE_DISORDER
from measures.terminology import RXNORM, ValueSet
from measures.vocabulary import starter_vocabulary
from tests.clinic import chart, concept, diagnosed, event
from tests.measures.orders.signing import TODAY, bundle, coded_chart, draft_for, is_due, told

STARTER = starter_vocabulary()
IBUPROFEN = draft_for(NSAIDS, "Ibuprofen")
LOCAL = {"system": "urn:our-formulary", "code": "4711"}


def medicine(text: str = "", *coding: dict[str, str]) -> dict[str, Any]:
    return ({"coding": list(coding)} if coding else {}) | ({"text": text} if text else {})


def order(text: str = "", *coding: dict[str, str], **more: Any) -> dict[str, Any]:
    elements = {"status": "draft", "intent": "order", "medicationCodeableConcept": medicine(text, *coding)}
    return event("MedicationRequest", **elements | more)


def taken(text: str, **more: Any) -> dict[str, Any]:
    return order(text, status="active", authoredOn="2026-10-01", **more)


def classes(text: str, *asked: ValueSet) -> set[ValueSet]:
    codes = by_words(medicine(text), STARTER) or ()
    return {one for one in asked if any(STARTER.holds(one, code) for code in codes)}


EVERY = (
    LITHIUM,
    NSAIDS,
    ACE_INHIBITORS,
    THIAZIDES,
    ANTIPSYCHOTIC,
    SSRI,
    OPIOIDS,
    BENZODIAZEPINES,
    VALPROATE,
    NALOXONE,
    OUD_MEDICINES,
)
PLAIN: dict[str, set[ValueSet]] = {
    "lithium carbonate 300 mg ER capsule": {LITHIUM},
    "LITHIUM": {LITHIUM},
    "Lithobid (lithium carbonate) 300 mg": {LITHIUM},
    "12 HR lithium carbonate 450 MG Extended Release Oral Tablet": {LITHIUM},
    "Ibuprofen 600mg tab po tid prn pain": {NSAIDS},
    "Divalproex 500 mg DR": {VALPROATE},
    "lisinopril-hydrochlorothiazide 20/12.5 mg": {ACE_INHIBITORS, THIAZIDES},
    "amlodipine 5 mg / benazepril 10 mg capsule": {ACE_INHIBITORS},
    "OLANZapine/FLUoxetine 6-25 mg": {ANTIPSYCHOTIC, SSRI},
    "HYDROcodone 5 mg-acetaminophen 325 mg": {OPIOIDS},
    "hydrocodone 7.5 mg and ibuprofen 200 mg": {OPIOIDS, NSAIDS},
    "Xanax 0.5 mg": {BENZODIAZEPINES},
    "Vicoprofen 7.5-200": {OPIOIDS, NSAIDS},
    "Zorvolex 35 mg": {NSAIDS},
    "Qbrelis 1 mg/mL": {ACE_INHIBITORS},
    "Tekturna HCT 150-12.5": {THIAZIDES},
    "Tekturna 150 mg": set(),
    "Naloxone 4 mg/0.1 mL nasal spray": {NALOXONE},
    "Narcan (naloxone) nasal spray": {NALOXONE},
    "Lisinopril 10 mg, lithium 300 mg": {LITHIUM, ACE_INHIBITORS},
    "Acetaminophen with codeine No. 3": {OPIOIDS},
    "Ibuprofen 200 mg, 1 or 2 tablets": {NSAIDS},
    "Advil Liqui-Gels": {NSAIDS},
    "ibuprofen 200 mg gel cap": {NSAIDS},
}


@pytest.mark.parametrize(("text", "named"), PLAIN.items())
def test_plain_words_name_the_ingredients(text: str, named: set[ValueSet]):
    assert classes(text, *EVERY) == named


DOUBTFUL = (
    "no lithium",
    "Lithium level",
    "lithium heparin tube",
    "stop lithium",
    "D/C ibuprofen",
    "ibuprofen or naproxen",
    "allergic to ibuprofen",
    "Diclofenac 1 % gel",
    "diclofenac epolamine 1.3 % patch",
    "ketorolac 0.5 % ophthalmic drops",
    "Benzoyl peroxide 5 %",
    "lithiumlike",
    "preibuprofen",
    "lisinopril 10 mg (patient takes lithium)",
    "Metformin 500 mg",
    "",
)


@pytest.mark.parametrize("text", DOUBTFUL)
def test_doubtful_words_and_others_tell_nothing(text: str):
    assert by_words(medicine(text), STARTER) == frozenset()


ANOTHER: dict[str, set[ValueSet]] = {
    "buprenorphine-naloxone 8-2 mg film": {OUD_MEDICINES},
    "buprenorphine 8 mg / naloxone 2 mg": {OUD_MEDICINES},
    "pentazocine/naloxone 50-0.5 mg": set(),
    "naloxone-pentazocine": set(),
    "pentazocine and naloxone": set(),
    "buprenorphine 10 mcg/hr patch": set(),
    "naltrexone-bupropion 8-90 mg": set(),
    "naltrexone 50 mg": {OUD_MEDICINES},
}


@pytest.mark.parametrize(("text", "named"), ANOTHER.items())
def test_in_a_mixture_or_on_the_skin_it_can_be_something_else(text: str, named: set[ValueSet]):
    assert classes(text, NALOXONE, OUD_MEDICINES) == named


def test_words_count_only_where_no_code_says_what_it_is():
    rxnorm = {"system": RXNORM, "code": "6809", "display": "metformin"}
    _, held = min(STARTER.codes_in[NSAIDS.oid])

    assert by_words(medicine("lithium", rxnorm), STARTER) is None
    assert by_words(medicine("lithium", {"system": RXNORM, "code": held}), STARTER) is None
    assert by_words(None, STARTER) is None
    assert by_words(medicine("lithium", LOCAL), STARTER) == by_words(medicine("lithium"), STARTER)
    assert by_words(medicine("", LOCAL | {"display": "Lithium 300 mg"}), STARTER)
    assert by_words(medicine("lithium", {"code": "6448"}), STARTER)  # a code without its system is none


def test_text_and_display_that_name_two_medicines_tell_neither():
    assert by_words(medicine("lithium", LOCAL | {"display": "Ibuprofen"}), STARTER) == frozenset()
    assert by_words(medicine("Lithobid", LOCAL | {"display": "lithium carbonate"}), STARTER)
    assert by_words(medicine("Psych med", LOCAL | {"display": "Lithium"}), STARTER)
    assert by_words(medicine("lithium", LOCAL | {"display": "no lithium"}), STARTER) == frozenset()


def test_a_draft_in_words_is_checked_as_one_with_a_code():
    record = coded_chart(taken("Lithium carbonate 300 mg"))

    assert is_due(LITHIUM_INTERACTIONS, record, order("Ibuprofen 600 mg")) is True
    assert is_due(LITHIUM_INTERACTIONS, record, order("Acetaminophen 500 mg")) is False
    assert is_due(LITHIUM_INTERACTIONS, record, order("stop ibuprofen")) is False
    assert is_due(LITHIUM_INTERACTIONS, coded_chart(), order("Ibuprofen 600 mg")) is False


def test_two_medicines_of_which_our_sets_only_have_the_name_are_two():
    record = coded_chart(taken("Lithium carbonate 300 mg"))
    drafts = order("Nabumetone 500 mg"), order("Piroxicam 20 mg")

    assert len(told(LITHIUM_INTERACTIONS, record, *drafts)) == 2
    assert is_due(LITHIUM_INTERACTIONS, record, order("nabumetone level")) is False


def test_what_was_taken_for_words_of_another_kind_is_said_by_its_own():
    record = coded_chart(taken("Lithium carbonate 300 mg"))

    assert told(LITHIUM_INTERACTIONS, record, order("Lisinopril 10 mg")) == [
        "Lisinopril 10 mg ordered with Lithium carbonate 300 mg, active since 1 Oct 2026: the lithium level "
        "can rise to toxic"
    ]


def referring(kind: str, text: str, **more: Any) -> dict[str, Any]:
    contained = [{"resourceType": "Medication", "id": "m", "code": {"text": text}}]
    return event(kind, contained=contained, medicationReference={"reference": "#m"}, **more)


def test_a_medication_by_reference_is_told_by_its_words_too():
    filed = referring(
        "MedicationRequest", "Lithium 300 mg", status="active", intent="order", authoredOn="2026-10-01"
    )
    draft = referring("MedicationRequest", "Ibuprofen 600 mg", status="draft", intent="order")

    assert is_due(LITHIUM_INTERACTIONS, coded_chart(filed), draft) is True


def test_an_order_by_a_reference_is_called_by_its_medicine():
    medication = {"resourceType": "Medication", "id": "m", "code": concept(LITHIUM) | {"text": "Lithium 300"}}
    filed = taken("", contained=[medication], medicationReference={"reference": "#m"})

    assert told(LITHIUM_INTERACTIONS, chart(filed | {"medicationCodeableConcept": None}), IBUPROFEN) == [
        "Ibuprofen ordered with Lithium 300, active since 1 Oct 2026: the lithium level can rise to toxic"
    ]


def test_a_medication_is_told_by_the_words_of_what_it_is_made_of():
    lithium, none = ({"itemCodeableConcept": {"text": words}} for words in ("lithium carbonate", "cellulose"))

    def filed(*ingredients: Any) -> dict[str, Any]:
        contained = [{"resourceType": "Medication", "id": "m", "ingredient": list(ingredients)}]
        reference = {"contained": contained, "medicationReference": {"reference": "#m"}}
        return taken("", **reference) | {"medicationCodeableConcept": None}

    assert is_due(LITHIUM_INTERACTIONS, coded_chart(filed(lithium)), order("Ibuprofen 600 mg")) is True
    assert is_due(LITHIUM_INTERACTIONS, coded_chart(filed(none)), order("Ibuprofen 600 mg")) is False


def test_a_supply_in_words_says_that_it_is_at_home():
    ill, draft = diagnosed(OPIOID_USE_DISORDER, "2020-01-01"), order("oxycodone 5 mg")
    given = referring("MedicationDispense", "Narcan 4 mg", status="completed", whenHandedOver="2026-10-01")
    mixture = referring(
        "MedicationDispense", "buprenorphine-naloxone", status="completed", whenHandedOver="2026-10-01"
    )

    assert is_due(WITHOUT_NALOXONE, coded_chart(ill), draft) is True
    assert is_due(WITHOUT_NALOXONE, coded_chart(ill, given), draft) is False
    assert is_due(WITHOUT_NALOXONE, coded_chart(ill, mixture), draft) is True


def test_two_ingredients_in_words_are_two():
    drafts = order("Olanzapine 10 mg"), order("Risperidone 2 mg")

    assert is_due(TWO_ANTIPSYCHOTICS, coded_chart(), *drafts) is True
    assert is_due(TWO_ANTIPSYCHOTICS, coded_chart(), drafts[0], order("Zyprexa 5 mg")) is False


THREE = bundle(order("Ibuprofen"), order("Something else"), order("lithium level"))


def test_the_record_itself_is_left_as_it_was():
    record = coded_chart(taken("Lithium carbonate 300 mg"), taken("Something else"))
    drafts = read_drafts(THREE, record, TODAY)

    assert not record.medication_requests(LITHIUM)
    [found] = SigningRecord(record, drafts).medication_requests(LITHIUM).sure
    assert is_told_by_words(found)
    assert not record.medication_requests(LITHIUM)
    assert record.every("MedicationRequest").sure[0].codes == []


def test_what_is_told_by_its_words_is_known_and_what_is_not_is_counted():
    record = coded_chart(taken("Lithium carbonate 300 mg"), taken("Something else"))
    drafts = read_drafts(THREE, record, TODAY)

    assert [is_told_by_words(draft) for draft in drafts] == [True, False, False]
    assert drafts.untold == 2
    assert drafts.problems == (
        "draft 2: neither a code known here nor its words tell its medicine",
        "draft 3: neither a code known here nor its words tell its medicine",
    )
    assert SigningRecord(record, drafts).untold == 1


def test_one_that_is_no_fhir_costs_only_itself():
    broken = taken("") | {"medicationCodeableConcept": {"coding": ["lithium"], "text": "lithium"}}
    record = coded_chart(broken, taken("Lithium"))

    assert is_due(LITHIUM_INTERACTIONS, record, order("Ibuprofen")) is True
    assert is_due(LITHIUM_MONITORING, record, order("Lithium") | {"medicationCodeableConcept": 7}) is False


def test_every_other_name_stands_for_an_ingredient_of_ours():
    read = yaml.safe_load(Path(named_medicines.__file__).with_suffix(".yaml").read_text("utf-8"))
    names = ingredient_names()

    also = {one for named in read["also"].values() for one in ([named] if isinstance(named, str) else named)}
    assert also | set(read["alone"]) | set(read["something_else"]) <= names.codes.keys()
    assert all(code in STARTER.oids_by_code for code in names.codes.values())
