"""CMS68, case by case. Counts visits."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms68_medications_documented import ACUTE_CRISIS, DOCUMENTED, MEASURE, VISIT
from measures.measure import GapStatus
from measures.terminology import SNOMED, Code
from measures.time import Period
from tests.clinic import all_but, chart, concept, event, performed, visit

YEAR = Period.year(2026)
MARCH = visit(VISIT, "2026-03-10T09:00:00Z", "2026-03-10T09:30:00Z")
JUNE = visit(VISIT, "2026-06-10T09:00:00Z", "2026-06-10T09:30:00Z")
OTHER_REASON = Code(SNOMED, "183932001", "Procedure contraindicated")


def evaluate(*events, **more):
    return MEASURE.evaluate(chart(*events, **more), YEAR)


def counts(result):
    populations = result.groups[0].populations
    return tuple(populations[name] for name in ("denominator", "numerator", "denominator-exception"))


def not_documented(recorded, because, **more):
    recording = {
        "url": "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-recorded",
        "valueDateTime": recorded,
    }
    return event(
        "Procedure",
        status="not-done",
        code=concept(DOCUMENTED),
        statusReason=concept(because),
        extension=[recording],
        **more,
    )


@pytest.mark.parametrize(
    ("when", "numerator"),
    [
        ("2026-03-10T08:59:59Z", 0),
        ("2026-03-10T09:00:00Z", 1),
        ("2026-03-10T09:30:00Z", 1),
        ("2026-03-10T09:30:01Z", 0),
    ],
)
def test_documented_during_the_visit_to_the_second(when, numerator):
    assert counts(evaluate(MARCH, performed(DOCUMENTED, when))) == (1, numerator, 0)


def test_it_counts_when_it_ends_during_the_visit_though_it_began_before():
    assert counts(evaluate(MARCH, performed(DOCUMENTED, "2026-03-10T08:50:00Z", "2026-03-10T09:10:00Z"))) == (
        1,
        1,
        0,
    )


def test_each_visit_counts_by_itself_and_the_open_one_is_shown():
    result = evaluate(MARCH, JUNE, performed(DOCUMENTED, "2026-03-10T09:10:00Z"))
    assert counts(result) == (2, 1, 0)
    assert result.status is GapStatus.OPEN
    assert [e.day for e in result.findings["seen"].evidence] == [date(2026, 6, 10)]


@pytest.mark.parametrize(
    ("seen", "denominator"),
    [
        (visit(VISIT, "2026-01-01T00:00:00Z"), 1),
        (visit(VISIT, "2026-12-31T23:00:00Z", "2026-12-31T23:59:59Z"), 1),
        (visit(VISIT, "2025-12-31T23:59:00Z", "2026-01-01T00:15:00Z"), 0),
        (visit(VISIT, "2027-01-01T00:00:00Z"), 0),
        (visit(VISIT, "2026-03-10T09:00:00Z", status="in-progress"), 0),
    ],
)
def test_finished_visits_wholly_in_the_period(seen, denominator):
    assert counts(evaluate(seen)) == (denominator, 0, 0)


def test_of_any_age():
    assert counts(evaluate(MARCH, born="2026-01-01")) == (1, 0, 0)


@pytest.mark.parametrize(
    ("recorded", "because", "exception"),
    [
        ("2026-03-10T09:10:00Z", ACUTE_CRISIS, 1),
        ("2026-03-10T09:31:00Z", ACUTE_CRISIS, 0),
        ("2026-03-10T09:10:00Z", OTHER_REASON, 0),
    ],
)
def test_an_acute_crisis_recorded_during_the_visit_is_an_exception(recorded, because, exception):
    assert counts(evaluate(MARCH, not_documented(recorded, because))) == (1, 0, exception)


def test_what_was_not_done_is_dated_by_its_recording():
    crisis = not_documented("2026-03-10T09:10:00Z", ACUTE_CRISIS, performedDateTime="2026-03-09T09:10:00Z")
    assert counts(evaluate(MARCH, crisis)) == (1, 0, 1)


def test_a_day_alone_cannot_say_whether_it_was_during_the_visit():
    result = evaluate(MARCH, performed(DOCUMENTED, "2026-03-10"))
    assert (counts(result), result.status) == ((1, 0, 0), GapStatus.UNKNOWN)
    assert evaluate(MARCH, performed(DOCUMENTED, "2026-03-11")).status is GapStatus.OPEN


def test_procedures_not_gathered_are_never_a_gap():
    result = evaluate(MARCH, gathered=all_but("Procedure"))
    assert result.status is GapStatus.UNKNOWN
    assert "not gathered: Procedure" in result.reason


def test_encounters_not_gathered_are_not_no_visit():
    assert evaluate(gathered=all_but("Encounter")).status is GapStatus.UNKNOWN
    assert evaluate().status is GapStatus.NOT_APPLICABLE


@pytest.mark.parametrize(("today", "open_today"), [(date(2026, 3, 10), True), (date(2026, 3, 11), False)])
def test_it_can_be_closed_only_on_the_day_of_the_visit(today, open_today):
    late, older = performed(DOCUMENTED, "2026-03-10T09:31:00Z", id="d1"), performed(DOCUMENTED, "2020-01-01")
    told = explain(evaluate(MARCH, older, late), today)
    assert (told.deadline, told.can_close_today) == (date(2026, 3, 10), open_today)
    assert [(miss.event.id, miss.why) for miss in told.nearest] == [("d1", "not during the visit")]


def test_without_a_visit_there_is_nothing_to_explain_but_that():
    told = explain(evaluate(), date(2026, 3, 10))
    assert told.sentences() == [
        "Documentation of current medications: does not apply.",
        "No episode in the period.",
    ]
