"""What a score leads to, and what is written of it: the codes the measures and the timeline read."""

from __future__ import annotations

import pytest

from measures.instrument import Mode
from measures.instrument_catalog import find_instruments
from measures.instrument_results import Amount, Chosen, recorded, results
from measures.library.asc_alcohol_screening import AUDIT, AUDIT_C
from measures.library.cms2_depression_screening import (
    ADOLESCENT_SCREEN,
    ADULT_SCREEN,
    NEGATIVE,
    PHQ_9,
    POSITIVE,
)
from measures.library.sns_social_needs import NEEDS
from measures.respondent import Person
from measures.shared.suicide_risk import CSSRS, HIGH, ITEM_9, SAFETY_PLAN
from measures.terminology import LOINC
from smart_app.care.panels.social_needs import DOMAINS
from smart_app.care.series.audit_c import SERIES as AUDIT_C_LANE
from smart_app.care.series.gad7 import SERIES as GAD7_LANE
from smart_app.care.series.phq9 import SERIES as PHQ9_LANE
from tests.measures.instruments.sheets import named, scored, sheet


@pytest.mark.parametrize(
    ("id", "line", "leads_to"),
    [
        ("phq-9", "0 0 0 0 0 0 0 0 0", []),
        ("phq-9", "0 0 0 0 0 0 0 0 1", ["c-ssrs-screener"]),
        ("phq-9", "- - - - - - - - 2", ["c-ssrs-screener"]),  # without a score all the more
        ("phq-9m", "0 0 0 0 0 0 0 0 0 n 0 n n", []),
        ("phq-9m", "0 0 0 0 0 0 0 0 0 n 0 y n", ["c-ssrs-screener"]),
        ("phq-9m", "0 0 0 0 0 0 0 0 1 n 0 y y", ["c-ssrs-screener"]),  # three reasons, one form
        ("phq-2", "1 1", []),
        ("phq-2", "2 1", ["phq-9"]),
        ("gad-2", "1 1", []),
        ("gad-2", "2 1", ["gad-7"]),
        ("audit-c", "2 1 1", ["audit"]),
        ("epds", "0 0 0 0 0 0 0 0 0 0", []),
        ("epds", "0 0 0 0 0 0 0 0 0 1", ["c-ssrs-screener"]),
        ("c-ssrs-screener", "y n - - - n -", []),
        ("c-ssrs-screener", "y y y n n n -", ["safety-plan"]),
        ("c-ssrs-screener", "y y y y n n -", ["safety-plan"]),
    ],
)
def test_a_score_leads_to_the_next_form(id: str, line: str, leads_to: list[str]):
    assert [follow_on.to for follow_on in named(id).next_forms(scored(id, line))] == leads_to


def test_no_form_leads_back_to_itself():
    forms = find_instruments()

    def ahead(id: str, seen: tuple[str, ...]) -> None:
        assert id not in seen, (*seen, id)
        for follow_on in forms[id].follow_ons:
            ahead(follow_on.to, (*seen, id))

    for instrument in forms:
        ahead(instrument.id, ())


def test_a_filled_phq9_writes_its_total_and_item_9_as_numbers_the_safety_line_reads():
    instrument = named("phq-9")
    response = sheet(instrument, "3 3 2 2 1 1 1 1 2 1")
    written = {r.code.value: r for r in results(instrument, response, instrument.score(response)) if r.code}

    assert len(written) == 11
    total, item_9, item_1 = written["44261-6"].value, written["44260-8"].value, written["44250-9"].value
    assert isinstance(total, Amount)
    assert (total.number, total.unit.value) == (16, "{score}")
    assert isinstance(item_9, Amount)
    assert item_9.number == 2
    assert isinstance(item_1, Chosen)
    assert item_1.code is not None
    assert item_1.code.key == (LOINC, "LA6571-9")
    assert written["44260-8"].link_id == "9"


def test_a_c_ssrs_writes_its_level_as_the_charts_store_it():
    instrument = named("c-ssrs-screener")
    response = sheet(instrument, "y y y y n n -")
    total = results(instrument, response, instrument.score(response))[0]

    assert total.code in CSSRS
    assert isinstance(total.value, Chosen)
    assert total.value.code is not None
    assert (total.value.text, total.value.code.key) == ("high", HIGH.key)


