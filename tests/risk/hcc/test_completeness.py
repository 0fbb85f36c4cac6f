"""Coding completeness: unsupported before missing, and never a code to add."""

import pytest
import yaml

from measures.risk.hcc.coded import Basis, coded, without_icd10
from measures.risk.hcc.completeness import FILE, Kind
from measures.risk.hcc.panel import HccJob, judge
from measures.risk.hcc.raf import Person
from measures.terminology import ICD10CM, LOINC, RXNORM, Code
from measures.vocabulary import starter_vocabulary
from tests.clinic import chart, diagnosed, observed, prescribed
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
    rules = [*tables["V28"].values(), *tables["V24"].values(), *tables["unspecified"].values()]

    sought = {name for rule in rules for kind in ("medicines", "results") for name in rule.get(kind, ())}
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
