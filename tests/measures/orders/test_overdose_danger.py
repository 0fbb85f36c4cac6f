"""What is dangerous in overdose, with a high risk of suicide."""

import pytest

from measures.orders.checks.overdose_danger import CHECK
from measures.orders.medicines import BENZODIAZEPINES, LITHIUM, OPIOIDS, SSRI, TRICYCLICS, Z_HYPNOTICS
from measures.shared.suicide_risk import CSSRS, HIGH
from measures.terminology import LOINC, Code
from tests.clinic import all_but, chart, observed
from tests.measures.orders.signing import draft_for, is_due, told
from tests.measures.suicide_care import LOW


def screen(day, level=HIGH):
    return observed(CSSRS[0], day, value=level)


CASES = {
    "high today": ([screen("2026-11-24")], True),
    "high 90 days ago": ([screen("2026-08-26")], True),
    "high 91 days ago": ([screen("2026-08-25")], False),
    "low since": ([screen("2026-11-01"), screen("2026-11-20", LOW)], False),
    "high again": ([screen("2026-11-01", LOW), screen("2026-11-20")], True),
    "never screened": ([], False),
    "a result nobody understands": ([screen("2026-11-20", Code(LOINC, "LA1-1"))], None),
}


@pytest.mark.parametrize(("events", "due"), CASES.values(), ids=CASES)
def test_a_high_risk(events, due):
    assert is_due(CHECK, chart(*events), draft_for(BENZODIAZEPINES)) is due


@pytest.mark.parametrize("medicine", [Z_HYPNOTICS, OPIOIDS, TRICYCLICS, LITHIUM])
def test_each_dangerous_medicine_is_meant(medicine):
    assert is_due(CHECK, chart(screen("2026-11-20")), draft_for(medicine)) is True
    assert is_due(CHECK, chart(screen("2026-11-20")), draft_for(SSRI)) is False


def test_it_is_told_with_its_date_and_never_without_results_read():
    assert told(CHECK, chart(screen("2026-11-20")), draft_for(OPIOIDS, "Oxycodone")) == [
        "Oxycodone ordered; suicide risk high on 20 Nov 2026 (C-SSRS)"
    ]
    assert is_due(CHECK, chart(gathered=all_but("Observation")), draft_for(OPIOIDS)) is None
