"""A sedative while the risk of suicide is higher than it was: by the C-SSRS, else by item 9 of the PHQ-9."""

import pytest

from measures.orders.checks.suicide_risk_rose import CHECK
from measures.orders.medicines import BARBITURATES, BENZODIAZEPINES, LITHIUM, OPIOIDS, SSRI, Z_HYPNOTICS
from measures.shared.suicide_risk import CSSRS, HIGH, ITEM_9, PHQ9_PANEL
from measures.terminology import LOINC, Code
from tests.clinic import all_but, chart, concept, observed
from tests.measures.orders.signing import draft_for, is_due, told
from tests.measures.suicide_care import LOW, MODERATE


def screen(day, level):
    return observed(CSSRS[0], day, value=level)


def item_9(day, score):
    return observed(ITEM_9, day, value=score, unit="{score}")


CASES = {
    "moderate after low": ([screen("2026-03-01", LOW), screen("2026-11-20", MODERATE)], True),
    "moderate after low, 90 days ago": ([screen("2026-03-01", LOW), screen("2026-08-26", MODERATE)], True),
    "moderate after low, 91 days ago": ([screen("2026-03-01", LOW), screen("2026-08-25", MODERATE)], False),
    "moderate as before": ([screen("2026-03-01", MODERATE), screen("2026-11-20", MODERATE)], False),
    "low after moderate": ([screen("2026-03-01", MODERATE), screen("2026-11-20", LOW)], False),
    "fell again": (
        [screen("2026-03-01", LOW), screen("2026-11-01", MODERATE), screen("2026-11-20", LOW)],
        False,
    ),
    "high, which another check tells": ([screen("2026-03-01", LOW), screen("2026-11-20", HIGH)], False),
    "the first of all": ([screen("2026-11-20", MODERATE)], False),
    "never asked": ([], False),
    "a level nobody understands": (
        [screen("2026-03-01", Code(LOINC, "LA1-1")), screen("2026-11-20", MODERATE)],
        None,
    ),
    "item 9 above 0 after 0": ([item_9("2026-09-01", 0), item_9("2026-11-20", 2)], True),
    "item 9 above 0 as before": ([item_9("2026-09-01", 1), item_9("2026-11-20", 2)], False),
    "item 9, and a C-SSRS since": (
        [item_9("2026-09-01", 0), item_9("2026-11-20", 2), screen("2026-11-21", LOW)],
        False,
    ),
    "item 9, and a C-SSRS before it": (
        [item_9("2026-09-01", 0), item_9("2026-11-20", 2), screen("2026-11-19", LOW)],
        True,
    ),
}


@pytest.mark.parametrize(("events", "due"), CASES.values(), ids=CASES)
def test_a_risk_that_rose(events, due):
    assert is_due(CHECK, chart(*events), draft_for(BENZODIAZEPINES)) is due


def test_item_9_within_the_panel_counts():
    def panel(day, score):
        answer = {"code": concept(ITEM_9), "valueInteger": score}
        return observed(PHQ9_PANEL, day, component=[answer])

    record = chart(panel("2026-09-01", 0), panel("2026-11-20", 1))

    assert is_due(CHECK, record, draft_for(BENZODIAZEPINES)) is True


@pytest.mark.parametrize(
    ("medicine", "due"),
    [(Z_HYPNOTICS, True), (OPIOIDS, True), (BARBITURATES, True), (LITHIUM, False), (SSRI, False)],
)
def test_sedatives_are_meant(medicine, due):
    rose = chart(screen("2026-03-01", LOW), screen("2026-11-20", MODERATE))

    assert is_due(CHECK, rose, draft_for(medicine)) is due


def test_it_is_told_with_its_day_and_never_without_results_read():
    rose = chart(screen("2026-03-01", LOW), screen("2026-11-20", MODERATE))

    assert told(CHECK, rose, draft_for(BENZODIAZEPINES, "Lorazepam 1 mg")) == [
        "Lorazepam 1 mg ordered; the risk of suicide was higher on 20 Nov 2026 than before"
    ]
    assert is_due(CHECK, chart(gathered=all_but("Observation")), draft_for(OPIOIDS)) is None
