"""Antidepressants: the young, seizures, what adds to serotonin; and stimulants with high blood pressure."""

import pytest

from measures.event import DIASTOLIC, SYSTOLIC
from measures.orders.checks.antidepressant_under_25 import CHECK as YOUNG
from measures.orders.checks.bupropion_seizures import CHECK as SEIZURE
from measures.orders.checks.linezolid_serotonergic import CHECK as LINEZOLID_PAIR
from measures.orders.checks.maoi_pair import CHECK as MAOI_PAIR
from measures.orders.checks.stimulant_blood_pressure import CHECK as PRESSURE
from measures.orders.checks.tramadol_serotonergic import CHECK as TRAMADOL_PAIR
from measures.orders.checks.triptan_serotonergic import CHECK as TRIPTAN_PAIR
from measures.orders.checks.two_serotonergic_antidepressants import CHECK as TWO
from measures.orders.medicines import (
    BUPROPION,
    LINEZOLID,
    LITHIUM,
    MAOI,
    METHADONE,
    OTHER_ANTIDEPRESSANTS,
    SNRI,
    SSRI,
    STIMULANTS,
    TRAMADOL,
    TRICYCLICS,
    TRIPTANS,
)
from measures.orders.problems import EATING_DISORDERS, SEDATIVE_WITHDRAWAL, SEIZURES, SUICIDE_RISK_ASSESSMENT
from measures.shared.suicide_risk import ITEM_9, PHQ9_PANEL
from measures.terminology import LOINC
from tests.clinic import (
    all_but,
    chart,
    concept,
    diagnosed,
    dispensed,
    observed,
    performed,
    prescribed,
    pressure,
)
from tests.measures.orders.signing import draft_for, is_due, judged, taken, told

AT_24, AT_25 = "2001-11-25", "2001-11-24"
ORDER = draft_for(SSRI, "Sertraline")
ANSWER = {"code": concept(ITEM_9), "valueInteger": 0}

SCREENS = {
    "24, no assessment": ([], AT_24, True),
    "25, no assessment": ([], AT_25, False),
    "assessed 30 days ago": ([observed(SUICIDE_RISK_ASSESSMENT, "2026-10-25", value=0)], AT_24, False),
    "assessed 31 days ago": ([observed(SUICIDE_RISK_ASSESSMENT, "2026-10-24", value=0)], AT_24, True),
    "an assessment without a result": ([observed(SUICIDE_RISK_ASSESSMENT, "2026-11-20")], AT_24, True),
    "as a procedure": ([performed(SUICIDE_RISK_ASSESSMENT, "2026-11-01")], AT_24, False),
    "item 9 in a PHQ-9": ([observed(PHQ9_PANEL, "2026-11-01", component=[ANSWER])], AT_24, False),
    "a PHQ-9 without item 9": ([observed(PHQ9_PANEL, "2026-11-01", value=12)], AT_24, True),
    "taken already": ([prescribed(SSRI, "2026-11-23")], AT_24, False),
    "another one taken already": ([dispensed(BUPROPION, "2026-11-23", 30)], AT_24, False),
    "first ordered today": ([prescribed(SSRI, "2026-11-24")], AT_24, True),
    "an age not known": ([], "2001", None),
}


@pytest.mark.parametrize(("events", "born", "due"), SCREENS.values(), ids=SCREENS)
def test_an_antidepressant_begun_under_25(events, born, due):
    assert is_due(YOUNG, chart(*events, born=born), ORDER) is due


def test_it_opens_the_assessment_that_is_missing():
    (finding,) = judged(YOUNG, chart(born=AT_24), ORDER)

    assert finding.says() == "Sertraline begun at 24: no suicide-risk assessment in this record"
    assert [(mend.add, mend.instrument) for mend in finding.mends] == [
        (("cssrs_order",), ""),
        ((), "c-ssrs-screener"),
    ]


@pytest.mark.parametrize("kind", ["Observation", "Procedure", "MedicationRequest"])
def test_what_was_not_read_may_hold_an_assessment(kind):
    assert is_due(YOUNG, chart(born=AT_24, gathered=all_but(kind)), ORDER) is None


BUPROPIONS = {
    "epilepsy": ([diagnosed(SEIZURES, "2020-01-01")], True),
    "epilepsy that is over": ([diagnosed(SEIZURES, "2010-01-01", "2015-01-01")], False),
    "bulimia": ([diagnosed(EATING_DISORDERS, "2020-01-01")], True),
    "bulimia in the past": ([diagnosed(EATING_DISORDERS, "2010-01-01", "2015-01-01")], True),
    "a withdrawal 30 days ago": ([diagnosed(SEDATIVE_WITHDRAWAL, "2026-10-25")], True),
    "a withdrawal 31 days ago": ([diagnosed(SEDATIVE_WITHDRAWAL, "2026-10-24")], False),
    "a withdrawal that is over": ([diagnosed(SEDATIVE_WITHDRAWAL, "2026-11-01", "2026-11-10")], False),
    "neither": ([], False),
}


