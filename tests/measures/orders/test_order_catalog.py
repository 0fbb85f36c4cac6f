"""The catalogue of order checks, and what each of them must have."""

import re

import pytest

from cds_service.drafts import load_drafts
from measures.criteria import Findings, criterion
from measures.gather import QUERIES, WELCOME
from measures.instrument_catalog import find_instruments
from measures.orders.asking import ordered
from measures.orders.catalog import find_order_checks, judge_all
from measures.orders.check import Citation, Kind, OrderCheck, Severity
from measures.orders.doses import daily_mg
from measures.orders.drafts import SigningRecord, read_drafts
from measures.orders.laboratory import A1C
from measures.orders.medicines import ANTIPSYCHOTIC, CITALOPRAM, ESCITALOPRAM, LITHIUM, OPIOIDS
from measures.orders.morphine import daily_mme
from measures.orders.strengths import strengths
from measures.record import PatientRecord
from measures.terminology import RXNORM
from measures.time import Period
from measures.vocabulary import read_vocabulary, starter_vocabulary
from tests.clinic import chart
from tests.measures.orders.signing import TODAY, bundle, coded_chart, dosage, draft_for

CHECKS = find_order_checks()
LONGEST_SAID = 110  # characters without what fills the placeholders; a card's summary takes 139


def check(**more):
    return OrderCheck(
        **{
            "id": "a",
            "title": "A",
            "version": "1",
            "citations": (Citation("me", "2026"),),
            "severity": Severity.INFO,
            "kind": Kind.DUE,
            "concerns": ordered(LITHIUM),
            "says": ("{draft.name}",),
        }
        | more
    )


def test_the_gravest_come_first():
    order = [("critical", "warning", "info").index(one.severity) for one in CHECKS.values()]

    assert order == sorted(order)
    assert len(CHECKS) >= 25


@pytest.mark.parametrize("one", CHECKS.values(), ids=CHECKS)
def test_each_check_has_its_source_and_says_the_fact_in_one_line(one):
    assert one.citations
    assert all(
        cited.source and re.match(r"\d{4}|as configured|current", cited.date) for cited in one.citations
    )
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one.id)
    for text in one.says:
        assert len(re.sub(r"\{[^}]*\}", "", text)) <= LONGEST_SAID


@pytest.mark.parametrize("one", CHECKS.values(), ids=CHECKS)
def test_each_check_offers_something_that_exists(one):
    drafts = load_drafts()
    added = {name for mend in one.mends for name in mend.add} | {need.add for need in one.needs} - {""}
    opened = {mend.instrument for mend in one.mends} - {""}

    assert added <= set(drafts)
    assert opened <= set(find_instruments().instruments)
    assert one.mends or any(need.add for need in one.needs)


@pytest.mark.parametrize("one", CHECKS.values(), ids=CHECKS)
def test_each_check_asks_only_for_what_is_gathered(one):
    assert one.kinds <= {query.kind for query in (*QUERIES, *WELCOME)}


def test_a_placeholder_that_nothing_fills_is_refused_with_those_that_are():
    with pytest.raises(ValueError, match=r"a: nothing fills \{draft.nam\}; known: draft.name, missing"):
        check(says=("{draft.nam}",))


def test_two_criteria_of_one_name_are_refused():
    def leaf(_patient, _today):
        return True

    with pytest.raises(ValueError, match="two criteria are called 'leaf'"):
        check(when=criterion("one")(leaf) & criterion("two")(leaf))


def test_of_several_texts_the_first_that_can_be_filled_is_used():
    @criterion("never found")
    def nothing(_patient, _today):
        return True

    one = check(when=nothing, says=("{nothing.date}", "{draft.name} only"), detail="{nothing.date}")
    (finding,) = one.judge(chart(), read_drafts([draft_for(LITHIUM, "Lithium")], chart(), TODAY), TODAY)

    assert finding.says() == "Lithium only"
    assert finding.detail() == ""


