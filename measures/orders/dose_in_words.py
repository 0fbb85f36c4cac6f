"""A dosage told in words alone, such as "Take 2 tablets (40 mg) by mouth daily": read whole, or not at all.

Every word must be one that is known here and has its place: first how much, then how, how often, when and
what for, in any order. One word more, such as "then", "max" or "if", may change the dose, and nothing is
read. Of "1-2 tablets every 4 to 6 hours as needed" the most it allows counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "half": 0.5}
_PARTS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_IN_MG = {
    "mg": 1.0,
    "milligram": 1.0,
    "mcg": 0.001,
    "ug": 0.001,
    "µg": 0.001,
    "microgram": 0.001,
    "g": 1000.0,
}
_LATIN = {"bid": 2.0, "tid": 3.0, "qid": 4.0, "qd": 1.0, "qod": 0.5}
_ADVERBS = {"once": 1.0, "twice": 2.0}
_LONGEST = 300  # characters; what is longer is a note

_FIGURE = r"\d+ \d/\d|\d/\d|\d*[½¼¾]|\d*\.\d+|\d+"
_NUMBER = rf"(?:{_FIGURE}|one half|one-half|half an?|half|an?\b|one|two|three|four|five|six)"
_AGAIN = r"(?: ?\((?:\d+|[a-z-]+)\))?"  # "2 (two)"
_AMOUNT = rf"(?P<{{0}}>{_NUMBER}){_AGAIN}(?: ?(?:-|to|or) ?(?P<{{0}}_to>{_NUMBER}){_AGAIN})?"
_MASS = r"(?P<{0}>mg|milligram|mcg|ug|µg|microgram|g)s?\b"
_PIECES = r"(?:tablet|tab|capsule|cap|film|strip|pill)(?:s\b|\(s\)|\b)"
_TOTAL = r"(?P<total> (?:total|dose|total dose))?"

_DOSE = re.compile(
    rf"(?:(?:take|give|dissolve|swallow|chew|place) )?(?:"
    rf"{_AMOUNT.format('mass')} ?{_MASS.format('unit')}(?: {_PIECES})?"
    rf"(?: ?\({_AMOUNT.format('pieces_of_it')} {_PIECES}\))?"
    rf"|(?:{_AMOUNT.format('pieces')} ?{_PIECES}|{_NUMBER} ?ml(?= ?\())"
    rf"(?: ?\({_AMOUNT.format('mass_of_it')} ?{_MASS.format('unit_of_it')}{_TOTAL}\))?"
    rf")(?=[ ,.;]|$)"
)
_DAY = r"(?:daily|(?:a|per|each|every) day)"
_HOW_OFTEN = re.compile(
    rf"{_AMOUNT.format('times')} times? {_DAY}|(?P<adverb>once|twice) {_DAY}|(?P<daily>{_DAY}|qday)"
    r"|(?P<latin>bid|tid|qid|qd|qod|b\.i\.d\.|t\.i\.d\.|q\.i\.d\.)|(?P<other>every other day)"
    rf"|(?:every|q) ?{_AMOUNT.format('hours')} ?(?:hours?|hrs?|h)"
    r"|(?P<weekly>(?:once |one time )?(?:weekly|(?:a|per|each|every) week))"
)
_WHEN = re.compile(
    r"(?:and )?(?:(?:in the|every|each) (?:morning|evening|afternoon)|qam|qpm|qhs|nightly"
    r"|(?:at|before|every|each) (?:bedtime|bed|night|noon)|with (?:breakfast|lunch|dinner|supper))"
)
_BY_MOUTH = re.compile(
    r"(?:by mouth|orally|oral|po|p\.o\.|(?:by|via) oral route|under the tongue|sublingually)"
)
# Words that are no part of a reason, and may change the dose.
_CHANGES = (
    r"(?!(?:then|max|maximum|if|but|or|may|repeat|take|do|not|exceed|up|for|and|until|more|less|increase|decrease"
    r"|an?|one|two|three|four|five|six|half|mg|mcg|every|each|once|twice|times?|daily|days?|hours?|weeks?"
    rf"|{_PIECES})\b)"
)
_REASON = rf"(?: {_CHANGES}[a-z-]+\b| \(\d+-\d+\)){{1,5}}"
_OTHERWISE = re.compile(
    r"(?:(?:take )?with (?:or without )?(?:food|meals?|water)|(?:after|before) (?:meals|eating)|as directed"
    r"|(?:for|x) ?\d+ (?:days?|weeks?|months?)"
    rf"|(?:as needed|prn|p\.r\.n\.)(?: for{_REASON})?|for{_REASON}|indications?:{_REASON})"
)
_PATCHES = re.compile(
    rf"(?:(?:place|apply|wear|use) )?(?P<patches>{_NUMBER}){_AGAIN} patch(?:es|\(es\))?"
    r"(?: (?:onto|on|to) (?:the )?skin)?"
    rf" (?:every|q) ?(?:72{_AGAIN} ?(?:hours?|hrs?|h)|3{_AGAIN} days|third day)"
    rf"(?: (?:as needed )?for{_REASON})?\.?"
)
_CLAUSES = (_HOW_OFTEN, _WHEN, _BY_MOUTH, _OTHERWISE)
_NEXT_DOSE = re.compile(rf",? (?:and|plus) (?=(?:take )?{_NUMBER}{_AGAIN} ?(?:{_PIECES}|mg\b|mcg\b))")
_BETWEEN = re.compile(r"[ ,.;]*")


class Spoken(NamedTuple):
    """One dose as words tell it: in mg, in pieces, or in both; and how many of it a day.

    Of "2 tablets (20 mg)" nobody knows whether the two or each have 20 mg: then it is not `in_all`.
    """

    mg: float | None
    pieces: float | None
    times: float
    in_all: bool = True

    def amount(self, strength: float | None) -> float | None:
        """One dose in mg, with the strength of a piece where that is known; None where it is in doubt."""
        if self.pieces is None:
            return self.mg
        if strength is None:
            return self.mg if self.in_all else None
        amount = round(self.pieces * strength, 6)
        meant = (None, amount) if self.in_all else (None, amount, strength)
        return amount if self.mg in meant else None


def spoken_doses(text: str) -> tuple[Spoken, ...]:
    """The doses of a day, of "1 tablet in the morning and 2 tablets at bedtime" both; none where a word is in
    doubt.
    """
    plain = _plain(text)
    if len(plain) > _LONGEST:
        return ()
    parts = _NEXT_DOSE.split(plain)
    try:
        return tuple(_read(part, alone=len(parts) == 1) for part in parts)
    except ValueError:
        return ()


def patches_worn(text: str) -> float | None:
    """How many patches of three days are worn at a time; None where a word is in doubt."""
    found = _PATCHES.fullmatch(_plain(text)) if len(text) <= _LONGEST else None
    try:
        return (found and _number(found["patches"])) or None
    except ValueError:
        return None


def times_a_day(text: str) -> float | None:
    """How often, where that is all that the words say, such as "2 times daily"."""
    try:
        return _how_often(_plain(text), 0, alone=True)
    except ValueError:
        return None


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _read(part: str, *, alone: bool) -> Spoken:
    """Raises ValueError where a word is in doubt."""
    dose = _DOSE.match(part)
    if dose is None:
        raise ValueError("no dose is told")
    times = _how_often(part, dose.end(), alone=alone)
    if dose["mass"]:
        return Spoken(_in_mg(dose, "mass", "unit"), _most(dose, "pieces_of_it"), times)
    pieces = _most(dose, "pieces")
    return Spoken(
        _in_mg(dose, "mass_of_it", "unit_of_it"),
        pieces,
        times,
        in_all=bool(dose["total"]) or pieces in (1, None),
    )


def _how_often(text: str, at: int, *, alone: bool) -> float:
    """From a place on to the end; one of several doses must say when it is taken."""
    often: list[float] = []
    moments = 0
    for clause, found in _clauses(text, at):
        if clause is _HOW_OFTEN:
            often.append(_a_day(found))
        moments += clause is _WHEN
    if len(often) > 1 or (often and not alone) or not (often or moments) or (often and moments > often[0]):
        raise ValueError("how often is not told")
    return often[0] if often else float(moments)


def _clauses(text: str, at: int) -> Iterator[tuple[re.Pattern[str], re.Match[str]]]:
    at = _past(text, at)
    while at < len(text):
        for clause in _CLAUSES:
            found = clause.match(text, at)
            if found:
                break
        else:
            raise ValueError(f"in doubt: {text[at:]}")
        yield clause, found
        at = _past(text, found.end())


def _past(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _a_day(found: re.Match[str]) -> float:
    if found["times"]:
        return _most(found, "times") or 0
    if found["adverb"]:
        return _ADVERBS[found["adverb"]]
    if found["latin"]:
        return _LATIN[found["latin"].replace(".", "")]
    if found["hours"]:
        _most(found, "hours")
        return 24 / _number(found["hours"])
    return 0.5 if found["other"] else 1 / 7 if found["weekly"] else 1.0


def _most(dose: re.Match[str], name: str) -> float | None:
    """The higher of a range; None where the words do not say this."""
    if dose[name] is None:
        return None
    least, most = _number(dose[name]), _number(dose[f"{name}_to"] or dose[name])
    if not 0 < least <= most:
        raise ValueError("this range cannot be")
    return most


def _in_mg(dose: re.Match[str], name: str, unit: str) -> float | None:
    amount = _most(dose, name)
    return None if amount is None else round(amount * _IN_MG[dose[unit]], 6)


def _number(text: str) -> float:
    """Such as "1 1/2", "1½", ".5", "two"; raises ValueError for "1/0"."""
    total = 0.0
    for word in text.replace("one half", "half").replace("one-half", "half").split():
        if word in _WORDS:
            total = _WORDS[word] if word not in ("a", "an") or not total else total
        elif word[-1] in _PARTS:
            total += float(word[:-1] or 0) + _PARTS[word[-1]]
        elif "/" in word:
            over, under = word.split("/")
            if not float(under):
                raise ValueError("nothing can be divided by 0")
            total += float(over) / float(under)
        else:
            total += float(word)
    return total
