"""Antipsychotics: metabolic tests, two at once, QT."""

import pytest

from measures.orders.checks.antipsychotic_ecg import CHECK as FIRST_ECG
from measures.orders.checks.antipsychotic_metabolic import CHECK as METABOLIC
from measures.orders.checks.qt_pair import CHECK as QT
from measures.orders.checks.two_antipsychotics import CHECK as TWO
from measures.orders.laboratory import A1C, GLUCOSE, LDL, LIPID_PANELS, METABOLIC_PANELS, OTHER_LIPIDS
from measures.orders.medicines import (
    ANTIPSYCHOTIC,
    CLOZAPINE,
    LITHIUM,
    QT_ANTIPSYCHOTICS,
    QT_OTHERS,
    ZIPRASIDONE,
)
from measures.orders.problems import ECG
from tests.clinic import all_but, chart, concept, event, observed, performed
from tests.measures.orders.signing import draft_for, draft_test, is_due, judged, taken, told

OLANZAPINE_5, OLANZAPINE_10, RISPERIDONE, HALOPERIDOL, METHADONE = (
    "312078",
    "314154",
    "312829",
    "310670",
    "6813",
)
ORDER = draft_for(ANTIPSYCHOTIC, "Olanzapine", rxnorm=OLANZAPINE_5)

LABS = {
    "both 365 days ago": ([observed(A1C, "2025-11-24"), observed(LDL, "2025-11-24")], [], []),
    "A1c 366 days ago": ([observed(A1C, "2025-11-23"), observed(LDL, "2025-11-24")], [], ["a1c_order"]),
    "lipids 366 days ago": (
        [observed(GLUCOSE, "2026-01-01"), observed(LDL, "2025-11-23")],
        [],
        ["lipid_order"],
    ),
    "glucose and triglycerides": (
        [observed(GLUCOSE, "2026-01-01"), observed(OTHER_LIPIDS, "2026-01-01")],
        [],
        [],
    ),
    "none": ([], [], ["a1c_order", "lipid_order"]),
    "panels ordered now": ([], [draft_test(METABOLIC_PANELS), draft_test(LIPID_PANELS)], []),
    "lipids ordered now": ([], [draft_test(LIPID_PANELS)], ["a1c_order"]),
}


@pytest.mark.parametrize(("events", "drafts", "added"), LABS.values(), ids=LABS)
def test_metabolic_tests(events, drafts, added):
    findings = judged(METABOLIC, chart(*events), ORDER, *drafts)

    assert [name for finding in findings for name in finding.mends[0].add] == added


def test_the_last_test_is_told_with_its_date_and_age():
    record = chart(
        observed(A1C, "2025-03-14", value=5.6), observed(LDL, "2026-03-14", value=90, unit="mg/dL")
    )

    assert told(METABOLIC, record, ORDER) == [
        "Olanzapine ordered: last A1c or glucose 5.6 % on 14 Mar 2025, 620 days ago; due every 12 months"
    ]


def test_laboratory_results_not_read_are_unknown():
    assert is_due(METABOLIC, chart(gathered=all_but("Observation")), ORDER) is None


def on(rxnorm, day, name=ANTIPSYCHOTIC, **more):
    return taken(name, day, "the other one", rxnorm=rxnorm, **more)


SINCE_61, SINCE_60 = "2026-09-24", "2026-09-25"  # days before 24 November
PAIRS = {
    "both for 61 days": ([on(OLANZAPINE_10, SINCE_61), on(RISPERIDONE, SINCE_61)], True),
    "the other for 60 days": ([on(OLANZAPINE_10, SINCE_61), on(RISPERIDONE, SINCE_60)], False),
    "this one for 60 days": ([on(OLANZAPINE_10, SINCE_60), on(RISPERIDONE, SINCE_61)], False),
    "this one begun now": ([on(RISPERIDONE, SINCE_61)], False),
    "this one begun now, beside two": ([on(RISPERIDONE, SINCE_61), on(HALOPERIDOL, SINCE_61)], False),
    "the same ingredient in another strength": ([on(OLANZAPINE_10, SINCE_61)], False),
    "one of unknown ingredient": ([on(OLANZAPINE_10, SINCE_61), on("0", SINCE_61)], None),
    "the other stopped": (
        [on(OLANZAPINE_10, SINCE_61), on(RISPERIDONE, SINCE_61) | {"status": "stopped"}],
        False,
    ),
}


@pytest.mark.parametrize(("events", "due"), PAIRS.values(), ids=PAIRS)
def test_two_antipsychotics(events, due):
    assert is_due(TWO, chart(*events), ORDER) is due


def test_two_begun_in_one_signing_are_no_change_from_one_to_the_other():
    (finding,) = judged(TWO, chart(), ORDER, draft_for(ANTIPSYCHOTIC, "Risperidone", rxnorm=RISPERIDONE))

    assert finding.says() == (
        "Olanzapine ordered with Risperidone, also being ordered: two antipsychotics at once"
    )


def test_two_strengths_of_one_medicine_are_one():
    assert is_due(TWO, chart(), ORDER, draft_for(ANTIPSYCHOTIC, rxnorm=OLANZAPINE_10)) is False


