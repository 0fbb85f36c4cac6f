"""Clozapine: the neutrophil count, as often as the label asks, and not below its bound."""

import pytest

from measures.orders.checks.clozapine_anc import CHECK as RECENT
from measures.orders.checks.clozapine_begun_low import CHECK as BEGUN_LOW
from measures.orders.checks.clozapine_low_anc import CHECK as LOW
from measures.orders.laboratory import DIFFERENTIAL_PANELS, NEUTROPHILS
from measures.orders.medicines import CLOZAPINE
from tests.clinic import all_but, chart, dispensed, event, observed, prescribed
from tests.measures.orders.signing import draft_for, draft_test, is_due, judged, told

ORDER = draft_for(CLOZAPINE, "Clozapine")


def count(day, number=3.2, unit="10*3/uL"):
    return observed(NEUTROPHILS, day, value=number, unit=unit)


def reported_clozapine(day):
    medicine = prescribed(CLOZAPINE, day)["medicationCodeableConcept"]
    return event(
        "MedicationStatement", status="active", effectiveDateTime=day, medicationCodeableConcept=medicine
    )


MONTHLY = [dispensed(CLOZAPINE, "2025-08-03", 420)]  # to 26 September 2026
WITH_A_GAP_OF = {  # then none, then again to this day
    gap: [*MONTHLY, dispensed(CLOZAPINE, again, 60)]
    for gap, again in ((30, "2026-10-27"), (31, "2026-10-28"))
}
CASES = {  # on 24 November 2026
    "first order, a count of 7 days ago": ([count("2026-11-17")], False),
    "first order, a count of 8 days ago": ([count("2026-11-16")], True),
    "first order, none": ([], True),
    "for 182 days, 7 days": ([prescribed(CLOZAPINE, "2026-05-26"), count("2026-11-17")], False),
    "for 182 days, 8 days": ([prescribed(CLOZAPINE, "2026-05-26"), count("2026-11-16")], True),
    "for 183 days, 14 days": ([prescribed(CLOZAPINE, "2026-05-25"), count("2026-11-10")], False),
    "for 183 days, 15 days": ([prescribed(CLOZAPINE, "2026-05-25"), count("2026-11-09")], True),
    "for 365 days, 15 days": ([prescribed(CLOZAPINE, "2025-11-24"), count("2026-11-09")], True),
    "for 366 days, 31 days": ([prescribed(CLOZAPINE, "2025-11-23"), count("2026-10-24")], False),
    "for 366 days, 32 days": ([prescribed(CLOZAPINE, "2025-11-23"), count("2026-10-23")], True),
    "dispensed until 30 days ago": (
        [*MONTHLY, dispensed(CLOZAPINE, "2026-09-27", 28), count("2026-10-24")],
        False,
    ),
    "dispensed until 31 days ago": (
        [*MONTHLY, dispensed(CLOZAPINE, "2026-09-26", 28), count("2026-10-24")],
        True,
    ),
    "without it for 30 days once": ([*WITH_A_GAP_OF[30], count("2026-10-24")], False),
    "without it for 31 days once": ([*WITH_A_GAP_OF[31], count("2026-10-24")], True),
    "reported as taken, no end": ([reported_clozapine("2025-11-01"), count("2026-10-24")], False),
    "begun some day of a year": ([prescribed(CLOZAPINE, "2025"), count("2026-10-24")], None),
}


@pytest.mark.parametrize(("events", "due"), CASES.values(), ids=CASES)
def test_how_old_the_count_may_be(events, due):
    assert is_due(RECENT, chart(*events), ORDER) is due


def test_a_count_being_ordered_silences_it():
    assert is_due(RECENT, chart(), ORDER, draft_test(DIFFERENTIAL_PANELS)) is False


def test_it_says_how_old_the_last_count_is_and_adds_one():
    record = chart(prescribed(CLOZAPINE, "2025-11-01"), count("2026-10-01"))

    (finding,) = judged(RECENT, record, ORDER)
    assert finding.says() == (
        "Clozapine ordered: last neutrophil count 3.2 10*3/uL on 1 Oct 2026, 54 days ago; due every 31 days"
    )
    assert finding.mends[0].add == ("cbc_diff_order",)


@pytest.mark.parametrize("unit", ["10*3/uL", "x10E3/uL", "K/mm3", "thou/cumm", "10*9/L"])
def test_a_count_is_read_in_every_spelling_of_its_unit(unit):
    assert is_due(RECENT, chart(count("2026-11-22", 0.4, unit)), ORDER) is False
    assert is_due(LOW, chart(count("2026-11-22", 0.4, unit)), ORDER) is True
    assert is_due(LOW, chart(count("2026-11-22", 1.0, unit)), ORDER) is False