@pytest.mark.parametrize(("events", "due"), BUPROPIONS.values(), ids=BUPROPIONS)
def test_bupropion(events, due):
    assert is_due(SEIZURE, chart(*events), draft_for(BUPROPION)) is due


def test_bupropion_is_told_with_what_forbids_it():
    epilepsy = diagnosed(SEIZURES, "2020-01-01")
    epilepsy["code"]["text"] = "Epilepsy"

    assert told(SEIZURE, chart(epilepsy), draft_for(BUPROPION, "Bupropion")) == [
        "Bupropion ordered with Epilepsy, on record since 1 Jan 2020: seizures"
    ]
    assert is_due(SEIZURE, chart(gathered=all_but("Condition")), draft_for(BUPROPION)) is None


@pytest.mark.parametrize(
    ("check", "one", "other", "severity", "is_on"),
    [
        (MAOI_PAIR, MAOI, SSRI, "critical", True),
        (MAOI_PAIR, MAOI, SNRI, "critical", True),
        (MAOI_PAIR, MAOI, TRICYCLICS, "critical", True),
        (MAOI_PAIR, MAOI, BUPROPION, "critical", True),
        (MAOI_PAIR, MAOI, OTHER_ANTIDEPRESSANTS, "critical", True),
        (MAOI_PAIR, MAOI, TRAMADOL, "critical", True),
        (MAOI_PAIR, MAOI, METHADONE, "critical", True),
        (MAOI_PAIR, MAOI, STIMULANTS, "critical", True),
        (MAOI_PAIR, MAOI, LINEZOLID, "critical", True),
        (LINEZOLID_PAIR, LINEZOLID, SSRI, "warning", True),
        (LINEZOLID_PAIR, LINEZOLID, TRICYCLICS, "warning", True),
        (TRAMADOL_PAIR, TRAMADOL, SSRI, "warning", True),
        (TRAMADOL_PAIR, TRAMADOL, TRICYCLICS, "warning", True),
        (TRIPTAN_PAIR, TRIPTANS, SNRI, "info", False),
    ],
)
def test_pairs_that_must_not_meet(check, one, other, severity, is_on):
    active = chart(taken(other, "2026-10-03", "the other"))
    (finding,) = judged(check, active, draft_for(one, "This one"))

    assert finding.due
    assert finding.says().startswith("This one ordered with the other, active since 3 Oct 2026")
    assert (check.severity, check.on) == (severity, is_on)
    assert is_due(check, chart(taken(one, "2026-10-03")), draft_for(other)) is True
    assert len(judged(check, chart(), draft_for(one), draft_for(other))) == 1
    assert is_due(check, chart(), draft_for(one)) is False
    assert is_due(check, chart(taken(LITHIUM, "2026-10-03")), draft_for(one)) is False


def test_the_record_without_medicines_read_cannot_tell():
    assert is_due(MAOI_PAIR, chart(gathered=all_but("MedicationRequest")), draft_for(MAOI)) is None


SERTRALINE, SERTRALINE_25, VENLAFAXINE = "312941", "312940", "313580"
ON_SERTRALINE = draft_for(
    SSRI, "Sertraline", id="before", rxnorm=SERTRALINE, status="active", authoredOn="2026-11-01"
)
OF_TWO = {
    "an SSRI and an SNRI": ([ON_SERTRALINE], [draft_for(SNRI, rxnorm=VENLAFAXINE)], True),
    "both begun now": ([], [draft_for(SSRI, rxnorm=SERTRALINE), draft_for(SNRI, rxnorm=VENLAFAXINE)], True),
    "one ended now": (
        [ON_SERTRALINE],
        [draft_for(SNRI, rxnorm=VENLAFAXINE), ON_SERTRALINE | {"status": "stopped"}],
        False,
    ),
    "another product of the same": ([ON_SERTRALINE], [draft_for(SSRI, rxnorm=SERTRALINE_25)], False),
    "a product not known here": ([ON_SERTRALINE], [draft_for(SNRI)], None),
    "with a tricyclic": ([taken(TRICYCLICS, "2026-11-01")], [draft_for(SSRI, rxnorm=SERTRALINE)], False),
}


@pytest.mark.parametrize(("events", "drafts", "due"), OF_TWO.values(), ids=OF_TWO)
def test_two_serotonergic_antidepressants(events, drafts, due):
    assert is_due(TWO, chart(*events), *drafts) is due
    assert (TWO.severity, TWO.on) == ("info", True)


