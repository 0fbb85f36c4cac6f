"""MeasureReports and the gaps bundle: valid FHIR, and saying what the result says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import import_module

import pytest

from measures.catalog import find_measures
from measures.gaps import BASE, gaps_bundle
from measures.group import GapStatus
from measures.report import individual_report, summary_report
from measures.summary import GroupSummary, MeasureSummary
from measures.supplemental import supplemental_data
from measures.terminology import Code
from measures.time import Period
from measures.vocabulary import STARTER_LABEL, starter_vocabulary
from tests.clinic import VOCABULARY, all_but, chart, diagnosed, observed, pressure
from tests.clinic import visit as unclassed

MADE_AT = datetime(2027, 1, 15, 12, tzinfo=UTC)
YEAR = Period.year(2026)
MEASURES = find_measures().measures
CMS2, CMS122, CMS165 = (import_module(f"measures.library.{name}") for name in (
    "cms2_depression_screening", "cms122_glycemic_status", "cms165_blood_pressure"
))  # fmt: skip


def visit(name, day):
    """An encounter as FHIR wants it, with its class."""
    return unclassed(name, day) | {"class": {"code": "AMB"}}


SEEN = visit(CMS2.VISIT, "2026-06-10")
OFFICE = import_module("measures.shared.visits").OFFICE


def hypertensive(*readings, **more):
    return chart(diagnosed(CMS165.HYPERTENSION, "2020-01-01"), visit(OFFICE, "2026-02-01"), *readings, **more)


def diabetic(*results):
    coded = diagnosed(CMS122.DIABETES, "2020-01-01", category="encounter-diagnosis")
    return chart(coded, visit(OFFICE, "2026-02-01"), *results)


def bundle_of(record, *measures, as_of=YEAR.end):
    results = [MEASURES[name].evaluate(record, YEAR, as_of) for name in measures]
    return gaps_bundle(record, results, MADE_AT, as_of)


def held(bundle, kind):
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def status_of(issue):
    (extension,) = issue["modifierExtension"]
    return extension["valueCodeableConcept"]["coding"][0]["code"]


def reasons(bundle):
    (issue,) = held(bundle, "DetectedIssue")
    (guidance,) = issue["contained"]
    return [(r["coding"][0]["code"], r["text"]) for r in guidance["reasonCode"]]


def valid(resource):
    """As fhirclient's model of its type reads it; it raises FHIRValidationError for what the type forbids."""
    kind = resource["resourceType"]
    return getattr(import_module(f"fhirclient.models.{kind.lower()}"), kind)(resource)


RECORDS = {
    "open": (chart(SEEN), "CMS2"),
    "closed": (hypertensive(pressure(130, 80, "2026-05-01")), "CMS165"),
    "not applicable": (chart(), "CMS165"),
    "strata": (chart(visit(OFFICE, "2026-02-01"), gender="female", born="1970-01-01"), "CMS125"),
    "episodes": (chart(visit(import_module("measures.library.cms68_medications_documented").VISIT,
                             "2026-02-01")), "CMS68"),
    "several rates": (chart(), "CMS138"),
    "unknown": (chart(SEEN, gathered=all_but("Observation")), "CMS2"),
}  # fmt: skip


@pytest.mark.parametrize("case", RECORDS)
def test_what_is_made_is_valid_fhir(case):
    record, measure = RECORDS[case]

    report = individual_report(MEASURES[measure].evaluate(record, YEAR), MADE_AT)
    bundle = bundle_of(record, measure)

    assert valid(report).type == "individual"
    assert valid(bundle).type == "document"
    for entry in bundle["entry"]:
        valid(entry["resource"])


def test_an_individual_report_counts_the_patient_and_cites_what_it_was_judged_by():
    record = hypertensive(pressure(130, 80, "2026-05-01", id="bp"))

    report = individual_report(MEASURES["CMS165"].evaluate(record, YEAR), MADE_AT)

    counts = {p["code"]["coding"][0]["code"]: p["count"] for p in report["group"][0]["population"]}
    assert counts == {
        "initial-population": 1,
        "denominator": 1,
        "denominator-exclusion": 0,
        "numerator": 1,
        "denominator-exception": 0,
    }
    (cited,) = [r for r in report["evaluatedResource"] if r["reference"] == "Observation/bp"]
    assert [e["valueString"] for e in cited["extension"]] == ["numerator"]
    assert report["subject"] == {"reference": "Patient/pat-1"}
    assert report["period"] == {"start": "2026-01-01", "end": "2026-12-31"}


def test_the_direction_is_the_one_we_curate():
    reports = [individual_report(MEASURES[m].evaluate(chart(), YEAR), MADE_AT) for m in ("CMS2", "CMS122")]

    assert [r["improvementNotation"]["coding"][0]["code"] for r in reports] == ["increase", "decrease"]


def test_the_same_result_has_the_same_id_and_another_patient_another():
    one, again = (individual_report(MEASURES["CMS2"].evaluate(chart(), YEAR), MADE_AT) for _ in range(2))
    other = individual_report(MEASURES["CMS165"].evaluate(chart(), YEAR), MADE_AT)

    assert one["id"] == again["id"]
    assert one["id"] != other["id"]


@pytest.mark.parametrize(
    ("case", "status"),
    [("open", "open-gap"), ("closed", "closed-gap"), ("not applicable", "not-applicable")],
)
def test_a_gap_carries_its_status(case, status):
    record, measure = RECORDS[case]

    (issue,) = held(bundle_of(record, measure), "DetectedIssue")

    assert status_of(issue) == status
    assert issue["code"]["coding"][0]["code"] == "CAREGAP"


def test_a_gap_that_a_visit_would_open_is_prospective():
    (issue,) = held(bundle_of(chart(), "CMS2", as_of=date(2026, 3, 1)), "DetectedIssue")

    assert status_of(issue) == "prospective-gap"


