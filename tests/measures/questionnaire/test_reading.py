"""Questionnaires come in and go out without losing what they ask and how they score."""

from __future__ import annotations

from datetime import date

import pytest
from fhirclient.models.questionnaire import Questionnaire
from fhirclient.models.questionnaireresponse import QuestionnaireResponse

from measures.answers import fit
from measures.instrument import Instrument, Kind, Response, When, Wording
from measures.instrument_catalog import find_instruments
from measures.questionnaire import questionnaire_of, read_questionnaire, read_response, response_items
from measures.questionnaire.responses import answers_to
from measures.questionnaire.totals import read_sum
from measures.questionnaire.writing import canonical
from measures.scoring import UNSCORED
from tests.measures.instruments.sheets import named, sheet

BASE = "https://throughline.example.org"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"
CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
EVERY = list(find_instruments())


def total(expression: str) -> dict:
    stated = {"language": "text/fhirpath", "expression": expression}
    return {
        "linkId": "sum",
        "text": "Sum",
        "type": "integer",
        "readOnly": True,
        "extension": [{"url": CALCULATED, "valueExpression": stated}],
    }


def points(n: float, url: str = ORDINAL) -> list[dict]:
    return [{"url": url, "valueDecimal": n}]


SLEEP = {
    "resourceType": "Questionnaire",
    "id": "Sleep_Check",
    "title": "Sleep check",
    "version": "2",
    "status": "active",
    "copyright": "Riverside clinic",
    "code": [{"system": "http://loinc.org", "code": "1-8", "display": "Made up"}],
    "contained": [
        {
            "resourceType": "ValueSet",
            "id": "how-often",
            "compose": {
                "include": [
                    {
                        "system": "http://loinc.org",
                        "concept": [
                            {"code": "LA6568-5", "display": "Not at all", "extension": points(0)},
                            {"code": "LA6571-9", "display": "Nearly every day", "extension": points(3)},
                        ],
                    }
                ]
            },
        }
    ],
    "item": [
        {"linkId": "intro", "text": "About your sleep", "type": "display"},
        {
            "linkId": "grid",
            "text": "Last week",
            "type": "group",
            "item": [
                {"linkId": "grid.1", "text": "Awake", "type": "choice", "required": True,
                 "answerValueSet": "#how-often"},
                {"linkId": "grid.2", "text": "Tired", "type": "choice",
                 "answerOption": [
                     {"extension": points(0, WEIGHT), "valueInteger": 0},
                     {"extension": points(1, WEIGHT), "valueInteger": 1},
                 ],
                 "item": [{"linkId": "grid.2.help", "text": "In the day", "type": "display"}]},
                {"linkId": "grid.3", "text": "Naps", "type": "choice",
                 "enableWhen": [{"question": "grid.2", "operator": "=", "answerInteger": 1}],
                 "answerOption": [
                     {"valueCoding": {"code": "few", "display": "Few", "extension": points(1)}},
                     {"valueCoding": {"code": "many", "display": "Many", "extension": points(2.5)}},
                 ]},
            ],
        },
        {"linkId": "hours", "text": "Hours slept", "type": "decimal",
         "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": 24}]},
        {"linkId": "since", "text": "Since", "type": "date"},
        {"linkId": "what", "text": "What helps", "type": "choice", "repeats": True,
         "answerOption": [{"valueString": "Tea"}, {"valueString": "Music"}]},
        {"linkId": "note", "text": "Anything else", "type": "text", "maxLength": 20,
         "enableBehavior": "any",
         "enableWhen": [
             {"question": "hours", "operator": "<", "answerDecimal": 6},
             {"question": "since", "operator": "exists", "answerBoolean": True},
         ]},
        total("%resource.item.descendants().where(linkId.startsWith('grid.')).answer.value.ordinal().sum()"),
    ],
}  # fmt: skip


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


@pytest.mark.parametrize("instrument", EVERY, ids=[i.id for i in EVERY])
def test_answers_are_written_as_valid_fhir_and_read_back(instrument: Instrument):
    given = Response(
        {
            i.link_id: ((i.choices[0].value,) if i.repeats else i.choices[0].value) if i.choices else "words"
            for i in instrument.questions
        }
    )
    given = Response(
        fit(instrument, {k: v if isinstance(v, tuple) else str(v) for k, v in given.answers.items()}).answers
    )
    resource = {
        "resourceType": "QuestionnaireResponse",
        "id": "r1",
        "questionnaire": canonical(instrument, BASE),
        "status": "completed",
        "authored": "2026-03-01T10:00:00Z",
        "item": response_items(instrument, given, f"{BASE}/Questionnaire/{instrument.id}"),
    }
    QuestionnaireResponse(resource)
    back = read_response(resource, instrument)

    assert back.response.answers == given.answers
    assert back.left_out == ()
    assert (back.response.authored, back.response.source) == (date(2026, 3, 1), "QuestionnaireResponse/r1")
    assert answers_to(resource, instrument)