def alone(side, value, day="2026-11-01", unit="mm[Hg]", **bound):
    quantity = {"value": value, "code": unit, **bound}
    return observed(side, day, valueQuantity=quantity)


OLD_PANEL = {"code": {"coding": [{"system": LOINC, "code": "55284-4"}]}}
STIMULANT = draft_for(STIMULANTS, "Methylphenidate")
PRESSURES = {
    "139/89": ([pressure(139, 89, "2026-11-01")], "1980-01-01", False),
    "140/80": ([pressure(140, 80, "2026-11-01")], "1980-01-01", True),
    "120/90": ([pressure(120, 90, "2026-11-01")], "1980-01-01", True),
    "high, and lower since": (
        [pressure(160, 90, "2026-10-01"), pressure(120, 80, "2026-11-01")],
        "1980-01-01",
        False,
    ),
    "high 183 days ago": ([pressure(160, 90, "2026-05-25")], "1980-01-01", True),
    "high 184 days ago": ([pressure(160, 90, "2026-05-24")], "1980-01-01", False),
    "high at 18": ([pressure(160, 90, "2026-11-01")], "2008-11-24", True),
    "high at 17": ([pressure(160, 90, "2026-11-01")], "2008-11-25", False),
    "none": ([], "1980-01-01", False),
    "by themselves, 139 and 89": ([alone(SYSTOLIC, 139), alone(DIASTOLIC, 89)], "1980-01-01", False),
    "by themselves, 140 and 80": ([alone(SYSTOLIC, 140), alone(DIASTOLIC, 80)], "1980-01-01", True),
    "by themselves, 120 and 90": ([alone(SYSTOLIC, 120), alone(DIASTOLIC, 90)], "1980-01-01", True),
    "one side alone": ([alone(SYSTOLIC, 150)], "1980-01-01", True),
    "higher in the morning": (
        [alone(SYSTOLIC, 150, "2026-11-01T08:00:00Z"), alone(SYSTOLIC, 130, "2026-11-01T10:00:00Z")],
        "1980-01-01",
        False,
    ),
    "above 140 at least": ([alone(SYSTOLIC, 140, comparator=">")], "1980-01-01", True),
    "below 150": ([alone(SYSTOLIC, 150, comparator="<")], "1980-01-01", None),
    "below 140": ([alone(SYSTOLIC, 140, comparator="<")], "1980-01-01", False),
    "a lower panel since": ([alone(SYSTOLIC, 150), pressure(120, 80, "2026-11-02")], "1980-01-01", False),
    "lower by themselves since": (
        [pressure(150, 95, "2026-10-31"), alone(SYSTOLIC, 120), alone(DIASTOLIC, 80)],
        "1980-01-01",
        False,
    ),
    "one side measured again after a panel": (
        [pressure(150, 80, "2026-11-01T08:00:00Z"), alone(SYSTOLIC, 130, "2026-11-01T10:00:00Z")],
        "1980-01-01",
        False,
    ),
    "one side older than the other": (
        [alone(SYSTOLIC, 120), alone(DIASTOLIC, 95, "2026-10-01")],
        "1980-01-01",
        False,
    ),
    "in a panel of the old code": ([pressure(140, 80, "2026-11-01") | OLD_PANEL], "1980-01-01", True),
    "lower in a panel of the old code": ([pressure(139, 89, "2026-11-01") | OLD_PANEL], "1980-01-01", False),
    "the unit in capitals": ([alone(SYSTOLIC, 140, unit="MMHG")], "1980-01-01", True),
    "in another unit": ([alone(SYSTOLIC, 20, unit="kPa")], "1980-01-01", None),
}


@pytest.mark.parametrize(("events", "born", "due"), PRESSURES.values(), ids=PRESSURES)
def test_a_stimulant_with_high_blood_pressure(events, born, due):
    assert is_due(PRESSURE, chart(*events, born=born), STIMULANT) is due


def test_the_blood_pressure_is_told_with_its_date():
    assert told(PRESSURE, chart(pressure(152, 94, "2026-11-01")), STIMULANT) == [
        "Methylphenidate ordered; last blood pressure 152/94 on 1 Nov 2026"
    ]
    assert told(PRESSURE, chart(alone(DIASTOLIC, 80), alone(SYSTOLIC, 150)), STIMULANT) == [
        "Methylphenidate ordered; last blood pressure 150/80 on 1 Nov 2026"
    ]
    assert told(PRESSURE, chart(alone(SYSTOLIC, 150)), STIMULANT) == [
        "Methylphenidate ordered; last blood pressure systolic 150 on 1 Nov 2026"
    ]
    assert is_due(PRESSURE, chart(gathered=all_but("Observation")), STIMULANT) is None
