"""CMS122, case by case. Lower is better: to be in the numerator is the gap."""

from datetime import date

import pytest

from measures.library.cms122_glycemic_status import A1C, DIABETES, GMI, MEASURE
from measures.measure import GapStatus
from measures.shared.frailty import (
    ADVANCED_ILLNESS,
    DEMENTIA_MEDICATION,
    EQUIPMENT_USED,
    FRAILTY_DEVICE,
    FRAILTY_DIAGNOSIS,
    HOUSING_STATUS,
    LIVES_IN_NURSING_HOME,
)
from measures.shared.hospice import HOSPICE_ASSESSMENT, HOSPICE_CARE, HOSPICE_ENCOUNTER, INPATIENT, YES
from measures.shared.palliative import INTERVENTION
from measures.shared.visits import OFFICE
from measures.terminology import SNOMED, Code
from measures.time import Period
from tests.clinic import all_but, chart, device, diagnosed, observed, performed, prescribed, referred, visit

YEAR = Period.year(2025)
SEEN = visit(OFFICE, "2025-03-10")
DIABETIC = diagnosed(DIABETES, "2019-04-01", category="encounter-diagnosis")
HOUSE = Code(SNOMED, "365508006", "Residence")


def beyond(number):
    """A result beyond what the device can measure."""
    return observed(A1C, "2025-03-10", value=number)


A1CS = {
    "none": ([], GapStatus.OPEN, "tested"),
    "last year": ([observed(A1C, "2024-12-31", value=7.0)], GapStatus.OPEN, "tested"),
    "on the first day": ([observed(A1C, "2025-01-01", value=7.0)], GapStatus.CLOSED, None),
    "on the last day": ([observed(A1C, "2025-12-31", value=7.0)], GapStatus.CLOSED, None),
    "without a result": ([observed(A1C, "2025-03-10")], GapStatus.OPEN, "resulted"),
    "9.0 %": ([observed(A1C, "2025-03-10", value=9.0)], GapStatus.CLOSED, None),
    ">9 %": ([beyond(">9")], GapStatus.OPEN, "at_most_9"),
    ">=9.1 %": ([beyond(">=9.1")], GapStatus.OPEN, "at_most_9"),
    ">=9 %": ([beyond(">=9")], GapStatus.UNKNOWN, None),
    ">8 %": ([beyond(">8")], GapStatus.UNKNOWN, None),
    "<9.1 %": ([beyond("<9.1")], GapStatus.UNKNOWN, None),
    "<9 %": ([beyond("<9")], GapStatus.CLOSED, None),
    "<=9 %": ([beyond("<=9")], GapStatus.CLOSED, None),
    "ad 8 %": ([beyond("ad8")], GapStatus.UNKNOWN, None),
    "about 8 %, in a word of no standard": ([beyond("~8")], GapStatus.UNKNOWN, None),
    "9.1 %": ([observed(A1C, "2025-03-10", value=9.1)], GapStatus.OPEN, "at_most_9"),
    "glucose management indicator": ([observed(GMI, "2025-03-10", value=8.0)], GapStatus.CLOSED, None),
    "the most recent day counts": (
        [observed(A1C, "2025-03-10", value=7.0), observed(A1C, "2025-06-10", value=9.5)],
        GapStatus.OPEN,
        "at_most_9",
    ),
    "of one day the lowest counts": (
        [observed(A1C, "2025-06-10T08:00:00Z", value=7.0), observed(A1C, "2025-06-10T12:00:00Z", value=9.5)],
        GapStatus.CLOSED,
        None,
    ),
    "preliminary": ([observed(A1C, "2025-03-10", value=7.0, status="preliminary")], GapStatus.OPEN, "tested"),
    "a result that is no number": ([observed(A1C, "2025-03-10", value=HOUSE)], GapStatus.UNKNOWN, None),
    "in another unit": ([observed(A1C, "2025-03-10", value=53, unit="mmol/mol")], GapStatus.UNKNOWN, None),
    "of an unknown day this year": ([observed(A1C, "2025", value=7.0)], GapStatus.CLOSED, None),
    "undated": ([observed(A1C, None, value=7.0)], GapStatus.UNKNOWN, None),
}


@pytest.mark.parametrize(("events", "status", "step"), A1CS.values(), ids=A1CS)
def test_the_result_decides(events, status, step):
    result = MEASURE.evaluate(chart(SEEN, DIABETIC, *events), YEAR)
    assert (result.status, [s.name for s in result.next_steps]) == (status, [step] if step else []), (
        result.reason
    )


def test_the_numerator_counts_the_gap():
    untested = MEASURE.evaluate(chart(SEEN, DIABETIC), YEAR)
    assert untested.groups[0].populations["numerator"] == 1
    controlled = MEASURE.evaluate(chart(SEEN, DIABETIC, observed(A1C, "2025-03-10", value=7.0)), YEAR)
    assert controlled.groups[0].populations["numerator"] == 0


@pytest.mark.parametrize(
    ("born", "counted"),
    [("2008-01-01", False), ("2007-12-31", True), ("1950-01-01", True), ("1949-12-31", False)],
)
def test_18_to_75_at_the_end_of_the_period(born, counted):
    result = MEASURE.evaluate(chart(SEEN, DIABETIC, born=born), YEAR)
    assert bool(result.groups[0].populations["initial-population"]) is counted