def test_a_unit_with_a_code_of_a_laboratorys_own_is_read_by_its_text():
    quantity = {"value": 0.4, "unit": "K/uL", "code": "KUL"}
    assert is_due(LOW, chart(count("2026-11-22") | {"valueQuantity": quantity}), ORDER) is True


UNREAD = {
    "0.4 foo": count("2026-11-22", 0.4, "foo"),
    "0.4": count("2026-11-22", 0.4, ""),
    "low": count("2026-11-22") | {"valueQuantity": None, "valueString": "low"},
    "without a number": observed(NEUTROPHILS, "2026-11-22"),
}


@pytest.mark.parametrize(("said", "result"), UNREAD.items(), ids=UNREAD)
def test_a_count_that_cannot_be_read_is_said_and_does_not_stand(said, result):
    assert told(RECENT, chart(result), ORDER) == [
        f"Clozapine ordered; a neutrophil count that cannot be read: {said} on 22 Nov 2026; due every 7 days"
    ]
    assert is_due(RECENT, chart(result, count("2026-11-20")), ORDER) is False
    assert is_due(LOW, chart(result), ORDER) is None
    assert is_due(LOW, chart(result, count("2026-11-20", 0.4)), ORDER) is True
    assert is_due(LOW, chart(result, count("2026-11-20", 1.0)), ORDER) is False


def test_results_not_read_are_unknown():
    assert is_due(RECENT, chart(gathered=all_but("Observation")), ORDER) is None
    assert is_due(LOW, chart(gathered=all_but("Observation")), ORDER) is None


BEGUN = {
    "1499 at the beginning": ([count("2026-11-20", 1.499)], True),
    "1500 at the beginning": ([count("2026-11-20", 1.5)], False),
    "999, which is told by itself": ([count("2026-11-20", 0.999)], False),
    "1499 a month ago": ([count("2026-10-23", 1.499)], False),
    "1499, taken for long": (
        [*MONTHLY, dispensed(CLOZAPINE, "2026-09-27", 90), count("2026-11-20", 1.499)],
        False,
    ),
    "1499, interrupted": ([*MONTHLY, count("2026-11-20", 1.499)], True),
    "none": ([], False),
}


@pytest.mark.parametrize(("events", "due"), BEGUN.values(), ids=BEGUN)
def test_it_is_not_begun_below_1500(events, due):
    assert is_due(BEGUN_LOW, chart(*events), ORDER) is due


def test_what_was_taken_before_is_not_known_where_no_medicine_was_read():
    record = chart(count("2026-11-20", 1.4), gathered=all_but("MedicationRequest"))

    assert is_due(BEGUN_LOW, record, ORDER) is None


def bound(comparator, number):
    """A count of which only one side is known."""
    value = {"value": number, "code": "/uL", "comparator": comparator}
    return observed(NEUTROPHILS, "2026-11-20", valueQuantity=value)


LOW_CASES = {
    "0.99": ([count("2026-11-20", 0.99)], True),
    "1.0": ([count("2026-11-20", 1.0)], False),
    "999 a microliter": ([count("2026-11-20", 999, "/uL")], True),
    "1000 a microliter": ([count("2026-11-20", 1000, "/uL")], False),
    "less than 1000": ([bound("<", 1000)], True),
    "less than 1500": ([bound("<", 1500)], None),
    "at most 1000": ([bound("<=", 1000)], None),
    "more than 500": ([bound(">", 500)], None),
    "1000 or more": ([bound(">=", 1000)], False),
    "in a unit not known": ([count("2026-11-20", 0.9, "%")], None),
    "low, and better since": ([count("2026-11-10", 0.8), count("2026-11-20", 2.0)], False),
    "low 31 days ago": ([count("2026-10-24", 0.8)], True),
    "low 32 days ago": ([count("2026-10-23", 0.8)], False),
    "none": ([], False),
}


@pytest.mark.parametrize(("events", "due"), LOW_CASES.values(), ids=LOW_CASES)
def test_a_low_count(events, due):
    assert is_due(LOW, chart(*events), ORDER) is due


def test_a_low_count_is_told_with_its_date():
    assert told(LOW, chart(count("2026-11-20", 0.8)), ORDER) == [
        "Clozapine ordered; neutrophils 0.8 10*3/uL on 20 Nov 2026: below 1000/uL"
    ]
