"""The strength of a product by its name, where our own sets do not hold it."""

from __future__ import annotations

from typing import Any

import pytest

from measures.orders.strengths import named_strength
from measures.terminology import RXNORM


def text(words: str) -> dict[str, Any]:
    return {"text": words}


def rxnorm(name: str) -> dict[str, Any]:
    return {"coding": [{"system": RXNORM, "code": "0", "display": name}]}


CASES: dict[str, tuple[dict[str, Any], str, float | None]] = {
    "one ingredient": (text("citalopram 20 mg tablet"), "", 20),
    "a brand in brackets": (text("citalopram (CELEXA) 20 mg tablet"), "", 20),
    "a brand": (text("Celexa 20mg"), "", 20),
    "a salt": (text("Morphine sulfate 15 mg 12 hr tablet"), "morphine", 15),
    "micrograms": (text("fentanyl 200 mcg film"), "fentanyl", 0.2),
    "half of a milligram": (text("oxycodone 2.5 mg"), "oxycodone", 2.5),
    "two ingredients in their order": (
        text("hydrocodone-acetaminophen (NORCO) 5-325 mg per tablet"),
        "hydrocodone",
        5,
    ),
    "two in the other order": (text("Acetaminophen/Codeine 300-30 mg"), "codeine", 30),
    "two, each with its strength": (
        text("acetaminophen 325 MG / hydrocodone bitartrate 5 MG Oral Tablet"),
        "hydrocodone",
        5,
    ),
    "RxNorm's name": (rxnorm("oxyCODONE hydrochloride 5 MG Oral Tablet [Roxicodone]"), "oxycodone", 5),
    "RxNorm's name of two": (
        rxnorm("acetaminophen 325 MG / HYDROcodone bitartrate 10 MG Oral Tablet [Norco]"),
        "hydrocodone",
        10,
    ),
    "name and text that agree": (
        text("oxycodone 5 mg") | rxnorm("oxycodone 5 MG Oral Tablet"),
        "oxycodone",
        5,
    ),
    "name and text that do not": (
        text("oxycodone 10 mg") | rxnorm("oxycodone 5 MG Oral Tablet"),
        "oxycodone",
        None,
    ),
    "one strength of two ingredients": (text("acetaminophen-codeine 300 mg"), "codeine", None),
    "another ingredient's": (text("Percocet 5 mg"), "oxycodone", None),
    "two ingredients, of which none is named": (text("oxycodone-acetaminophen 5-325 mg"), "", None),
    "so much in a liquid": (text("oxycodone 5 mg/5 mL solution"), "oxycodone", None),
    "so much per liquid": (text("oxycodone 5 mg per 5 mL"), "oxycodone", None),
    "two strengths": (text("oxycodone 5 mg or 10 mg"), "oxycodone", None),
    "a range": (text("oxycodone 5-10 mg"), "oxycodone", None),
    "percents": (text("lidocaine 5 mg 4 %"), "", None),
    "one part of which is not read": (rxnorm("oxycodone 5 MG / another Oral Tablet"), "", None),
    "one part of which is not read, in words": (text("oxycodone 5 mg / another"), "", None),
    "without one": (text("oxycodone"), "oxycodone", None),
    "no words": ({"text": 7, "coding": [{"display": 7}]}, "", None),
}


@pytest.mark.parametrize(("medicine", "of", "mg"), CASES.values(), ids=CASES)
def test_a_product(medicine: dict[str, Any], of: str, mg: float | None):
    found = named_strength(medicine, of)

    assert (found and (found.amount, found.unit)) == (mg and (mg, "MG"))


def test_a_patch_is_told_apart():
    for patch in (
        rxnorm("72 HR fentanyl 0.025 MG/HR Transdermal System [Duragesic]"),
        text("fentaNYL (DURAGESIC) 25 mcg/hr"),
        text("fentanyl 25 mcg/hr patch"),
    ):
        found = named_strength(patch, "fentanyl")
        assert found is not None
        assert (found.amount, found.unit) == (0.025, "MG/HR")
    assert named_strength(text("fentanyl 25 mcg/hr 72 hr"), "fentanyl") is None


def test_what_is_no_medicine_has_none():
    assert named_strength(None, "") is None
    assert named_strength([], "") is None
