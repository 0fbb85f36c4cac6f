"""Orders for older adults, for the tests of CMS156."""

from measures.library.cms156_high_risk_medications import MEASURE
from measures.shared.visits import OFFICE
from measures.time import Period
from tests.clinic import chart, prescribed, visit

YEAR = Period.year(2025)
SEEN = visit(OFFICE, "2025-03-10")


def evaluate(*events, born="1950-01-01", as_of=None, **more):
    return MEASURE.evaluate(chart(*events, born=born, **more), YEAR, as_of)


def counts(result, population="numerator"):
    return tuple(group.populations[population] for group in result.groups)


def supplied(name, day, days, quantity=None, refills=None, unit=None, **more):
    """An order for so many days a fill, and how much of it."""
    amount = {"value": quantity, "unit": unit} if quantity is not None else None
    supply = {
        "expectedSupplyDuration": {"value": days, "code": "d"} if days else None,
        "quantity": amount,
        "numberOfRepeatsAllowed": refills,
    }
    given = {key: value for key, value in supply.items() if value is not None}
    return prescribed(name, day, **more) | {"dispenseRequest": given}
