"""Lithium: its blood tests, and what raises its level."""

import pytest

from measures.orders.checks.lithium_interactions import CHECK as INTERACTIONS
from measures.orders.checks.lithium_monitoring import CHECK as MONITORING
from measures.orders.laboratory import CREATININE, LITHIUM_LEVEL, METABOLIC_PANELS, TSH
from measures.orders.medicines import (
    ACE_INHIBITORS,
    ARB,
    LITHIUM,
    LOOP_DIURETICS,
    METRONIDAZOLE,
    NSAIDS,
    THIAZIDES,
)
from tests.clinic import all_but, chart, observed, prescribed, referred
from tests.measures.orders.signing import draft_for, draft_test, is_due, judged, taken, told

ORDER = draft_for(LITHIUM, "Lithium")
TAKEN = prescribed(LITHIUM, "2024-01-01")
FRESH = (
    observed(LITHIUM_LEVEL, "2026-10-01", value=0.7, unit="mmol/L"),
    observed(CREATININE, "2026-10-01", value=0.9, unit="mg/dL"),
    observed(TSH, "2026-10-01", value=2.1, unit="mU/L"),
)
LEVEL_183_DAYS = observed(LITHIUM_LEVEL, "2026-05-25", value=0.7, unit="mmol/L")
LEVEL_184_DAYS = observed(LITHIUM_LEVEL, "2026-05-24", value=0.7, unit="mmol/L")


def test_what_is_missing_is_told_with_its_last_date():
    says = told(MONITORING, chart(TAKEN, LEVEL_184_DAYS, *FRESH[1:]), ORDER)

    assert says == [
        "Lithium ordered: last lithium level 0.7 mmol/L on 24 May 2026, 184 days ago; "
        "due every 6 months at least"
    ]


def test_all_that_is_missing_is_one_finding_and_one_addition():
    (finding,) = judged(MONITORING, chart(TAKEN), ORDER, draft_for(LITHIUM, "Lithium"))

    assert len(finding.drafts) == 2
    assert finding.mends[0].add == ("lithium_level_order", "bmp_order", "tsh_order")
    assert finding.mends[0].label == "Add lithium level, creatinine and TSH"


CASES = {
    "all tests fresh": ([TAKEN, *FRESH], [ORDER], False),
    "a level 183 days old": ([TAKEN, LEVEL_183_DAYS, *FRESH[1:]], [ORDER], False),
    "a level 184 days old": ([TAKEN, LEVEL_184_DAYS, *FRESH[1:]], [ORDER], True),
    "no level, and lithium begun now": ([*FRESH[1:]], [ORDER], False),
    "a level ordered with it": ([TAKEN, *FRESH[1:]], [ORDER, draft_test(LITHIUM_LEVEL)], False),
    "ordered 30 days ago": (
        [TAKEN, referred(LITHIUM_LEVEL, "2026-10-25"), *FRESH[1:]],
        [ORDER],
        False,
    ),
    "ordered 31 days ago": (
        [TAKEN, referred(LITHIUM_LEVEL, "2026-10-24"), *FRESH[1:]],
        [ORDER],
        True,
    ),
    "creatinine in a panel": ([FRESH[0], FRESH[2]], [ORDER, draft_test(METABOLIC_PANELS)], False),
    "TSH 365 days old": ([*FRESH[:2], observed(TSH, "2025-11-24", value=2)], [ORDER], False),
    "TSH 366 days old": ([*FRESH[:2], observed(TSH, "2025-11-23", value=2)], [ORDER], True),
    "TSH in some month of the year": ([*FRESH[:2], observed(TSH, "2025-11", value=2)], [ORDER], None),
    "another medicine": ([], [draft_for(NSAIDS)], False),
}


@pytest.mark.parametrize(("events", "drafts", "due"), CASES.values(), ids=CASES)
def test_blood_tests(events, drafts, due):
    assert is_due(MONITORING, chart(*events), *drafts) is due


def test_laboratory_results_not_read_are_never_called_missing():
    (finding,) = judged(MONITORING, chart(TAKEN, gathered=all_but("Observation")), ORDER)

    assert finding.due is None
    assert finding.why_unknown == "not gathered: Observation"


def test_orders_not_read_do_not_hide_a_missing_result():
    assert is_due(MONITORING, chart(TAKEN, gathered=all_but("ServiceRequest")), ORDER) is True


@pytest.mark.parametrize("raising", [NSAIDS, ACE_INHIBITORS, ARB, THIAZIDES, LOOP_DIURETICS, METRONIDAZOLE])
def test_either_way_round_it_is_told(raising):
    active = taken(raising, "2026-10-03", "lisinopril")

    assert told(INTERACTIONS, chart(active), ORDER) == [
        "Lithium ordered with lisinopril, active since 3 Oct 2026: the lithium level can rise to toxic"
    ]
    assert is_due(INTERACTIONS, chart(TAKEN), draft_for(raising)) is True


def test_two_drafts_against_one_another_are_one_finding():
    nsaid = draft_for(NSAIDS, "ibuprofen")
    (finding,) = judged(INTERACTIONS, chart(), ORDER, nsaid)

    assert [draft.display for draft in finding.drafts] == ["Lithium", "ibuprofen"]
    assert finding.evidence == ()
    assert finding.says() == (
        "Lithium ordered with ibuprofen, also being ordered: the lithium level can rise to toxic"
    )


IBUPROFEN, LISINOPRIL = draft_for(NSAIDS, "Ibuprofen"), draft_for(ACE_INHIBITORS, "Lisinopril")


def names(findings):
    """Of each finding the medicines it speaks of."""
    return [sorted({event.display for event in (*one.drafts, *one.evidence)}) for one in findings]


@pytest.mark.parametrize("record", [(), (taken(LITHIUM, "2026-10-01", "Lithium"),)])
def test_of_three_drafts_each_pair_is_told_once_with_the_order_to_remove(record):
    findings = judged(INTERACTIONS, chart(*record), ORDER, IBUPROFEN, LISINOPRIL)

    assert names(findings) == [["Ibuprofen", "Lithium"], ["Lisinopril", "Lithium"]]


def test_what_no_pair_says_is_told_all_the_same():
    on_lisinopril = taken(ACE_INHIBITORS, "2026-10-01", "Lisinopril")

    findings = judged(INTERACTIONS, chart(on_lisinopril), ORDER, IBUPROFEN)

    assert names(findings) == [["Ibuprofen", "Lisinopril", "Lithium"], ["Ibuprofen", "Lithium"]]


def test_the_tests_that_are_ordered_already_are_not_offered():
    def offered(*drafts):
        (finding,) = judged(INTERACTIONS, chart(TAKEN), draft_for(NSAIDS), *drafts)
        return [mend.label for mend in finding.mends]

    level, creatinine = draft_test(LITHIUM_LEVEL), draft_test(CREATININE)
    assert offered() == offered(level) == ["Remove this order", "Add a lithium level and creatinine"]
    assert offered(level, creatinine) == ["Remove this order"]
