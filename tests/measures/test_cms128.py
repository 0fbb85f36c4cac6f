"""CMS128, case by case. Two rates.

The first antidepressant is dispensed on 1 January 2026: the acute phase reaches to 25 April, the continuation
phase to 20 August.
"""

from datetime import date, timedelta

import pytest

from measures.explain import explain
from measures.library.cms128_antidepressant_management import ANTIDEPRESSANT, MAJOR_DEPRESSION, MEASURE
from measures.measure import GapStatus
from measures.shared.hospice import HOSPICE_CARE
from measures.shared.visits import EYE_CARE, NURSING_FACILITY, OFFICE
from measures.time import Period
from tests.clinic import all_but, chart, diagnosed, dispensed, performed, prescribed, visit

YEAR = Period.year(2026)
FIRST_DAY = date(2026, 1, 1)
SEEN = visit(OFFICE, "2026-01-01")
DEPRESSED = diagnosed(MAJOR_DEPRESSION, "2026-01-01")


def handed_over(after, days, **more):
    """So many days of supply, handed over so many days after the first."""
    return dispensed(ANTIDEPRESSANT, (FIRST_DAY + timedelta(days=after)).isoformat(), days, **more)


FIRST = handed_over(0, 30)


def evaluate(*events, **more):
    return MEASURE.evaluate(chart(*events, **more), YEAR)


def counts(result, population="numerator"):
    return tuple(group.populations[population] for group in result.groups)


def another_product(supply, code="1"):
    coding = supply["medicationCodeableConcept"]["coding"]
    return supply | {
        "medicationCodeableConcept": {"coding": [*coding, {"system": "urn:product", "code": code}]}
    }


def without_days(supply):
    return {name: value for name, value in supply.items() if name != "daysSupply"}


SUPPLIES = {
    "84 days": ([handed_over(0, 84)], (1, 0)),
    "83 days": ([handed_over(0, 83)], (0, 0)),
    "84 days with a gap of 31": ([handed_over(0, 42), handed_over(73, 42)], (1, 0)),
    "84 days with a gap of 32": ([handed_over(0, 42), handed_over(74, 42)], (0, 0)),
    "180 days": ([handed_over(0, 180)], (1, 1)),
    "179 days": ([handed_over(0, 179)], (1, 0)),
    "180 days with a gap of 52": ([handed_over(0, 90), handed_over(142, 90)], (1, 1)),
    "180 days with a gap of 53": ([handed_over(0, 90), handed_over(143, 90)], (1, 0)),
    "fetched early": ([handed_over(0, 60), handed_over(40, 24)], (1, 0)),
    "fetched twice on one day": ([handed_over(0, 42), handed_over(0, 42)], (1, 0)),
    "two products at one time": ([handed_over(0, 42), another_product(handed_over(0, 42))], (0, 0)),
    "one product after the other": ([handed_over(0, 42), another_product(handed_over(42, 42))], (1, 0)),
    "a late supply that reaches out of the phase": ([handed_over(0, 60), handed_over(92, 90)], (0, 0)),
    "the same, a day earlier": ([handed_over(0, 60), handed_over(91, 90)], (1, 0)),
}


@pytest.mark.parametrize(("supplies", "numerators"), SUPPLIES.values(), ids=SUPPLIES)
def test_the_days_supplied_of_each_phase(supplies, numerators):
    assert counts(evaluate(SEEN, DEPRESSED, *supplies)) == numerators


@pytest.mark.parametrize(
    ("known", "statuses"),
    [
        (84, (GapStatus.CLOSED, GapStatus.UNKNOWN)),
        (83, (GapStatus.UNKNOWN, GapStatus.UNKNOWN)),
        (180, (GapStatus.CLOSED, GapStatus.CLOSED)),
    ],
)
def test_a_supply_of_unknown_length_may_make_up_what_is_missing(known, statuses):
    result = evaluate(SEEN, DEPRESSED, handed_over(0, known), without_days(handed_over(60, 1)))
    assert tuple(group.status for group in result.groups) == statuses


def test_a_supply_of_unknown_length_after_the_phase_makes_up_nothing():
    result = evaluate(SEEN, DEPRESSED, handed_over(0, 83), without_days(handed_over(115, 1)))
    assert [group.status for group in result.groups] == [GapStatus.OPEN, GapStatus.UNKNOWN]


def test_a_dispense_gives_its_length_by_quantity_and_dose_too():
    dosage = {
        "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": {"value": 1}}],
    }
    tablets = without_days(handed_over(0, 1, quantity={"value": 168}, dosageInstruction=[dosage]))
    assert counts(evaluate(SEEN, DEPRESSED, tablets)) == (1, 0)


@pytest.mark.parametrize(
    ("day", "counted"),
    [("2025-05-01", 1), ("2025-04-30", 0), ("2026-04-30", 1), ("2026-05-01", 0)],
)
def test_first_dispensed_from_may_to_april(day, counted):
    events = (visit(OFFICE, day), diagnosed(MAJOR_DEPRESSION, day), dispensed(ANTIDEPRESSANT, day, 30))
    assert counts(evaluate(*events), "initial-population") == (counted, counted)


