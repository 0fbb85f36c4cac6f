"""Coding completeness: unsupported before missing, and never a code to add."""

import pytest
import yaml

from measures.risk.hcc.coded import Basis, coded, without_icd10
from measures.risk.hcc.completeness import Kind
from measures.risk.hcc.panel import HccJob, judge
from measures.risk.hcc.raf import Person
from measures.risk.hcc.support import FILE, READ_FOR
from measures.terminology import ICD10CM, LOINC, RXNORM, Code
from measures.vocabulary import starter_vocabulary
from tests.clinic import all_but, chart, diagnosed, event, observed, prescribed
from tests.risk.hcc.claims import claim

SCHIZOPHRENIA, SEVERE, UNSPECIFIED = (Code(ICD10CM, code) for code in ("F20.9", "F33.2", "F32.A"))
HOMELESS = Code(ICD10CM, "Z59.00")
OLANZAPINE = Code(RXNORM, "312078", "olanzapine 5 MG Oral Tablet")
PHQ9 = Code(LOINC, "44261-6", "PHQ-9 total score")
PERSON = Person(age=70, sex="F")
JOB = HccJob(2026, "V28", "both", starter_vocabulary(), {})


def coded_on(code, day, **more):
    return diagnosed(code, day, recordedDate=day, **more)


def olanzapine_from(day):
    return prescribed(OLANZAPINE, day) | {"medicationCodeableConcept": {"text": "olanzapine 5 mg tablet"}}


def findings(*resources, claims=()):
    return judge(chart(*resources), claims, PERSON, JOB)[1]


def kinds(*resources, **more):
    return [finding.kind for finding in findings(*resources, **more)]


def test_a_category_coded_once_with_nothing_behind_it_is_unsupported_and_says_what_it_would_cost():
    [finding] = findings(coded_on(SCHIZOPHRENIA, "2026-03-01", id="c1"))

    assert (finding.kind, finding.hcc, finding.worth) == (Kind.UNSUPPORTED, "151", -0.511)
    assert finding.references == ("Condition/c1",)
    assert "(looked for antipsychotics, a second coding)" in finding.says
    assert "has to be deleted" in finding.says


def test_all_that_is_looked_for_has_a_name_that_people_say():
    tables = yaml.safe_load(FILE.read_text())
    named = ("V28", "V24", "unspecified", "codes")
    rules = [tables["otherwise"], *(rule for name in named for rule in tables[name].values())]

    sought = {name for rule in rules for kind in READ_FOR for name in rule.get(kind, ())}
    assert sought == set(tables["called"])


@pytest.mark.parametrize(
    "support",
    [
        coded_on(SCHIZOPHRENIA, "2026-05-01"),
        coded_on(SCHIZOPHRENIA, "2025-01-01"),
        olanzapine_from("2026-02-01"),
        olanzapine_from("2025-01-01"),
    ],
)
def test_a_second_coding_or_a_medicine_for_it_in_two_years_is_support(support):
    assert kinds(coded_on(SCHIZOPHRENIA, "2026-03-01"), support) == []


@pytest.mark.parametrize(
    "no_support",
    [
        coded_on(SCHIZOPHRENIA, "2024-12-31"),
        coded_on(SCHIZOPHRENIA, "2026-03-01", id="again"),
        olanzapine_from("2024-12-31"),
    ],
)
def test_what_is_older_or_of_the_same_day_is_no_support(no_support):
    assert Kind.UNSUPPORTED in kinds(coded_on(SCHIZOPHRENIA, "2026-03-01"), no_support)


@pytest.mark.parametrize(
    ("day", "asked"),
    [("2023-12-31", False), ("2024-01-01", True), ("2025-12-31", True), ("2026-01-01", False)],
)
def test_a_category_of_the_two_years_before_and_not_of_this_one_is_to_be_looked_at_again(day, asked):
    found = [
        f
        for f in findings(coded_on(SEVERE, day), prescribed(OLANZAPINE, "2026-01-01"))
        if f.kind is Kind.RECAPTURE
    ]

    assert [f.hcc for f in found] == (["155"] if asked else [])
    assert [f.worth for f in found] == ([0.299] if asked else [])


def test_a_category_that_a_graver_one_replaces_is_not_missing():
    graver = [coded_on(SCHIZOPHRENIA, f"2026-0{month}-01") for month in (3, 4)]

    assert kinds(coded_on(SEVERE, "2025-03-01"), *graver) == []


