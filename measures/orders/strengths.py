"""The strength of a product: as our own value sets name it, which is as RxNorm does, else by its own name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from measures.terminology import RXNORM, CodeKey
from measures.vocabulary import own_products

_STRENGTH = re.compile(
    r"^(?:[\d.]+ (?:HR|ML) )?(?P<name>[a-z][a-z ,'-]*?) (?P<amount>[\d.]+) (?P<unit>MG(?:/\w+)?)\b"
)
_RXNORM_NAME = re.compile(_STRENGTH.pattern, re.IGNORECASE)
_IN_MG = {"mg": 1.0, "mcg": 0.001, "g": 1000.0}
_SALT = r"(?: (?:hydrochloride|hcl|hydrobromide|hbr|oxalate|sulfate|bitartrate|phosphate))?"
_BRAND = r"(?: \([a-z ]+\))?"
# What follows a strength, in which nothing can be another one.
_FORM = r"\b(?! ?[-/+x]| ?per \d)[^\d/+%]*(?:\b(?:12|24) hr?\b[^\d/+%]*)?"
# "citalopram (CELEXA) 20 mg tablet": one name and one strength.
_ONE = re.compile(rf"(?P<name>[a-z]+){_SALT}{_BRAND} (?P<amount>\d+(?:\.\d+)?) ?(?P<unit>mg|mcg|g){_FORM}")
# "hydrocodone-acetaminophen (NORCO) 5-325 mg per tablet": as many strengths as names, in their order.
_TWO = re.compile(
    rf"(?P<name>[a-z]+) ?[-/] ?(?P<other>[a-z]+){_BRAND}"
    rf" (?P<amount>\d+(?:\.\d+)?)(?: ?mg)? ?[-/] ?(?P<of_other>\d+(?:\.\d+)?) ?mg{_FORM}"
)
# "fentanyl (DURAGESIC) 25 mcg/hr": so much an hour from a patch.
_AN_HOUR = re.compile(rf"(?P<name>[a-z]+){_BRAND} (?P<amount>\d+(?:\.\d+)?) ?mcg/(?:hr|h|hour)\b[^\d/+%]*")


class Strength(NamedTuple):
    """One ingredient of a product, as its name gives it: "oxycodone hydrochloride 5 MG"."""

    name: str
    amount: float
    unit: str  # MG of a piece, MG/ML of a liquid, MG/HR of a patch


@cache
def strengths() -> Mapping[CodeKey, tuple[Strength, ...]]:
    """The ingredients of the products in our own value sets."""
    return {
        (RXNORM, code): found
        for (system, code), name in own_products().items()
        if system == RXNORM and (found := tuple(read_strengths(name)))
    }


def read_strengths(name: str) -> Iterable[Strength]:
    """The ingredients in an RxNorm name, such as "acetaminophen 325 MG / hydrocodone bitartrate 5 MG ..."."""
    for part in name.split(" / "):
        found = _STRENGTH.match(part)
        if found:
            yield Strength(found["name"], float(found["amount"]), found["unit"])


def ingredients_named(name: str) -> str:
    """A product by its ingredients alone, where its name is written as RxNorm writes it; else the name."""
    read = [strength.name for strength in read_strengths(name)]
    return " / ".join(read) if len(read) == len(name.split(" / ")) else name


def named_strength(medicine: object, of: str) -> Strength | None:
    """The strength of a product that is not in our sets, as its names give it: of the ingredient, or of the
    only one it has; None where no name tells it without a doubt, or two do not agree.
    """
    if not isinstance(medicine, Mapping):
        return None
    found = {_of_ingredient(told, of) for told in strengths_told(medicine)} - {None}
    return found.pop() if len(found) == 1 else None


def strengths_told(medicine: Mapping[str, Any]) -> Iterator[Iterable[Strength]]:
    """What each name of a CodeableConcept tells, whether or not they agree."""
    if isinstance(medicine.get("text"), str):
        yield _in_words(medicine["text"])
    for coding in medicine.get("coding") or ():
        name = coding.get("display")
        if isinstance(name, str):
            yield _by_rxnorm(name) if coding.get("system") == RXNORM else _in_words(name)


def _of_ingredient(told: Iterable[Strength], of: str) -> Strength | None:
    meant = [strength for strength in told if of in strength.name]
    return Strength(of, meant[0].amount, meant[0].unit) if len(meant) == 1 else None


def _by_rxnorm(name: str) -> Iterator[Strength]:
    """RxNorm names each ingredient with its strength: all of them, or none is told."""
    parts = [_RXNORM_NAME.match(part) for part in name.split(" / ")]
    for part in parts if all(parts) else ():
        if part:
            yield Strength(part["name"].lower(), float(part["amount"]), part["unit"].upper())


def _in_words(text: str) -> Iterator[Strength]:
    plain = " ".join(text.lower().split())
    hourly, two = _AN_HOUR.fullmatch(plain), _TWO.fullmatch(plain)
    parts = [_ONE.fullmatch(part) for part in plain.split(" / ")]
    if hourly:
        yield Strength(hourly["name"], round(float(hourly["amount"]) * _IN_MG["mcg"], 6), "MG/HR")
    if two:
        yield Strength(two["name"], float(two["amount"]), "MG")
        yield Strength(two["other"], float(two["of_other"]), "MG")
    for one in parts if all(parts) else ():
        if one:
            yield Strength(one["name"], round(float(one["amount"]) * _IN_MG[one["unit"]], 6), "MG")
