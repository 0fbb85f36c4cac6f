"""CMS130, case by case."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms130_colorectal_cancer_screening import (
    CANCER,
    COLECTOMY,
    COLONOSCOPY,
    CT_COLONOGRAPHY,
    MEASURE,
    SIGMOIDOSCOPY,
    STOOL_DNA_TEST,
    STOOL_TEST,
)
from measures.measure import GapStatus
from measures.shared.frailty import (
    ADVANCED_ILLNESS,
    FRAILTY_DEVICE,
    HOUSING_STATUS,
    LIVES_IN_NURSING_HOME,
)
from measures.shared.hospice import HOSPICE_ENCOUNTER
from measures.shared.palliative import INTERVENTION
from measures.shared.visits import OFFICE
from measures.time import Period
from tests.clinic import all_but, chart, device, diagnosed, observed, performed, visit

YEAR = Period.year(2026)
SEEN = visit(OFFICE, "2026-03-10")
LABORATORY = [{"coding": [{"code": "laboratory"}]}]


def evaluate(*events, born="1970-05-01", as_of=None, **more):
    return MEASURE.evaluate(chart(*events, born=born, **more), YEAR, as_of)


def nearest(result):
    """The near misses as (id, why)."""
    return [(miss.event.id, miss.why) for miss in explain(result, date(2026, 6, 1)).nearest]


SCREENED = {
    "stool blood test on the first day": observed(STOOL_TEST, "2026-01-01", value=0.0),
    "stool blood test on the last day": observed(STOOL_TEST, "2026-12-31", value=0.0, category=LABORATORY),
    "stool DNA test 2 years before": observed(STOOL_DNA_TEST, "2024-01-01", value=0.0),
    "colonoscopy 9 years before": performed(COLONOSCOPY, "2017-01-01"),
    "colonoscopy of that year": performed(COLONOSCOPY, "2017"),
    "sigmoidoscopy 4 years before": performed(SIGMOIDOSCOPY, "2022-01-01"),
    "CT colonography 4 years before": observed(CT_COLONOGRAPHY, "2022-01-01"),
}
NOT_SCREENED = {
    "stool blood test of last year": observed(STOOL_TEST, "2025-12-31", value=0.0),
    "stool blood test without a result": observed(STOOL_TEST, "2026-02-01"),
    "stool blood test outside the laboratory": observed(
        STOOL_TEST, "2026-02-01", value=0.0, category=[{"coding": [{"code": "exam"}]}]
    ),
    "stool DNA test too long ago": observed(STOOL_DNA_TEST, "2023-12-31", value=0.0),
    "stool DNA test without a result": observed(STOOL_DNA_TEST, "2026-02-01"),
    "colonoscopy too long ago": performed(COLONOSCOPY, "2016-12-31"),
    "colonoscopy not finished": performed(COLONOSCOPY, "2020-01-01", status="in-progress"),
    "colonoscopy after the period": performed(COLONOSCOPY, "2027-01-01"),
    "sigmoidoscopy too long ago": performed(SIGMOIDOSCOPY, "2021-12-31"),
    "CT colonography too long ago": observed(CT_COLONOGRAPHY, "2021-12-31"),
}


@pytest.mark.parametrize("event", SCREENED.values(), ids=SCREENED)
def test_any_of_the_five_tests_closes_the_gap(event):
    assert evaluate(SEEN, event).status is GapStatus.CLOSED


@pytest.mark.parametrize("event", NOT_SCREENED.values(), ids=NOT_SCREENED)
def test_an_old_or_unfinished_test_does_not(event):
    result = evaluate(SEEN, event)
    assert result.status is GapStatus.OPEN
    assert [step.name for step in result.next_steps] == [
        "stool_tested",
        "stool_dna_tested",
        "had_colonoscopy",
        "had_sigmoidoscopy",
        "had_ct_colonography",
    ]


@pytest.mark.parametrize(
    ("born", "stratum"),
    [
        ("1981-01-01", None),  # 45 on 31 December
        ("1980-12-31", "46 to 49"),
        ("1977-01-01", "46 to 49"),
        ("1976-12-31", "50 to 75"),
        ("1951-01-01", "50 to 75"),
        ("1950-12-31", None),
    ],
)
def test_46_to_75_at_the_end_of_the_period_in_two_strata(born, stratum):
    [group] = evaluate(SEEN, born=born).groups
    assert group.populations["initial-population"] == (stratum is not None)
    within = [name for name, counts in group.strata.items() if counts["initial-population"]]
    assert within == ([stratum] if stratum else [])


@pytest.mark.parametrize(
    ("event", "excluded"),
    [
        (diagnosed(CANCER, "2026-12-31"), 1),
        (diagnosed(CANCER, "2001-01-01", "2003-01-01", clinical="resolved"), 1),
        (diagnosed(CANCER, "2027-01-01"), 0),
        (diagnosed(CANCER, "2010-01-01", verification="refuted"), 0),
        (performed(COLECTOMY, "2026-12-31"), 1),
        (performed(COLECTOMY, "2027-01-01"), 0),
        (visit(HOSPICE_ENCOUNTER, "2026-05-01"), 1),
        (performed(INTERVENTION, "2026-05-01"), 1),
    ],
)
def test_cancer_no_colon_or_end_of_life_care_excludes(event, excluded):
    assert evaluate(SEEN, event).groups[0].populations["denominator-exclusion"] == excluded


def test_frailty_with_an_advanced_illness_excludes_from_66():
    frail_and_ill = [device(FRAILTY_DEVICE, "2026-05-01"), diagnosed(ADVANCED_ILLNESS, "2025-01-01")]
    assert evaluate(SEEN, *frail_and_ill, born="1960-12-31").status is GapStatus.NOT_APPLICABLE
    assert evaluate(SEEN, *frail_and_ill, born="1961-01-01").status is GapStatus.OPEN


@pytest.mark.parametrize(("born", "excluded"), [("1960-12-31", 1), ("1961-01-01", 0)])
def test_a_nursing_home_excludes_from_66(born, excluded):
    there = observed(HOUSING_STATUS, "2026-12-31", value=LIVES_IN_NURSING_HOME)
    assert evaluate(SEEN, there, born=born).groups[0].populations["denominator-exclusion"] == excluded


def test_before_the_first_visit_the_gap_is_prospective():
    assert evaluate(as_of=date(2026, 2, 1)).status is GapStatus.PROSPECTIVE


@pytest.mark.parametrize("kind", ["Observation", "Procedure"])
def test_what_was_not_gathered_is_never_a_gap(kind):
    assert evaluate(SEEN, gathered=all_but(kind)).status is GapStatus.UNKNOWN


def test_a_test_that_was_gathered_counts_though_another_type_was_not():
    assert evaluate(SEEN, SCREENED["colonoscopy of that year"]).status is GapStatus.CLOSED


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (performed(COLONOSCOPY, "2016-12-31", id="t1"), "before 2017-01-01"),
        (performed(SIGMOIDOSCOPY, "2021-12-31", id="t1"), "before 2022-01-01"),
        (observed(CT_COLONOGRAPHY, "2021-12-31", id="t1"), "before 2022-01-01"),
        (observed(STOOL_TEST, "2025-12-31", value=0.0, id="t1"), "before 2026-01-01"),
        (observed(STOOL_TEST, "2026-02-01", id="t1"), "no laboratory result recorded"),
        (observed(STOOL_DNA_TEST, "2023-12-31", value=0.0, id="t1"), "before 2024-01-01"),
        (observed(STOOL_DNA_TEST, "2027-01-01", value=0.0, id="t1"), "after 2026-12-31"),
    ],
)
def test_the_nearest_test_is_named_with_why_it_does_not_count(event, why):
    assert nearest(evaluate(SEEN, event)) == [("t1", why)]
