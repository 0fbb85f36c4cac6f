"""QuestionnaireResponses: written as FHIR, and read back with the oddities of the field."""

from __future__ import annotations

from datetime import date

import pytest
from fhirclient.models.questionnaireresponse import QuestionnaireResponse

from measures.answers import fit
from measures.instrument import Instrument, Response
from measures.instrument_catalog import find_instruments
from measures.questionnaire import read_questionnaire, read_response, response_items
from measures.questionnaire.responses import answers_to
from measures.questionnaire.writing import canonical
from tests.measures.instruments.sheets import named, sheet
from tests.measures.questionnaire.sleep_check import SLEEP

BASE = "https://throughline.example.org"
EVERY = list(find_instruments())


@pytest.fixture
def sleep() -> Instrument:
    return read_questionnaire(SLEEP)


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
