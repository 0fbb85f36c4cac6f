"""A quantity told as a bound says no more than the bound does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.quantity import Quantity, read_quantity

NUMBERS = st.integers(-40, 40).map(lambda number: number / 4)
COMPARATORS = st.sampled_from(["", "<", "<=", ">", ">=", "ad"])
QUANTITIES = st.builds(Quantity, NUMBERS, st.just("%"), COMPARATORS)
TRUE_VALUES = [number / 8 for number in range(-120, 121)]
"""Every number the quantities name, one between each two of them, and some beyond."""


@pytest.mark.parametrize(
    ("comparator", "number", "at_most_9", "below_9"),
    [
        ("", 8.9, True, True),
        ("", 9, True, False),
        ("", 9.1, False, False),
        ("<", 9, True, True),
        ("<", 9.1, None, None),
        ("<=", 8.9, True, True),
        ("<=", 9, True, None),
        (">", 8.9, None, None),
        (">", 9, False, False),
        (">=", 9, None, False),
        (">=", 9.1, False, False),
        ("ad", 8.9, None, None),
    ],
)
def test_a_result_beyond_a_number_is_compared_as_far_as_that_says(comparator, number, at_most_9, below_9):
    value = Quantity(number, "%", comparator)
    assert (value.at_most(9), value.below(9)) == (at_most_9, below_9)


def may_be(quantity: Quantity) -> list[float]:
    """The true values that the quantity allows."""
    allowed = {
        "": lambda true: true == quantity.number,
        "<": lambda true: true < quantity.number,
        "<=": lambda true: true <= quantity.number,
        ">": lambda true: true > quantity.number,
        ">=": lambda true: true >= quantity.number,
        "ad": lambda _true: True,
    }[quantity.comparator]
    return [true for true in TRUE_VALUES if allowed(true)]


def agreed(answers: set[bool]) -> bool | None:
    return answers.pop() if len(answers) == 1 else None


@given(QUANTITIES, NUMBERS)
def test_an_answer_is_given_where_every_true_value_gives_it_and_only_there(quantity, limit):
    true_values = may_be(quantity)

    assert quantity.at_most(limit) is agreed({true <= limit for true in true_values})
    assert quantity.below(limit) is agreed({true < limit for true in true_values})
    assert quantity.above(limit) is agreed({true > limit for true in true_values})
    assert quantity.at_least(limit) is agreed({true >= limit for true in true_values})


@given(QUANTITIES, QUANTITIES)
def test_two_quantities_are_compared_where_all_their_true_values_agree(one, other):
    answers = {a <= b for a in may_be(one) for b in may_be(other)}

    assert one.no_more_than(other) is agreed(answers)


@given(QUANTITIES)
def test_in_another_unit_it_is_bounded_on_the_same_side(quantity):
    assert quantity.times(2).comparator == quantity.comparator
    assert quantity.times(2).at_most(2 * quantity.number) is quantity.at_most(quantity.number)


@given(QUANTITIES)
def test_what_is_read_back_from_its_fhir_is_the_same(quantity):
    fhir = {"value": quantity.number, "code": quantity.unit}
    if quantity.comparator:
        fhir["comparator"] = quantity.comparator

    assert read_quantity({"valueQuantity": fhir}) == quantity


@pytest.mark.parametrize("comparator", ["~", "about", 7])
def test_a_comparator_of_no_standard_makes_it_no_quantity(comparator):
    assert read_quantity({"valueQuantity": {"value": 9, "comparator": comparator}}) is None


@pytest.mark.parametrize(
    ("quantity", "decimals", "said"),
    [
        (Quantity(14, "%", ">"), None, ">14"),
        (Quantity(152.4, "mm[Hg]", "<"), 0, "<152"),
        (Quantity(7.25, "%"), None, "7.25"),
        (Quantity(125_000, "/uL", ">="), None, ">=125000"),
        (Quantity(9, "%", "ad"), None, "ad 9"),
    ],
)
def test_its_number_alone_keeps_the_comparator(quantity, decimals, said):
    assert quantity.without_unit(decimals) == said