@pytest.mark.parametrize(
    ("diabetes", "counted"),
    [
        (diagnosed(DIABETES, "2019-04-01", category="encounter-diagnosis"), True),
        (diagnosed(DIABETES, "2019-04-01", category=None), True),
        (diagnosed(DIABETES, "2019-04-01", category="problem-list-item"), False),
        (diagnosed(DIABETES, "2019-04-01", "2024-12-31", category="encounter-diagnosis"), False),
        (diagnosed(DIABETES, "2026-01-01", category="encounter-diagnosis"), False),
    ],
)
def test_diabetes_is_an_encounters_diagnosis(diabetes, counted):
    result = MEASURE.evaluate(chart(SEEN, diabetes), YEAR)
    assert bool(result.groups[0].populations["initial-population"]) is counted


HOSPICE = {
    "hospice encounter": visit(HOSPICE_ENCOUNTER, "2024-12-20", "2025-01-02"),
    "hospice order": referred(HOSPICE_CARE, "2025-05-01"),
    "hospice care": performed(HOSPICE_CARE, "2025-05-01"),
    "assessment says yes": observed(HOSPICE_ASSESSMENT, "2025-05-01", value=YES),
    "discharged to hospice": visit(
        INPATIENT,
        "2024-12-30",
        "2025-01-02",
        hospitalization={"dischargeDisposition": {"coding": [{"system": SNOMED, "code": "428361000124107"}]}},
    ),
    "palliative care": performed(INTERVENTION, "2025-05-01"),
}
STILL_COUNTED = {
    "hospice encounter ended before": visit(HOSPICE_ENCOUNTER, "2024-12-20", "2024-12-31"),
    "asked for no hospice": referred(HOSPICE_CARE, "2025-05-01", doNotPerform=True),
    "assessment says something else": observed(HOSPICE_ASSESSMENT, "2025-05-01", value=HOUSE),
    "discharged elsewhere": visit(INPATIENT, "2024-12-30", "2025-01-02"),
}


@pytest.mark.parametrize("event", HOSPICE.values(), ids=HOSPICE)
def test_end_of_life_care_excludes(event):
    result = MEASURE.evaluate(chart(SEEN, DIABETIC, event), YEAR)
    assert result.status is GapStatus.NOT_APPLICABLE
    assert result.reason.startswith("excluded: in ")


@pytest.mark.parametrize("event", STILL_COUNTED.values(), ids=STILL_COUNTED)
def test_and_nothing_less_does(event):
    assert MEASURE.evaluate(chart(SEEN, DIABETIC, event), YEAR).status is GapStatus.OPEN


FRAIL = device(FRAILTY_DEVICE, "2025-05-01")
ILL = diagnosed(ADVANCED_ILLNESS, "2024-01-01")


@pytest.mark.parametrize(
    ("events", "born", "excluded"),
    [
        ((FRAIL, ILL), "1959-12-31", True),
        ((FRAIL, ILL), "1960-01-01", False),  # 65 at the end of the period
        ((FRAIL,), "1955-01-01", False),
        ((ILL,), "1955-01-01", False),
        ((diagnosed(FRAILTY_DIAGNOSIS, "2020-01-01"), ILL), "1955-01-01", True),
        ((observed(EQUIPMENT_USED, "2025-02-01", value=FRAILTY_DEVICE), ILL), "1955-01-01", True),
        ((FRAIL, diagnosed(ADVANCED_ILLNESS, "2023-12-31")), "1955-01-01", False),  # began over a year before
        (
            (FRAIL, prescribed(DEMENTIA_MEDICATION, "2023-11-01", 62)),
            "1955-01-01",
            True,
        ),  # until 1 January 2024
        ((FRAIL, prescribed(DEMENTIA_MEDICATION, "2023-11-01", 61)), "1955-01-01", False),
        ((FRAIL, prescribed(DEMENTIA_MEDICATION, "2024-06-01", 30, status="completed")), "1955-01-01", False),
    ],
)
def test_frailty_with_advanced_illness_excludes_from_66(events, born, excluded):
    result = MEASURE.evaluate(chart(SEEN, DIABETIC, *events, born=born), YEAR)
    assert (result.status is GapStatus.NOT_APPLICABLE) is excluded, result.reason


def test_a_later_home_of_ones_own_cancels_the_nursing_home():
    nursing_home = observed(HOUSING_STATUS, "2024-03-01", value=LIVES_IN_NURSING_HOME)
    moved_out = observed(HOUSING_STATUS, "2025-03-01", value=HOUSE)
    there = chart(SEEN, DIABETIC, nursing_home, born="1955-01-01")
    no_more = chart(SEEN, DIABETIC, nursing_home, moved_out, born="1955-01-01")
    assert MEASURE.evaluate(there, YEAR).status is GapStatus.NOT_APPLICABLE
    assert MEASURE.evaluate(no_more, YEAR).status is GapStatus.OPEN


@pytest.mark.parametrize("kind", ["Condition", "Observation", "ServiceRequest", "Procedure"])
def test_what_was_not_gathered_is_never_a_gap(kind):
    result = MEASURE.evaluate(chart(SEEN, DIABETIC, gathered=all_but(kind)), YEAR)
    assert result.status is GapStatus.UNKNOWN
    assert f"not gathered: {kind}" in result.reason


def test_devices_matter_from_66_only():
    young = MEASURE.evaluate(chart(SEEN, DIABETIC, gathered=all_but("DeviceRequest")), YEAR)
    old = MEASURE.evaluate(
        chart(SEEN, DIABETIC, ILL, gathered=all_but("DeviceRequest"), born="1955-01-01"), YEAR
    )
    assert (young.status, old.status) == (GapStatus.OPEN, GapStatus.UNKNOWN)


def test_a_diabetic_not_yet_seen_this_year_has_a_prospective_gap():
    result = MEASURE.evaluate(chart(DIABETIC), YEAR, as_of=date(2025, 2, 1))
    assert (result.status, [s.name for s in result.next_steps]) == (GapStatus.PROSPECTIVE, ["tested"])
