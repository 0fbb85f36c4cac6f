"""CMS347, case by case. Four rates, of which a patient is in one at most."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms347_statin_therapy import (
    ASCVD,
    BREASTFEEDING,
    CABG,
    CAROTID,
    DIABETES,
    ESRD,
    FAMILIAL_HYPERCHOLESTEROLEMIA,
    HEPATITIS_A,
    HEPATITIS_B,
    HIGH_INTENSITY,
    INFARCTION,
    LDL,
    LIVER_DISEASE,
    LOW_INTENSITY,
    MEASURE,
    MEDICAL_REASON,
    MODERATE_INTENSITY,
    MUSCLE_SYMPTOMS,
    PREVENTIVE_OTHER,
    RHABDOMYOLYSIS,
    RISK_10_YEARS,
    RISK_10_YEARS_POOLED,
    STATIN_ALLERGEN,
    SUBSEQUENT_INFARCTION,
)
from measures.measure import GapStatus
from measures.shared.hospice import HOSPICE_CARE
from measures.shared.palliative import DIAGNOSIS
from measures.shared.visits import ANNUAL_WELLNESS, OFFICE
from measures.terminology import ValueSet
from measures.time import Period
from tests.clinic import all_but, chart, concept, diagnosed, event, observed, performed, prescribed, visit

YEAR = Period.year(2025)
SEEN = visit(OFFICE, "2025-03-10T09:00:00Z", "2025-03-10T10:00:00Z")
HAD_INFARCTION = diagnosed(INFARCTION, "2020-01-01")
OTHER_REASON = ValueSet("1.2.3", "Another reason")


def evaluate(*events, as_of=None, **more):
    return MEASURE.evaluate(chart(*events, **more), YEAR, as_of)


def counts(result, population="numerator"):
    return tuple(group.populations[population] for group in result.groups)


def ldl(value, day="2025-03-10", unit="mg/dL"):
    return observed(LDL, day, value=value, unit=unit)


def risk(value, day="2025-03-10", of=RISK_10_YEARS):
    return observed(of, day, value=value)


DIABETIC = diagnosed(DIABETES, "2020-01-01")
NONE, FIRST, SECOND, THIRD, FOURTH = (0, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)
MEMBERS = {
    "nothing": ([], NONE),
    "an infarction": ([HAD_INFARCTION], FIRST),
    "an infarction on the last day": ([diagnosed(INFARCTION, "2025-12-31T23:59:59Z")], FIRST),
    "an infarction after the period": ([diagnosed(INFARCTION, "2026-01-01")], NONE),
    "an infarction, resolved": ([diagnosed(INFARCTION, "2020-01-01", clinical="resolved")], FIRST),
    "an infarction as an encounter's diagnosis": (
        [diagnosed(INFARCTION, "2020-01-01", category="encounter-diagnosis")],
        NONE,
    ),
    "an infarction as a health concern": (
        [diagnosed(INFARCTION, "2020-01-01", category="health-concern")],
        FIRST,
    ),
    "a second infarction": ([diagnosed(SUBSEQUENT_INFARCTION, "2025-12-31")], FIRST),
    "bypass surgery": ([performed(CABG, "2005-01-01")], FIRST),
    "carotid surgery after the period": ([performed(CAROTID, "2026-01-01")], NONE),
    "bypass surgery not done": ([performed(CABG, "2005-01-01", status="not-done")], NONE),
    "LDL 190": ([ldl(190)], SECOND),
    "LDL 189": ([ldl(189)], NONE),
    "LDL 190 years ago": ([ldl(190, "2015-01-01")], SECOND),
    "LDL 190 after the period": ([ldl(190, "2026-01-01")], NONE),
    "familial hypercholesterolemia": ([diagnosed(FAMILIAL_HYPERCHOLESTEROLEMIA, "2025-12-31")], SECOND),
    "LDL 190 and an infarction": ([ldl(190), HAD_INFARCTION], FIRST),
    "diabetes": ([DIABETIC], THIRD),
    "diabetes on the last day": ([diagnosed(DIABETES, "2025-12-31")], THIRD),
    "diabetes that ended before": ([diagnosed(DIABETES, "2020-01-01", "2024-12-31")], NONE),
    "diabetes and LDL 190": ([DIABETIC, ldl(190)], SECOND),
    "diabetes and an infarction": ([DIABETIC, HAD_INFARCTION], FIRST),
    "risk 20 %": ([risk(20)], FOURTH),
    "risk 19 %": ([risk(19)], NONE),
    "risk 20 % by the pooled cohort": ([risk(20, "2025-01-01", RISK_10_YEARS_POOLED)], FOURTH),
    "risk 20 % the year before": ([risk(20, "2024-12-31")], NONE),
    "risk 20 % over the turn of the year": (
        [risk(20, None) | {"effectivePeriod": {"start": "2024-12-31", "end": "2025-01-01"}}],
        NONE,
    ),
    "risk 20 % and diabetes": ([risk(20), DIABETIC], THIRD),
    "risk 20 % and LDL 190": ([risk(20), ldl(190)], SECOND),
    "risk 20 % and an infarction": ([risk(20), HAD_INFARCTION], FIRST),
}


@pytest.mark.parametrize(("events", "members"), MEMBERS.values(), ids=MEMBERS)
def test_each_patient_is_in_the_first_rate_that_fits(events, members):
    assert counts(evaluate(SEEN, *events), "initial-population") == members


@pytest.mark.parametrize("disorder", ASCVD, ids=lambda disorder: disorder.title)
def test_every_atherosclerotic_disease_counts(disorder):
    assert counts(evaluate(SEEN, diagnosed(disorder, "2020-01-01")), "denominator") == FIRST


@pytest.mark.parametrize(
    ("event", "born", "members"),
    [
        (HAD_INFARCTION, "2023-01-01", FIRST),
        (HAD_INFARCTION, "1940-01-01", FIRST),
        (ldl(190), "2005-01-01", SECOND),
        (ldl(190), "2005-01-02", NONE),
        (ldl(190), "1949-01-02", SECOND),
        (ldl(190), "1949-01-01", NONE),
        (DIABETIC, "1985-01-01", THIRD),
        (DIABETIC, "1985-01-02", NONE),
        (DIABETIC, "1949-01-02", THIRD),
        (DIABETIC, "1949-01-01", NONE),
        (risk(20), "1985-01-01", FOURTH),
        (risk(20), "1985-01-02", NONE),
        (risk(20), "1949-01-01", NONE),
    ],
)
def test_the_age_at_the_start_of_the_period(event, born, members):
    assert counts(evaluate(SEEN, event, born=born), "initial-population") == members


def test_an_ldl_in_another_unit_cannot_say():
    result = evaluate(SEEN, ldl(5, unit="mmol/L"))
    assert result.groups[1].status is GapStatus.UNKNOWN
    assert evaluate(SEEN, observed(LDL, "2025-03-10"), DIABETIC).groups[2].status is GapStatus.OPEN


def test_a_risk_without_a_result_is_no_risk():
    result = evaluate(SEEN, observed(RISK_10_YEARS, "2025-03-10"))
    assert result.groups[3].status is GapStatus.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        (visit(ANNUAL_WELLNESS, "2025-01-01"), 1),
        (visit(PREVENTIVE_OTHER, "2025-12-31"), 1),
        (visit(OFFICE, "2024-12-31"), 0),
        (visit(OFFICE, "2026-01-01"), 0),
        (visit(OFFICE, "2025-12-31", "2026-01-01"), 0),
        (visit(OFFICE, "2025-03-10", status="cancelled"), 0),
    ],
)
def test_a_finished_visit_of_the_period(seen, counted):
    assert counts(evaluate(seen, HAD_INFARCTION), "initial-population") == (counted, 0, 0, 0)


def bounded(start, end, name=LOW_INTENSITY, **more):
    bounds = {"timing": {"repeat": {"boundsPeriod": {"start": start, "end": end}}}}
    return prescribed(name, "2024-06-01", dosageInstruction=[bounds], **more)


STATINS = {
    "none": ([], GapStatus.OPEN),
    "low intensity": ([prescribed(LOW_INTENSITY, "2025-01-01")], GapStatus.CLOSED),
    "moderate intensity": ([prescribed(MODERATE_INTENSITY, "2025-12-31")], GapStatus.CLOSED),
    "high intensity": ([prescribed(HIGH_INTENSITY, "2025-06-01")], GapStatus.CLOSED),
    "after the period": ([prescribed(HIGH_INTENSITY, "2026-01-01")], GapStatus.OPEN),
    "completed": ([prescribed(HIGH_INTENSITY, "2025-06-01", status="completed")], GapStatus.CLOSED),
    "cancelled": ([prescribed(HIGH_INTENSITY, "2025-06-01", status="cancelled")], GapStatus.OPEN),
    "only proposed": ([prescribed(HIGH_INTENSITY, "2025-06-01") | {"intent": "proposal"}], GapStatus.OPEN),
    "not to be given": ([prescribed(HIGH_INTENSITY, "2025-06-01", doNotPerform=True)], GapStatus.OPEN),
    "given explicitly": ([prescribed(HIGH_INTENSITY, "2025-06-01", doNotPerform=False)], GapStatus.CLOSED),
    "meant for days of the period": ([bounded("2024-06-01", "2025-01-01")], GapStatus.CLOSED),
    "meant for days before": ([bounded("2024-06-01", "2024-12-31")], GapStatus.OPEN),
    "supplied into the period": ([prescribed(LOW_INTENSITY, "2024-10-04", 90)], GapStatus.CLOSED),
    "supplied until the day before": ([prescribed(LOW_INTENSITY, "2024-10-03", 90)], GapStatus.OPEN),
    "active since before, of unknown length": ([prescribed(LOW_INTENSITY, "2024-10-01")], GapStatus.UNKNOWN),
    "completed before, of unknown length": (
        [prescribed(LOW_INTENSITY, "2024-10-01", status="completed")],
        GapStatus.OPEN,
    ),
}


@pytest.mark.parametrize(("orders", "status"), STATINS.values(), ids=STATINS)
def test_a_statin_in_the_period_closes_the_gap(orders, status):
    assert evaluate(SEEN, HAD_INFARCTION, *orders).status is status


@pytest.mark.parametrize("members", [HAD_INFARCTION, ldl(190), DIABETIC, risk(20)])
def test_in_every_rate(members):
    result = evaluate(SEEN, members, prescribed(LOW_INTENSITY, "2025-06-01"))
    assert sum(counts(result)) == 1


@pytest.mark.parametrize(
    ("event", "excluded"),
    [
        (diagnosed(BREASTFEEDING, "2025-12-31"), 1),
        (diagnosed(BREASTFEEDING, "2024-01-01", "2024-12-31"), 0),
        (diagnosed(RHABDOMYOLYSIS, "2020-01-01"), 1),
        (diagnosed(RHABDOMYOLYSIS, "2026-01-01"), 0),
        (diagnosed(RHABDOMYOLYSIS, "2020-01-01", category="encounter-diagnosis"), 0),
    ],
)
def test_breastfeeding_and_rhabdomyolysis_exclude(event, excluded):
    assert counts(evaluate(SEEN, DIABETIC, event), "denominator-exclusion") == (0, 0, excluded, 0)


def allergy(clinical="active", **onset):
    return event(
        "AllergyIntolerance",
        code=concept(STATIN_ALLERGEN),
        clinicalStatus={"coding": [{"code": clinical}]},
        **onset,
    )


def reaction(**when):
    return event("AdverseEvent", event=concept(STATIN_ALLERGEN), actuality="actual", **when)


def not_ordered(when, because=MEDICAL_REASON, status="completed"):
    reason = [concept(because)]
    return prescribed(HIGH_INTENSITY, when, status=status, doNotPerform=True, reasonCode=reason)


EXCEPTIONS = {
    "allergy": (allergy(onsetDateTime="2025-12-31"), 1),
    "allergy for years": (allergy(onsetDateTime="2015-01-01"), 1),
    "allergy after the period": (allergy(onsetDateTime="2026-01-01"), 0),
    "allergy that is over": (allergy("resolved", onsetDateTime="2025-01-01"), 0),
    "reaction recorded in the period": (reaction(recordedDate="2025-12-31"), 1),
    "reaction of before recorded in the period": (reaction(date="2020-01-01", recordedDate="2025-01-01"), 1),
    "reaction recorded after the period": (reaction(recordedDate="2026-01-01"), 0),
    "muscle symptoms": (diagnosed(MUSCLE_SYMPTOMS, "2025-06-01"), 1),
    "muscle symptoms since before": (diagnosed(MUSCLE_SYMPTOMS, "2024-06-01"), 1),
    "muscle symptoms that ended before": (diagnosed(MUSCLE_SYMPTOMS, "2024-01-01", "2024-12-31"), 0),
    "hepatitis A": (diagnosed(HEPATITIS_A, "2025-12-31"), 1),
    "hepatitis B": (diagnosed(HEPATITIS_B, "2015-01-01"), 1),
    "liver disease": (diagnosed(LIVER_DISEASE, "2025-01-01", "2025-01-02", clinical="resolved"), 1),
    "liver disease after the period": (diagnosed(LIVER_DISEASE, "2026-01-01"), 0),
    "kidney failure": (diagnosed(ESRD, "2021-07-27"), 1),
    "kidney failure that ended before": (diagnosed(ESRD, "2015-01-01", "2024-12-31"), 0),
    "hospice": (performed(HOSPICE_CARE, "2025-12-31"), 1),
    "palliative care": (diagnosed(DIAGNOSIS, "2025-12-31"), 1),
    "not ordered at the visit": (not_ordered("2025-03-10T09:30:00Z"), 1),
    "not ordered after the visit": (not_ordered("2025-03-10T10:00:01Z"), 0),
    "not ordered for another reason": (not_ordered("2025-03-10T09:30:00Z", OTHER_REASON), 0),
    "not ordered, still open": (not_ordered("2025-03-10T09:30:00Z", status="active"), 0),
}


@pytest.mark.parametrize(("event", "excepted"), EXCEPTIONS.values(), ids=EXCEPTIONS)
def test_what_stands_against_a_statin_is_an_exception(event, excepted):
    result = evaluate(SEEN, HAD_INFARCTION, event)
    assert counts(result, "denominator-exception") == (excepted, 0, 0, 0)
    assert result.status is (GapStatus.NOT_APPLICABLE if excepted else GapStatus.OPEN)


def test_who_is_on_a_statin_needs_no_exception():
    result = evaluate(
        SEEN, HAD_INFARCTION, diagnosed(ESRD, "2021-07-27"), prescribed(LOW_INTENSITY, "2025-06-01")
    )
    assert (counts(result), counts(result, "denominator-exception")) == (FIRST, NONE)


def test_before_the_first_visit_the_gap_is_prospective():
    assert evaluate(DIABETIC, as_of=date(2025, 2, 1)).status is GapStatus.PROSPECTIVE
    assert evaluate(as_of=date(2025, 2, 1)).status is GapStatus.NOT_APPLICABLE


NEEDED = ("AdverseEvent", "AllergyIntolerance", "Condition", "Encounter", "MedicationRequest", "Observation")


@pytest.mark.parametrize("kind", [*NEEDED, "Procedure"])
def test_what_was_not_gathered_is_never_a_gap(kind):
    events = [event for event in (SEEN, risk(20)) if event["resourceType"] != kind]
    assert evaluate(*events, gathered=all_but(kind)).status is GapStatus.UNKNOWN


def test_the_ways_out_are_told_with_what_to_chart():
    last, first = (prescribed(LOW_INTENSITY, f"{year}-10-01", 90, id=f"m{year}") for year in (2023, 2020))
    told = explain(evaluate(SEEN, HAD_INFARCTION, last, first), YEAR.start)
    assert told.to_close == ("Order a statin, or record the one that the patient takes",)
    assert [(miss.event.id, miss.why) for miss in told.nearest] == [("m2023", "before 2025-01-01")]
    assert "If the patient is allergic to statins: record the allergy" in told.ways_out
