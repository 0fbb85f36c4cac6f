"""What each answer of the AHC screen, of PRAPARE and of Hunger Vital Sign tells: a need, none, or nothing.

The measure, the panel and the search for needs not coded read one and the same from it.
"""

from __future__ import annotations

import pytest

from measures.instrument_catalog import find_instruments
from measures.instruments import _social as social
from measures.library.sns_social_needs import MEASURE as SNS
from measures.library.sns_social_needs import NEEDS
from measures.record import PatientRecord
from measures.risk.feature import answers
from measures.risk.hcc.social import told_and_not_coded
from measures.terminology import LOINC, Code
from measures.time import Period
from measures.vocabulary import starter_vocabulary
from smart_app.care.panels.social_needs import DOMAINS, PANEL
from tests.care.desk import TODAY, days_ago, desk
from tests.clinic import chart, concept, observed

DECLINED, UNABLE = "LA30122-8", "LA30257-2"
UNCLEAR = {DECLINED, UNABLE}
HOW_TRUE = {"LA28397-0": "food", "LA6729-3": "food", "LA28398-8": ""}
PROBLEMS = ("LA31996-4", "LA28580-1", "LA31997-2", "LA31998-0", "LA31999-8", "LA32000-4", "LA32001-2")
WANTS = ("LA30126-9", "LA30127-7", "LA30128-5", "LA30129-3", "LA46-8")

# By question: each answer, and the need it tells; empty where it tells none.
SCREENS = {
    "71802-3": {
        "LA31993-1": "",
        "LA31994-9": "housing",
        "LA31995-6": "housing",
        "LA30189-7": "",
        "LA30190-5": "housing",
        DECLINED: "",
    },
    "93033-9": {"LA33-6": "housing", "LA32-8": "", DECLINED: ""},
    "96778-6": {**dict.fromkeys(PROBLEMS, "housing"), "LA9-3": ""},
    "88122-7": HOW_TRUE,
    "88123-5": HOW_TRUE,
    "88124-3": {"LA19952-3": "food", "LA19983-8": ""},
    "93031-3": {"LA30125-1": "food", "LA30124-4": "utilities", **dict.fromkeys(WANTS, ""), DECLINED: ""},
    "93030-5": {
        "LA33-6": "transport",
        "LA30133-5": "transport",
        "LA30134-3": "transport",
        "LA32-8": "",
        UNABLE: "",
    },
    "96779-4": {"LA33-6": "utilities", "LA32002-0": "utilities", "LA32-8": ""},
    "76501-6": {"LA33-6": "safety", "LA32-8": "", DECLINED: ""},
}
EACH = [(question, answer, need) for question, told in SCREENS.items() for answer, need in told.items()]
each = pytest.mark.parametrize(("question", "answer", "need"), EACH)


def told(question, answer):
    return observed(Code(LOINC, question), days_ago(9), value=Code(LOINC, answer))


def in_a_screen(*answers):
    """The same as parts of one Observation, as the AHC screen may be filed."""
    parts = [
        {
            "id": "part",
            "code": concept(Code(LOINC, question)),
            "valueCodeableConcept": concept(Code(LOINC, answer)),
        }
        for question, answer in answers
    ]
    return observed(Code(LOINC, "96777-8"), days_ago(9), component=parts, id="screen")


@each
def test_the_measure_finds_the_need_that_the_answer_tells_and_no_other(question, answer, need):
    patient = {"resourceType": "Patient", "id": "pat-1", "birthDate": "1980-05-01"}
    record = PatientRecord(patient, [told(question, answer)], starter_vocabulary())
    result = SNS.evaluate(record, Period.year(2026))

    found = {one for one in NEEDS if result.findings[f"needs_{one}"].met}
    assert found == {need} & NEEDS.keys()