def test_an_unspecified_depression_names_the_score_on_record_and_no_code():
    [finding] = findings(
        coded_on(UNSPECIFIED, "2026-03-01", id="c1"), observed(PHQ9, "2026-03-01", value=17, id="phq")
    )

    assert (finding.kind, finding.worth) == (Kind.UNSPECIFIED, 0.0)
    assert finding.references == ("Condition/c1", "Observation/phq")
    assert "unspecified; PHQ-9 17" in finding.says
    assert "if it is clinically true; a score is no diagnosis" in finding.says
    assert "F33" not in finding.says


@pytest.mark.parametrize(
    ("code", "hcc", "lacks", "says"),
    [
        ("F20.9", "151", ("MedicationRequest", "MedicationDispense"), "the data hold no medicines"),
        ("F33.2", "155", ("Observation",), "the data hold no results"),
        ("T14.91XA", "155", ("Encounter",), "the data hold no visits"),
        ("I63.9", "249", ("Encounter",), "the data hold no visits"),
    ],
)
def test_what_could_bear_it_out_and_is_not_in_the_data_is_not_judged(code, hcc, lacks, says):
    record = chart(coded_on(Code(ICD10CM, code), "2026-03-01", id="c1"), gathered=all_but(*lacks))
    whole = chart(coded_on(Code(ICD10CM, code), "2026-03-01", id="c1"))

    [finding] = judge(record, (), PERSON, JOB)[1]
    [judged] = judge(whole, (), PERSON, JOB)[1]

    assert (finding.kind, finding.hcc, finding.worth) == (Kind.NOT_JUDGED, hcc, 0.0)
    assert says in finding.says
    assert "deleted" not in finding.says
    assert judged.kind is Kind.UNSUPPORTED


def test_one_of_the_two_types_that_tell_of_medicines_is_enough_to_judge():
    record = chart(coded_on(SCHIZOPHRENIA, "2026-03-01"), gathered=all_but("MedicationDispense"))

    assert [one.kind for one in judge(record, (), PERSON, JOB)[1]] == [Kind.UNSUPPORTED]


def visited(where, first, last):
    period = {"start": first, "end": last}
    return event("Encounter", status="finished", period=period) | {"class": {"code": where}}


@pytest.mark.parametrize(
    ("code", "where", "first", "last", "borne_out"),
    [
        ("T14.91XA", "EMER", "2026-03-01", "2026-03-01", True),
        ("T14.91XA", "EMER", "2026-02-28", "2026-02-28", True),
        ("T14.91XA", "EMER", "2026-02-27", "2026-02-27", False),
        ("T14.91XA", "EMER", "2026-03-02", "2026-03-02", False),
        ("T14.91XA", "IMP", "2026-02-01", "2026-03-20", True),
        ("T14.91XA", "AMB", "2026-03-01", "2026-03-01", False),
        ("I63.9", "IMP", "2026-02-20", "2026-03-02", True),
        ("I63.9", "EMER", "2026-03-01", "2026-03-01", False),
        ("F20.9", "IMP", "2026-02-20", "2026-03-02", False),
    ],
)
def test_an_attempt_or_a_stroke_is_borne_out_by_where_it_was_treated(code, where, first, last, borne_out):
    found = kinds(coded_on(Code(ICD10CM, code), "2026-03-01"), visited(where, first, last))

    assert (Kind.UNSUPPORTED not in found) is borne_out


def test_an_antidepressant_bears_out_no_suicide_attempt():
    attempt = coded_on(Code(ICD10CM, "T14.91XA"), "2026-03-01")
    pill = prescribed(OLANZAPINE, "2026-02-01") | {"medicationCodeableConcept": {"text": "sertraline 50 mg"}}

    assert kinds(attempt, pill) == [Kind.UNSUPPORTED]
    assert kinds(coded_on(SEVERE, "2026-03-01"), pill) == []


def answered(question, answer, day="2026-03-04", **more):
    return observed(Code(LOINC, question), day, value=Code(LOINC, answer), **more)