def test_every_value_passes_through_the_shape_it_is_given():
    (finding,) = check().judge(chart(), read_drafts([draft_for(LITHIUM, "*L*")], chart(), TODAY), TODAY)

    assert finding.says(lambda words: words.replace("*", "")) == "L"


NEEDS = [(one, need) for one in CHECKS.values() for need in one.needs if need.add]


@pytest.mark.parametrize(("one", "need"), NEEDS, ids=[f"{one.id} {need.what}" for one, need in NEEDS])
def test_what_a_need_adds_meets_it(one, need):
    record = coded_chart()
    drafts = read_drafts([load_drafts()[need.add].for_patient("pat-1", TODAY)], record, TODAY)
    signing = Findings(SigningRecord(record, drafts), Period(TODAY, TODAY))

    assert need.criterion.met(signing.for_episode(next(iter(drafts)))) is True


def test_a_value_set_that_is_not_loaded_makes_the_check_unknown(tmp_path):
    other = '{"resourceType": "ValueSet", "url": "urn:oid:1.2.3", "expansion": {"contains": []}}'
    (tmp_path / "one.json").write_text(other)
    patient = {"resourceType": "Patient", "id": "pat-1", "birthDate": "1980-05-01"}
    record = PatientRecord(patient, (), read_vocabulary(tmp_path))
    order = draft_for(ANTIPSYCHOTIC)
    order["medicationCodeableConcept"] = {"coding": [{"system": RXNORM, "code": "61381"}]}
    found = judge_all(CHECKS.values(), record, read_drafts([order], record, TODAY), TODAY)

    unknown = {finding.check.id: finding.why_unknown for finding in found if finding.due is None}
    assert A1C.oid in unknown["antipsychotic-metabolic"]


@pytest.mark.parametrize(
    "drafts", [None, [], {"resourceType": "Bundle"}, [{"resourceType": "MedicationRequest"}], [7]]
)
def test_nothing_to_say_of_nothing(drafts):
    assert judge_all(CHECKS.values(), chart(), read_drafts(drafts, chart(), TODAY), TODAY) == ()


def test_all_checks_at_once_with_the_starter_vocabulary():
    patient = {"resourceType": "Patient", "id": "pat-1", "birthDate": "1950-05-01", "gender": "female"}
    record = PatientRecord(patient, (), starter_vocabulary())
    orders = [
        {
            "resourceType": "MedicationRequest",
            "id": code,
            "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": code, "display": name}]},
        }
        for code, name in {"197889": "lithium", "314076": "lisinopril", "197527": "clonazepam"}.items()
    ]
    found = judge_all(CHECKS.values(), record, read_drafts(bundle(*orders), record, TODAY), TODAY)

    assert {finding.check.id for finding in found if finding.due} == {
        "lithium-interactions",
        "lithium-monitoring",
        "older-adults",
    }


@pytest.mark.parametrize("medicine", [CITALOPRAM, ESCITALOPRAM], ids=lambda one: one.title)
def test_every_product_whose_dose_matters_has_a_strength(medicine):
    products = starter_vocabulary().codes_in[medicine.oid] & strengths().keys()

    assert len(products) >= 3
    for system, code in products:
        source = draft_for(medicine, rxnorm=code, dosageInstruction=dosage(2, "tablet"), status="active")
        assert system == RXNORM
        assert daily_mg(chart(source).medication_requests(medicine)[0])


# Fentanyl by its ingredient alone, which may be a patch or not; others for which the CDC gives none.
WITHOUT_FACTOR = {"4337", "6754", "861455", "861467", "butorphanol", "levorphanol", "pentazocine"}


def test_every_opioid_has_a_factor_but_those_without():
    for _, code in starter_vocabulary().codes_in[OPIOIDS.oid]:
        is_patch = any(s.unit == "MG/HR" for s in strengths().get((RXNORM, code), ()))
        amount = dosage(1, "patch" if is_patch else "mg")
        source = draft_for(OPIOIDS, rxnorm=code, dosageInstruction=amount, status="active")
        if code not in WITHOUT_FACTOR:
            assert daily_mme(chart(source).medication_requests(OPIOIDS)[0]), code
