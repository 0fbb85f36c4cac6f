"""On which side of a limit a result lies: yes, no, or None where the record cannot say.

A result may be told as a bound: ">14 %", ">=10", "<140". It counts where the bound decides and is unknown
where it does not, so that no measure takes the bound for the result. What is no number, or in a unit not
asked for, is unknown too.
"""

from collections.abc import Callable

from measures.event import Event
from measures.quantity import Quantity

Reader = Callable[[Event], Quantity | None]
Asks = Callable[[Event], bool | None]


def points(event: Event) -> Quantity | None:
    """The total of an instrument, which charts file under any unit or none."""
    return event.value


def result_in(*units: str) -> Reader:
    """Reads a result in one of the units."""

    def read(event: Event) -> Quantity | None:
        return event.value if event.value and event.value.unit in units else None

    return read


def below(limit: float, read: Reader) -> Asks:
    return _asks(read, lambda quantity: quantity.below(limit))


def at_most(limit: float, read: Reader) -> Asks:
    return _asks(read, lambda quantity: quantity.at_most(limit))


def at_least(limit: float, read: Reader) -> Asks:
    return _asks(read, lambda quantity: quantity.at_least(limit))


def above(limit: float, read: Reader) -> Asks:
    return _asks(read, lambda quantity: quantity.above(limit))


def _asks(read: Reader, question: Callable[[Quantity], bool | None]) -> Asks:
    def test(event: Event) -> bool | None:
        quantity = read(event)
        return None if quantity is None else question(quantity)

    return test
