"""Questionnaires come in and go out without losing what they ask and how they score."""

from __future__ import annotations

from datetime import date

import pytest
from fhirclient.models.questionnaire import Questionnaire

from measures.answers import fit
from measures.instrument import Instrument, Kind, Response, When, Wording
from measures.instrument_catalog import find_instruments
from measures.questionnaire import questionnaire_of, read_questionnaire
from measures.questionnaire.totals import read_sum
from measures.scoring import UNSCORED
from tests.measures.instruments.sheets import named
from tests.measures.questionnaire.sleep_check import ORDINAL, SLEEP

BASE = "https://throughline.example.org"
EVERY = list(find_instruments())


@pytest.fixture
def sleep() -> Instrument:
    return read_questionnaire(SLEEP)


def test_a_simple_questionnaire_becomes_an_instrument(sleep: Instrument):
    assert (sleep.id, sleep.title, sleep.version, sleep.licence) == (
        "sleep-check", "Sleep check", "2", "Riverside clinic",
    )  # fmt: skip
    assert sleep.panel is not None
    assert sleep.panel.value == "1-8"
    assert [item.kind for item in sleep.items] == [
        Kind.DISPLAY, Kind.GROUP, Kind.DECIMAL, Kind.DATE, Kind.CHOICE, Kind.TEXT,
    ]  # fmt: skip
    assert [item.link_id for item in sleep.questions if item.required] == ["grid.1"]
    assert sleep.item("grid.3").when == (When("grid.2", "=", "1"),)
    assert sleep.item("note").longest == 20
    assert sleep.wording is Wording.OFFICIAL
    assert sleep.highest == 6.5


@pytest.mark.parametrize(
    ("form", "value", "missing"),
    [
        ({"grid.1": "LA6571-9", "grid.2": "1", "grid.3": "many"}, 6.5, ()),
        ({"grid.1": "LA6571-9", "grid.2": "0"}, 3, ()),
        ({"grid.1": "LA6571-9", "grid.2": "1"}, None, ("grid.3",)),
        ({"grid.2": "0"}, None, ("grid.1",)),
    ],
)
def test_its_total_is_the_sum_of_the_points_of_what_is_asked(
    sleep: Instrument, form: dict, value: float | None, missing: tuple[str, ...]
):
    score = sleep.score(fit(sleep, form))

    assert (score.value, score.missing, score.positive) == (value, missing, None)


def test_its_conditions_open_items(sleep: Instrument):
    assert fit(sleep, {"hours": "5.5", "note": "x"}).answers == {"hours": 5.5, "note": "x"}
    assert fit(sleep, {"hours": "6", "note": "x"}).answers == {"hours": 6.0}
    assert fit(sleep, {"since": "2026-01-02", "note": "x"}).answers == {
        "since": date(2026, 1, 2),
        "note": "x",
    }


def test_a_questionnaire_without_a_total_has_no_score():
    untotalled = read_questionnaire({**SLEEP, "item": SLEEP["item"][:-1]})

    assert untotalled.score(Response({})).why_none == UNSCORED


@pytest.mark.parametrize(
    ("expression", "adds"),
    [
        ("%resource.item.answer.value.weight().sum()", {"a.1", "a.2", "b"}),
        ("%resource.descendants().answer.value.ordinal().sum()", {"a.1", "a.2", "b"}),
        ("%resource.repeat(item).where(linkId.startsWith('a.')).answer.value.weight().sum()", {"a.1", "a.2"}),
        ("%resource.item.where(linkId in ('a.1' | 'b')).answer.value.weight().sum()", {"a.1", "b"}),
        (
            "%resource.item.where(linkId='a.1' or linkId='a.2').answer.valueCoding.ordinal().sum()",
            {"a.1", "a.2"},
        ),
        ("%resource.item.where(linkId != 'b').answer.value.ofType(Coding).weight().sum()", {"a.1", "a.2"}),
        (f"item.answer.valueCoding.extension.where(url='{ORDINAL}').valueDecimal.sum()", {"a.1", "a.2", "b"}),
        (f"%resource.descendants().answer.value.extension('{ORDINAL}').value.sum()", {"a.1", "a.2", "b"}),
        ("%total", {"a.1"}),
        ("%other", None),
        ("%resource.item.answer.value.weight().sum() * 4", None),
        ("iif(true, %resource.item.answer.value.weight().sum(), 0)", None),
        ("%resource.item.where(code='x').answer.value.weight().sum()", None),
        ("%resource.item.answer.value.weight().sum() + today()", None),
        ("", None),
    ],
)
def test_only_a_plain_sum_is_recognized(expression: str, adds: set[str] | None):
    variables = {"total": "%resource.item.where(linkId = 'a.1').answer.value.weight().sum()"}
    found = read_sum(expression, variables)

    assert (found and {i for i in ("a.1", "a.2", "b") if found.adds(i)}) == adds


@pytest.mark.parametrize("instrument", EVERY, ids=[i.id for i in EVERY])
def test_every_instrument_is_written_as_valid_fhir_and_read_back(instrument: Instrument):
    written = questionnaire_of(instrument, BASE)
    Questionnaire(written)  # raises where FHIR R4 is not kept
    back = read_questionnaire(written)

    assert (back.id, back.title, back.version) == (instrument.id, instrument.title, instrument.version)
    for ours, theirs in zip(instrument.questions, back.questions, strict=True):
        assert (ours.link_id, ours.text, ours.kind, ours.required, ours.repeats) == (
            theirs.link_id, theirs.text, theirs.kind, theirs.required, theirs.repeats,
        )  # fmt: skip
        assert [(c.text, c.points) for c in ours.choices] == [(c.text, c.points) for c in theirs.choices]
        assert len(ours.when) == len(theirs.when)


@pytest.mark.parametrize("id", ["phq-9", "audit", "dast-10", "pc-ptsd-5", "isi", "epds"])
def test_a_written_instrument_scores_the_same_when_read_back(id: str):
    ours = named(id)
    theirs = read_questionnaire(questionnaire_of(ours, BASE))
    for place in (0, -1):
        response = Response({i.link_id: i.choices[place].value for i in ours.questions})
        other = Response({i.link_id: i.choices[place].value for i in theirs.questions})
        assert ours.score(response).value == theirs.score(other).value
