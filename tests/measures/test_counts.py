"""Units of blood counts, as laboratories write them."""

import pytest

from measures.counts import per_microliter
from measures.quantity import Quantity

THOUSANDS = """10*3/uL|10^3/uL|x10^3/uL|x10E3/uL|10E3/uL|10x3/uL|x10*3/uL|10*3 / uL|x 10^3/uL|10³/µL|x10³/μL
K/uL|k/uL|K/mcL|K/µL|K/μL|K/mm3|K/MM3|K / mm3|k/cumm|K/cu.mm|10*3{cells}/uL|x1000/uL
thou/mm3|thou/cumm|thou/mcL|Thousand/uL|Thousands/uL|Th/uL
10*9/L|x10E9/L|10^9/L|X10*9/L|10⁹/L|G/L|Giga/L""".replace("\n", "|").split("|")
ONES = """/uL|/mcL|/mm3|/cumm|/mm^3|per mm3|per cumm|10*6/L
cells/uL|cells/mcL|cells/mm3|cells / cu mm|{cells}/uL|#/uL""".replace("\n", "|").split("|")
OTHERS = [
    "",
    "foo",
    "%",
    "K",
    "10*3",
    "/L",
    "K/L",
    "10*3/L",
    "10*6/uL",
    "10*9/uL",
    "mg/dL",
    "/HPF",
    "uL",
    "K/dL",
]


@pytest.mark.parametrize("unit", THOUSANDS)
def test_thousands_a_microliter(unit):
    assert per_microliter(Quantity(0.4, unit)) == Quantity(400, "/uL")


@pytest.mark.parametrize("unit", ONES)
def test_cells_a_microliter(unit):
    assert per_microliter(Quantity(800, unit)) == Quantity(800, "/uL")


@pytest.mark.parametrize("unit", OTHERS)
def test_any_other_unit_is_not_read(unit):
    assert per_microliter(Quantity(0.4, unit)) is None


def test_a_comparator_stays():
    assert per_microliter(Quantity(0.5, "K/uL", "<")) == Quantity(500, "/uL", "<")
