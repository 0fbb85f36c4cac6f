"""Missing answers: who counts them in, who gives no score, and what is known all the same."""

from __future__ import annotations

import pytest

from measures.instrument_catalog import find_instruments
from measures.respondent import NOBODY_KNOWN
from tests.measures.instruments.sheets import MAN, WOMAN, named, scored, sheet


def test_a_phq9_with_two_items_missing_counts_them_as_the_mean_of_the_others():
    score = scored("phq-9", "2 2 2 2 2 2 1 - -")  # 13 of 7 items: 13 / 7 * 9 = 16.7

    assert (score.value, score.prorated, score.missing) == (17, True, ("8", "9"))
    assert score.word == "moderately severe"
    assert score.note == "7 of 9 items answered; the rest counted as their mean"


def test_a_half_is_rounded_up():
    assert scored("phq-9", "1 1 1 1 0 0 0 0 -").value == 5  # 4 / 8 * 9 = 4.5


def test_a_phq9_with_three_items_missing_has_no_score_and_says_why():
    score = scored("phq-9", "2 2 2 2 2 2 - - -")

    assert score.value is None
    assert score.word == ""
    assert score.why_none.startswith("no score: 3 items not answered. With one or two items missing")


def test_an_unanswered_item_9_is_said_whatever_the_score():
    score = scored("phq-9", "0 0 0 0 0 0 0 0 -")

    assert [(flag.name, flag.tone) for flag in score.flags] == [("item-9-unanswered", "watch")]
    assert score.value == 0


def test_the_difficulty_question_is_never_missed():
    assert scored("phq-9", "0 0 0 0 0 0 0 0 0").missing == ()


@pytest.mark.parametrize(
    "id", ["phq-2", "gad-7", "gad-2", "audit-c", "audit", "cage", "dast-10", "isi", "epds", "who-5", "psc-17"]
)
def test_one_missing_item_is_enough_for_no_score(id: str):
    instrument = named(id)
    line = " ".join(item.choices[-1].value for item in instrument.questions if item.scored)
    whole, short = scored(id, line), scored(id, line.rpartition(" ")[0])

    assert whole.value is not None
    assert short.value is None
    assert short.why_none.startswith("no score: 1 item not answered")


@pytest.mark.parametrize(
    ("id", "line", "positive"),
    [
        ("gad-7", "3 3 3 1 - - -", True),  # 10 already
        ("gad-7", "3 3 3 0 - - -", None),  # 9, and up to 18
        ("gad-7", "1 0 0 0 0 - -", False),  # 1, and at most 7
        ("gad-7", "0 0 0 0 0 - 3", False),  # 3, and at most 6
        ("gad-7", "3 1 0 0 0 - -", None),  # 4, and 10 is possible
        ("who-5", "5 5 5 - -", False),  # 60 already
        ("who-5", "0 0 - - -", None),  # up to 60
        ("who-5", "1 0 0 - -", True),  # at most 44
        ("audit-c", "- - -", None),
        ("audit", "- - - - - - - - 4 4", True),  # 8 whatever the rest
        ("audit", "- - - - - - - - 0 0", None),  # the first question opens eight others
        ("mdq", "n n n n n n n - - - - - - - -", False),  # at most 6 symptoms
        ("mdq", "y y y y y y y - - - - - - - none", False),  # a part that fails settles it
        ("mdq", "y y y y y y y - - - - - - - serious", None),
        ("psc-17", "- 1 - - - 1 - - 2 - 1 - - - 0 - -", True),  # internalizing is whole, and 5
        ("psc-17", "- 0 - - - 0 - - 0 - 0 - - - 0 - -", None),
    ],
)
def test_what_the_missing_answers_cannot_change_is_known(id: str, line: str, positive: bool | None):
    score = scored(id, line, NOBODY_KNOWN)

    assert score.positive is positive


def test_a_form_without_any_answer_is_neither_positive_nor_negative():
    for instrument in find_instruments():
        score = scored(instrument.id, "")

        assert (score.value, score.positive, score.flags) == (None, None, ()), instrument.id
        assert score.why_none, instrument.id


def test_the_three_points_of_an_audit_c_wait_for_the_sex():
    assert scored("audit-c", "2 1 0").note.startswith("3 points are positive for women")
    assert scored("audit-c", "2 1 0", WOMAN).note == ""
    assert scored("audit-c", "2 1 0", MAN).note == ""


@pytest.mark.parametrize(
    ("line", "value", "flags", "note"),
    [
        ("n n - - - - -", None, (), ""),  # behavior not asked: it may be high
        ("y n - - - - -", None, (), "at least low"),
        ("y y y - n n -", None, ("moderate",), "at least moderate"),  # intent not asked
        ("y y - n n n -", None, (), "at least low"),  # a method would make it moderate
        ("- y y n n n -", 2, ("moderate",), ""),  # a wish to be dead adds nothing to a method
        ("y y - y - - -", 3, ("high",), ""),  # nothing is above high
        ("n n - - - y -", None, ("moderate",), "at least moderate"),  # when was it?
    ],
)
def test_a_c_ssrs_level_stands_only_where_the_missing_items_could_not_raise_it(
    line: str, value: float | None, flags: tuple[str, ...], note: str
):
    score = scored("c-ssrs-screener", line)

    assert (score.value, tuple(flag.name for flag in score.flags), score.note) == (value, flags, note)


def test_a_need_that_was_not_asked_about_is_unknown():
    score = scored("social-needs", "steady - never - no no 1 1 1 1")

    assert {part.name: part.positive for part in score.parts} == {
        "housing": False, "food": None, "transport": False, "utilities": False, "safety": False,
    }  # fmt: skip
    assert score.positive is None
    assert score.missing == ("food-last",)


def test_safety_needs_no_fourth_answer_once_three_say_it():
    parts = {p.name: p for p in scored("social-needs", "- - - - - - 5 5 1 -").parts}
    assert parts["safety"].positive is True
    assert parts["safety"].value is None
    parts = {p.name: p for p in scored("social-needs", "- - - - - - 5 4 1 -").parts}  # 10, and at least 11
    assert parts["safety"].positive is True
    parts = {p.name: p for p in scored("social-needs", "- - - - - - 3 3 3 -").parts}  # 9, and at least 10
    assert parts["safety"].positive is None
    parts = {p.name: p for p in scored("social-needs", "- - - - - - 1 2 2 -").parts}  # 5, and at most 10
    assert parts["safety"].positive is False


def test_the_subscales_of_a_psc_17_stand_by_themselves():
    parts = {
        p.name: (p.value, p.positive) for p in scored("psc-17", "2 1 2 - 0 1 2 0 1 0 1 0 1 0 0 0 0").parts
    }

    assert parts == {"internalizing": (4, False), "attention": (7, True), "externalizing": (None, False)}


def test_answers_to_items_that_are_no_longer_asked_do_not_count():
    instrument = named("pc-ptsd-5")
    response = sheet(instrument, "n y y y y y")

    assert instrument.score(response).value == 0
