"""Every instrument against answers added up by hand, on both sides of each band and cut-off."""

from __future__ import annotations

import pytest

from measures.instrument_catalog import find_instruments
from measures.respondent import NOBODY_KNOWN, Person
from tests.measures.instruments.sheets import MAN, WOMAN, named, scored

# instrument, answers in the order of the form, who, value, word, positive
GOLDEN: list[tuple[str, str, Person, float | None, str, bool | None]] = [
    ("phq-9", "0 0 0 0 0 0 0 0 0", NOBODY_KNOWN, 0, "none or minimal", False),
    ("phq-9", "1 1 1 1 0 0 0 0 0", NOBODY_KNOWN, 4, "none or minimal", False),
    ("phq-9", "1 1 1 1 1 0 0 0 0", NOBODY_KNOWN, 5, "mild", False),
    ("phq-9", "1 1 1 1 1 1 1 1 1", NOBODY_KNOWN, 9, "mild", False),
    ("phq-9", "2 1 1 1 1 1 1 1 1 3", NOBODY_KNOWN, 10, "moderate", True),
    ("phq-9", "3 2 2 2 1 1 1 1 1", NOBODY_KNOWN, 14, "moderate", True),
    ("phq-9", "3 3 2 2 1 1 1 1 1", NOBODY_KNOWN, 15, "moderately severe", True),
    ("phq-9", "3 3 3 2 2 2 2 2 0", NOBODY_KNOWN, 19, "moderately severe", True),
    ("phq-9", "3 3 3 2 2 2 2 2 1", NOBODY_KNOWN, 20, "severe", True),
    ("phq-9", "3 3 3 3 3 3 3 3 3", NOBODY_KNOWN, 27, "severe", True),
    ("phq-9m", "1 1 1 1 0 0 0 0 0 n 0 n n", NOBODY_KNOWN, 4, "none or minimal", False),
    ("phq-9m", "3 3 2 2 1 1 1 1 1 n 0 n n", NOBODY_KNOWN, 15, "moderately severe", True),
    ("phq-9m", "1 1 1 1 1 1 1 1 1 n 0 n n", NOBODY_KNOWN, 9, "mild", False),
    ("phq-9m", "2 1 1 1 1 1 1 1 1 y 3 n n", NOBODY_KNOWN, 10, "moderate", True),
    ("phq-9m", "3 3 3 3 3 3 3 3 3 y 3 y y", NOBODY_KNOWN, 27, "severe", True),
    ("phq-2", "1 1", NOBODY_KNOWN, 2, "negative", False),
    ("phq-2", "2 1", NOBODY_KNOWN, 3, "positive", True),
    ("phq-2", "3 3", NOBODY_KNOWN, 6, "positive", True),
    ("gad-7", "1 1 1 1 0 0 0", NOBODY_KNOWN, 4, "minimal", False),
    ("gad-7", "1 1 1 1 1 0 0", NOBODY_KNOWN, 5, "mild", False),
    ("gad-7", "3 3 3 0 0 0 0", NOBODY_KNOWN, 9, "mild", False),
    ("gad-7", "3 3 3 1 0 0 0 2", NOBODY_KNOWN, 10, "moderate", True),
    ("gad-7", "2 2 2 2 2 2 2", NOBODY_KNOWN, 14, "moderate", True),
    ("gad-7", "3 2 2 2 2 2 2", NOBODY_KNOWN, 15, "severe", True),
    ("gad-7", "3 3 3 3 3 3 3", NOBODY_KNOWN, 21, "severe", True),
    ("gad-2", "2 0", NOBODY_KNOWN, 2, "negative", False),
    ("gad-2", "0 3", NOBODY_KNOWN, 3, "positive", True),
    ("c-ssrs-screener", "n n - - - n -", NOBODY_KNOWN, 0, "no risk found", False),
    ("c-ssrs-screener", "y n - - - n -", NOBODY_KNOWN, 1, "low", True),
    ("c-ssrs-screener", "y y n n n n -", NOBODY_KNOWN, 1, "low", True),
    ("c-ssrs-screener", "y y y n n n -", NOBODY_KNOWN, 2, "moderate", True),
    ("c-ssrs-screener", "n n - - - y n", NOBODY_KNOWN, 2, "moderate", True),
    ("c-ssrs-screener", "n n - - - y y", NOBODY_KNOWN, 3, "high", True),
    ("c-ssrs-screener", "y y y y n n -", NOBODY_KNOWN, 3, "high", True),
    ("c-ssrs-screener", "n y n n y n -", NOBODY_KNOWN, 3, "high", True),
    ("audit-c", "0 - -", MAN, 0, "negative", False),
    ("audit-c", "2 0 0", WOMAN, 2, "negative", False),
    ("audit-c", "2 1 0", WOMAN, 3, "positive", True),
    ("audit-c", "2 1 0", MAN, 3, "negative", False),
    ("audit-c", "2 1 1", MAN, 4, "positive", True),
    ("audit-c", "2 1 0", NOBODY_KNOWN, 3, "positive", None),
    ("audit-c", "2 0 0", NOBODY_KNOWN, 2, "negative", False),
    ("audit-c", "2 1 1", NOBODY_KNOWN, 4, "positive", True),
    ("audit-c", "4 2 1", MAN, 7, "positive", True),
    ("audit-c", "4 2 2", MAN, 8, "high", True),
    ("audit-c", "4 4 4", WOMAN, 12, "high", True),
    ("audit", "0 - - - - - - - 0 0", NOBODY_KNOWN, 0, "low risk", False),
    ("audit", "0 - - - - - - - 4 4", NOBODY_KNOWN, 8, "hazardous", True),
    ("audit", "3 0 0 - - - - - 2 2", NOBODY_KNOWN, 7, "low risk", False),
    ("audit", "3 2 1 1 0 0 0 0 0 0", NOBODY_KNOWN, 7, "low risk", False),
    ("audit", "3 2 1 1 0 0 1 0 0 0", NOBODY_KNOWN, 8, "hazardous", True),
    ("audit", "3 2 2 1 1 1 1 0 2 2", NOBODY_KNOWN, 15, "hazardous", True),
    ("audit", "3 2 2 1 1 1 1 1 2 2", NOBODY_KNOWN, 16, "harmful", True),
    ("audit", "4 2 2 1 1 1 1 1 2 4", NOBODY_KNOWN, 19, "harmful", True),
    ("audit", "4 3 2 1 1 1 1 1 2 4", NOBODY_KNOWN, 20, "possible dependence", True),
    ("audit", "4 4 4 4 4 4 4 4 4 4", NOBODY_KNOWN, 40, "possible dependence", True),
    ("cage", "n n n n", NOBODY_KNOWN, 0, "negative", False),
    ("cage", "y n n n", NOBODY_KNOWN, 1, "negative", False),
    ("cage", "y n n y", NOBODY_KNOWN, 2, "positive", True),
    ("cage", "y y y y", NOBODY_KNOWN, 4, "positive", True),
    ("dast-10", "n n y n n n n n n n", NOBODY_KNOWN, 0, "no problem reported", False),
    ("dast-10", "n n n n n n n n n n", NOBODY_KNOWN, 1, "low", False),
    ("dast-10", "y n n n n n n n n n", NOBODY_KNOWN, 2, "low", False),
    ("dast-10", "y y n n n n n n n n", NOBODY_KNOWN, 3, "moderate", True),
    ("dast-10", "y y y y y y n n n n", NOBODY_KNOWN, 5, "moderate", True),
    ("dast-10", "y y n y y y n n n n", NOBODY_KNOWN, 6, "substantial", True),
    ("dast-10", "y y n y y y y y n n", NOBODY_KNOWN, 8, "substantial", True),
    ("dast-10", "y y n y y y y y y n", NOBODY_KNOWN, 9, "severe", True),
    ("dast-10", "y y n y y y y y y y", NOBODY_KNOWN, 10, "severe", True),
    ("pc-ptsd-5", "n - - - - -", NOBODY_KNOWN, 0, "negative", False),
    ("pc-ptsd-5", "y n n n n n", NOBODY_KNOWN, 0, "negative", False),
    ("pc-ptsd-5", "y y y y n n", NOBODY_KNOWN, 3, "negative", False),
    ("pc-ptsd-5", "y y y y y n", NOBODY_KNOWN, 4, "positive", True),
    ("pc-ptsd-5", "y y y y y y", NOBODY_KNOWN, 5, "positive", True),
    ("mdq", "y y y y y y n n n n n n n y serious", NOBODY_KNOWN, 6, "negative", False),
    ("mdq", "y y y y y y y n n n n n n y moderate", NOBODY_KNOWN, 7, "positive", True),
    ("mdq", "y y y y y y y n n n n n n y minor", NOBODY_KNOWN, 7, "negative", False),
    ("mdq", "y y y y y y y n n n n n n n serious", NOBODY_KNOWN, 7, "negative", False),
    ("mdq", "y y y y y y y y y y y y y y serious", NOBODY_KNOWN, 13, "positive", True),
    ("isi", "1 1 1 1 1 1 1", NOBODY_KNOWN, 7, "no insomnia", False),
    ("isi", "2 1 1 1 1 1 1", NOBODY_KNOWN, 8, "subthreshold", False),
    ("isi", "2 2 2 2 2 2 2", NOBODY_KNOWN, 14, "subthreshold", False),
    ("isi", "3 2 2 2 2 2 2", NOBODY_KNOWN, 15, "moderate", True),
    ("isi", "3 3 3 3 3 3 3", NOBODY_KNOWN, 21, "moderate", True),
    ("isi", "4 3 3 3 3 3 3", NOBODY_KNOWN, 22, "severe", True),
    ("isi", "4 4 4 4 4 4 4", NOBODY_KNOWN, 28, "severe", True),
    ("epds", "0 0 0 0 0 0 0 0 0 0", NOBODY_KNOWN, 0, "low", False),
    ("epds", "1 1 1 1 1 1 1 1 1 0", NOBODY_KNOWN, 9, "low", False),
    ("epds", "1 1 2 1 1 1 1 1 1 0", NOBODY_KNOWN, 10, "possible depression", True),
    ("epds", "2 2 2 1 1 1 1 1 1 0", NOBODY_KNOWN, 12, "possible depression", True),
    ("epds", "2 2 2 2 1 1 1 1 1 0", NOBODY_KNOWN, 13, "probable depression", True),
    ("epds", "3 3 3 3 3 3 3 3 3 3", NOBODY_KNOWN, 30, "probable depression", True),
    # items in the order of the form: A I A E E I A E I E I E A E I E A
    ("psc-17", "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", NOBODY_KNOWN, 0, "negative", False),
    ("psc-17", "1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 1", NOBODY_KNOWN, 14, "negative", False),
    ("psc-17", "2 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 1", NOBODY_KNOWN, 15, "positive", True),
    ("psc-17", "0 1 0 0 0 1 0 0 1 0 1 0 0 0 0 0 0", NOBODY_KNOWN, 4, "negative", False),
    ("psc-17", "0 1 0 0 0 1 0 0 1 0 1 0 0 0 1 0 0", NOBODY_KNOWN, 5, "a subscale is positive", True),
    ("psc-17", "2 0 2 0 0 0 2 0 0 0 0 0 0 0 0 0 0", NOBODY_KNOWN, 6, "negative", False),
    ("psc-17", "2 0 2 0 0 0 2 0 0 0 0 0 1 0 0 0 0", NOBODY_KNOWN, 7, "a subscale is positive", True),
    ("psc-17", "0 0 0 1 1 0 0 1 0 1 0 1 0 1 0 0 0", NOBODY_KNOWN, 6, "negative", False),
    ("psc-17", "0 0 0 1 1 0 0 1 0 1 0 1 0 1 0 1 0", NOBODY_KNOWN, 7, "a subscale is positive", True),
    ("who-5", "5 5 5 5 5", NOBODY_KNOWN, 100, "not low", False),
    ("who-5", "3 3 3 2 2", NOBODY_KNOWN, 52, "not low", False),
    ("who-5", "3 3 2 2 2", NOBODY_KNOWN, 48, "low", True),
    ("who-5", "2 2 2 1 1", NOBODY_KNOWN, 32, "low", True),
    ("who-5", "2 2 1 1 1", NOBODY_KNOWN, 28, "very low", True),
    ("who-5", "0 0 0 0 0", NOBODY_KNOWN, 0, "very low", True),
    ("social-needs", "steady none never never no no 1 1 1 1", NOBODY_KNOWN, None, "no need told", False),
    ("social-needs", "worried - never never no no 1 1 1 1", NOBODY_KNOWN, None, "need: housing", True),
    ("social-needs", "steady mold never never no no 1 1 1 1", NOBODY_KNOWN, None, "need: housing", True),
    ("social-needs", "steady - sometimes never no no 3 3 3 1", NOBODY_KNOWN, None, "need: food", True),
    ("social-needs", "steady - never never no no 3 3 3 2", NOBODY_KNOWN, None, "need: safety", True),
    ("social-needs", "none - never never yes shut-off 1 1 1 1", NOBODY_KNOWN, None,
     "need: housing, transport, utilities", True),
    ("housing", "steady", NOBODY_KNOWN, None, "no need told", False),
    ("housing", "worried", NOBODY_KNOWN, None, "need: housing", True),
    ("food", "never never", NOBODY_KNOWN, None, "no need told", False),
    ("food", "never sometimes", NOBODY_KNOWN, None, "need: food", True),
    ("food", "often -", NOBODY_KNOWN, None, "need: food", True),
    ("transport", "no", NOBODY_KNOWN, None, "no need told", False),
    ("transport", "yes", NOBODY_KNOWN, None, "need: transport", True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("id", "line", "person", "value", "word", "positive"), GOLDEN, ids=[f"{g[0]}: {g[1]}" for g in GOLDEN]
)
def test_answers_come_to_the_score_a_person_adds_up(
    id: str, line: str, person: Person, value: float | None, word: str, positive: bool | None
):
    score = scored(id, line, person)

    assert (score.value, score.word, score.positive) == (value, word, positive)


def test_every_instrument_with_a_verdict_is_tested_on_both_sides_of_it():
    told = {(id, positive) for id, _, _, _, _, positive in GOLDEN}
    untested = [
        instrument.id
        for instrument in find_instruments()
        if instrument.id != "safety-plan" and not {(instrument.id, True), (instrument.id, False)} <= told
    ]

    assert untested == []


def test_every_band_is_tested():
    told = {(id, word) for id, _, _, _, word, _ in GOLDEN}
    untested = {(i.id, band.word) for i in find_instruments() for band in i.bands} - told

    assert untested == set()


@pytest.mark.parametrize(
    ("id", "line", "tone"),
    [
        ("phq-9", "1 1 1 1 1 1 1 1 1", ""),
        ("phq-9", "2 1 1 1 1 1 1 1 1", "watch"),
        ("phq-9", "3 3 2 2 1 1 1 1 1", "high"),
        ("who-5", "2 2 1 1 1", "high"),
        ("who-5", "3 3 2 2 2", "watch"),
        ("c-ssrs-screener", "y y y y n n -", "high"),
        ("psc-17", "0 1 0 0 0 1 0 0 1 0 1 0 0 0 1 0 0", "watch"),
        ("social-needs", "worried - never never no no 1 1 1 1", "watch"),
    ],
)
def test_the_tone_goes_with_the_word(id: str, line: str, tone: str):
    assert scored(id, line).tone == tone


@pytest.mark.parametrize(
    ("id", "item", "words", "points"),
    [
        ("epds", "1", "As much as always", 0),
        ("epds", "2", "Hardly at all", 3),
        ("epds", "3", "Most of the time", 3),
        ("epds", "4", "Not at all", 0),
        ("epds", "4", "Very often", 3),
        ("epds", "5", "Quite a lot", 3),
        ("epds", "6", "Coping as well as ever", 0),
        ("epds", "10", "Quite often", 3),
        ("epds", "10", "Never", 0),
        ("dast-10", "3", "No", 1),
        ("dast-10", "4", "No", 0),
        ("who-5", "1", "All of the time", 5),
        ("isi", "4", "Very dissatisfied", 4),
        ("audit", "9", "Yes, but not in the past year", 2),
        ("audit", "10", "Yes, during the past year", 4),
        ("pc-ptsd-5", "event", "Yes", 0),
        ("mdq", "same-time", "Yes", 0),
    ],
)
def test_the_words_of_an_answer_are_worth_what_the_form_says(id: str, item: str, words: str, points: float):
    assert {c.text: c.points for c in named(id).item(item).choices}[words] == points
