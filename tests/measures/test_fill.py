"""FILL: medicines prescribed on leaving hospital are filled."""

from datetime import date

import pytest

from measures.group import GapStatus
from measures.library.fill_discharge_medicines import MEASURE
from measures.needs import kinds_of
from measures.time import Period
from tests.clinic import all_but, chart
from tests.measures.discharge import BY_BRAND, METFORMIN, SERTRALINE, fill, for_home, stay

LEFT = "2026-11-10"
OTHER_FILL = fill("2026-11-12", METFORMIN)
UNFILLED = (stay(LEFT), for_home(LEFT), OTHER_FILL)


def judged(*events, as_of=date(2026, 11, 24), **more):
    return MEASURE.evaluate(chart(*events, **more), Period.year(2026), as_of)


CASES = {
    "never filled": (UNFILLED, GapStatus.OPEN),
    "filled": ((*UNFILLED, fill("2026-11-20")), GapStatus.CLOSED),
    "filled by its brand": ((*UNFILLED, fill("2026-11-20", BY_BRAND)), GapStatus.CLOSED),
    "prescribed by its brand, never filled": (
        (stay(LEFT), for_home(LEFT, BY_BRAND), OTHER_FILL),
        GapStatus.OPEN,
    ),
    "prescribed by its brand, filled": (
        (stay(LEFT), for_home(LEFT, BY_BRAND), OTHER_FILL, fill("2026-11-20")),
        GapStatus.CLOSED,
    ),
    "a brand that nobody here knows": (
        (*UNFILLED, fill("2026-11-20", ("1", "Quillazon"))),
        GapStatus.UNKNOWN,
    ),
    "no fill of anything on record": (UNFILLED[:2], GapStatus.UNKNOWN),
    "back in hospital within 30 days": (
        (*UNFILLED, stay("2026-12-12", since="2026-12-10")),
        GapStatus.NOT_APPLICABLE,
    ),
    "back in hospital after 31 days": ((*UNFILLED, stay("2026-12-12", since="2026-12-11")), GapStatus.OPEN),
    "left in December before": (
        (stay("2025-12-20", since="2025-12-01"), for_home("2025-12-20"), fill("2025-12-21", METFORMIN)),
        GapStatus.OPEN,
    ),
    "left in September before": (
        (stay("2025-09-20", since="2025-09-01"), for_home("2025-09-20"), fill("2025-12-21", METFORMIN)),
        GapStatus.NOT_APPLICABLE,
    ),
    "never in hospital": (UNFILLED[1:], GapStatus.NOT_APPLICABLE),
}


@pytest.mark.parametrize(("events", "status"), CASES.values(), ids=CASES)
def test_a_prescription_of_the_last_day(events, status):
    assert judged(*events).status is status


@pytest.mark.parametrize(
    ("day", "status"), [(date(2026, 11, 17), GapStatus.PROSPECTIVE), (date(2026, 11, 18), GapStatus.OPEN)]
)
def test_a_week_is_left_to_fill_it(day: date, status: GapStatus):
    assert judged(*UNFILLED, as_of=day).status is status


def test_each_prescription_counts_and_names_itself():
    other = for_home(LEFT, METFORMIN)
    found = judged(*UNFILLED, other)

    assert found.groups[0].populations["initial-population"] == 2
    assert found.groups[0].populations["numerator"] == 1
    assert found.findings["prescribed_on_leaving"].evidence[0].display == SERTRALINE[1]
    assert found.foremost.deadline == date(2027, 2, 8)


def test_without_supplies_gathered_it_is_unknown():
    assert judged(*UNFILLED, gathered=all_but("MedicationDispense")).status is GapStatus.UNKNOWN


def test_a_batch_reads_what_it_is_judged_by():
    assert {"Encounter", "MedicationRequest", "MedicationDispense"} <= kinds_of(MEASURE)
