"""For how long a supply lasts, and which days of a window supplies cover together."""

from datetime import date

import pytest

from measures.medication_cover import by_product, cover
from measures.medication_time import (
    begins,
    days_a_fill,
    days_supplied,
    dispense_period,
    dosage_bounds,
    refills,
    request_period,
)
from measures.terminology import ValueSet
from measures.time import UNKNOWN, Period
from tests.clinic import all_but, chart, dispensed, event, prescribed

DRUG = ValueSet("1.2.3", "A drug")
OTHER = ValueSet("1.2.4", "Another drug")
JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31))
TWICE_A_DAY = {"timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}}


def order(**more):
    return chart(prescribed(DRUG, "2026-01-01") | more).medication_requests(DRUG)[0]


def supply(**more):
    return {"dispenseRequest": more}


def dosage(**more):
    return {"dosageInstruction": [TWICE_A_DAY | more]}


def dose(value):
    return {"doseAndRate": [{"doseQuantity": {"value": value}}]}


LENGTHS = {
    "nothing said": ({}, None),
    "an expected supply": (supply(expectedSupplyDuration={"value": 30, "code": "d"}), 30),
    "in weeks": (supply(expectedSupplyDuration={"value": 2, "unit": "weeks"}), 14),
    "in a unit not known": (supply(expectedSupplyDuration={"value": 2, "code": "moons"}), None),
    "quantity, dose and frequency": (supply(quantity={"value": 60}) | dosage(**dose(1)), 30),
    "of a range of doses the highest": (
        supply(quantity={"value": 60}) | dosage(doseAndRate=[{"doseRange": {"high": {"value": 2}}}]),
        15,
    ),
    "quantity without a dose": (supply(quantity={"value": 60}) | dosage(), None),
    "quantity without a frequency": (
        supply(quantity={"value": 60}) | {"dosageInstruction": [dose(1)]},
        None,
    ),
}


@pytest.mark.parametrize(("said", "days"), LENGTHS.values(), ids=LENGTHS)
def test_how_long_a_fill_lasts(said, days):
    assert days_a_fill(order(**said)) == days


def test_refills_are_added_to_the_supply_of_an_order():
    refilled = order(**supply(expectedSupplyDuration={"value": 30, "code": "d"}, numberOfRepeatsAllowed=2))
    assert (refills(refilled), days_supplied(refilled)) == (2, 90)
    period = request_period(refilled)
    assert period is not None
    assert period.end.day == date(2026, 3, 31)


def test_an_order_begins_with_its_bounds_else_on_the_day_it_was_written():
    bounds = {"timing": {"repeat": {"boundsPeriod": {"start": "2026-02-01", "end": "2026-02-10"}}}}
    bounded = order(dosageInstruction=[bounds])
    assert (begins(bounded).day, begins(order()).day) == (date(2026, 2, 1), date(2026, 1, 1))
    assert [days.end.day for days in dosage_bounds(bounded)] == [date(2026, 2, 10)]
    assert begins(order(authoredOn=None)) == UNKNOWN
    assert dosage_bounds(order()) == []


@pytest.mark.parametrize(
    "broken",
    [
        {"authoredOn": "last spring"},
        {"dispenseRequest": "thirty tablets"},
        supply(expectedSupplyDuration=[30]),
        supply(quantity={"value": 60}) | dosage(**dose(0)),
        {"dosageInstruction": [{"timing": {"repeat": {"boundsPeriod": {"start": "soon"}}}}]},
    ],
)
def test_a_malformed_supply_costs_only_itself_and_is_named_once(broken):
    record = chart(prescribed(DRUG, "2026-01-01", id="m1") | broken)
    broken_order = record.medication_requests(DRUG)[0]
    for question in (request_period, days_supplied, dosage_bounds, request_period):
        question(broken_order)
    assert len([p for p in record.problems if p.startswith("MedicationRequest/m1: its supply")]) == 1


def test_a_malformed_dispense_costs_only_itself():
    record = chart(dispensed(DRUG, "2026-01-01", 1, id="d1") | {"daysSupply": "all of January"})
    assert dispense_period(record.find("MedicationDispense", (DRUG,))[0]) is None
    assert record.problems == [
        "MedicationDispense/d1: its supply cannot be read ('str' object has no attribute 'get'); "
        "how long it lasts is unknown"
    ]


def covered(*supplies, each=by_product, **more):
    found = chart(*supplies, **more).find("MedicationDispense", (DRUG, OTHER))
    return cover(each(found), dispense_period, JANUARY.interval)


def given(day, days, name=DRUG, **more):
    return dispensed(name, day, days, **more)


COVERS = {
    "nothing": ([], 0),
    "ten days": ([given("2026-01-05", 10)], 10),
    "across the first day": ([given("2025-12-27", 10)], 5),
    "across the last day": ([given("2026-01-27", 10)], 5),
    "after the window": ([given("2026-02-01", 10)], 0),
    "fetched early": ([given("2026-01-01", 10), given("2026-01-05", 10)], 20),
    "fetched early before the window": ([given("2025-12-22", 10), given("2025-12-23", 10)], 10),
    "the order of the record does not matter": ([given("2026-01-05", 10), given("2026-01-01", 10)], 20),
    "two products at one time": ([given("2026-01-01", 10), given("2026-01-05", 10, OTHER)], 14),
    "never more than the window": ([given("2026-01-01", 90), given("2026-01-02", 90)], 31),
}


@pytest.mark.parametrize(("supplies", "days"), COVERS.values(), ids=COVERS)
def test_the_days_that_supplies_cover_together(supplies, days):
    assert covered(*supplies).days == days


def test_a_product_may_be_named_by_reference():
    named = {"medicationReference": {"reference": "Medication/m1"}, "medicationCodeableConcept": None}
    medication = {
        "resourceType": "Medication",
        "id": "m1",
        "code": {"coding": [{"system": "urn:test", "code": DRUG.oid}]},
    }
    supplies = [given("2026-01-01", 10) | named, given("2026-01-05", 10) | named]
    assert covered(*supplies, medication).days == 20


def test_the_supplies_of_each_product_stand_by_themselves_the_unsure_as_unsure():
    january = given("2026-01-01", 10, id="d1"), given("2026-01-20", 10, OTHER, id="d2")
    found = chart(*january, given("2026-01", 10, id="d3")).find("MedicationDispense", (DRUG, OTHER))
    products = by_product(found.starting(Period(date(2026, 1, 15), date(2026, 1, 31))))
    assert [([e.id for e in one.sure], [e.id for e in one.maybe]) for one in products] == [
        (["d2"], []),
        ([], ["d3"]),
    ]


def test_what_covers_the_days_is_the_evidence():
    found = covered(given("2026-01-01", 20, id="a"), given("2026-03-01", 20, id="b"))
    assert [supply.id for supply in found.at_least(20).sure] == ["a"]
    assert found.at_least(21).truth is False


@pytest.mark.parametrize(
    ("unsure", "truth"),
    [
        (given("2026-01-25", 1) | {"daysSupply": None}, None),
        (given("2026", 10), None),
        (given(None, 10), None),
        (given("2025-06-01", 1) | {"daysSupply": None}, None),
        (given("2026-02-01", 1) | {"daysSupply": None}, False),
    ],
    ids=["no length", "no day", "no date", "no length, from long before", "no length, from after"],
)
def test_a_supply_of_unknown_length_or_day_may_make_up_what_is_missing(unsure, truth):
    assert covered(given("2026-01-01", 20), unsure).at_least(21).truth is truth
    assert covered(given("2026-01-01", 20), unsure).at_least(20).truth is True


def test_what_was_not_gathered_may_make_up_what_is_missing():
    found = covered(given("2026-01-01", 20), gathered=all_but("MedicationDispense"))
    assert (found.at_least(20).truth, found.at_least(21).truth) == (True, None)
    assert covered(gathered=all_but("MedicationDispense")).at_least(1).truth is None


def test_an_event_may_say_when_it_was_recorded():
    reaction = chart(event("AdverseEvent", date="2020-01-01", recordedDate="2026-01-02")).every(
        "AdverseEvent"
    )[0]
    assert (reaction.day, reaction.dated("recordedDate").start.day) == (date(2020, 1, 1), date(2026, 1, 2))
