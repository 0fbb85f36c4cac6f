"""Dosages in words alone: read whole, or not at all."""

from __future__ import annotations

import time

import pytest

from measures.orders.dose_in_words import patches_worn, spoken_doses, times_a_day

READ: dict[str, list[tuple[float | None, float | None, float]]] = {
    "Take 2 tablets (40 mg) by mouth daily": [(40, 2, 1)],
    "Take 2 tablets (40 mg total) by mouth daily.": [(40, 2, 1)],
    "1 tab BID": [(None, 1, 2)],
    "1 tab PO BID PRN": [(None, 1, 2)],
    "1 po daily": [],
    "2 caps tid": [(None, 2, 3)],
    "Take 1 tablet(s) by mouth q.i.d.": [(None, 1, 4)],
    "20mg po qd": [(20, None, 1)],
    "Take 1 tablet (50 mg total) by mouth 2 (two) times a day.": [(50, 1, 2)],
    "Take 1 capsule (20 mg total) by mouth in the morning.": [(20, 1, 1)],
    "Take 40 mg (2 tablets) by mouth every morning with food": [(40, 2, 1)],
    "Take 5 mL (5 mg) by mouth 3 times daily": [(5, None, 3)],
    "Take 5 mL by mouth 3 times daily": [],
    "Take 250 mcg once daily": [(0.25, None, 1)],
    "Take 0.5 g daily": [(500, None, 1)],
    "take one tablet by mouth at bedtime": [(None, 1, 1)],
    "Take half a tablet nightly": [(None, 0.5, 1)],
    "Take 1/2 tablet nightly": [(None, 0.5, 1)],
    "Take 1 1/2 tablets daily": [(None, 1.5, 1)],
    "Take 1½ tablets daily": [(None, 1.5, 1)],
    "Take .5 tablet daily": [(None, 0.5, 1)],
    "Take 1-2 tablets daily": [(None, 2, 1)],
    "Take 1 to 2 tablets every 4 to 6 hours as needed for pain": [(None, 2, 6)],
    "Take 1 tablet every 4 (four) hours as needed for severe pain (7-10).": [(None, 1, 6)],
    "1 tablet q8h prn anxiety": [],
    "Take 1 tablet q 12 h": [(None, 1, 2)],
    "Take 1 tablet by mouth 3-4 times a day x 7 days": [(None, 1, 4)],
    "Take 1 tablet by mouth every other day": [(None, 1, 0.5)],
    "Take 1 tablet once weekly": [(None, 1, 1 / 7)],
    "Take 1 tablet by mouth daily for depression": [(None, 1, 1)],
    "Take 1 tablet daily. Take with food.": [(None, 1, 1)],
    "Take 1 tablet in the morning and 2 tablets at bedtime": [(None, 1, 1), (None, 2, 1)],
    "20 mg every morning and 40 mg at bedtime": [(20, None, 1), (40, None, 1)],
    "Take 1 tablet in the morning and at bedtime": [(None, 1, 2)],
    "Take 1 tablet twice daily, in the morning and at bedtime": [(None, 1, 2)],
    "TAKE 1 TABLET  BY MOUTH EVERY DAY": [(None, 1, 1)],
}


@pytest.mark.parametrize(("text", "told"), READ.items())
def test_plain_words_are_read(text: str, told: list[tuple[float | None, float | None, float]]):
    assert [(one.mg, one.pieces, one.times) for one in spoken_doses(text)] == told


IN_DOUBT = (
    "",
    "Take as directed",
    "1 tablet",
    "Take 1 tablet with meals",
    "Take daily",
    "10 mg/kg daily",
    "Take 1 tablet daily for 7 days then 2 tablets daily",
    "Take 1 tablet daily, max 6 tablets",
    "Take 1 tablet every 6 hours as needed for pain, max 4 a day",
    "Take 1 tablet daily for pain max 4",
    "Take 1 tablet daily for pain or 2 tablets",
    "Take 1 tablet daily for pain two tablets",
    "Take 1 tablet daily for pain every four hours",
    "Take 1 tablet daily as needed for pain, increase",
    "Take 1 tablet daily unless drowsy",
    "Take 1 tablet daily, may repeat",
    "Take 1 tablet daily, do not crush",
    "Take 2 tablets daily twice daily",
    "Take 1 tablet daily and 2 tablets at bedtime",
    "Take 1 tablet once daily in the morning and at bedtime",
    "Take 2-1 tablets daily",
    "Take 6 to 4 tablets daily",
    "Take 1 tablet every 6 to 4 hours",
    "Take 1/0 tablet daily",
    "Take 0 tablets daily",
    "Take 1 tablet 0 times daily",
    "Take 1 tablet rectally daily",
    "Take 1 tablet dailyish",
    "Take 1 tablet daily " + "with food " * 30,
)


@pytest.mark.parametrize("text", IN_DOUBT)
def test_one_word_in_doubt_and_nothing_is_read(text: str):
    assert spoken_doses(text) == ()


AMOUNTS: dict[str, dict[float | None, float | None]] = {
    # by the strength of a piece, in mg
    "2 tablets daily": {20: 40, None: None},
    "2 tablets (40 mg) daily": {20: 40, 40: 80, 10: None, None: None},
    "2 tablets (40 mg total) daily": {20: 40, 40: None, None: 40},
    "1 tablet (40 mg) daily": {40: 40, 20: None, None: 40},
    "40 mg daily": {20: 40, None: 40},
    "40 mg (2 tablets) daily": {20: 40, 40: None, None: 40},
}


@pytest.mark.parametrize(("text", "amounts"), AMOUNTS.items())
def test_one_dose_in_mg(text: str, amounts: dict[float | None, float | None]):
    """Of "2 tablets (40 mg)" both may have 40 mg together, or each of them."""
    [spoken] = spoken_doses(text)

    assert {strength: spoken.amount(strength) for strength in amounts} == amounts


WORN: dict[str, float | None] = {
    "Place 1 patch onto the skin every 72 (seventy-two) hours.": 1,
    "Apply 2 patches to skin q72h": 2,
    "1 patch every 3 days for chronic pain": 1,
    "Place 1 patch on the skin every third day": 1,
    "Place 1 patch onto the skin every 24 hours": None,
    "Place 1 patch onto the skin every 72 hours, remove after 12": None,
    "Place 1 patch onto the skin daily": None,
    "1 tablet every 72 hours": None,
    "": None,
}


@pytest.mark.parametrize(("text", "worn"), WORN.items())
def test_patches_of_three_days(text: str, worn: float | None):
    assert patches_worn(text) == worn


def test_how_often_by_itself():
    assert times_a_day("2 times daily") == 2
    assert times_a_day("Nightly") == 1
    assert times_a_day("2 times daily or more") is None
    assert times_a_day("by mouth") is None


@pytest.mark.parametrize("end", ["a" * 270, "a " * 135, "a-" * 135, "1/2 " * 60, "(1-2)" * 50])
def test_hostile_words_cost_no_time(end: str):
    """A pattern that tries every way to part a word would take hours."""
    before = time.process_time()
    for text in (f"1 tab daily for {end}", f"take {end}", end):
        spoken_doses(text)
        patches_worn(text)

    assert time.process_time() - before < 1


@pytest.mark.parametrize("number", ["1/0", "0"])
def test_a_number_of_patches_that_cannot_be_is_not_read(number: str):
    assert patches_worn("apply 1 patch every 72 hours") == 1
    assert patches_worn(f"apply {number} patch every 72 hours") is None
