"""I-SERV: from referral to the first visit, 14 days on both sides."""

from datetime import date

import pytest

from measures.library.iserv_time_to_services import MEASURE, REFERRAL
from measures.shared.mental_health import MENTAL_HEALTH_VISIT, MENTAL_ILLNESS
from measures.shared.visits import OFFICE
from tests.clinic import all_but, chart, concept, referred, visit
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, YEAR

SENT = referred(REFERRAL, "2026-05-10")
ILL = [concept(MENTAL_ILLNESS)]
CASES = {
    "no visit": ([SENT], OPEN),
    "seen the day before": ([SENT, visit(MENTAL_HEALTH_VISIT, "2026-05-09")], OPEN),
    "seen that day": ([SENT, visit(MENTAL_HEALTH_VISIT, "2026-05-10")], CLOSED),
    "seen on day 14": ([SENT, visit(MENTAL_HEALTH_VISIT, "2026-05-24")], CLOSED),
    "seen on day 15": ([SENT, visit(MENTAL_HEALTH_VISIT, "2026-05-25")], OPEN),
    "seen in May": ([SENT, visit(MENTAL_HEALTH_VISIT, "2026-05")], UNKNOWN),
    "the visit that referred": ([SENT, visit(OFFICE, "2026-05-10", reasonCode=ILL)], OPEN),
    "the visit that referred says not why": ([SENT, visit(OFFICE, "2026-05-10")], OPEN),
    "at the office for the illness the day after": (
        [SENT, visit(OFFICE, "2026-05-11", reasonCode=ILL)],
        CLOSED,
    ),
    "at the office for who knows what": ([SENT, visit(OFFICE, "2026-05-11")], UNKNOWN),
    "at the office for a reason that cannot be read": (
        [SENT, visit(OFFICE, "2026-05-11", reasonCode="mental illness")],
        UNKNOWN,
    ),
    "revoked": ([referred(REFERRAL, "2026-05-10", status="revoked")], OUT),
    "referred on 31 December before": ([referred(REFERRAL, "2025-12-31")], OUT),
    "referred on 1 January": ([referred(REFERRAL, "2026-01-01")], OPEN),
    "no referral": ([], OUT),
}


@pytest.mark.parametrize(("events", "status"), CASES.values(), ids=CASES)
def test_a_referral(events, status):
    result = MEASURE.evaluate(chart(*events), YEAR)

    assert result.status is status, result.reason


def test_each_referral_counts_and_has_its_deadline():
    record = chart(SENT, referred(REFERRAL, "2026-08-01"))
    result = MEASURE.evaluate(record, YEAR, date(2026, 8, 15))

    assert result.groups[0].populations["denominator"] == 2
    assert (result.foremost.deadline, result.foremost.is_over) == (date(2026, 8, 15), False)


@pytest.mark.parametrize("kind", ["ServiceRequest", "Encounter", "Procedure"])
def test_what_was_not_gathered_is_no_gap(kind):
    events = [] if kind == "ServiceRequest" else [SENT]

    assert MEASURE.evaluate(chart(*events, gathered=all_but(kind)), YEAR).status is UNKNOWN
