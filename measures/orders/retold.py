"""What was read of a medicine's words, told again in words of our own: for charts kept without the person.

Words that are read whole say a dose, how often, or a strength. Told again they have the numbers, the units
and names of our own lists and nothing else of the text, and are read exactly as it was; what would be read
otherwise is not told at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from measures.orders.dose_in_words import Spoken, patches_worn, spoken_doses, times_a_day
from measures.orders.doses import MOST
from measures.orders.named_medicines import by_words, ingredient_names, is_known, texts_of
from measures.orders.plain_medicines import plain_words, plainly_told
from measures.orders.strengths import Strength, named_strength, strengths_told
from measures.shapes import Resource
from measures.terminology import Vocabulary

_ANOTHER = "another"  # ingredient, whose name is of no list of ours


def dose_retold(text: str) -> str | None:
    """Such as "2 tablets (40 mg total) 1 times a day"; None where the text is not read whole."""
    doses, worn = spoken_doses(text), patches_worn(text)
    if worn:
        said = f"{_number(worn)} patches every 72 hours"
    elif len(doses) == 1:
        said = f"{_one_dose(doses[0])} {_a_day(doses[0].times)}"
    else:  # of several, words may only say at which moments of the day
        said = " and ".join(f"{_one_dose(one)}{' in the morning' * int(one.times)}" for one in doses)
    alike = spoken_doses(said) == doses and patches_worn(said) == worn
    return said if said and alike and _could_be(worn, *(n for one in doses for n in one)) else None


def times_retold(timing: Resource) -> str | None:
    """Such as "2 times a day"; None where the words of a timing say anything else."""
    code = timing.get("code")
    words = code.get("text") if isinstance(code, Mapping) else None
    often = times_a_day(words) if isinstance(words, str) else None
    said = "" if often is None else _a_day(often)
    return said if said and times_a_day(said) == often else None


def medicine_retold(medicine: Resource, vocabulary: Vocabulary) -> str | None:
    """Of a medicine that its codes tell the strength that its names tell, such as "hydrocodone 5 mg / another
    325 mg"; of another the names by which its words plainly tell it, such as "zoloft"; else None.
    """
    try:
        known = is_known(medicine, vocabulary)
        return _strength(medicine) if known else _names(medicine, vocabulary)
    except (AttributeError, TypeError):  # codings that are none
        return None


def _strength(medicine: Resource) -> str | None:
    told = [list(one) for one in strengths_told(medicine)]
    longest = max(told, key=len, default=[])
    said = " / ".join(map(_one_strength, longest))
    asked = {"", *(_name(one) for held in told for one in held)} - {_ANOTHER}
    alike = all(named_strength({"text": said}, of) == named_strength(medicine, of) for of in asked)
    return said if said and alike and _could_be(*(one.amount for one in longest)) else None


def _names(medicine: Resource, vocabulary: Vocabulary) -> str | None:
    """Without the strength, which no check reads of a medicine that is not known."""
    held = medicine.get("coding") or ()
    codes = {"coding": [{key: one[key] for key in ("system", "code") if key in one} for one in held]}

    def told(medicine: Resource) -> object:
        return plainly_told(medicine), by_words(medicine, vocabulary)

    words = filter(None, map(plain_words, texts_of(medicine)))
    return next((said for said in words if told(codes | {"text": said}) == told(medicine)), None)


def _one_dose(dose: Spoken) -> str:
    if dose.pieces is None:
        return f"{_number(dose.mg)} mg"
    of_it = "" if dose.mg is None else f" ({_number(dose.mg)} mg{' total' if dose.in_all else ''})"
    return f"{_number(dose.pieces)} tablets{of_it}"


def _a_day(times: float) -> str:
    return f"{_number(times)} times a day"


def _one_strength(strength: Strength) -> str:
    if strength.unit == "MG/HR":
        return f"{_name(strength)} {_number(round(strength.amount * 1000, 6))} mcg/hr"
    return f"{_name(strength)} {_number(strength.amount)} {strength.unit.lower()}"


def _name(strength: Strength) -> str:
    """By its first word: a salt follows, and no question is asked by it."""
    word = strength.name.split()[0]
    return word if word in _first_words() else _ANOTHER


@cache
def _first_words() -> frozenset[str]:
    return frozenset(name.split()[0] for name in ingredient_names().called)


def _could_be(*numbers: float | None) -> bool:
    """Whether all are of a size that doses have; another may be a telephone number."""
    return all(number is None or number <= MOST for number in numbers)


def _number(number: float | None) -> str:
    """As short as it can be without being another number."""
    short = f"{number:g}"
    return short if float(short) == number else repr(number)
