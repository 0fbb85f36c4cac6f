"""The dose a day: from the dosage, in mg, or not at all."""

import pytest

from measures.orders.doses import daily_mg
from measures.orders.strengths import read_strengths
from measures.terminology import RXNORM, Code
from tests.clinic import chart
from tests.measures.orders.signing import dosage, draft_for

CITALOPRAM_20 = Code(RXNORM, "200371")
HYDROCODONE_5 = Code(RXNORM, "857002")
UNKNOWN_PRODUCT = Code(RXNORM, "0")


def order(instructions, product=CITALOPRAM_20):
    source = draft_for(product, status="active", dosageInstruction=instructions)
    return chart(source).medication_requests(product)[0]


def dose(value, unit):
    return {"doseAndRate": dosage(value, unit)[0]["doseAndRate"]}


def timed(words, **coding):
    return {"timing": {"code": {"text": words} | ({"coding": [coding]} if coding else {})}}


TWICE = dosage(1, "mg", times=2)[0]["timing"]
CASES = {
    "20 mg once a day": (dosage(20, "mg"), 20),
    "20 mg twice a day": (dosage(20, "mg", times=2), 40),
    "every 12 hours": (dosage(20, "mg", period=12, per="h"), 40),
    "every other day": (dosage(20, "mg", period=2), 10),
    "0.02 g": (dosage(0.02, "g"), 20),
    "20000 mcg": (dosage(20000, "mcg"), 20),
    "two tablets": (dosage(2, "tablet"), 40),
    "morning and evening": (dosage(10, "mg") + dosage(20, "mg"), 30),
    "a unit that is no dose": (dosage(1, "spray"), None),
    "no unit": (dosage(20, ""), None),
    "no dosage": ([], None),
    "no timing": ([{"doseAndRate": dosage(20, "mg")[0]["doseAndRate"]}], None),
    "words only": ([{"text": "20 mg once a day"}], 20),
    "words to the patient only": ([{"patientInstruction": "Take 2 tablets by mouth daily"}], 40),
    "words that leave a doubt": ([{"text": "20 mg once a day, then 40 mg"}], None),
    "elements and words": ([*dosage(10, "mg"), {"text": "20 mg at night"}], 30),
    "one readable and one not": ([*dosage(10, "mg"), {"text": "and 20 mg at night"}], None),
    "words beside elements that say all": ([dosage(20, "mg")[0] | {"text": "40 mg twice a day"}], 20),
    "how often in words": ([dose(20, "mg") | {"text": "Take 1 tablet by mouth twice daily"}], 40),
    "how often in words that contradict": ([dose(20, "mg") | {"text": "Take 2 tablets twice daily"}], None),
    "how often in the words of the timing": ([dose(20, "mg") | timed("2 times daily")], 40),
    "a timing in doubtful words": ([dose(20, "mg") | timed("2 times daily or more")], None),
    "how much in words": ([{"timing": TWICE, "text": "Take 1 tablet (20 mg) by mouth twice daily"}], 40),
    "how much in words of another timing": ([{"timing": TWICE, "text": "Take 20 mg daily"}], None),
    "a timing that cannot be read beside words": ([timed("x", code="?") | {"text": "20 mg daily"}], None),
    "a dose that cannot be read beside words": ([dose(1, "spray") | {"text": "20 mg daily"}], None),
    "words that are none": ([{"text": 7}], None),
    "a dose that is a text": (dosage("20", "mg"), None),
    "the most that can be a dose": (dosage(10, "g"), 10_000),
    "more than can be a dose": (dosage(10.001, "g"), None),
    "a dose beyond all numbers": (dosage(1e308, "mg", times=24), None),
    "less than nothing": (dosage(-20, "mg"), None),
}


@pytest.mark.parametrize(("instructions", "mg"), CASES.values(), ids=CASES)
def test_a_dosage(instructions, mg):
    assert daily_mg(order(instructions)) == pytest.approx(mg)


def test_of_steps_one_after_another_the_highest_counts():
    steps = [dosage(10, "mg")[0] | {"sequence": 1}, dosage(20, "mg")[0] | {"sequence": 2}]

    assert daily_mg(order(steps)) == 20


def test_of_several_doses_the_one_that_was_ordered_counts():
    def of_type(code, value):
        quantity = {"value": value, "unit": "mg"}
        return {"type": {"coding": [{"code": code}]}, "doseQuantity": quantity}

    timing = dosage(1, "mg")[0]["timing"]
    stated = [of_type("calculated", 40), of_type("ordered", 20)]

    assert daily_mg(order([{"doseAndRate": stated, "timing": timing}])) == 20
    assert daily_mg(order([{"doseAndRate": stated[:1] * 2, "timing": timing}])) is None


def test_of_a_range_of_doses_the_higher_counts():
    spread = {"doseRange": {"low": {"value": 10, "unit": "mg"}, "high": {"value": 20, "unit": "mg"}}}

    assert (
        daily_mg(order([{"doseAndRate": [spread], "timing": {"code": {"coding": [{"code": "BID"}]}}}])) == 40
    )


def test_tablets_of_an_unknown_strength_give_no_dose():
    assert daily_mg(order(dosage(2, "tablet"), UNKNOWN_PRODUCT)) is None


def test_of_a_combination_the_named_ingredient_counts():
    assert daily_mg(order(dosage(2, "tablet", times=4), HYDROCODONE_5), "hydrocodone") == 40
    assert daily_mg(order(dosage(2, "tablet"), HYDROCODONE_5)) is None


def test_what_is_broken_is_named_and_gives_no_dose():
    found = order(
        [{"doseAndRate": [["?"]], "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}]
    )

    assert daily_mg(found) is None
    assert any("dosage cannot be read" in problem for problem in found.reading.problems)


def test_names_of_products_are_read_as_rxnorm_writes_them():
    assert [*read_strengths("acetaminophen 325 MG / hydrocodone bitartrate 5 MG Oral Tablet")] == [
        ("acetaminophen", 325, "MG"),
        ("hydrocodone bitartrate", 5, "MG"),
    ]
    assert [*read_strengths("72 HR fentanyl 0.025 MG/HR Transdermal System")] == [
        ("fentanyl", 0.025, "MG/HR")
    ]
    assert [*read_strengths("fluoxetine")] == []
