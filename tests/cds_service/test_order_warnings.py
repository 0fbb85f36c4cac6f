"""Every order check over HTTP, as a tester tries it: what is told, and that a host can do what is offered."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from cds_service.drafts import MODELS
from cds_service.outside.registry import HostEhr
from cds_service.wiring import Wiring
from measures.orders import medicines as m
from measures.orders import problems as p
from measures.orders.catalog import find_order_checks
from measures.orders.laboratory import NEUTROPHILS, TSH
from measures.shared.depression import PHQ_9
from measures.shared.suicide_risk import CSSRS, HIGH
from tests.cds_service.calls import ORDER_SIGN, TODAY, CdsClient, bundle, hook, patient, prefetch, signing
from tests.cds_service.test_discharge_medicine import RECORD as NOT_FILLED
from tests.cds_service.test_order_hooks import FRESH
from tests.clinic import concept, diagnosed, dispensed, observed, pressure
from tests.measures.orders.signing import dosage, draft_for, draft_test, taken
from tests.measures.suicide_care import LOW, MODERATE

Json = dict[str, Any]
WOMAN = patient("1994-04-02", gender="female")
YOUNG, OLD = patient("2004-04-02"), patient("1950-04-02")
OLANZAPINE, RISPERIDONE, HALOPERIDOL, METHADONE = "312078", "312829", "310670", "6813"
ILL = diagnosed(p.OPIOID_USE_DISORDER, "2020-01-01")


class Tried(NamedTuple):
    """A record, the orders being signed and the patient with whom a check speaks."""

    record: tuple[Json, ...]
    drafts: tuple[Json, ...]
    who: Json = patient()


def order(name: Any, display: str, number: int = 1, **more: Any) -> Json:
    return draft_for(name, display, id=f"draft-{number}", **more)


LORAZEPAM, IBUPROFEN = order(m.BENZODIAZEPINES, "Lorazepam 1 mg"), order(m.NSAIDS, "Ibuprofen 600 mg")
SERTRALINE, OXYCODONE = order(m.SSRI, "Sertraline 50 mg"), order(m.OPIOIDS, "Oxycodone 5 mg")
VALPROATE, LITHIUM = order(m.VALPROATE, "Divalproex 500 mg"), order(m.LITHIUM, "Lithium 300 mg")
CLOZAPINE = order(m.CLOZAPINE, "Clozapine 100 mg", 9)

TRIED: dict[str, Tried] = {
    "anticoagulant-ssri": Tried((taken(m.ORAL_ANTICOAGULANTS, "2026-10-01", "Apixaban"),), (SERTRALINE,)),
    "anticonvulsant-monitoring": Tried((), (VALPROATE,)),
    "antidepressant-under-25": Tried((), (SERTRALINE,), YOUNG),
    "antipsychotic-ecg": Tried((), (order(m.ZIPRASIDONE, "Ziprasidone 40 mg"),)),
    "antipsychotic-in-dementia": Tried(
        (diagnosed(p.DEMENTIA, "2022-01-01"),), (order(m.ANTIPSYCHOTIC, "Quetiapine 25 mg"),), OLD
    ),
    "antipsychotic-metabolic": Tried((), (order(m.ANTIPSYCHOTIC, "Olanzapine 10 mg"),)),
    "bupropion-seizures": Tried((diagnosed(p.SEIZURES, "2019-01-01"),), (order(m.BUPROPION, "Bupropion"),)),
    "carbamazepine-contraceptive": Tried(
        (taken(m.WEAKENED_CONTRACEPTIVES, "2026-10-01", "Yaz"),), (order(m.CARBAMAZEPINE, "Carbamazepine"),)
    ),
    "citalopram-dose": Tried((), (order(m.CITALOPRAM, "Citalopram", dosageInstruction=dosage(60, "mg")),)),
    "clozapine-anc": Tried((), (CLOZAPINE,)),
    "clozapine-begun-low": Tried(
        (observed(NEUTROPHILS, "2026-11-20", value=1400, unit="/uL"),), (CLOZAPINE,)
    ),
    "clozapine-carbamazepine": Tried((taken(m.CARBAMAZEPINE, "2026-10-01", "Carbamazepine"),), (CLOZAPINE,)),
    "clozapine-cyp1a2": Tried((taken(m.CIPROFLOXACIN, "2026-11-20", "Ciprofloxacin"),), (CLOZAPINE,)),
    "clozapine-low-anc": Tried((observed(NEUTROPHILS, "2026-11-20", value=900, unit="/uL"),), (CLOZAPINE,)),
    "discharge-medicine-not-filled": Tried(NOT_FILLED, (IBUPROFEN,)),
    "duplicate-test": Tried(
        (observed(TSH, "2026-11-01", value=2, unit="mU/L"),), (draft_test(TSH, id="draft-1"),)
    ),
    "escitalopram-dose": Tried(
        (), (order(m.ESCITALOPRAM, "Escitalopram", dosageInstruction=dosage(30, "mg")),)
    ),
    "lamotrigine-valproate": Tried(
        (taken(m.VALPROATE, "2026-10-01", "Divalproex"),), (order(m.LAMOTRIGINE, "Lamotrigine 25 mg"),)
    ),
    "linezolid-serotonergic": Tried(
        (taken(m.SSRI, "2026-10-01", "Sertraline"),), (order(m.LINEZOLID, "Linezolid"),)
    ),
    "lithium-interactions": Tried((taken(m.LITHIUM, "2026-10-01", "Lithium"),), (IBUPROFEN,)),
    "lithium-monitoring": Tried((taken(m.LITHIUM, "2026-10-01", "Lithium"), *FRESH[1:]), (LITHIUM,)),
    "mao-b-antidepressant": Tried((taken(m.MAO_B_INHIBITORS, "2026-10-01", "Rasagiline"),), (SERTRALINE,)),
    "mao-b-pair": Tried(
        (taken(m.MAO_B_INHIBITORS, "2026-10-01", "Rasagiline"),), (order(m.TRAMADOL, "Tramadol 50 mg"),)
    ),
    "maoi-pair": Tried((taken(m.MAOI, "2026-10-01", "Phenelzine"),), (SERTRALINE,)),
    "metronidazole-pair": Tried(
        (taken(m.DISULFIRAM, "2026-11-01", "Disulfiram"),), (order(m.METRONIDAZOLE, "Flagyl"),)
    ),
    "older-adults": Tried((), (LORAZEPAM,), OLD),
    "opioid-antagonist": Tried(
        (taken(m.OPIOIDS, "2026-11-01", "Oxycodone"),), (order(m.OPIOID_ANTAGONISTS, "Naltrexone 50 mg"),)
    ),
    "opioid-benzodiazepine": Tried((taken(m.OPIOIDS, "2026-11-01", "Oxycodone"),), (LORAZEPAM,)),
    "opioid-gabapentinoid": Tried((taken(m.GABAPENTINOIDS, "2026-11-01", "Gabapentin"),), (OXYCODONE,)),
    "opioid-without-naloxone": Tried(
        (), (order(m.OPIOIDS, "Methadone", rxnorm=METHADONE, dosageInstruction=dosage(20, "mg")),)
    ),
    "overdose-danger": Tried((observed(CSSRS[0], "2026-11-20", value=HIGH),), (LORAZEPAM,)),
    "qt-contraindicated": Tried(
        (taken(m.QT_OTHERS, "2026-10-03", "Citalopram"),), (order(m.ZIPRASIDONE, "Ziprasidone 40 mg"),)
    ),
    "qt-pair": Tried(
        (taken(m.QT_OTHERS, "2026-10-03", rxnorm=METHADONE),),
        (order(m.QT_ANTIPSYCHOTICS, "Haloperidol", rxnorm=HALOPERIDOL),),
    ),
    "stimulant-blood-pressure": Tried(
        (pressure(162, 98, "2026-11-01"),), (order(m.STIMULANTS, "Methylphenidate"),)
    ),
    "suicide-risk-rose": Tried(
        (observed(CSSRS[0], "2026-05-20", value=LOW), observed(CSSRS[0], "2026-11-20", value=MODERATE)),
        (LORAZEPAM,),
    ),
    "tramadol-serotonergic": Tried((taken(m.SSRI, "2026-10-01"),), (order(m.TRAMADOL, "Tramadol 50 mg"),)),
    "treatment-ran-out": Tried((ILL, dispensed(m.OUD_MEDICINES, "2026-10-01", 30)), (IBUPROFEN,)),
    "treatment-stopped": Tried((ILL,), (order(m.OUD_MEDICINES, "Buprenorphine", status="stopped"),)),
    "two-antipsychotics": Tried(
        (),
        (
            order(m.ANTIPSYCHOTIC, "Olanzapine", rxnorm=OLANZAPINE),
            order(m.ANTIPSYCHOTIC, "Risperidone", 2, rxnorm=RISPERIDONE),
        ),
    ),
    "two-serotonergic-antidepressants": Tried(
        (taken(m.SSRI, "2026-10-01", "Sertraline", rxnorm="312941"),),
        (order(m.SNRI, "Venlafaxine", rxnorm="313580"),),
    ),
    "unspecified-diagnosis": Tried(
        (observed(PHQ_9, "2026-11-01", value=17, unit="{score}"),),
        (order(m.SSRI, "Sertraline", reasonCode=[concept(p.UNSPECIFIED_DEPRESSION)]),),
    ),
    "use-disorder-without-naloxone": Tried((ILL,), (OXYCODONE,)),
    "valproate-in-pregnancy": Tried((diagnosed(p.PREGNANT, "2026-08-01"),), (VALPROATE,), WOMAN),
    "valproate-pregnancy-possible": Tried((), (VALPROATE,), WOMAN),
}
NEEDS_A_NETWORK = {"referral-network"}
SWITCHED_OFF = {one.id for one in find_order_checks().values() if not one.on}
LINK_ONLY = {"unspecified-diagnosis"}  # a diagnosis is the clinician's: nothing can be accepted unread


def sign(ehr: CdsClient, tried: Tried) -> list[Json]:
    return ehr.cards_at_signing(tried.record, *tried.drafts, who=tried.who)


def of_check(cards: list[Json], check: str) -> Json:
    topics = {card["source"]["topic"]["code"]: card for card in cards}
    return topics[check.replace("-", "")]


def test_every_check_is_tried():
    assert TRIED.keys() | NEEDS_A_NETWORK | SWITCHED_OFF == find_order_checks().keys()


@pytest.mark.parametrize("check", TRIED)
def test_a_warning_is_told_with_its_source_and_what_a_host_can_do_at_once(ehr: CdsClient, check: str):
    card = of_check(sign(ehr, TRIED[check]), check)

    assert len(card["summary"]) < 140
    assert "**Whose word this is**" in card["detail"]
    actions = [action for one in card.get("suggestions", ()) for action in one["actions"]]
    assert bool(actions) is (check not in LINK_ONLY)
    for action in actions:
        can_be_done(action, TRIED[check].drafts)


def can_be_done(action: Json, drafts: tuple[Json, ...]) -> None:
    """A create holds a whole valid resource for this patient, others name one of the orders."""
    assert action["description"]
    if action["type"] == "update":
        resource = action["resource"]
        assert resource["id"] in {one["id"] for one in drafts}
        MODELS[resource["resourceType"]](resource)
        return
    if action["type"] == "delete":
        assert action["resourceId"] in {f"{one['resourceType']}/{one['id']}" for one in drafts}
        return
    assert action["type"] == "create"
    resource = action["resource"]
    model = MODELS[resource["resourceType"]](resource)  # raises what is no FHIR R4
    whose = model.for_fhir if resource["resourceType"] == "Task" else model.subject
    assert whose.reference == "Patient/pat-1"
    assert (model.status, model.intent) in {("draft", "order"), ("requested", "proposal")}
    assert resource["authoredOn"] == TODAY.isoformat()
    assert "id" not in resource


def test_a_medication_beside_the_orders_of_the_prefetch_is_read(ehr: CdsClient):
    given = prefetch(taken(m.LITHIUM, "2026-10-01", "Lithium"))
    medication = {"resourceType": "Medication", "id": "ibuprofen", "code": concept(m.NSAIDS)}
    given["MedicationRequest"]["entry"].append({"resource": medication})
    by_reference = {name: held for name, held in IBUPROFEN.items() if name != "medicationCodeableConcept"}
    draft = by_reference | {"medicationReference": {"reference": "Medication/ibuprofen"}}
    cards = ehr.post(signing(given, draft), ORDER_SIGN).get_json()["cards"]

    assert of_check(cards, "lithium-interactions")


def test_an_order_that_is_signed_again_does_not_run_against_itself(ehr: CdsClient):
    again = order(m.OPIOIDS, "Oxycodone", status="active", authoredOn="2026-11-01", rxnorm="1049621")
    half = again | {"dosageInstruction": dosage(20, "mg")}  # 30 MME; twice that would call for naloxone

    assert sign(ehr, Tried((half,), (half,))) == []


def test_signing_nothing_but_a_stop_is_read_too(ehr: CdsClient):
    card = of_check(sign(ehr, TRIED["treatment-stopped"]), "treatment-stopped")

    keep, naloxone = card["suggestions"]
    assert keep["actions"][0]["resourceId"] == "MedicationRequest/draft-1"
    assert naloxone["actions"][0]["resource"]["resourceType"] == "MedicationRequest"


@pytest.mark.parametrize(("day", "labels"), [("2025-11-22", 1), ("2025-11-21", 2), (None, 2)])
def test_naloxone_that_is_at_home_is_not_offered_again(ehr: CdsClient, day: str | None, labels: int):
    at_home = [dispensed(m.NALOXONE, day, 1)] if day else []
    record, drafts, who = TRIED["treatment-stopped"]
    card = of_check(sign(ehr, Tried((*record, *at_home), drafts, who)), "treatment-stopped")

    assert ["Keep the treatment: take this back", "Add naloxone"][:labels] == [
        one["label"] for one in card["suggestions"]
    ]


WRONG: tuple[Any, ...] = (
    *(3, True, "x", "2026-99-99", [], [3], [[]], [None], {}),
    *({"coding": 3}, {"coding": [3]}, {"coding": [{"system": [], "code": {}}]}, [{"coding": {"code": "x"}}]),
    *({"reference": 3}, {"text": {"a": 1}}, {"start": 3}, [{"doseAndRate": 3}], [{"timing": {"repeat": []}}]),
    {"expectedSupplyDuration": {"value": 9e18, "code": "d"}},
)
OF_EVERY_ORDER = "id status intent subject authoredOn category reasonCode reasonReference extension"
BROKEN: dict[str, tuple[Json, str]] = {
    "MedicationRequest": (
        OXYCODONE,
        "medicationCodeableConcept medicationReference dosageInstruction dispenseRequest contained",
    ),
    "ServiceRequest": (
        draft_test(TSH, id="draft-2"),
        "code occurrenceDateTime occurrencePeriod occurrenceTiming performer",
    ),
}
ELEMENTS = [(kind, one) for kind, (_, own) in BROKEN.items() for one in f"{OF_EVERY_ORDER} {own}".split()]


@pytest.mark.parametrize(("kind", "element"), ELEMENTS)
def test_orders_that_are_no_fhir_cost_no_other_order(ehr: CdsClient, kind: str, element: str):
    draft, _ = BROKEN[kind]
    cards = sign(ehr, Tried((), (*(draft | {element: value} for value in WRONG), CLOZAPINE)))

    assert of_check(cards, "clozapine-anc")


UNREADABLE = {"resourceType": "MedicationRequest", "subject": 3}


@pytest.mark.parametrize("drafts", [{}, bundle(), bundle(UNREADABLE)])
def test_where_no_order_can_be_read_there_is_nothing_to_say(ehr: CdsClient, drafts: Json):
    answer = ehr.post(hook("order-sign", prefetch(), draftOrders=drafts), ORDER_SIGN)

    assert answer.get_json() == {"cards": []}


@pytest.mark.parametrize(("network", "told"), [((), False), (("Organization/north",), True)])
def test_a_referral_outside_the_network_of_the_host_ehr(
    ehr: CdsClient, wiring: Wiring, riverside: HostEhr, network: tuple[str, ...], told: bool
):
    cds = riverside.cds.model_copy(update={"network": network})
    south = [{"reference": "Organization/south", "display": "South Clinic"}]
    referral = draft_test(TSH, id="draft-1", code={"text": "Referral"}, performer=south)
    wiring.host_ehrs.add(riverside.model_copy(update={"cds": cds}))
    try:
        cards = sign(ehr, Tried((), (referral,)))
    finally:
        wiring.host_ehrs.add(riverside)

    said = "Referral: South Clinic is outside the preferred network"
    assert [card["summary"] for card in cards] == [said] * told


def test_naloxone_is_asked_for_once_whether_by_the_dose_or_by_the_diagnosis(ehr: CdsClient):
    high = order(m.OPIOIDS, "Oxycodone", rxnorm="1049621", dosageInstruction=dosage(40, "mg"))  # 60 MME
    asking = [card for card in sign(ehr, Tried((ILL,), (high,))) if "no naloxone" in card["summary"]]

    assert [card["source"]["topic"]["code"] for card in asking] == ["opioidwithoutnaloxone"]
