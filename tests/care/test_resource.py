"""A resource made readable."""

import json

from smart_app.care.resource import describe
from tests.care.desk import A1C, score


def said(resource):
    return {entry.label: entry.says for entry in describe(resource)}


def test_codes_quantities_and_references_read_as_one_line():
    read = said(score(A1C, 7.2, 9, unit="%", id="o1"))

    assert read["Value"] == "7.2 %"
    assert read["Code"] == "LOINC 4548-4"
    assert read["Subject"] == "Patient/pat-1"
    assert read["Effective"] == "2026-11-12"


def test_names_of_elements_become_words():
    assert said({"authoredOn": "2026-11-12", "doNotPerform": False}) == {
        "Authored on": "2026-11-12",
        "Do not perform": "no",
    }


def test_periods_say_when_they_have_not_ended():
    assert said({"period": {"start": "2026-11-12"}}) == {"Period": "2026-11-12 – not ended"}


def test_somebody_elses_markup_is_never_shown():
    assert said({"resourceType": "Observation", "text": {"div": "<b>hello</b>"}, "status": "final"}) == {
        "Status": "final"
    }


def test_repeated_elements_are_told_each_and_nested_ones_inside():
    (first, second) = describe(
        {"component": [{"code": {"text": "a"}, "valueInteger": 1}, {"code": {"text": "b"}}]}
    )

    assert [(e.label, e.says) for e in first.parts] == [("Code", "a"), ("Value", "1")]
    assert second.parts[0].says == "b"


def test_depth_has_an_end():
    deep = json.loads('{"a":' * 400 + "1" + "}" * 400)

    assert describe(deep)
