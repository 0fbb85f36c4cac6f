"""Submitted forms: what fits is read, what does not is named, all of it at once."""

from __future__ import annotations

from datetime import date

import pytest

from measures.answers import AnswersDoNotFit, Sheet, fit
from measures.instrument import Choice, Instrument, Item, Kind, Mode, Response, When
from measures.instrument_catalog import InstrumentCatalog, InstrumentCatalogError, find_instruments
from measures.scoring import unscored
from tests.measures.instruments.sheets import named


def form(*items: Item) -> Instrument:
    return Instrument(id="a-form", title="A form", version="1", items=items, scorer=unscored, licence="ours")


MIXED = form(
    Item(
        "group",
        "",
        Kind.GROUP,
        items=(
            Item("count", "How many", Kind.INTEGER, at_least=0, at_most=20),
            Item("dose", "Dose", Kind.DECIMAL),
            Item("since", "Since", Kind.DATE),
        ),
    ),
    Item("agreed", "Agreed", Kind.BOOLEAN),
    Item("words", "Words", Kind.STRING, longest=5),
    Item("which", "Which", choices=(Choice("a", "A"), Choice("b", "B")), repeats=True),
    Item("more", "More", Kind.TEXT, when=(When("count", ">", 3), When("agreed", "=", True)), any_of=True),
)


def test_every_kind_of_answer_is_read():
    read = fit(
        MIXED,
        {"count": "4", "dose": "2.5", "since": "2026-03-01", "agreed": "true", "words": " yes ",
         "which": ("a", "b"), "more": "x"},
        Mode.TELEHEALTH,
    )  # fmt: skip

    assert read.answers == {
        "count": 4, "dose": 2.5, "since": date(2026, 3, 1), "agreed": True, "words": "yes",
        "which": ("a", "b"), "more": "x",
    }  # fmt: skip
    assert read.mode is Mode.TELEHEALTH


def test_all_that_does_not_fit_is_named_at_once():
    with pytest.raises(AnswersDoNotFit) as refused:
        fit(
            MIXED,
            {"count": "21", "dose": "much", "since": "March", "agreed": "maybe", "words": "too long",
             "which": "c", "nothing": "x", "group": "y"},
        )  # fmt: skip

    assert [str(problem) for problem in refused.value.problems] == [
        "count: 20 or less is expected",
        "dose: a number is expected",
        "since: a date is expected, such as 2026-03-31",
        "agreed: true or false is expected",
        "words: at most 5 characters are expected",
        "which: one of a, b is expected",
        "nothing: the form has no such item",
        "group: the form has no such item",
    ]


@pytest.mark.parametrize(
    ("number", "fits"), [("0", True), ("-1", False), ("20", True), ("2.5", False), ("nan", False)]
)
def test_numbers_keep_within_their_limits(number: str, fits: bool):
    try:
        assert fit(MIXED, {"count": number}).answers == {"count": int(number)}
        assert fits
    except AnswersDoNotFit:
        assert not fits


@pytest.mark.parametrize("number", ["nan", "inf", "1e400", "1e13"])
def test_what_is_no_number_is_none(number: str):
    with pytest.raises(AnswersDoNotFit, match="dose: a number is expected"):
        fit(MIXED, {"dose": number})


def test_two_answers_where_one_is_expected_do_not_fit():
    with pytest.raises(AnswersDoNotFit, match="count: one answer is expected"):
        fit(MIXED, {"count": ("1", "2")})


def test_blank_answers_are_no_answers():
    assert fit(MIXED, {"count": " ", "words": "", "which": ()}).answers == {}


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, None),
        ({"count": 3}, None),  # the other question may still open it
        ({"count": 3, "agreed": False}, False),
        ({"count": 4, "agreed": False}, True),
        ({"agreed": True}, True),
    ],
)
def test_an_item_is_asked_when_its_condition_holds(answers: dict, asked: bool | None):
    assert Sheet(MIXED, Response(answers)).asks("more") is asked


def test_answers_of_items_no_longer_asked_are_dropped():
    assert fit(MIXED, {"count": "1", "agreed": "false", "more": "x"}).answers == {"count": 1, "agreed": False}


def test_what_is_below_a_group_that_is_not_asked_is_not_asked():
    gated = form(
        Item("gate", "Gate", Kind.BOOLEAN),
        Item(
            "g", "", Kind.GROUP, items=(Item("below", "Below", Kind.TEXT),), when=(When("gate", "=", True),)
        ),
    )
    assert fit(gated, {"gate": "false", "below": "x"}).answers == {"gate": False}
    assert fit(gated, {"gate": "true", "below": "x"}).answers == {"gate": True, "below": "x"}


def test_an_answer_that_must_not_exist():
    unless = form(Item("a", "A", Kind.TEXT), Item("b", "B", Kind.TEXT, when=(When("a", "exists", False),)))
    assert fit(unless, {"b": "x"}).answers == {"b": "x"}
    assert fit(unless, {"a": "x", "b": "x"}).answers == {"a": "x"}


def test_required_items_left_blank_are_known():
    left = Sheet(named("pc-ptsd-5"), Response({"event": "yes", "1": "no"})).left_blank

    assert [item.link_id for item in left] == ["2", "3", "4", "5"]


def test_the_catalogue_refuses_two_instruments_of_one_id():
    with pytest.raises(InstrumentCatalogError, match="two instruments are called a-form"):
        InstrumentCatalog.of([MIXED, MIXED])


def test_the_catalogue_refuses_a_follow_on_that_leads_nowhere():
    with pytest.raises(InstrumentCatalogError, match="'phq-9', which is no instrument"):
        InstrumentCatalog.of([named("phq-2")])


def test_an_instrument_is_found_by_the_code_of_its_total_or_panel():
    for code, id in (
        ("44261-6", "phq-9"),
        ("44249-1", "phq-9"),
        ("93374-7", "c-ssrs-screener"),
        ("96339-7", "safety-plan"),
    ):
        found = find_instruments().coded(("http://loinc.org", code))
        assert found is not None
        assert found.id == id
    assert find_instruments().coded(("http://loinc.org", "1-1")) is None


def test_imported_instruments_join_the_others():
    assert find_instruments().joined_by([MIXED]).get("a-form") is MIXED
