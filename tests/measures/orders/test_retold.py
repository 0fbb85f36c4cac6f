"""Words of a medicine told again in words of ours: read alike, and nothing else of the text is left."""

from __future__ import annotations

import re
from typing import Any

import pytest

from measures.orders.dose_in_words import patches_worn, spoken_doses, times_a_day
from measures.orders.plain_medicines import plainly_told
from measures.orders.retold import dose_retold, medicine_retold, times_retold
from measures.orders.strengths import named_strength
from measures.vocabulary import starter_vocabulary
from tests.measures.orders.test_dose_in_words import IN_DOUBT, READ, WORN
from tests.measures.orders.test_strengths import CASES

OURS = re.compile(
    r"[\d.()/ ]|\b(?:mg|mcg|hr|tablets|patches|total|another|times|a|day|every|hours|and|in|the|morning)\b"
)
"""What a dose told again is made of."""
VOCABULARY = starter_vocabulary()


@pytest.mark.parametrize("text", [*READ, *WORN, "Take 1/3 tablet (100 mg) daily", "1 tablet q 5 h"])
def test_a_dose_that_is_read_is_read_alike_when_told_again(text: str):
    said = dose_retold(text)

    assert (said is None) is (not spoken_doses(text) and not patches_worn(text))
    assert spoken_doses(said or "") == spoken_doses(text)
    assert patches_worn(said or "") == patches_worn(text)
    assert OURS.sub("", said or "") == ""


@pytest.mark.parametrize("text", [*IN_DOUBT, "Take 0.000001 mg daily", "Take 5550147 tablets daily"])
def test_what_is_in_doubt_is_not_told(text: str):
    assert dose_retold(text) is None


def test_a_dose_in_plain_words_of_ours():
    assert dose_retold("Zebulon, take 2 tablets daily") is None
    assert dose_retold("Take 2 tablets (40 mg) by mouth nightly for Quillfeather disease") == (
        "2 tablets (40 mg) 1 times a day"
    )
    assert dose_retold("Take 1 tab at noon and 2 tabs (40 mg total) in the morning and at bedtime") == (
        "1 tablets in the morning and 2 tablets (40 mg total) in the morning in the morning"
    )


@pytest.mark.parametrize("words", ["2 times daily", "Nightly", "weekly", "every 5 hours"])
def test_how_often_is_told_again(words: str):
    said = times_retold({"code": {"text": words}})

    assert said is not None
    assert times_a_day(said) == times_a_day(words)


@pytest.mark.parametrize(
    "timing", [{}, {"code": {"text": "as Zebulon likes"}}, {"code": 7}, {"code": {"text": 7}}]
)
def test_what_says_nothing_of_how_often_is_not_told(timing: Any):
    assert times_retold(timing) is None


def known(medicine: dict[str, Any]) -> dict[str, Any]:
    """The same, with a code by which checks know what it is."""
    system, code = min(VOCABULARY.codes_in["throughline:citalopram"])
    return medicine | {"coding": [*medicine.get("coding", ()), {"system": system, "code": code}]}


@pytest.mark.parametrize(("medicine", "of", "mg"), CASES.values(), ids=CASES)
def test_a_strength_that_is_read_is_read_alike_when_told_again(
    medicine: dict[str, Any], of: str, mg: float | None
):
    if medicine.get("text") == 7:  # no coding either: a resource that cannot be read
        assert medicine_retold(medicine, VOCABULARY) is None
        return
    said = medicine_retold(known(medicine), VOCABULARY)

    assert named_strength({"text": said}, of) == named_strength(known(medicine), of)
    assert (said is not None) or mg is None


def test_a_patch_and_a_name_that_nobody_here_knows():
    assert (
        medicine_retold(known({"text": "fentaNYL (DURAGESIC) 12.5 mcg/hr"}), VOCABULARY)
        == "fentanyl 12.5 mcg/hr"
    )
    assert medicine_retold(known({"text": "Quillfeather 20 mg tablet"}), VOCABULARY) == "another 20 mg"
    assert medicine_retold(known({"text": "hydrocodone-zebulon 5-325 mg per tablet"}), VOCABULARY) == (
        "hydrocodone 5 mg / another 325 mg"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Zoloft 50 mg tablet", "zoloft"),
        ("Hydrocodone-acetaminophen (NORCO) 5-325 mg", "hydrocodone / norco / acetaminophen"),
        ("citalopram 20 mg, do not take", None),
        ("citalopram 20 mg for Zebulon", None),
        ("Quillfeather 20 mg", None),
        ("citalopram 5550147 mg", "citalopram"),
    ],
)
def test_a_medicine_that_its_codes_do_not_tell_is_told_by_its_names_alone(words: str, said: str | None):
    """In doubt it is not told, and no strength makes it less doubtful."""
    medicine = {"text": words}

    assert medicine_retold(medicine, VOCABULARY) == said
    assert said is None or plainly_told({"text": said}) == plainly_told(medicine)
