"""Events that count only with, or only without, others."""

from datetime import date

import pytest

from measures.event import on_another_day
from measures.events import RecordCannotSay
from measures.terminology import ValueSet
from tests.clinic import all_but, chart, observed, performed

SCAN = ValueSet("1.2.3", "Scan")
CARE = ValueSet("1.2.4", "Care")
SCANNED = observed(SCAN, "2026-03-10")
CARED = performed(CARE, "2020-01-01")


@pytest.mark.parametrize(
    ("record", "given", "unless"),
    [
        (chart(SCANNED, CARED), True, False),
        (chart(SCANNED), False, True),
        (chart(SCANNED, gathered=all_but("Procedure")), None, None),
        (chart(CARED), False, False),
        (chart(CARED, gathered=all_but("Observation")), None, None),
    ],
    ids=["both", "no others", "others not gathered", "none of these", "these not gathered"],
)
def test_given_and_unless_there_are_others(record, given, unless):
    scans, care = record.observations(SCAN), record.procedures(CARE)
    assert scans.given(care).truth is given
    assert scans.unless(care).truth is unless


def test_what_counts_is_its_own_evidence_not_the_others():
    record = chart(SCANNED, CARED)
    assert record.observations(SCAN).given(record.procedures(CARE)).sure == record.observations(SCAN).sure


def scans(*days, **more):
    return chart(*(observed(SCAN, day) for day in days), **more).observations(SCAN)


@pytest.mark.parametrize(
    ("found", "truth"),
    [
        (scans("2026-03-10", "2026-03-11"), True),
        (scans("2026-03-10"), False),
        (scans("2026-03-10", gathered=all_but("Observation")), None),
        (scans("2026-03-10", None).where(lambda e: True if e.day else None), None),
        (scans(None).where(lambda _: None), False),
        (scans(None, None).where(lambda _: None), None),
        (scans(), False),
    ],
    ids=["two", "one", "one, others not gathered", "one and maybe one", "maybe one", "maybe two", "none"],
)
def test_at_least_two(found, truth):
    assert found.at_least(2).truth is truth


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("2026-03-10T23:59:59Z", "2026-03-11T00:00:00Z", True),
        ("2026-03-10T00:00:00Z", "2026-03-10T23:59:59Z", False),
        ("2026-03", "2026-03-10", None),
        ("2026-03", "2026-04-10", True),
    ],
)
def test_on_another_day(one, other, apart):
    first, second = scans(one, other)
    assert on_another_day(first, second) is apart


def test_the_first_day_is_that_of_the_first_of_them():
    assert scans("2026-03-10", "2026-03-01").first_day() == date(2026, 3, 10)
    assert scans().first_day() is None
    with pytest.raises(RecordCannotSay, match="the day is not known: Observation/"):
        scans("2026-03").first_day()
    with pytest.raises(RecordCannotSay, match="not gathered: Observation"):
        scans(gathered=all_but("Observation")).first_day()


def test_which_is_the_latest_cannot_be_said_of_what_was_gathered_in_part():
    found = scans("2026-03-10", gathered=all_but("Observation"))
    assert found.truth is True
    assert found.latest().truth is None
    assert found.earliest().truth is None
