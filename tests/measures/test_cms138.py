"""CMS138, case by case. Three rates."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms138_tobacco_use import (
    CESSATION_COUNSELING,
    CESSATION_MEDICINE,
    COUNSELED_FOR_TOBACCO,
    MEASURE,
    NON_USER,
    OTHER_PREVENTIVE,
    SCREENING,
    USER,
)
from measures.measure import GapStatus
from measures.shared.hospice import HOSPICE_CARE
from measures.shared.visits import ANNUAL_WELLNESS, OFFICE, PHONE
from measures.time import Period
from tests.clinic import all_but, chart, diagnosed, observed, performed, prescribed, visit

YEAR = Period.year(2025)
SEEN = visit(ANNUAL_WELLNESS, "2025-03-10")
USES_TOBACCO = observed(SCREENING, "2025-03-10", value=USER)
USES_NONE = observed(SCREENING, "2025-03-10", value=NON_USER)


def evaluate(*events, as_of=None, **more):
    return MEASURE.evaluate(chart(*events, **more), YEAR, as_of)


def counts(result, population="numerator"):
    return tuple(group.populations[population] for group in result.groups)


def of_category(code):
    return [{"coding": [{"code": code}]}]


SCREENED = {
    "none": ([], (0, 0, 0)),
    "a user": ([USES_TOBACCO], (1, 0, 0)),
    "a non-user": ([USES_NONE], (1, 0, 1)),
    "user, then non-user": ([USES_TOBACCO, observed(SCREENING, "2025-06-01", value=NON_USER)], (1, 0, 1)),
    "non-user, then user": ([USES_NONE, observed(SCREENING, "2025-06-01", value=USER)], (1, 0, 0)),
    "user, then no answer": ([USES_TOBACCO, observed(SCREENING, "2025-06-01")], (0, 0, 0)),
    "first day": ([observed(SCREENING, "2025-01-01", value=NON_USER)], (1, 0, 1)),
    "last day": ([observed(SCREENING, "2025-12-31T23:59:59Z", value=NON_USER)], (1, 0, 1)),
    "the year before": ([observed(SCREENING, "2024-12-31", value=NON_USER)], (0, 0, 0)),
    "the year after": ([observed(SCREENING, "2026-01-01", value=NON_USER)], (0, 0, 0)),
    "over the turn of the year": (
        [observed(SCREENING, None, value=USER, effectivePeriod={"start": "2024-12-31", "end": "2025-01-01"})],
        (0, 0, 0),
    ),
    "as a survey": (
        [observed(SCREENING, "2025-03-10", value=NON_USER, category=of_category("survey"))],
        (1, 0, 1),
    ),
    "in the social history": (
        [observed(SCREENING, "2025-03-10", value=NON_USER, category=of_category("social-history"))],
        (1, 0, 1),
    ),
    "as a laboratory result": (
        [observed(SCREENING, "2025-03-10", value=NON_USER, category=of_category("laboratory"))],
        (0, 0, 0),
    ),
    "preliminary": ([observed(SCREENING, "2025-03-10", value=USER, status="preliminary")], (0, 0, 0)),
}


@pytest.mark.parametrize(("events", "numerators"), SCREENED.values(), ids=SCREENED)
def test_the_latest_screening_of_the_period_decides(events, numerators):
    assert counts(evaluate(SEEN, *events)) == numerators


@pytest.mark.parametrize(("events", "in_second"), [([], 0), ([USES_NONE], 0), ([USES_TOBACCO], 1)])
def test_only_tobacco_users_are_in_the_second_rate(events, in_second):
    assert counts(evaluate(SEEN, *events), "denominator") == (1, in_second, 1)


TREATED = {
    "counseled 6 months before": (performed(CESSATION_COUNSELING, "2024-07-01"), True),
    "counseled a day too early": (performed(CESSATION_COUNSELING, "2024-06-30"), False),
    "counseled on the last day": (performed(CESSATION_COUNSELING, "2025-12-31"), True),
    "counseled after the period": (performed(CESSATION_COUNSELING, "2026-01-01"), False),
    "counseled over the first day": (performed(CESSATION_COUNSELING, "2024-06-30", "2024-07-01"), False),
    "counseling planned": (performed(CESSATION_COUNSELING, "2025-03-10", status="preparation"), False),
    "counseling as a diagnosis": (diagnosed(COUNSELED_FOR_TOBACCO, "2025-03-10"), True),
    "diagnosis a day too early": (diagnosed(COUNSELED_FOR_TOBACCO, "2024-06-30"), False),
    "medicine 6 months before": (prescribed(CESSATION_MEDICINE, "2024-07-01", status="completed"), True),
    "medicine a day too early": (prescribed(CESSATION_MEDICINE, "2024-06-30", 400), False),
    "medicine on the last day": (prescribed(CESSATION_MEDICINE, "2025-12-31"), True),
    "medicine cancelled": (prescribed(CESSATION_MEDICINE, "2025-03-10", status="cancelled"), False),
    "medicine not to be given": (prescribed(CESSATION_MEDICINE, "2025-03-10", doNotPerform=True), False),
}


@pytest.mark.parametrize(("event", "treated"), TREATED.values(), ids=TREATED)
def test_treatment_counts_from_six_months_before_the_period(event, treated):
    assert counts(evaluate(SEEN, USES_TOBACCO, event)) == (1, treated, treated)


def from_to(start, end):
    bounds = {"timing": {"repeat": {"boundsPeriod": {"start": start, "end": end}}}}
    return prescribed(CESSATION_MEDICINE, "2024-06-01", dosageInstruction=[bounds])


@pytest.mark.parametrize(
    ("order", "treated"),
    [
        (from_to("2024-07-01", "2025-12-31"), 1),
        (from_to("2024-06-30", "2025-12-31"), 0),
        (from_to("2024-07-01", "2026-01-01"), 0),
        (from_to("2024-07-01", "2025-12-31") | {"status": "completed"}, 0),
    ],
)
def test_an_active_medicine_counts_when_all_its_days_are_in_that_time(order, treated):
    assert counts(evaluate(SEEN, USES_TOBACCO, order)) == (1, treated, treated)


def test_an_active_medicine_without_a_date_may_count():
    result = evaluate(SEEN, USES_TOBACCO, prescribed(CESSATION_MEDICINE, None))
    assert result.groups[1].status is GapStatus.UNKNOWN


@pytest.mark.parametrize(("born", "counted"), [("2013-01-01", 1), ("2013-01-02", 0)])
def test_12_on_the_first_day_of_the_period(born, counted):
    assert counts(evaluate(SEEN, born=born), "initial-population") == (counted,) * 3


VISITS = {
    "two visits": ([visit(OFFICE, "2025-01-01"), visit(PHONE, "2025-12-31")], 1),
    "one visit": ([visit(OFFICE, "2025-03-10")], 0),
    "one of two before the period": ([visit(OFFICE, "2024-12-31"), visit(PHONE, "2025-12-31")], 0),
    "one preventive visit": ([SEEN], 1),
    "one follow-up after an operation": ([visit(OTHER_PREVENTIVE[1], "2025-03-10")], 1),
    "one preventive visit after the period": ([visit(ANNUAL_WELLNESS, "2026-01-01")], 0),
    "two visits, one over the turn of the year": (
        [visit(OFFICE, "2025-03-10"), visit(OFFICE, "2024-12-31", "2025-01-01")],
        0,
    ),
    "a preventive visit over the turn of the year": ([visit(ANNUAL_WELLNESS, "2024-12-31", "2025-01-01")], 0),
    "two visits, one cancelled": (
        [visit(OFFICE, "2025-03-10"), visit(OFFICE, "2025-06-10", status="cancelled")],
        0,
    ),
}


@pytest.mark.parametrize(("visits", "counted"), VISITS.values(), ids=VISITS)
def test_two_visits_or_one_preventive_visit(visits, counted):
    assert counts(evaluate(*visits), "initial-population") == (counted,) * 3


def test_two_visits_of_which_one_has_no_date_may_be_two():
    undated = visit(OFFICE, "2025-03-10") | {"period": None}
    result = evaluate(visit(OFFICE, "2025-03-10"), undated)
    assert result.status is GapStatus.UNKNOWN


def test_hospice_care_excludes_from_all_rates():
    result = evaluate(SEEN, USES_TOBACCO, performed(HOSPICE_CARE, "2025-06-01"))
    assert counts(result, "denominator-exclusion") == (1, 1, 1)


@pytest.mark.parametrize(
    ("events", "born", "status"),
    [
        ([USES_TOBACCO], "1980-05-01", GapStatus.PROSPECTIVE),
        ([USES_NONE], "1980-05-01", GapStatus.NOT_APPLICABLE),
        ([USES_TOBACCO], "2013-01-02", GapStatus.NOT_APPLICABLE),
    ],
    ids=["a user", "a non-user", "a user of 11 years"],
)
def test_before_the_visit_a_users_treatment_is_prospective(events, born, status):
    assert evaluate(*events, born=born, as_of=date(2025, 4, 1)).groups[1].status is status


def test_before_the_first_visit_the_gap_is_prospective():
    result = evaluate(as_of=date(2025, 2, 1))
    assert result.status is GapStatus.PROSPECTIVE
    assert [step.name for step in result.next_steps] == ["screened"]


def test_a_user_who_is_not_treated_is_told_what_may_be_done():
    early = [
        performed(CESSATION_COUNSELING, "2024-06-01", id="p1"),
        performed(CESSATION_COUNSELING, "2020-01-01"),
    ]
    early += [
        prescribed(CESSATION_MEDICINE, "2024-06-30", 7, id="m1"),
        prescribed(CESSATION_MEDICINE, "2020-01-01", 7),
    ]
    told = explain(evaluate(SEEN, USES_TOBACCO, *early), date(2025, 6, 1))
    assert told.result.foremost.group.id == "Group_2"
    assert told.to_close == (
        "Counsel on stopping tobacco and record it",
        "Order a medicine for stopping tobacco",
        "Record the medicine for stopping tobacco that the patient takes",
    )
    assert [(miss.event.id, miss.why) for miss in told.nearest] == [
        ("p1", "before 2024-07-01"),
        ("m1", "before 2024-07-01"),
    ]


@pytest.mark.parametrize("kind", ["Observation", "Encounter", "Procedure", "Condition", "MedicationRequest"])
def test_what_was_not_gathered_is_never_a_gap(kind):
    seen = [] if kind == "Encounter" else [SEEN]
    result = evaluate(*seen, USES_TOBACCO, gathered=all_but(kind))
    assert GapStatus.OPEN not in [group.status for group in result.groups[1:]]
    assert result.groups[1].status is GapStatus.UNKNOWN