@pytest.mark.parametrize(
    ("told", "need"),
    [
        (answered("71802-3", "LA31995-6"), "housing"),
        (answered("93033-9", "LA33-6"), "housing"),
        (answered("88122-7", "LA6729-3"), "food"),
        (answered("93031-3", "LA30125-1"), "food"),
        (answered("93030-5", "LA30133-5"), "transport"),
        (answered("96779-4", "LA32002-0"), "utilities"),
        (observed(Code(LOINC, "95614-4"), "2026-03-04", value=11), "safety at home"),
        (observed(Code(LOINC, "95614-4"), "2026-03-04", value=">=11"), "safety at home"),
    ],
)
def test_a_need_that_was_told_and_is_not_coded_makes_the_record_incomplete_and_adds_nothing(told, need):
    [finding] = findings(told | {"id": "o1"})

    assert (finding.kind, finding.codes, finding.worth) == (Kind.SOCIAL_TOLD, (), 0.0)
    assert finding.says.startswith(f"{need}: a need was told on 2026-03-04 and no Z code of 2026 says it")
    assert finding.references == ("Observation/o1",)


@pytest.mark.parametrize(
    "told",
    [
        answered("71802-3", "LA31993-1"),
        answered("71802-3", "LA31995-6", "2025-12-31"),
        answered("71802-3", "LA31995-6", status="preliminary"),
        answered("88122-7", "LA33-6"),
        observed(Code(LOINC, "95614-4"), "2026-03-04", value=10),
        observed(Code(LOINC, "95614-4"), "2026-03-04", value="<20"),
        observed(Code(LOINC, "95614-4"), "2026-03-04", value="<11"),
        observed(Code(LOINC, "71802-3"), "2026-03-04"),
    ],
)
def test_no_need_another_year_or_no_answer_calls_for_no_code(told):
    assert findings(told) == ()


def test_the_last_answer_of_the_year_decides_and_a_code_of_the_year_says_it():
    lost = answered("71802-3", "LA31995-6", "2026-02-01")

    assert findings(lost, answered("71802-3", "LA31993-1", "2026-03-01")) == ()
    assert kinds(lost, coded_on(HOMELESS, "2026-02-01")) == [Kind.SOCIAL]
    assert kinds(lost, coded_on(HOMELESS, "2025-12-31")) == [Kind.SOCIAL_TOLD]


def test_answers_that_are_parts_of_one_screen_are_read():
    part = {
        "code": {"coding": [{"system": LOINC, "code": "93030-5"}]},
        "valueCodeableConcept": {"coding": [{"system": LOINC, "code": "LA30133-5"}]},
    }

    [finding] = findings(observed(Code(LOINC, "93025-5"), "2026-03-04", component=[part]))

    assert finding.says.startswith("transport: ")


def test_an_answer_that_cannot_be_read_is_named_once_and_costs_only_itself():
    broken = answered("93030-5", "LA33-6", component=[{"code": 7}], id="broken")
    record = chart(broken, answered("71802-3", "LA31995-6"))

    [finding] = judge(record, (), PERSON, JOB)[1]

    assert finding.says.startswith("housing: ")
    assert [problem.partition(":")[0] for problem in record.problems] == ["Observation/broken"]


def test_social_needs_are_complete_and_add_nothing():
    [finding] = findings(coded_on(HOMELESS, "2026-03-01"))

    assert (finding.kind, finding.codes, finding.worth) == (Kind.SOCIAL, ("Z5900",), 0.0)


def test_a_refuted_diagnosis_was_never_coded():
    assert coded(chart(coded_on(SCHIZOPHRENIA, "2026-03-01", verification="refuted")), ()) == ()


def test_a_claim_counts_only_with_a_service_that_makes_it_eligible():
    office, laboratory = claim("office", ["F20.9"], "99213"), claim("lab", ["F20.9"], "80061")

    assert [(one.basis, one.reference) for one in coded(chart(), [office, laboratory])] == [
        (Basis.CLAIM, "ExplanationOfBenefit/office")
    ]


def test_a_claim_that_cannot_be_read_is_named_and_costs_only_itself():
    record, good = chart(), claim("good", ["F20.9"], "99213")

    held = coded(record, [good | {"id": "broken", "item": "none"}, good])

    assert [one.reference for one in held] == ["ExplanationOfBenefit/good"]
    assert [problem.partition(":")[0] for problem in record.problems] == ["ExplanationOfBenefit/broken"]


@pytest.mark.parametrize(
    "broken",
    [
        {"code": 7},
        {"code": {"coding": [{"system": ICD10CM, "code": ["F33.2"]}]}},
        {"category": [{"coding": 7}]},
    ],
)
def test_a_diagnosis_that_cannot_be_read_costs_no_other(broken):
    record = chart(coded_on(SCHIZOPHRENIA, "2026-03-01", id="good"), coded_on(SEVERE, "2026-03-01") | broken)

    held = coded(record, [])

    assert "Condition/good" in {one.reference for one in held}
    assert without_icd10(record) == 0
