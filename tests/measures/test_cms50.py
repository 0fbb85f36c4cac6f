"""CMS50, case by case."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms50_closing_the_referral_loop import (
    ASSESSMENTS,
    EYE_VISIT,
    MEASURE,
    NEUROPSYCHOLOGY,
    PSYCHIATRIC_EVALUATION,
    REFERRAL,
    REPORT,
)
from measures.measure import GapStatus
from measures.shared.visits import (
    OFFICE,
    PHONE,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_INITIAL,
    PREVENTIVE_INITIAL_CHILD,
)
from measures.time import Period
from tests.clinic import all_but, chart, concept, event, performed, referred, visit

YEAR = Period.year(2026)
SEEN = visit(OFFICE, "2026-03-10")
REFERRED = referred(REFERRAL, "2026-03-10T09:00:00Z", id="r1")


def evaluate(*events, as_of=None, **more):
    return MEASURE.evaluate(chart(*events, **more), YEAR, as_of)


def nearest(result):
    """The near misses as (id, why)."""
    return [(miss.event.id, miss.why) for miss in explain(result, date(2026, 6, 1)).nearest]


def report(end, of="ServiceRequest/r1", status="completed", **more):
    """A task that receives a consultant's report."""
    received = {"start": "2026-01-01", "end": end} if end else None
    patient = {"reference": "Patient/pat-1"}
    task = event(
        "Task", code=concept(REPORT), status=status, executionPeriod=received, **{"for": patient}, **more
    )
    return task | {"basedOn": [{"reference": of}]}


REPORTS = {
    "none": ([], GapStatus.OPEN),
    "a second after the referral": ([report("2026-03-10T09:00:01Z")], GapStatus.CLOSED),
    "at the moment of the referral": ([report("2026-03-10T09:00:00Z")], GapStatus.OPEN),
    "on the last day": ([report("2026-12-31T23:59:00Z")], GapStatus.CLOSED),
    "after the period": ([report("2027-01-01T00:00:00Z")], GapStatus.OPEN),
    "to another referral": ([report("2026-05-01", of="ServiceRequest/r2")], GapStatus.OPEN),
    "by an absolute reference": (
        [report("2026-05-01", of="https://ehr/fhir/ServiceRequest/r1")],
        GapStatus.CLOSED,
    ),
    "not completed": ([report("2026-05-01", status="failed")], GapStatus.OPEN),
    "received at a time not given": ([report(None, authoredOn="2026-05-01")], GapStatus.UNKNOWN),
    "received on a day not given": ([report("2026")], GapStatus.UNKNOWN),
}


@pytest.mark.parametrize(("events", "status"), REPORTS.values(), ids=REPORTS)
def test_the_report_on_the_referral_closes_the_loop(events, status):
    assert evaluate(SEEN, REFERRED, *events).status is status


def test_only_the_first_referral_counts():
    second = referred(REFERRAL, "2026-03-10T09:01:00Z", id="r2")
    answered = report("2026-05-01", of="ServiceRequest/r2")
    assert evaluate(SEEN, REFERRED, second, answered).status is GapStatus.OPEN
    assert evaluate(SEEN, second, REFERRED, report("2026-05-01")).status is GapStatus.CLOSED


def test_of_two_referrals_made_at_one_moment_either_counts():
    day = [referred(REFERRAL, "2026-03-10", id=name) for name in ("r1", "r2")]
    assert evaluate(SEEN, *day, report("2026-05-01", of="ServiceRequest/r2")).status is GapStatus.CLOSED
    assert evaluate(SEEN, *day, report("2026-05-01")).status is GapStatus.CLOSED


@pytest.mark.parametrize(
    ("referral", "counted"),
    [
        (referred(REFERRAL, "2025-12-31"), 0),
        (referred(REFERRAL, "2026-01-01"), 1),
        (referred(REFERRAL, "2026-10-31T23:59:00Z"), 1),
        (referred(REFERRAL, "2026-11-01T00:00:00Z"), 0),
        (referred(REFERRAL, "2026-03-10", status="completed"), 1),
        (referred(REFERRAL, "2026-03-10", status="revoked"), 0),
        (referred(REFERRAL, "2026-03-10") | {"intent": "plan"}, 0),
        (referred(REFERRAL, "2026-03-10", doNotPerform=True), 0),
        (referred(REFERRAL, "2026-03-10", doNotPerform=False), 1),
    ],
)
def test_a_referral_ordered_from_january_to_october(referral, counted):
    assert evaluate(SEEN, referral).groups[0].populations["initial-population"] == counted


@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        (visit(EYE_VISIT, "2026-12-31"), 1),
        (visit(PREVENTIVE_INITIAL_CHILD, "2026-01-01"), 1),
        (visit(PREVENTIVE_INITIAL, "2026-01-01"), 1),
        (visit(PREVENTIVE_ESTABLISHED, "2026-01-01"), 1),
        (visit(PHONE, "2026-03-10"), 0),
        (visit(OFFICE, "2025-12-31", "2026-01-01"), 0),
        (performed(NEUROPSYCHOLOGY, "2026-03-10"), 1),
        (performed(PSYCHIATRIC_EVALUATION, "2026-03-10"), 1),
        (performed(ASSESSMENTS[0], "2026-03-10"), 1),
        (performed(NEUROPSYCHOLOGY, "2027-01-01"), 0),
    ],
)
def test_a_visit_or_an_assessment_in_the_period(seen, counted):
    assert evaluate(seen, REFERRED).groups[0].populations["initial-population"] == counted


def test_a_referral_before_the_first_visit_is_a_prospective_gap():
    assert evaluate(REFERRED, as_of=date(2026, 4, 1)).status is GapStatus.PROSPECTIVE


@pytest.mark.parametrize("kind", ["Task", "ServiceRequest"])
def test_what_was_not_gathered_is_never_a_gap(kind):
    assert evaluate(SEEN, REFERRED, gathered=all_but(kind)).status is GapStatus.UNKNOWN


def test_the_nearest_report_is_named_with_why_it_does_not_count():
    to_another = report("2026-05-01", of="ServiceRequest/r2", id="t1")
    older = report("2025-05-01", of="ServiceRequest/r2") | {
        "executionPeriod": {"start": "2025-01-01", "end": "2025-05-01"}
    }
    assert nearest(evaluate(SEEN, REFERRED, older, to_another)) == [
        ("t1", "not an answer to the first referral")
    ]