def test_every_kind_of_answer_is_written_and_read_back(sleep: Instrument):
    given = fit(
        sleep,
        {"grid.1": "LA6568-5", "grid.2": "1", "grid.3": "few", "hours": "5", "since": "2026-01-02",
         "note": "x", "what": ("Tea", "Music")},
    )  # fmt: skip
    items = response_items(sleep, given, f"{BASE}/Questionnaire/sleep-check")
    resource = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": items}
    QuestionnaireResponse(resource)

    assert items[0]["linkId"] == "grid"
    assert [below["linkId"] for below in items[0]["item"]] == ["grid.1", "grid.2", "grid.3"]
    assert read_response(resource, sleep).response.answers == given.answers


def phq9_response(*answers: tuple[str, dict], status: str = "completed") -> dict:
    items = [{"linkId": link_id, "answer": [answer]} for link_id, answer in answers]
    return {"resourceType": "QuestionnaireResponse", "status": status, "item": items}


def test_a_form_made_from_loinc_is_read_by_its_codes():
    often = {"valueCoding": {"system": "http://loinc.org", "code": "LA6571-9"}}
    read = read_response(phq9_response(("/44250-9", often), ("44260-8", often)), named("phq-9"))

    assert read.response.answers == {"1": "3", "9": "3"}


def test_an_answer_is_known_by_its_words_where_its_code_is_foreign():
    said = {"valueCoding": {"system": "urn:theirs", "code": "x7", "display": "several days"}}

    assert read_response(phq9_response(("1", said)), named("phq-9")).response.answers == {"1": "1"}


def test_what_does_not_fit_is_left_out_and_named():
    foreign = {"valueCoding": {"code": "x7", "display": "Every full moon"}}
    read = read_response(
        phq9_response(("1", foreign), ("2", {"valueInteger": 2}), ("77", {"valueString": "x"}),
                      ("total", {"valueDecimal": 3})),
        named("phq-9"),
    )  # fmt: skip

    assert read.response.answers == {"2": "2"}
    assert [str(problem) for problem in read.left_out] == [
        "1: valueCoding is none of the answers Not at all, Several days, More than half the days, "
        "Nearly every day",
        "77: the form has no such item",
    ]


def test_an_answer_that_should_not_have_been_asked_is_left_out():
    yes = {"valueCoding": {"system": "http://loinc.org", "code": "LA33-6"}}
    no = {"valueCoding": {"system": "http://loinc.org", "code": "LA32-8"}}
    read = read_response(phq9_response(("2", no), ("4", yes)), named("c-ssrs-screener"))

    assert read.response.answers == {"2": "no"}
    assert [str(p) for p in read.left_out] == ["4: is answered, and by the other answers not asked"]


@pytest.mark.parametrize("status", ["in-progress", "stopped", "entered-in-error", ""])
def test_a_response_that_does_not_count_answers_nothing(status: str):
    often = {"valueCoding": {"system": "http://loinc.org", "code": "LA6571-9"}}

    assert read_response(phq9_response(("1", often), status=status), named("phq-9")).response.answers == {}


@pytest.mark.parametrize(
    ("canonical_", "belongs"),
    [
        ("https://any.example/Questionnaire/phq-9|3", True),
        ("http://loinc.org/q/44249-1", True),
        ("https://any.example/Questionnaire/phq-2", False),
        ("", False),
    ],
)
def test_a_response_belongs_to_the_form_it_names(canonical_: str, belongs: bool):
    assert answers_to({"questionnaire": canonical_}, named("phq-9")) is belongs


@pytest.mark.parametrize(
    "item",
    [
        None,
        "x",
        [None],
        [{"answer": "x"}],
        [{"linkId": 3, "answer": [None]}],
        [{"linkId": "1", "answer": [{}]}],
    ],
)
def test_a_response_of_wrong_shapes_answers_nothing(item):
    resource = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": item}

    assert read_response(resource, named("phq-9")).response.answers == {}


def test_a_filled_phq9_is_scored_from_its_response():
    phq9 = named("phq-9")
    given = sheet(phq9, "3 3 2 2 1 1 1 1 2 1")
    resource = {"status": "amended", "item": response_items(phq9, given, BASE)}

    assert phq9.score(read_response(resource, phq9).response).value == 16
