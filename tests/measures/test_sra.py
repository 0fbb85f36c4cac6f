"""SRA: the risk of suicide at each visit of an adult for major depression."""

import pytest

from measures.library.sra_adult_suicide_risk import ASSESSED, MAJOR_DEPRESSION, MEASURE
from measures.shared.suicide_risk import CSSRS, HIGH
from measures.shared.visits import OFFICE
from tests.clinic import all_but, chart, concept, diagnosed, observed, performed, visit
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, YEAR

ILL = [concept(MAJOR_DEPRESSION)]
VISIT = visit(OFFICE, "2026-05-10T09:00:00Z", "2026-05-10T09:30:00Z", reasonCode=ILL)
CASES = {
    "not assessed": ([VISIT], OPEN),
    "assessed at the visit": ([VISIT, performed(ASSESSED, "2026-05-10T09:10:00Z")], CLOSED),
    "assessed later that day": ([VISIT, performed(ASSESSED, "2026-05-10T15:00:00Z")], CLOSED),
    "assessed the day before": ([VISIT, performed(ASSESSED, "2026-05-09")], OPEN),
    "assessed the day after": ([VISIT, performed(ASSESSED, "2026-05-11")], OPEN),
    "assessed in May": ([VISIT, performed(ASSESSED, "2026-05")], UNKNOWN),
    "a C-SSRS with a result": ([VISIT, observed(CSSRS[0], "2026-05-10", value=HIGH)], CLOSED),
    "a C-SSRS without one": ([VISIT, observed(CSSRS[0], "2026-05-10")], OPEN),
    "a visit for something else": ([visit(OFFICE, "2026-05-10", reasonCode=[concept(OFFICE)])], OUT),
    "a visit with depression among its diagnoses": (
        [
            diagnosed(MAJOR_DEPRESSION, "2020-01-01", id="ill"),
            visit(OFFICE, "2026-05-10", diagnosis=[{"condition": {"reference": "Condition/ill"}}]),
        ],
        OPEN,
    ),
    "a stay in hospital": ([VISIT | {"class": {"code": "IMP"}}], OUT),
    "a visit on 31 December before": ([visit(OFFICE, "2025-12-31", reasonCode=ILL)], OUT),
    "a visit on 1 January": ([visit(OFFICE, "2026-01-01", reasonCode=ILL)], OPEN),
}


@pytest.mark.parametrize(("events", "status"), CASES.values(), ids=CASES)
def test_a_visit(events, status):
    assert MEASURE.evaluate(chart(*events), YEAR).status is status


@pytest.mark.parametrize(("born", "status"), [("2008-01-01", OPEN), ("2008-01-02", OUT)])
def test_an_adult_at_the_start_of_the_year(born, status):
    assert MEASURE.evaluate(chart(VISIT, born=born), YEAR).status is status


def test_each_visit_counts():
    second = visit(OFFICE, "2026-06-10", reasonCode=ILL)
    result = MEASURE.evaluate(chart(VISIT, second, performed(ASSESSED, "2026-06-10")), YEAR)

    assert (result.groups[0].populations["denominator"], result.groups[0].populations["numerator"]) == (2, 1)


@pytest.mark.parametrize("kind", ["Encounter", "Procedure", "Observation"])
def test_what_was_not_gathered_is_no_gap(kind):
    events = [] if kind == "Encounter" else [VISIT]

    assert MEASURE.evaluate(chart(*events, gathered=all_but(kind)), YEAR).status is UNKNOWN
