"""A medicine of the last discharge that was never filled, told while something else is being prescribed."""

import pytest

from measures.orders.checks.discharge_medicine_not_filled import CHECK
from measures.orders.laboratory import TSH
from measures.orders.medicines import NSAIDS
from tests.clinic import all_but, chart
from tests.measures.discharge import BY_BRAND, CITALOPRAM, METFORMIN, SERTRALINE, ZOLOFT, fill, for_home, stay
from tests.measures.orders.signing import draft_for, draft_test, is_due, told

LEFT = "2026-11-10"  # 14 days before the signing
STAY = stay(LEFT)
OTHER_FILL = fill("2026-11-12", METFORMIN)  # so that it is known that fills are sent
AS_NEEDED = [{"asNeededBoolean": True}]

NAMELESS = ("208161", "Brand")
CASES = {
    "never filled": ([STAY, for_home(LEFT), OTHER_FILL], True),
    "filled that day": ([STAY, for_home(LEFT), fill(LEFT)], False),
    "filled by the brand": ([STAY, for_home(LEFT), fill("2026-11-20", ZOLOFT)], False),
    "filled as the prescription says": (
        [
            STAY,
            for_home(LEFT, id="rx"),
            fill(
                "2026-11-11",
                METFORMIN,
                authorizingPrescription=[{"reference": "https://ehr.example.org/MedicationRequest/rx"}],
            ),
        ],
        False,
    ),
    "a fill by its brand": ([STAY, for_home(LEFT), fill("2026-11-12", BY_BRAND)], False),
    "a fill whose name tells no ingredient": ([STAY, for_home(LEFT), fill("2026-11-12", NAMELESS)], None),
    "a fill of the same class": ([STAY, for_home(LEFT), fill("2026-11-12", CITALOPRAM)], True),
    "a fill of an unknown day": ([STAY, for_home(LEFT), fill(None), OTHER_FILL], None),
    "a fill that was declined": ([STAY, for_home(LEFT), fill(LEFT, status="declined"), OTHER_FILL], True),
    "given out in hospital only": (
        [STAY, for_home(LEFT), OTHER_FILL, fill(LEFT, category={"coding": [{"code": "inpatient"}]})],
        True,
    ),
    "at home for a week more": ([STAY, for_home(LEFT), fill("2026-10-20", days=29)], False),  # to 17 November
    "at home for less than a week": ([STAY, for_home(LEFT), fill("2026-10-20", days=28)], True),
    "no fill of anything": ([STAY, for_home(LEFT)], None),
    "no fill of anything in a year": ([STAY, for_home(LEFT), fill("2025-11-09", METFORMIN)], None),
    "a fill of something a year ago": ([STAY, for_home(LEFT), fill("2025-11-10", METFORMIN)], True),
    "left 7 days ago": ([stay("2026-11-17"), for_home("2026-11-17"), OTHER_FILL], False),
    "left 8 days ago": ([stay("2026-11-16"), for_home("2026-11-16"), OTHER_FILL], True),
    "left 90 days ago": ([stay("2026-08-26", since="2026-08-20"), for_home("2026-08-26"), OTHER_FILL], True),
    "left 91 days ago": ([stay("2026-08-25", since="2026-08-20"), for_home("2026-08-25"), OTHER_FILL], False),
    "in hospital again since": (
        [STAY, for_home(LEFT), OTHER_FILL, stay("2026-11-20", since="2026-11-18")],
        False,
    ),
    "prescribed at a visit since": ([STAY, for_home("2026-11-12", category="community"), OTHER_FILL], False),
    "prescribed for home the day before": (
        [STAY, for_home("2026-11-09", category="community"), OTHER_FILL],
        True,
    ),
    "prescribed for home two days before": (
        [STAY, for_home("2026-11-08", category="community"), OTHER_FILL],
        False,
    ),
    "a discharge prescription written early in the stay": ([STAY, for_home("2026-10-02"), OTHER_FILL], True),
    "an order for the ward": ([STAY, for_home(LEFT, category="inpatient"), OTHER_FILL], False),
    "an order that does not say for where": ([STAY, for_home(LEFT, category=None), OTHER_FILL], None),
    "without a category, with what to dispense": (
        [STAY, for_home(LEFT, category=None, dispenseRequest={"quantity": {"value": 30}}), OTHER_FILL],
        True,
    ),
    "to be taken as needed": ([STAY, for_home(LEFT, dosageInstruction=AS_NEEDED), OTHER_FILL], False),
    "stopped since": ([STAY, for_home(LEFT, status="stopped"), OTHER_FILL], False),
    "never in hospital": ([for_home(LEFT), OTHER_FILL], False),
}


@pytest.mark.parametrize(("events", "due"), CASES.values(), ids=CASES)
def test_a_discharge_medicine(events, due):
    assert is_due(CHECK, chart(*events), draft_for(NSAIDS)) is due


@pytest.mark.parametrize("kind", ["MedicationDispense", "Encounter"])
def test_what_was_not_gathered_is_never_called_unfilled(kind):
    record = chart(STAY, for_home(LEFT), OTHER_FILL, gathered=all_but(kind))

    assert is_due(CHECK, record, draft_for(NSAIDS)) is None


def test_the_medicine_and_its_day_are_told_once_for_all_prescriptions_being_signed():
    record = chart(STAY, for_home(LEFT), OTHER_FILL)

    assert told(CHECK, record, draft_for(NSAIDS)) == [
        f"{SERTRALINE[1]}, prescribed at discharge on 10 Nov 2026: no fill on record"
    ]
    assert told(CHECK, record, draft_test(TSH)) == []


def test_an_order_that_is_signed_again_is_being_seen_to():
    order = for_home(LEFT)

    assert is_due(CHECK, chart(STAY, order, OTHER_FILL), order) is False
