"""CSSRS9: which answer to item 9 calls for a C-SSRS."""

from datetime import date

import pytest

from measures.library.cssrs9_after_item_9 import MEASURE as CSSRS9
from measures.measure import GapStatus
from measures.shared.suicide_risk import ITEM_9, PHQ9_PANEL
from measures.terminology import LOINC, Code
from tests.clinic import all_but, chart, concept, observed
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, YEAR
from tests.measures.suicide_care import LEVEL, LOW


def bound(comparator, points):
    """An answer of which only one side is known."""
    return observed(ITEM_9, "2026-05-10", valueQuantity={"value": points, "comparator": comparator})


ANSWERS = {
    "item 9 was 0": ([observed(ITEM_9, "2026-05-10", value=0)], OUT),
    "item 9 was 1": ([observed(ITEM_9, "2026-05-10", value=1)], OPEN),
    "item 9 above 0": ([bound(">", 0)], OPEN),
    "item 9 at most 0": ([bound("<=", 0)], OUT),
    "item 9 below 2": ([bound("<", 2)], UNKNOWN),
    "item 9 in words of LOINC": ([observed(ITEM_9, "2026-05-10", value=Code(LOINC, "LA6569-3"))], OPEN),
    "item 9 not at all, in LOINC": ([observed(ITEM_9, "2026-05-10", value=Code(LOINC, "LA6568-5"))], OUT),
    "item 9 as a component": (
        [
            observed(
                PHQ9_PANEL,
                "2026-05-10",
                component=[{"code": concept(ITEM_9), "valueInteger": 2}],
            )
        ],
        OPEN,
    ),
    "item 9 without an answer": ([observed(ITEM_9, "2026-05-10")], OUT),
    "item 9 with an answer nobody understands": (
        [observed(ITEM_9, "2026-05-10", valueString="some")],
        UNKNOWN,
    ),
    "0 after 2": (
        [observed(ITEM_9, "2026-05-10", value=2), observed(ITEM_9, "2026-05-12", value=0)],
        OUT,
    ),
    "C-SSRS the same day": (
        [observed(ITEM_9, "2026-05-10", value=2), observed(LEVEL, "2026-05-10", value=LOW)],
        CLOSED,
    ),
    "C-SSRS the day before": (
        [observed(ITEM_9, "2026-05-10", value=2), observed(LEVEL, "2026-05-09", value=LOW)],
        OPEN,
    ),
    "C-SSRS without a result": (
        [observed(ITEM_9, "2026-05-10", value=2), observed(LEVEL, "2026-05-10")],
        OPEN,
    ),
    "positive on 31 December before": ([observed(ITEM_9, "2025-12-31", value=2)], OUT),
    "positive on 1 January": ([observed(ITEM_9, "2026-01-01", value=2)], OPEN),
}


@pytest.mark.parametrize(("events", "status"), ANSWERS.values(), ids=ANSWERS)
def test_a_positive_item_9_calls_for_a_c_ssrs(events, status):
    result = CSSRS9.evaluate(chart(*events), YEAR)

    assert result.status is status, result.reason


def test_a_positive_answer_is_not_forgotten_at_new_year():
    record = chart(observed(ITEM_9, "2025-12-31", value=2))

    assert CSSRS9.evaluate(record, YEAR, date(2026, 1, 2)).status is GapStatus.PROSPECTIVE


def test_observations_not_gathered_are_no_gap():
    assert CSSRS9.evaluate(chart(gathered=all_but("Observation")), YEAR).status is UNKNOWN