def test_what_the_record_cannot_say_is_no_gap_and_its_reason_stands_in_the_text():
    record, measure = RECORDS["unknown"]

    bundle = bundle_of(record, measure)

    assert held(bundle, "DetectedIssue") == []
    (section,) = held(bundle, "Composition")[0]["section"]
    assert "not gathered: Observation" in section["text"]["div"]
    assert "entry" not in section


def test_every_reference_inside_the_document_resolves():
    record = hypertensive(pressure(150, 80, "2026-05-01"))

    bundle = bundle_of(record, "CMS165", "CMS2")

    urls = {entry["fullUrl"] for entry in bundle["entry"]}
    assert len(urls) == len(bundle["entry"])
    assert bundle["entry"][0]["resource"]["resourceType"] == "Composition"
    for reference in references(bundle):
        assert reference.startswith("#") or f"{BASE}/{reference}" in urls, reference


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        node = node.values()
    if not isinstance(node, str | int | float | None):
        for part in node:
            yield from references(part)


LATE = "2027-01-03"


@pytest.mark.parametrize(
    ("record", "measure", "code", "text"),
    [
        (chart(SEEN), "CMS2", "NotFound", "screened for depression"),
        (
            chart(SEEN, observed(CMS2.ADULT_SCREEN, "2026-05-20", value=CMS2.NEGATIVE)),
            "CMS2",
            "DateOutOfRange",
            "21 days before the visit; limit 14",
        ),
        (hypertensive(pressure(120, 80, LATE)), "CMS165", "DateOutOfRange", "after 2026-12-31"),
        (hypertensive(pressure(150, 80, "2026-05-01")), "CMS165", "ValueOutOfRange", "systolic 150"),
        (hypertensive(pressure(120, 80, "2025")), "CMS165", "DateOutOfRange", "Observation/"),
        (diabetic(observed(CMS122.A1C, "2026-05-01", value=9.5, id="a1c")), "CMS122", "Present", "9.5 %"),
        (diabetic(observed(CMS122.A1C, "2026-05-01", id="a1c")), "CMS122", "Missing", "a1c"),
        (diabetic(), "CMS122", "NotFound", "measured"),
    ],
    ids=["nothing", "too early", "too late", "too high", "a year before", "inverse", "no result", "no test"],
)
def test_an_open_gap_says_why_nothing_in_the_record_closes_it(record, measure, code, text):
    bundle = bundle_of(record, measure)

    assert [(found, text in said) for found, said in reasons(bundle)] == [(code, True)]


def test_the_starter_vocabulary_is_named_in_text_and_tag():
    report = summary_report(MeasureSummary(MEASURES["CMS2"], (), {}), YEAR, starter_vocabulary(), MADE_AT)

    assert STARTER_LABEL in report["text"]["div"]
    assert {"system": "urn:throughline:use", "code": "not-for-reporting"} in report["meta"]["tag"]


def test_a_summary_has_rates_strata_and_supplemental_data():
    counts = {
        "initial-population": 10,
        "denominator": 10,
        "denominator-exclusion": 2,
        "numerator": 6,
        "denominator-exception": 0,
    }
    nobody = dict.fromkeys(counts, 0)
    group = GroupSummary("Group_1", "", counts, dict.fromkeys(GapStatus, 0), {"42 to 51": nobody})
    sexes = {Code("http://hl7.org/fhir/administrative-gender", "female", "female"): 10}
    summary = MeasureSummary(MEASURES["CMS125"], (group,), {"sex": sexes})

    report = summary_report(summary, YEAR, VOCABULARY, MADE_AT)

    assert valid(report).type == "summary"
    (told,) = report["group"]
    assert told["measureScore"] == {"value": 0.75}
    (stratum,) = told["stratifier"][0]["stratum"]
    assert stratum["value"] == {"text": "42 to 51"}
    assert "measureScore" not in stratum  # nobody is in it
    (observation,) = report["contained"]
    assert (observation["code"]["text"], observation["valueInteger"]) == ("sex", 10)
    assert report["extension"][0]["valueReference"] == {"reference": f"#{observation['id']}"}


def test_supplemental_data_are_sex_race_ethnicity_and_payer():
    omb = "urn:oid:2.16.840.1.113883.6.238"

    def us_core(element, code):
        category = {"url": "ombCategory", "valueCoding": {"system": omb, "code": code}}
        url = f"http://hl7.org/fhir/us/core/StructureDefinition/us-core-{element}"
        return {"url": url, "extension": [category, {"url": "text", "valueString": "x"}]}

    payer = {"coding": [{"system": "https://nahdo.org/sopt", "code": "1"}]}
    coverage = {"resourceType": "Coverage", "id": "c", "status": "active", "type": payer}
    coverage["beneficiary"] = {"reference": "Patient/pat-1"}
    record = chart(
        coverage, gender="female", extension=[us_core("race", "2106-3"), us_core("ethnicity", "2186-5")]
    )

    assert [(element, code.value) for element, code in supplemental_data(record)] == [
        ("sex", "female"), ("race", "2106-3"), ("ethnicity", "2186-5"), ("payer", "1")
    ]  # fmt: skip


def test_what_is_not_given_is_not_supplemental_data():
    assert supplemental_data(chart(extension="nonsense")) == ()


def test_text_is_escaped():
    screen = observed(CMS2.ADULT_SCREEN, "2026-05-20", value=CMS2.NEGATIVE)
    screen["code"]["text"] = "<script>"

    (section,) = held(bundle_of(chart(SEEN, screen), "CMS2"), "Composition")[0]["section"]

    assert "&lt;script&gt;" in section["text"]["div"]
    assert "<script>" not in section["text"]["div"]
