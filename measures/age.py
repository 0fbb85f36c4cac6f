"""Ages: of one whose day of birth is known, and of one of whom the record has a year or a month only.

Who was born in 1950 is 75 or 76 in 2026: certainly 65, and perhaps 76. Asked what hangs on the birthday, such
an age raises RecordCannotSay, which makes a criterion unknown.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date

from measures.events import RecordCannotSay
from measures.time import Instant, day_instant, read_instant

OLDEST = 130  # years; nobody was ever known to be older than 122


class Age:
    """Whole years, `least` or `most`; compared with a number it says what is certain, or raises
    RecordCannotSay.
    """

    __slots__ = ("least", "most")
    __hash__ = None  # type: ignore[assignment]  # two ages that may be equal need not be

    def __init__(self, least: int, most: int) -> None:
        self.least = least
        self.most = most

    def __repr__(self) -> str:
        return f"Age({self})"

    def __str__(self) -> str:
        """ "75 or 76"."""
        return f"{self.least} or {self.most}"

    def __ge__(self, years: int) -> bool:
        return self._certain(self.least >= years, self.most >= years)

    def __gt__(self, years: int) -> bool:
        return self >= years + 1

    def __lt__(self, years: int) -> bool:
        return not self >= years

    def __le__(self, years: int) -> bool:
        return not self > years

    def __eq__(self, other: object) -> bool:
        return self._certain(self.least == other, self.most == other)

    def _certain(self, youngest: bool, oldest: bool) -> bool:
        if youngest is not oldest:
            raise RecordCannotSay(self.unknown)
        return oldest

    @property
    def unknown(self) -> str:
        """What keeps the record from saying."""
        return f"the birth date is not known to the day: {self} years old"


def whole_years(age: int | Age) -> int:
    """The one number of an age; RecordCannotSay where it may be either of two."""
    if isinstance(age, Age):
        raise RecordCannotSay(age.unknown)
    return age


@dataclass(frozen=True, slots=True)
class Born:
    """The first and the last day on which the patient may have been born."""

    first: date
    last: date

    @classmethod
    def read(cls, text: str) -> Born:
        """From a FHIR date of any precision. Raises ValueError when the text is none."""
        if len(text) > 10:
            raise ValueError(f"{text!r} is no day, month or year")
        moment = read_instant(text)
        first, last = (Instant(one, one).day for one in moment)
        if first is None or last is None:
            raise ValueError(f"{text!r} is in no calendar")
        return cls(first, last)

    def age_on(self, day: date) -> int | Age:
        """Whole years, or the two numbers that they may be. Raises RecordCannotSay for an age that nobody can
        have.
        """
        most = _years(self.first, day)
        if most > OLDEST:
            raise RecordCannotSay(f"nobody is {most} years old: the birth date cannot be right")
        if self.first == self.last:
            return most
        least = _years(self.last, day)
        return most if least == most else Age(least, most)

    def turns(self, years: int) -> Instant:
        """The moment of reaching an age, as near as it is known: the first of that birthday (of 1 March for
        one born on 29 February).
        """
        first = _birthday(self.first, years)
        return Instant(first, first if self.first == self.last else _birthday(self.last, years))


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _birthday(born: date, years: int) -> int:
    leapling = (born.month, born.day) == (2, 29) and not isleap(born.year + years)
    birthday = date(born.year + years, 3, 1) if leapling else born.replace(year=born.year + years)
    return day_instant(birthday).earliest
