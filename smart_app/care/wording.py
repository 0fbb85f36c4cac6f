"""How dates, ages and numbers are said on a page: units always, one style everywhere."""

from __future__ import annotations

from datetime import date

from measures.date_words import month, say_full_day, say_known, say_written
from measures.event import Event
from measures.quantity import Quantity
from measures.time import Instant

_UNITS = {
    "mm[Hg]": "mmHg",
    "[lb_av]": "lb",
    "[in_i]": "in",
    "{score}": "",
    "1": "",
    "{#}": "",
    "[iU]/L": "IU/L",
    "Cel": "°C",
    "[degF]": "°F",
}


def say_day(day: date, today: date) -> str:
    """ "12 Nov"; the year is added when it is not today's."""
    said = f"{day.day} {month(day)}"
    return said if day.year == today.year else f"{said} {day.year}"


def say_span(first: date, last: date, today: date) -> str:
    """ "8-18 Nov" with an en dash; months and years only as often as they change."""
    if first == last:
        return say_day(last, today)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{say_day(last, today)}"
    if first.year == last.year:
        return f"{first.day} {month(first)} – {say_day(last, today)}"
    return f"{say_full_day(first)} – {say_full_day(last)}"


def say_when(event: Event, today: date) -> str:
    """The day an event began, or as much of its date as is known ("Mar 2026"), or "undated"."""
    return say_moment(event.start, today) or "undated"


def say_moment(moment: Instant, today: date) -> str:
    """The same of any moment; empty where not even the year is known."""
    return say_day(moment.day, today) if moment.day else say_known(moment)


def say_date(text: str, today: date) -> str:
    """A date as it stands in a resource: a day, or as much as was written; what is none, as it stands."""
    try:
        return say_day(date.fromisoformat(text), today)
    except ValueError:
        return say_written(text)


def ago(day: date, today: date) -> str:
    """ "3 days ago", "in 4 days"; months from four months on, years from two years on."""
    days = (today - day).days
    if days == 0:
        return "today"
    if days in (1, -1):
        return "yesterday" if days == 1 else "tomorrow"
    if days < 0:
        return f"in {-days} days"
    if days < 122:
        return f"{days} days ago"
    if days < 730:
        return f"{round(days / 30.44)} months ago"
    return f"{int(days / 365.25)} years ago"


def age(born: date, today: date) -> str:
    """Completed years, or months under two years."""
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    return f"{months // 12} y" if months >= 24 else f"{months} mo"


def say_number(number: float, decimals: int | None = None) -> str:
    """With the decimals asked for; without, as few as tell it exactly, two at most."""
    if decimals is not None:
        return f"{number:.{decimals}f}"
    return f"{number:.2f}".rstrip("0").rstrip(".")


def say_unit(unit: str) -> str:
    """A UCUM unit the way a clinician writes it: mm[Hg] is mmHg, a score has none."""
    return _UNITS.get(unit, "" if unit.startswith("{") else unit)


def say_amount(quantity: Quantity, decimals: int | None = None) -> str:
    """The number as `say_number` does, beyond which it lies where it does: ">14"."""
    return f"{quantity.comparator}{say_number(quantity.number, decimals)}"


def say_quantity(quantity: Quantity) -> str:
    return f"{say_amount(quantity)} {say_unit(quantity.unit)}".strip()


def count(number: int, one: str, many: str = "") -> str:
    """ "1 value", "3 values"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
