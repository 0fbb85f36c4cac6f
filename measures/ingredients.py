"""Which medicine an order or a supply is for, by its ingredients: products of one medicine have many codes.

The ingredients are told by the names of products in our own value sets, of another RxNorm product by the name
beside its code or, where that is none, by brands and plain names (measures/orders/plain_medicines.py). Codes
of other systems do not tell, nor words that leave a doubt: then it is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from measures.event import Event
from measures.medication_said import medicine_of
from measures.orders.plain_medicines import plainly_told
from measures.record import PatientRecord
from measures.shapes import codings
from measures.terminology import INGREDIENT, RXNORM
from measures.vocabulary import own_products

# The part of an RxNorm name before the strength: "12 HR buPROPion hydrochloride 150 MG Extended Release ..."
_NAME = re.compile(r"^(?:[\d.]+ (?:HR|ML) )?(?P<name>[a-zA-Z][a-zA-Z ,'-]*?) [\d.]+ (?:MG|MCG|UNT|MEQ)\b")


def is_same_medicine(patient: PatientRecord, one: Event, other: Event) -> bool | None:
    """Whether two orders or supplies are for one medicine, whatever its strength, form and salt.

    None when a name does not tell, or when they are different medicines of one class, of which one may stand
    in for the other.
    """
    concepts = [medicine_of(patient, each.source) for each in (one, other)]
    keys = [set(codings(concept)) for concept in concepts]
    if keys[0] & keys[1]:
        return True
    first, second = map(_ingredients, concepts)
    if not first or not second:
        return None
    if first == second:
        return True
    classes = [
        _classes(patient, held | plainly_told(of).codes) for held, of in zip(keys, concepts, strict=True)
    ]
    return None if classes[0] & classes[1] else False


def ingredients_of(patient: PatientRecord, event: Event) -> frozenset[str]:
    """The first word of each ingredient of an order or a supply; empty when it does not tell."""
    return _ingredients(medicine_of(patient, event.source))


def _ingredients(concept: Any) -> frozenset[str]:
    """The first word of each ingredient, such as {"acetaminophen", "hydrocodone"}; empty when not known."""
    for coding in (concept or {}).get("coding") or ():
        if coding.get("system") in (RXNORM, INGREDIENT):
            ours = own_products().get((coding["system"], str(coding.get("code"))))
            found = frozenset(_first_words(ours or str(coding.get("display") or ""), is_ours=bool(ours)))
            if found:
                return found
    return plainly_told(concept).ingredients


def _first_words(name: str, *, is_ours: bool) -> Iterator[str]:
    for part in name.split(" / "):
        found = _NAME.match(part)
        words = found["name"] if found else part if is_ours else ""
        if words:
            yield words.split()[0].lower()


def _classes(patient: PatientRecord, keys: set[tuple[str, str]]) -> set[str]:
    """The value sets that hold a medicine."""
    oids_by_code = patient.vocabulary.oids_by_code
    return {oid for key in keys if key in oids_by_code for oid in oids_by_code[key]}
