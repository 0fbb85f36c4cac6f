"""CMS165, case by case."""

import pytest

from measures.library.cms165_blood_pressure import (
    EMERGENCY,
    ESRD,
    ESRD_MONTHLY,
    HYPERTENSION,
    MEASURE,
    PREGNANCY,
    TRANSPLANT,
)
from measures.measure import GapStatus
from measures.shared.frailty import FRAILTY_DEVICE
from measures.shared.visits import PHONE
from measures.time import Period
from tests.clinic import chart, device, diagnosed, performed, pressure, visit

YEAR = Period.year(2025)
SEEN = visit(PHONE, "2025-03-10", id="v1")
HYPERTENSIVE = diagnosed(HYPERTENSION, "2019-04-01")

READINGS = {
    "none": ([], GapStatus.OPEN, "measured"),
    "139/89": ([pressure(139, 89, "2025-03-10")], GapStatus.CLOSED, None),
    "140/89": ([pressure(140, 89, "2025-03-10")], GapStatus.OPEN, "systolic_controlled"),
    "139/90": ([pressure(139, 90, "2025-03-10")], GapStatus.OPEN, "diastolic_controlled"),
    "lowest of each on one day": (
        [pressure(139, 95, "2025-03-10T08:00:00Z"), pressure(150, 89, "2025-03-10T12:00:00Z")],
        GapStatus.CLOSED,
        None,
    ),
    "the most recent day counts": (
        [pressure(120, 70, "2025-03-10"), pressure(150, 95, "2025-06-10")],
        GapStatus.OPEN,
        "systolic_controlled",
    ),
    "last year's": ([pressure(120, 70, "2024-12-31")], GapStatus.OPEN, "measured"),
    "next year's does not count": ([pressure(120, 70, "2026-01-01")], GapStatus.OPEN, "measured"),
    "in the emergency department": (
        [
            visit(EMERGENCY, "2025-04-01T08:00:00Z", "2025-04-01T12:00:00Z"),
            pressure(120, 70, "2025-04-01T09:00:00Z"),
        ],
        GapStatus.OPEN,
        "measured",
    ),
    "after leaving the emergency department": (
        [
            visit(EMERGENCY, "2025-04-01T08:00:00Z", "2025-04-01T12:00:00Z"),
            pressure(120, 70, "2025-04-01T13:00:00Z"),
        ],
        GapStatus.CLOSED,
        None,
    ),
    "without a diastolic": (
        [pressure(120, 70, "2025-03-10") | {"component": pressure(120, 70, "2025-03-10")["component"][:1]}],
        GapStatus.OPEN,
        "measured",
    ),
}


@pytest.mark.parametrize(("events", "status", "step"), READINGS.values(), ids=READINGS)
def test_the_reading_decides(events, status, step):
    result = MEASURE.evaluate(chart(SEEN, HYPERTENSIVE, *events), YEAR)
    assert (result.status, [s.name for s in result.next_steps]) == (status, [step] if step else []), (
        result.reason
    )


def test_a_high_last_reading_is_at_hand_as_evidence():
    result = MEASURE.evaluate(chart(SEEN, HYPERTENSIVE, pressure(152, 94, "2025-03-10")), YEAR)
    assert [e.value_text for e in result.findings["measured"].evidence] == ["152/94"]


@pytest.mark.parametrize(
    ("hypertension", "counted"),
    [
        (diagnosed(HYPERTENSION, "2025-06-30"), True),
        (diagnosed(HYPERTENSION, "2025-07-01"), False),
        (diagnosed(HYPERTENSION, "2019-01-01", "2024-12-31"), False),
        (diagnosed(HYPERTENSION, "2019-01-01", "2025-01-01"), True),
    ],
)
def test_hypertension_in_the_first_six_months(hypertension, counted):
    result = MEASURE.evaluate(chart(SEEN, hypertension), YEAR)
    assert bool(result.groups[0].populations["initial-population"]) is counted


@pytest.mark.parametrize(
    ("born", "counted"),
    [("2008-01-01", False), ("2007-12-31", True), ("1940-01-01", True), ("1939-12-31", False)],
)
def test_18_to_85_at_the_end_of_the_period(born, counted):
    result = MEASURE.evaluate(chart(SEEN, HYPERTENSIVE, born=born), YEAR)
    assert bool(result.groups[0].populations["initial-population"]) is counted


@pytest.mark.parametrize(
    ("event", "excluded"),
    [
        (diagnosed(PREGNANCY, "2025-12-31"), True),
        (diagnosed(PREGNANCY, "2026-01-01"), False),
        (diagnosed(ESRD, "2010-01-01"), True),
        (performed(TRANSPLANT, "2001-01-01"), True),
        (performed(TRANSPLANT, "2026-01-01"), False),
        (visit(ESRD_MONTHLY, "2010-01-01"), True),
    ],
)
def test_pregnancy_and_kidney_failure_exclude(event, excluded):
    result = MEASURE.evaluate(chart(SEEN, HYPERTENSIVE, event), YEAR)
    assert (result.status is GapStatus.NOT_APPLICABLE) is excluded


@pytest.mark.parametrize(("born", "excluded"), [("1945-01-01", False), ("1944-12-31", True)])
def test_at_81_frailty_alone_excludes(born, excluded):
    record = chart(SEEN, HYPERTENSIVE, device(FRAILTY_DEVICE, "2025-05-01"), born=born)
    assert (MEASURE.evaluate(record, YEAR).status is GapStatus.NOT_APPLICABLE) is excluded