def test_a_screen_filed_as_one_is_read_part_by_part():
    screen = in_a_screen(("71802-3", "LA31995-6"), ("88122-7", "LA28398-8"), ("93030-5", DECLINED))
    patient = {"resourceType": "Patient", "id": "pat-1", "birthDate": "1980-05-01"}
    result = SNS.evaluate(PatientRecord(patient, [screen], starter_vocabulary()), Period.year(2026))

    found = {name: result.findings[name].met for name in result.findings if name[:5] in ("asked", "needs")}
    assert found == {
        "asked_about_food": True,
        "asked_about_housing": True,
        "asked_about_transport": False,
        "needs_food": False,
        "needs_housing": True,
        "needs_transport": False,
    }
    view = PANEL.show(desk(screen))
    assert [line.text for line in view.lines()] == [
        "Housing: need",
        "Food: no need",
        f"Transport: {DECLINED}",
        "Utilities: not asked",
        "Safety: not asked",
    ]
    assert {line.source for line in view.lines()} == {"source/Observation/screen", ""}


@each
def test_the_panel_says_the_need_and_of_the_other_domains_that_the_question_asks_none(question, answer, need):
    view = PANEL.show(desk(told(question, answer)))
    said = {line.text for line in view.lines() if "not asked" not in line.text}

    asked = {one.title for one in DOMAINS if question in {code.value for code in one.questions}}
    if answer in UNCLEAR:
        assert said == {f"{title}: {answer}" for title in asked}
    else:
        assert said == {f"{title}: {'need' if title.lower() == need else 'no need'}" for title in asked}


@each
def test_the_search_for_needs_not_coded_finds_the_same(question, answer, need):
    found = [one.need for one in told_and_not_coded(chart(told(question, answer)), (), 2026)]

    assert found == [{"safety": "safety at home"}.get(need, need)] * bool(need)


@each
def test_the_risk_takes_the_same_answers_but_a_bad_place_for_housing_lost_or_at_risk(question, answer, need):
    patient = {"resourceType": "Patient", "id": "pat-1", "birthDate": "1980-05-01"}
    record = PatientRecord(patient, [told(question, answer)], starter_vocabulary())
    known = answers(record, TODAY)

    found = {one for one in ("housing", "food", "transport") if known[one].number}
    assert found == {need} & {"housing", "food", "transport"} - {"housing" if question == "96778-6" else ""}


FORMS = [
    (item, {choice.code.value: choice for choice in item.choices if choice.code})
    for instrument in find_instruments()
    for item in instrument.items
    if item.code and item.code.value in SCREENS
]


@pytest.mark.parametrize(("item", "choices"), FORMS, ids=lambda held: getattr(held, "link_id", ""))
def test_our_own_forms_ask_for_the_answers_of_the_screen_and_tell_the_same_need(item, choices):
    needs = {answer for answer, need in SCREENS[item.code.value].items() if need}
    told_by_form = social.NEEDS.get(item.link_id, {c.value for c in item.choices} - {"none"})

    assert choices.keys() <= SCREENS[item.code.value].keys()
    assert {
        code for code, choice in choices.items() if choice.value in told_by_form
    } == needs & choices.keys()


def test_an_undated_answer_does_not_stand_for_a_dated_one():
    undated = told("88122-7", "LA28397-0") | {"effectiveDateTime": None}
    both = desk(undated, told("88122-7", "LA28398-8"))

    assert "Food: no need" in [line.text for line in PANEL.show(both).lines()]
    assert "Food: need" in [line.text for line in PANEL.show(desk(undated)).lines()]


def test_of_several_wants_named_at_once_one_is_enough_and_the_latest_answer_decides():
    wants = [told("93031-3", answer) for answer in ("LA30126-9", "LA30125-1", "LA30129-3")]
    later = told("93031-3", "LA30129-3") | {"effectiveDateTime": days_ago(2)}

    assert "Food: need" in [line.text for line in PANEL.show(desk(*wants)).lines()]
    assert "Food: no need" in [line.text for line in PANEL.show(desk(*wants, later)).lines()]