def test_no_risk_has_words_and_no_code():
    instrument = named("c-ssrs-screener")
    response = sheet(instrument, "n n - - - n -")
    total = results(instrument, response, instrument.score(response))[0]

    assert total.value == Chosen("no risk found", None)


def test_without_a_score_only_the_answers_are_written():
    instrument = named("phq-9")
    response = sheet(instrument, "3 - - - - - - - -")

    assert [r.role for r in results(instrument, response, instrument.score(response))] == ["item"]


def test_a_prorated_total_says_so():
    instrument = named("phq-9")
    response = sheet(instrument, "1 1 1 1 1 1 1 1 -")

    assert results(instrument, response, instrument.score(response))[0].note.startswith(
        "8 of 9 items answered"
    )


def test_well_being_is_written_in_percent():
    instrument = named("who-5")
    response = sheet(instrument, "3 3 2 2 2")
    (total,) = results(instrument, response, instrument.score(response))

    assert isinstance(total.value, Amount)
    assert (total.value.number, total.value.unit.value) == (48, "%")


def test_a_food_need_is_written_as_the_risk_the_measure_reads():
    instrument = named("food")
    response = sheet(instrument, "never often")
    written = {
        r.code.value: r.value for r in results(instrument, response, instrument.score(response)) if r.code
    }

    assert isinstance(written["88124-3"], Chosen)
    assert written["88124-3"].code is not None
    assert written["88124-3"].code.value == "LA19952-3"
    assert set(written) == {"88124-3", "88122-7", "88123-5"}


def test_every_need_is_written_under_a_question_the_measure_and_the_panel_read():
    asked = {item.link_id: item.code for item in named("social-needs").questions if item.code}

    assert asked["housing"] in NEEDS["housing"][0]
    assert {asked["food-worry"], asked["food-last"]} <= set(NEEDS["food"][0])
    assert asked["transport"] in NEEDS["transport"][0]
    for link_id, domain in (("housing", "Housing"), ("food-worry", "Food"), ("transport", "Transport"),
                            ("utilities", "Utilities")):  # fmt: skip
        read = next(d for d in DOMAINS if d.title == domain)
        assert asked[link_id].key in {code.key for code in read.questions}
        answers = {c.code.value for c in named("social-needs").item(link_id).choices if c.code}
        assert answers <= read.needs | read.no_need


def test_totals_have_the_codes_that_measures_and_timeline_read():
    total = {i.id: i.total for i in find_instruments()}

    assert total["phq-9"] == PHQ_9
    assert (total["audit-c"], total["audit"]) == (AUDIT_C, AUDIT)
    assert {total["phq-9"], total["phq-9m"]} == set(PHQ9_LANE.codes)
    assert total["gad-7"] in GAD7_LANE.codes
    assert total["audit-c"] in AUDIT_C_LANE.codes
    item_9 = named("phq-9").item("9").code
    assert item_9 is not None
    assert item_9.key == ITEM_9.key
    plan = named("safety-plan").filed_as
    assert plan is not None
    assert plan.key in SAFETY_PLAN


@pytest.mark.parametrize(
    ("id", "lane"),
    [("phq-9", PHQ9_LANE), ("phq-9m", PHQ9_LANE), ("gad-7", GAD7_LANE), ("audit-c", AUDIT_C_LANE)],
)
def test_severity_words_are_those_of_the_timeline(id: str, lane):
    assert [(b.at, b.word, b.tone) for b in named(id).bands] == [
        (s.at_least, s.word, s.tone) for s in lane.severity
    ]


@pytest.mark.parametrize(
    ("age", "code"), [(12, ADOLESCENT_SCREEN), (17, ADOLESCENT_SCREEN), (18, ADULT_SCREEN)]
)
def test_the_screening_finding_is_the_one_for_the_age(age: int, code):
    finding = named("phq-9").finding(Person(age=age))

    assert finding is not None
    assert finding.code == code
    positive, negative = recorded(finding, positive=True), recorded(finding, positive=False)
    assert isinstance(positive.value, Chosen)
    assert positive.value.code == POSITIVE
    assert isinstance(negative.value, Chosen)
    assert negative.value.code == NEGATIVE


def test_no_screening_finding_is_offered_below_12_or_without_an_age():
    assert named("phq-9").finding(Person(age=11)) is None
    assert named("phq-9").finding(Person()) is None


def test_modes_are_words_that_can_be_stored():
    assert [mode.value for mode in Mode] == ["in person", "telehealth", "remote"]
