"""CMS2, case by case: the chart, then what the measure says of it."""

from datetime import date

import pytest

from measures.library.cms2_depression_screening import (
    ADOLESCENT_SCREEN,
    ADULT_SCREEN,
    BIPOLAR,
    DECLINED,
    FOLLOW_UP,
    MEASURE,
    MEDICAL_REASON,
    NEGATIVE,
    POSITIVE,
    VISIT,
)
from measures.measure import GapStatus
from measures.time import Period
from tests.clinic import (
    all_but,
    chart,
    diagnosed,
    observed,
    performed,
    prescribed,
    references,
    referred,
    refused,
    visit,
)

YEAR = Period.year(2025)
MEDICINE, REFERRAL, PLAN = FOLLOW_UP[ADULT_SCREEN]
YOUNG_MEDICINE, YOUNG_REFERRAL, YOUNG_PLAN = FOLLOW_UP[ADOLESCENT_SCREEN]
MARCH = visit(VISIT, "2025-03-10T09:00:00Z", "2025-03-10T09:30:00Z")
POSITIVE_SCREEN = observed(ADULT_SCREEN, "2025-03-10", value=POSITIVE, id="positive")

ADULTS = {
    "never seen": ([], GapStatus.NOT_APPLICABLE, []),
    "seen, not screened": ([MARCH], GapStatus.OPEN, ["screened"]),
    "visit not finished": ([MARCH | {"status": "planned"}], GapStatus.NOT_APPLICABLE, []),
    "screened negative": (
        [MARCH, observed(ADULT_SCREEN, "2025-03-10", value=NEGATIVE)],
        GapStatus.CLOSED,
        [],
    ),
    "14 days before": ([MARCH, observed(ADULT_SCREEN, "2025-02-24", value=NEGATIVE)], GapStatus.CLOSED, []),
    "15 days before": (
        [MARCH, observed(ADULT_SCREEN, "2025-02-23", value=NEGATIVE)],
        GapStatus.OPEN,
        ["screened"],
    ),
    "the day after": (
        [MARCH, observed(ADULT_SCREEN, "2025-03-11", value=NEGATIVE)],
        GapStatus.OPEN,
        ["screened"],
    ),
    "no result": ([MARCH, observed(ADULT_SCREEN, "2025-03-10")], GapStatus.OPEN, ["screened"]),
    "the adolescent's screen": (
        [MARCH, observed(ADOLESCENT_SCREEN, "2025-03-10", value=NEGATIVE)],
        GapStatus.OPEN,
        ["screened"],
    ),
    "positive, no plan": ([MARCH, POSITIVE_SCREEN], GapStatus.OPEN, ["negative", "followed_up"]),
    "referred 2 days after": (
        [MARCH, POSITIVE_SCREEN, referred(REFERRAL, "2025-03-12")],
        GapStatus.CLOSED,
        [],
    ),
    "referred 3 days after": (
        [MARCH, POSITIVE_SCREEN, referred(REFERRAL, "2025-03-13")],
        GapStatus.OPEN,
        ["negative", "followed_up"],
    ),
    "referred the day before": (
        [MARCH, POSITIVE_SCREEN, referred(REFERRAL, "2025-03-09")],
        GapStatus.OPEN,
        ["negative", "followed_up"],
    ),
    "asked not to be referred": (
        [MARCH, POSITIVE_SCREEN, referred(REFERRAL, "2025-03-10", doNotPerform=True)],
        GapStatus.OPEN,
        ["negative", "followed_up"],
    ),
    "intervention at the visit": (
        [MARCH, POSITIVE_SCREEN, performed(PLAN, "2025-03-10T09:20:00Z")],
        GapStatus.CLOSED,
        [],
    ),
    "already on a medicine": (
        [MARCH, POSITIVE_SCREEN, prescribed(MEDICINE, "2025-02-01", 90)],
        GapStatus.CLOSED,
        [],
    ),
    "medicine ran out before": (
        [MARCH, POSITIVE_SCREEN, prescribed(MEDICINE, "2025-02-01", 30)],
        GapStatus.OPEN,
        ["negative", "followed_up"],
    ),
    "later negative screen at a later visit": (
        [
            MARCH,
            POSITIVE_SCREEN,
            visit(VISIT, "2025-05-01"),
            observed(ADULT_SCREEN, "2025-05-01", value=NEGATIVE),
        ],
        GapStatus.CLOSED,
        [],
    ),
    "bipolar before": ([diagnosed(BIPOLAR, "2020-01-01"), MARCH], GapStatus.NOT_APPLICABLE, []),
    "bipolar in remission": (
        [diagnosed(BIPOLAR, "2020-01-01", clinical="remission"), MARCH],
        GapStatus.NOT_APPLICABLE,
        [],
    ),
    "bipolar the same day": ([diagnosed(BIPOLAR, "2025-03-10"), MARCH], GapStatus.OPEN, ["screened"]),
    "bipolar as an encounter's diagnosis only": (
        [diagnosed(BIPOLAR, "2020-01-01", category="encounter-diagnosis"), MARCH],
        GapStatus.OPEN,
        ["screened"],
    ),
    "declined that day": (
        [MARCH, refused(ADULT_SCREEN, "2025-03-10", DECLINED)],
        GapStatus.NOT_APPLICABLE,
        [],
    ),
    "not done for a medical reason": (
        [MARCH, refused(ADULT_SCREEN, "2025-03-10", MEDICAL_REASON)],
        GapStatus.NOT_APPLICABLE,
        [],
    ),
    "declined the day before": (
        [MARCH, refused(ADULT_SCREEN, "2025-03-09", DECLINED)],
        GapStatus.OPEN,
        ["screened"],
    ),
    "declined for another reason": (
        [MARCH, refused(ADULT_SCREEN, "2025-03-10", VISIT)],
        GapStatus.OPEN,
        ["screened"],
    ),
}


