"""How much of a medicine an order comes to, on average, a day."""

from typing import NamedTuple

from measures.medication_time import days_a_fill
from measures.terminology import RXNORM, Code


class Strengths(NamedTuple):
    """The strength in mg of each product, by RxNorm code: of a tablet or capsule, or of a mL of a liquid."""

    a_piece: dict[str, float]
    a_milliliter: dict[str, float]


DIGOXIN_STRENGTHS = Strengths(
    {"245273": 0.0625, "197604": 0.125, "197606": 0.25}, {"393245": 0.05, "204504": 0.1, "104208": 0.25}
)
DOXEPIN_STRENGTHS = Strengths(
    {
        "966787": 3,
        "966793": 6,
        "1000048": 10,
        "1000070": 25,
        "1000076": 50,
        "1000097": 75,
        "1000058": 100,
        "1000064": 150,
    },
    {"1000054": 10},
)


def is_above(patient, most, strengths):
    """Asks of an order whether it comes to more than so many mg a day; None when it does not say."""

    def test(order):
        dose = daily_dose(patient, order, strengths)
        return None if dose is None else dose > most

    return test


def daily_dose(patient, order, strengths):
    """The average mg a day of one fill of the order.

    None when it does not say how much there is, or how long it lasts, or when it is a liquid not given in mL.
    """
    quantity = (order.source.get("dispenseRequest") or {}).get("quantity") or {}
    amount, days = quantity.get("value"), days_a_fill(order)
    is_liquid = "ml" in (str(quantity.get("code")).lower(), str(quantity.get("unit")).lower())
    strength = _strength(patient, order, strengths.a_piece)
    if strength is None and is_liquid:
        strength = _strength(patient, order, strengths.a_milliliter)
    if strength is None or not days or not isinstance(amount, (int, float)):
        return None
    return amount * strength / days


def _strength(patient, order, by_code):
    held = (
        mg for code, mg in by_code.items() if order in patient.medication_requests(Code(RXNORM, code)).sure
    )
    return next(held, None)