def test_with_clozapine_a_second_one_can_be_meant():
    record = chart(on(OLANZAPINE_10, SINCE_61), on(RISPERIDONE, SINCE_61), taken(CLOZAPINE, SINCE_61))

    assert is_due(TWO, record, ORDER) is False


QT_ORDER = draft_for(QT_ANTIPSYCHOTICS, "Haloperidol", rxnorm=HALOPERIDOL)
OTHER = on(METHADONE, "2026-10-03", QT_OTHERS)
EARLIER = on(HALOPERIDOL, "2026-01-01", QT_ANTIPSYCHOTICS)


def report(code, day="2026-11-01", status="final"):
    return event("DiagnosticReport", code=code, status=status, effectiveDateTime=day)


ECGS = {
    "none": ([OTHER], [], True),
    "30 days ago, haloperidol new": ([OTHER, observed(ECG, "2026-10-25")], [], False),
    "31 days ago, haloperidol new": ([OTHER, observed(ECG, "2026-10-24")], [], True),
    "365 days ago, haloperidol not new": ([OTHER, EARLIER, observed(ECG, "2025-11-24")], [], False),
    "366 days ago, haloperidol not new": ([OTHER, EARLIER, observed(ECG, "2025-11-23")], [], True),
    "as a procedure": ([OTHER, performed(ECG, "2026-11-01")], [], False),
    "as a report": ([OTHER, report(concept(ECG))], [], False),
    "as a report of 31 days ago": ([OTHER, report(concept(ECG), "2026-10-24")], [], True),
    "as a preliminary report": ([OTHER, report(concept(ECG), status="preliminary")], [], True),
    "ordered now": ([OTHER], [draft_test(ECG)], False),
    "nothing else that lengthens QT": ([], [], False),
    "the same medicine only": ([on(HALOPERIDOL, "2026-10-03", QT_ANTIPSYCHOTICS)], [], False),
    "another that does not": ([taken(LITHIUM, "2026-10-03")], [], False),
}


@pytest.mark.parametrize(("events", "drafts", "due"), ECGS.values(), ids=ECGS)
def test_two_that_lengthen_qt(events, drafts, due):
    assert is_due(QT, chart(*events), QT_ORDER, *drafts) is due


def test_the_pair_is_told_and_an_ecg_offered():
    (finding,) = judged(QT, chart(OTHER), QT_ORDER)

    assert finding.says() == (
        "Haloperidol ordered with the other one, active since 3 Oct 2026: both lengthen QT; "
        "no ECG in this record"
    )
    assert [mend.add for mend in finding.mends] == [("ecg_order",), ()]


def test_where_reports_were_not_read_no_ecg_is_known():
    unread = all_but("DiagnosticReport")
    (finding,) = judged(QT, chart(OTHER, gathered=unread), QT_ORDER)
    assert finding.says().endswith("both lengthen QT; no ECG known, diagnostic reports were not read")

    (finding,) = judged(QT, chart(OTHER, observed(ECG, "2026-10-01"), gathered=unread), QT_ORDER)
    assert finding.says().endswith("last ECG on 1 Oct 2026, 54 days ago, diagnostic reports not read")
    assert is_due(QT, chart(OTHER, observed(ECG, "2026-11-01"), gathered=unread), QT_ORDER) is False


@pytest.mark.parametrize("kind", ["Observation", "Procedure"])
def test_ecgs_not_read_are_unknown(kind):
    assert is_due(QT, chart(OTHER, gathered=all_but(kind)), QT_ORDER) is None


ZIPRASIDONE_20, ZIPRASIDONE_40 = "314286", "313776"
FIRST_ECGS = {
    "none": ([], [], True),
    "365 days ago": ([observed(ECG, "2025-11-24")], [], False),
    "366 days ago": ([observed(ECG, "2025-11-23")], [], True),
    "as a procedure": ([performed(ECG, "2026-11-01")], [], False),
    "ordered now": ([], [draft_test(ECG)], False),
    "taken already, in another strength": ([on(ZIPRASIDONE_20, "2026-10-01", ZIPRASIDONE)], [], False),
    "another one before it": ([on(HALOPERIDOL, "2026-10-01", QT_ANTIPSYCHOTICS)], [], True),
}


@pytest.mark.parametrize(("events", "drafts", "due"), FIRST_ECGS.values(), ids=FIRST_ECGS)
def test_an_ecg_before_ziprasidone_is_begun(events, drafts, due):
    order = draft_for(ZIPRASIDONE, "Ziprasidone", rxnorm=ZIPRASIDONE_40)

    assert is_due(FIRST_ECG, chart(*events), order, *drafts) is due


def test_haloperidol_by_mouth_is_begun_without_one():
    assert is_due(FIRST_ECG, chart(), QT_ORDER) is False


def test_without_the_procedures_read_an_ecg_may_be_there():
    order = draft_for(ZIPRASIDONE, rxnorm=ZIPRASIDONE_40)

    assert is_due(FIRST_ECG, chart(gathered=all_but("Procedure")), order) is None