@pytest.mark.parametrize(
    ("status", "counted"), [("completed", 1), ("in-progress", 1), ("on-hold", 1), ("cancelled", 0)]
)
def test_only_what_was_dispensed_counts(status, counted):
    assert counts(evaluate(SEEN, DEPRESSED, FIRST | {"status": status}), "initial-population") == (
        counted,
        counted,
    )


@pytest.mark.parametrize(
    ("day", "counted"), [("2025-11-02", 1), ("2025-11-01", 0), ("2026-03-02", 1), ("2026-03-03", 0)]
)
def test_a_diagnosis_and_a_visit_within_60_days_either_side(day, counted):
    begun = evaluate(SEEN, diagnosed(MAJOR_DEPRESSION, day), FIRST)
    seen = evaluate(visit(NURSING_FACILITY, day), DEPRESSED, FIRST)
    assert counts(begun, "initial-population") == counts(seen, "initial-population") == (counted, counted)


def test_a_visit_of_another_kind_does_not_count():
    assert counts(evaluate(visit(EYE_CARE, "2026-01-01"), DEPRESSED, FIRST), "initial-population") == (0, 0)


@pytest.mark.parametrize(("born", "counted"), [("2008-01-01", 1), ("2008-01-02", 0)])
def test_18_on_the_day_of_the_first_dispense(born, counted):
    result = evaluate(SEEN, DEPRESSED, FIRST, born=born)
    assert counts(result, "initial-population") == (counted, counted)


ORDERS = {
    "ended the day before": (prescribed(ANTIDEPRESSANT, "2025-12-02", 30), 1),
    "for the day before alone": (prescribed(ANTIDEPRESSANT, "2025-12-31", 1), 1),
    "begun that day": (prescribed(ANTIDEPRESSANT, "2026-01-01", 30), 0),
    "ended 105 days before": (prescribed(ANTIDEPRESSANT, "2025-08-20", 30), 1),
    "ended 106 days before": (prescribed(ANTIDEPRESSANT, "2025-08-19", 30), 0),
    "no longer active": (prescribed(ANTIDEPRESSANT, "2025-12-02", 30, status="completed"), 0),
}


@pytest.mark.parametrize(("order", "excluded"), ORDERS.values(), ids=ORDERS)
def test_an_antidepressant_taken_in_the_105_days_before_excludes(order, excluded):
    result = evaluate(SEEN, DEPRESSED, FIRST, order)
    assert counts(result, "denominator-exclusion") == (excluded, excluded)


@pytest.mark.parametrize("day", ["2025-06-01", None], ids=["of unknown length", "without a date"])
def test_an_active_order_may_have_been_taken_before(day):
    result = evaluate(SEEN, DEPRESSED, FIRST, prescribed(ANTIDEPRESSANT, day))
    assert result.status is GapStatus.UNKNOWN


def test_hospice_care_excludes():
    result = evaluate(SEEN, DEPRESSED, FIRST, performed(HOSPICE_CARE, "2026-06-01"))
    assert counts(result, "denominator-exclusion") == (1, 1)


@pytest.mark.parametrize("kind", ["MedicationDispense", "MedicationRequest", "Encounter", "Condition"])
def test_what_was_not_gathered_is_never_a_gap(kind):
    events = [one for one in (SEEN, DEPRESSED, FIRST) if one["resourceType"] != kind]
    result = evaluate(*events, gathered=all_but(kind))
    assert {group.status for group in result.groups} == {GapStatus.UNKNOWN}
    assert f"not gathered: {kind}" in result.reason


def test_dispenses_not_gathered_are_nothing_to_one_without_depression():
    assert evaluate(SEEN, gathered=all_but("MedicationDispense")).status is GapStatus.NOT_APPLICABLE


def test_some_dispenses_without_the_others_prove_enough_but_never_too_little():
    enough = evaluate(SEEN, DEPRESSED, handed_over(0, 180), gathered=all_but("MedicationDispense"))
    assert enough.status is GapStatus.UNKNOWN
    assert "MedicationDispense" in enough.reason


@pytest.mark.parametrize(
    ("supplied", "deadline"),
    [
        ([handed_over(0, 30)], date(2026, 3, 3)),
        ([handed_over(0, 83)], date(2026, 4, 25)),
    ],
    ids=["54 days are missing: the last 54 begin on 3 March", "one day is missing"],
)
def test_the_deadline_is_the_last_day_to_begin_what_is_missing(supplied, deadline):
    result = evaluate(SEEN, DEPRESSED, *supplied)
    assert result.groups[0].deadline == deadline


def test_how_much_was_supplied_in_the_continuation_phase_is_said():
    supplies = (handed_over(0, 84, id="d1"), handed_over(120, 30, id="d2"))
    told = explain(evaluate(SEEN, DEPRESSED, *supplies), FIRST_DAY)
    assert [(miss.event.id, miss.why) for miss in told.nearest] == [("d2", "114 of 180 days supplied")]


def test_how_much_was_supplied_is_said():
    told = explain(
        evaluate(SEEN, DEPRESSED, handed_over(0, 30, id="d1"), handed_over(35, 30, id="d2")), FIRST_DAY
    )
    assert [(miss.event.id, miss.why) for miss in told.nearest] == [("d2", "60 of 84 days supplied")]
