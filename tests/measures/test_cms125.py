"""CMS125, case by case."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms125_breast_cancer_screening import (
    BOTH_ABSENT,
    BOTH_REMOVED,
    LEFT,
    LEFT_ABSENT,
    LEFT_REMOVED,
    MAMMOGRAPHY,
    MEASURE,
    ONE_ABSENT,
    RIGHT,
    RIGHT_REMOVED,
)
from measures.measure import GapStatus
from measures.shared.frailty import ADVANCED_ILLNESS, FRAILTY_DEVICE, HOUSING_STATUS, LIVES_IN_NURSING_HOME
from measures.shared.hospice import HOSPICE_ENCOUNTER
from measures.shared.palliative import INTERVENTION
from measures.shared.visits import OFFICE
from measures.time import Period
from tests.clinic import all_but, chart, concept, device, diagnosed, observed, performed, visit

YEAR = Period.year(2026)
SEEN = visit(OFFICE, "2026-03-10")


def evaluate(*events, born="1970-05-01", gender="female", as_of=None, **more):
    return MEASURE.evaluate(chart(*events, born=born, gender=gender, **more), YEAR, as_of)


def nearest(result):
    """The near misses as (id, why)."""
    return [(miss.event.id, miss.why) for miss in explain(result, date(2026, 6, 1)).nearest]


MAMMOGRAMS = {
    "none": ([], GapStatus.OPEN),
    "30 September two years before": ([observed(MAMMOGRAPHY, "2024-09-30")], GapStatus.OPEN),
    "1 October two years before": ([observed(MAMMOGRAPHY, "2024-10-01")], GapStatus.CLOSED),
    "on the last day": ([observed(MAMMOGRAPHY, "2026-12-31")], GapStatus.CLOSED),
    "after the period": ([observed(MAMMOGRAPHY, "2027-01-01")], GapStatus.OPEN),
    "preliminary": ([observed(MAMMOGRAPHY, "2026-02-01", status="preliminary")], GapStatus.OPEN),
    "of an unknown day in October": ([observed(MAMMOGRAPHY, "2024-10")], GapStatus.CLOSED),
    "of an unknown month": ([observed(MAMMOGRAPHY, "2024")], GapStatus.UNKNOWN),
    "undated": ([observed(MAMMOGRAPHY, None)], GapStatus.UNKNOWN),
    "as imaging": (
        [observed(MAMMOGRAPHY, "2026-02-01", category=[{"coding": [{"code": "imaging"}]}])],
        GapStatus.CLOSED,
    ),
    "as an examination": (
        [observed(MAMMOGRAPHY, "2026-02-01", category=[{"coding": [{"code": "exam"}]}])],
        GapStatus.OPEN,
    ),
}


@pytest.mark.parametrize(("events", "status"), MAMMOGRAMS.values(), ids=MAMMOGRAMS)
def test_a_mammogram_within_27_months_closes_the_gap(events, status):
    assert evaluate(SEEN, *events).status is status


@pytest.mark.parametrize(
    ("born", "counted", "stratum"),
    [
        ("1985-01-01", False, None),  # 41 on 31 December
        ("1984-12-31", True, "42 to 51"),
        ("1975-01-01", True, "42 to 51"),
        ("1974-12-31", True, "52 to 74"),
        ("1952-01-01", True, "52 to 74"),
        ("1951-12-31", False, None),
    ],
)
def test_42_to_74_at_the_end_of_the_period_in_two_strata(born, counted, stratum):
    [group] = evaluate(SEEN, born=born).groups
    assert bool(group.populations["initial-population"]) is counted
    within = [name for name, counts in group.strata.items() if counts["initial-population"]]
    assert within == ([stratum] if stratum else [])


SEXES = {
    "by gender": ({"gender": "female"}, True),
    "male": ({"gender": "male"}, False),
    "not given": ({"gender": None}, None),
    "by birth sex, against gender": (
        {
            "gender": "male",
            "extension": [
                {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex", "valueCode": "F"}
            ],
        },
        True,
    ),
    "by us-core-sex": (
        {
            "gender": "unknown",
            "extension": [
                {
                    "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-sex",
                    "valueCode": "248152002",
                }
            ],
        },
        True,
    ),
    "us-core-sex gives neither": (
        {
            "gender": "female",
            "extension": [
                {
                    "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-sex",
                    "valueCode": "asked-declined",
                }
            ],
        },
        None,
    ),
}


@pytest.mark.parametrize(("patient", "female"), SEXES.values(), ids=SEXES)
def test_of_women_and_unknown_where_the_record_gives_no_sex(patient, female):
    result = evaluate(SEEN, **patient)
    assert result.findings["female"].met is female
    expected = {True: GapStatus.OPEN, False: GapStatus.NOT_APPLICABLE, None: GapStatus.UNKNOWN}
    assert result.status is expected[female]


ONE_LEFT = diagnosed(ONE_ABSENT, "2020-01-01", bodySite=[concept(LEFT)])
ONE_RIGHT = diagnosed(ONE_ABSENT, "2020-01-01", bodySite=[concept(RIGHT)])
NO_LONGER_NEEDED = {
    "both removed": [performed(BOTH_REMOVED, "2026-12-31")],
    "both known to be absent": [diagnosed(BOTH_ABSENT, "2026-12-31")],
    "left and right removed": [performed(LEFT_REMOVED, "2019-01-01"), performed(RIGHT_REMOVED, "2026-01-01")],
    "left absent, right removed": [
        diagnosed(LEFT_ABSENT, "2019-01-01"),
        performed(RIGHT_REMOVED, "2026-01-01"),
    ],
    "one absent on each side": [ONE_LEFT, ONE_RIGHT],
    "hospice": [visit(HOSPICE_ENCOUNTER, "2026-05-01")],
    "palliative care": [performed(INTERVENTION, "2026-05-01")],
}
STILL_NEEDED = {
    "both removed after the period": [performed(BOTH_REMOVED, "2027-01-01")],
    "both absent since after the period": [diagnosed(BOTH_ABSENT, "2027-01-01")],
    "left removed": [performed(LEFT_REMOVED, "2019-01-01"), ONE_LEFT],
    "right removed": [performed(RIGHT_REMOVED, "2019-01-01"), ONE_RIGHT],
    "right removed after the period": [
        performed(LEFT_REMOVED, "2019-01-01"),
        performed(RIGHT_REMOVED, "2027-01-01"),
    ],
    "left absent since after the period": [
        performed(RIGHT_REMOVED, "2019-01-01"),
        diagnosed(LEFT_ABSENT, "2027-01-01"),
    ],
    "one absent, side not said": [diagnosed(ONE_ABSENT, "2020-01-01"), performed(LEFT_REMOVED, "2019-01-01")],
    "absence refuted": [diagnosed(BOTH_ABSENT, "2020-01-01", verification="refuted")],
}


@pytest.mark.parametrize("events", NO_LONGER_NEEDED.values(), ids=NO_LONGER_NEEDED)
def test_no_breasts_or_end_of_life_care_excludes(events):
    assert evaluate(SEEN, *events).groups[0].populations["denominator-exclusion"] == 1


@pytest.mark.parametrize("events", STILL_NEEDED.values(), ids=STILL_NEEDED)
def test_one_breast_or_the_wrong_time_does_not(events):
    assert evaluate(SEEN, *events).status is GapStatus.OPEN


@pytest.mark.parametrize(("born", "excluded"), [("1960-12-31", 1), ("1961-01-01", 0)])
def test_a_nursing_home_excludes_from_66(born, excluded):
    there = observed(HOUSING_STATUS, "2026-12-31", value=LIVES_IN_NURSING_HOME)
    assert evaluate(SEEN, there, born=born).groups[0].populations["denominator-exclusion"] == excluded


def test_frailty_with_an_advanced_illness_excludes_from_66():
    frail_and_ill = [device(FRAILTY_DEVICE, "2026-05-01"), diagnosed(ADVANCED_ILLNESS, "2025-01-01")]
    assert evaluate(SEEN, *frail_and_ill, born="1960-12-31").status is GapStatus.NOT_APPLICABLE
    assert evaluate(SEEN, *frail_and_ill, born="1961-01-01").status is GapStatus.OPEN


def test_before_the_first_visit_the_gap_is_prospective():
    assert evaluate(as_of=date(2026, 2, 1)).status is GapStatus.PROSPECTIVE
    assert evaluate(as_of=date(2026, 2, 1), gender="male").status is GapStatus.NOT_APPLICABLE
    assert evaluate(as_of=date(2026, 2, 1), born="1985-01-01").status is GapStatus.NOT_APPLICABLE
    assert (
        evaluate(observed(MAMMOGRAPHY, "2025-05-01"), as_of=date(2026, 2, 1)).status
        is GapStatus.NOT_APPLICABLE
    )
    assert evaluate(as_of=date(2027, 1, 1)).status is GapStatus.NOT_APPLICABLE


def test_observations_not_gathered_are_never_a_gap():
    result = evaluate(SEEN, gathered=all_but("Observation"))
    assert result.status is GapStatus.UNKNOWN
    assert "not gathered: Observation" in result.reason


def test_the_nearest_mammogram_is_named_with_why_it_does_not_count():
    older = observed(MAMMOGRAPHY, "2020-01-01")
    assert nearest(evaluate(SEEN, older, observed(MAMMOGRAPHY, "2024-09-30", id="m1"))) == [
        ("m1", "before 2024-10-01")
    ]
    examined = observed(MAMMOGRAPHY, "2026-02-01", category=[{"coding": [{"code": "exam"}]}], id="m2")
    assert nearest(evaluate(SEEN, examined)) == [("m2", "not recorded as imaging")]
