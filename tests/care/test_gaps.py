"""Gaps in words: evidence that can be opened, what closes them, and never a gap out of missing data."""

from datetime import timedelta

import pytest

from measures.catalog import Catalog
from measures.criteria import criterion
from measures.gather import State
from measures.measure import proportion
from measures.record import PatientRecord
from measures.terminology import LOINC, Code, ValueSet, Vocabulary
from measures.time import Period
from smart_app.care.gaps import gaps
from tests.care.desk import TODAY, days_ago, score
from tests.clinic import VOCABULARY, all_but, chart, visit

VISIT = ValueSet("1.2.3", "Visit")
TEST = Code(LOINC, "4548-4")


@criterion("a visit in the period")
def seen(patient, period):
    return patient.encounters(VISIT).during(period)


@criterion("an A1c in the period", nearest=lambda patient, period: patient.observations(TEST).latest())
def tested(patient, period):
    return patient.observations(TEST).during(period)


@criterion("an A1c of at most 9 %")
def low(patient, period):
    found = patient.observations(TEST).during(period)
    return found.where(lambda e: e.value is not None and e.value.number <= 9)


@criterion("an A1c above 9 % once")
def once_high(patient, period):
    return patient.observations(TEST).where(lambda e: e.value is not None and e.value.number > 9)


@criterion("alive")
def expected(patient, period):
    return True


MEASURE = proportion(
    id="T1", title="A1c at most 9 %", version="1", steward="nobody",
    initial_population=seen, numerator=tested & low, expected=expected,
)  # fmt: skip


def told(*events, vocabulary=VOCABULARY, **more):
    record = chart(*events, **more)
    results = Catalog.of([MEASURE]).evaluate(record, Period.year(2026), TODAY)
    return gaps(results, vocabulary, TODAY)


def test_an_open_gap_says_what_closes_it_and_shows_what_comes_nearest():
    found = told(visit(VISIT, days_ago(30)), score(TEST, 7.2, 400, unit="%", id="old"))

    (gap,) = found.open
    assert gap.closes == ("an A1c in the period",)
    assert [(near.fact.value, near.fact.when, near.fact.source, near.why) for near in gap.nearest] == [
        ("7.2 %", "17 Oct 2025", "source/Observation/old", "before 2026-01-01")
    ]
    assert found.headline == "1 open"


def test_the_evidence_of_a_gap_is_told_once_with_value_date_and_source():
    (gap,) = told(visit(VISIT, days_ago(30)), score(TEST, 10.1, 17, unit="%", id="o1")).open

    assert [(f.value, f.when, f.source) for f in gap.evidence] == [
        ("10.1 %", "4 Nov", "source/Observation/o1")
    ]
    assert gap.closes == ("an A1c of at most 9 %",)


def test_why_the_measure_applies_cites_the_visit():
    (gap,) = told(visit(VISIT, days_ago(30), id="v1")).open

    assert [(e.says, e.facts[0].source) for e in gap.membership] == [
        ("a visit in the period", "source/Encounter/v1")
    ]


def test_closed_and_prospective_gaps_stand_apart():
    assert len(told(visit(VISIT, days_ago(30)), score(TEST, 7.2, 17, unit="%")).closed) == 1
    assert told().headline == "none open · 1 prospective"


@pytest.mark.parametrize("state", [State.FAILED, State.NOT_PERMITTED, State.NOT_FETCHED])
def test_what_was_not_read_is_unknown_and_never_a_gap(state):
    found = told(visit(VISIT, days_ago(30)), gathered=all_but("Observation", state=state))

    assert (found.open, found.closed) == ((), ())
    assert list(found.cannot_say) == [("results and assessments not read",)]


def test_what_is_still_on_its_way_is_being_read():
    found = told(visit(VISIT, days_ago(30)), gathered=all_but("Observation", state=State.AWAITED))

    assert list(found.cannot_say) == [("results and assessments being read",)]


def test_a_result_without_a_date_is_unknown_and_shown_as_what_comes_nearest():
    undated = score(TEST, 7.2, 0, unit="%", id="undated") | {"effectiveDateTime": None}
    found = told(visit(VISIT, days_ago(30)), undated)

    (gap,) = found.unknown
    assert gap.word == "unknown"
    assert gap.wants == ("the date is missing or too coarse: Observation/undated",)


def test_a_value_set_that_is_not_loaded_is_told_with_its_mend_and_costs_only_that_measure():
    bare = Vocabulary({}, label="bare", content_hash="", for_reporting=True)
    record = PatientRecord({"resourceType": "Patient", "id": "pat-1"}, [], bare)
    found = gaps(Catalog.of([MEASURE]).evaluate(record, Period.year(2026), TODAY), bare, TODAY)

    (gap,) = found.unknown
    assert "1.2.3" in gap.wants[0]
    assert "throughline vocabulary load" in gap.wants[0]


def test_the_starter_vocabulary_is_labelled_and_a_full_one_is_not():
    full = Vocabulary({}, label="VSAC 2026", content_hash="", for_reporting=True)

    assert told().warning == "not for reporting"
    assert told(vocabulary=full).warning == ""


def test_safety_comes_first_then_the_mind_and_there_the_patients_own_conditions_before_a_screening_of_all():
    def rate(id, whom=seen, **kind):
        return proportion(
            id=id, title=id, version="1", steward="nobody",
            initial_population=whom, numerator=tested & low, expected=expected, **kind,
        )  # fmt: skip

    measures = [
        rate("body"),
        rate("screening", behavioral=True),
        rate("own", behavioral=True, whom=seen & once_high),
        rate("safety", behavioral=True, safety=True),
    ]
    record = chart(visit(VISIT, days_ago(30)), score(TEST, 9.9, 400, unit="%", id="old"))

    found = gaps(Catalog.of(measures).evaluate(record, Period.year(2026), TODAY), VOCABULARY, TODAY)

    assert [gap.id for gap in found.open] == ["safety", "own", "screening", "body"]


@pytest.mark.parametrize(
    ("days_over", "late", "order"),
    [(0, False, ["positive", "mind", "body"]), (1, True, ["mind", "positive", "body"])],
)
def test_what_is_too_late_for_the_measure_is_still_to_do_and_comes_last_of_its_kind(days_over, late, order):
    def rate(id, **kind):
        return proportion(
            id=id, title=id, version="1", steward="nobody",
            initial_population=seen, numerator=tested & low, expected=expected, **kind,
        )  # fmt: skip

    last_day = TODAY - timedelta(days=days_over)
    measures = [
        rate("body"),
        rate("mind", behavioral=True),
        rate("positive", behavioral=True, deadline=lambda found: last_day),
    ]
    record = chart(visit(VISIT, days_ago(30)))

    found = gaps(Catalog.of(measures).evaluate(record, Period.year(2026), TODAY), VOCABULARY, TODAY)

    assert [gap.id for gap in found.open] == order
    [positive] = [gap for gap in found.open if gap.id == "positive"]
    assert positive.late is late
    assert positive.until.endswith("too late for the measure") is late
    assert positive.closes