@pytest.mark.parametrize(("events", "status", "steps"), ADULTS.values(), ids=ADULTS)
def test_adult(events, status, steps):
    result = MEASURE.evaluate(chart(*events), YEAR)
    assert (result.status, [s.name for s in result.next_steps]) == (status, steps), result.reason


@pytest.mark.parametrize(
    ("born", "screen", "status"),
    [
        ("2013-01-02", ADOLESCENT_SCREEN, GapStatus.NOT_APPLICABLE),  # 11 years and 364 days old
        ("2013-01-01", ADOLESCENT_SCREEN, GapStatus.CLOSED),  # 12
        ("2013-01-01", ADULT_SCREEN, GapStatus.OPEN),
        ("2008-01-02", ADULT_SCREEN, GapStatus.OPEN),  # 16
        ("2008-01-01", ADULT_SCREEN, GapStatus.CLOSED),  # 17: either
        ("2008-01-01", ADOLESCENT_SCREEN, GapStatus.CLOSED),
        ("2007-01-01", ADOLESCENT_SCREEN, GapStatus.OPEN),  # 18
        ("2007-01-01", ADULT_SCREEN, GapStatus.CLOSED),
    ],
)
def test_each_age_has_its_screen(born, screen, status):
    record = chart(MARCH, observed(screen, "2025-03-10", value=NEGATIVE), born=born)
    assert MEASURE.evaluate(record, YEAR).status is status


def test_an_adolescents_follow_up_is_an_adolescents():
    positive = observed(ADOLESCENT_SCREEN, "2025-03-10", value=POSITIVE)
    theirs = chart(MARCH, positive, referred(YOUNG_REFERRAL, "2025-03-10"), born="2012-06-01")
    an_adults = chart(MARCH, positive, referred(REFERRAL, "2025-03-10"), born="2012-06-01")
    assert MEASURE.evaluate(theirs, YEAR).status is GapStatus.CLOSED
    assert MEASURE.evaluate(an_adults, YEAR).status is GapStatus.OPEN


def test_the_evidence_is_the_resource_itself():
    findings = MEASURE.evaluate(chart(MARCH, POSITIVE_SCREEN), YEAR).findings
    assert references(findings["screened"].evidence) == ["Observation/positive"]


def test_the_near_miss_is_at_hand():
    old = observed(ADULT_SCREEN, "2024-11-02", value=NEGATIVE, id="old")
    nearest = MEASURE.evaluate(chart(MARCH, old), YEAR).nearest("screened")
    assert nearest is not None
    assert nearest.reference == "Observation/old"


@pytest.mark.parametrize("kind", ["Observation", "Condition"])
def test_what_was_not_gathered_is_never_a_gap(kind):
    result = MEASURE.evaluate(chart(MARCH, gathered=all_but(kind)), YEAR)
    assert result.status is GapStatus.UNKNOWN
    assert f"not gathered: {kind}" in result.reason


def test_whether_visits_not_gathered_matter_depends_on_what_was_seen():
    no_visit_known = MEASURE.evaluate(chart(gathered=all_but("Encounter")), YEAR)
    assert no_visit_known.status is GapStatus.UNKNOWN
    one_seen_and_never_screened = MEASURE.evaluate(chart(MARCH, gathered=all_but("Encounter")), YEAR)
    assert one_seen_and_never_screened.status is GapStatus.OPEN


def test_a_positive_screen_whose_follow_up_could_not_be_read_is_unknown():
    result = MEASURE.evaluate(chart(MARCH, POSITIVE_SCREEN, gathered=all_but("ServiceRequest")), YEAR)
    assert result.status is GapStatus.UNKNOWN


def test_before_the_first_visit_of_the_year_the_gap_is_prospective():
    in_february = MEASURE.evaluate(chart(), YEAR, as_of=date(2025, 2, 1))
    assert (in_february.status, [s.name for s in in_february.next_steps]) == (
        GapStatus.PROSPECTIVE,
        ["screened"],
    )
    assert MEASURE.evaluate(chart(), YEAR, as_of=date(2026, 1, 1)).status is GapStatus.NOT_APPLICABLE
    assert (
        MEASURE.evaluate(chart(born="2020-01-01"), YEAR, as_of=date(2025, 2, 1)).status
        is GapStatus.NOT_APPLICABLE
    )
