"""The assessments panel: every instrument once, in words, with the number beside them."""

from __future__ import annotations

import pytest

from measures.instrument import Form
from measures.instrument_catalog import find_instruments
from measures.terminology import LOINC, OBSERVATION_CATEGORY, Code
from smart_app.care.panels.assessments import PANEL
from tests.care.desk import PHQ9, days_ago, desk, score, screen
from tests.clinic import event, observed

DAST10 = Code(LOINC, "82667-7")
AUDIT = Code(LOINC, "75624-7")


def lines(*events, **patient):
    view = PANEL.show(desk(*events, **patient))
    return [(line.text, line.note, line.tone) for line in view.lines()]


def test_the_severity_stands_first_and_the_number_beside_it():
    assert lines(score(PHQ9, 17, 9)) == [("PHQ-9: moderately severe, 17", "12 Nov", "high")]


@pytest.mark.parametrize(
    ("total", "line"),
    [
        (">=20", ("PHQ-9: severe, >=20", "12 Nov", "high")),
        ("<20", ("PHQ-9: <20", "12 Nov", "")),
        ("<=4", ("PHQ-9: none or minimal, <=4", "12 Nov", "")),
    ],
)
def test_a_total_told_as_a_bound_has_a_word_only_where_the_bound_decides(total, line):
    assert lines(score(PHQ9, total, 9)) == [line]


@pytest.mark.parametrize(
    ("when", "line"),
    [
        ("2026-11", ("PHQ-9: severe, 20", "Nov 2026", "high")),
        ("2026-10", ("PHQ-9: mild, 6", "12 Nov", "")),
        ("2026-12", ("PHQ-9: mild, 6", "12 Nov", "")),  # of the future
        (None, ("PHQ-9: mild, 6", "12 Nov", "")),
    ],
)
def test_a_month_may_be_the_latest_and_an_undated_total_never_is(when, line):
    vague = score(PHQ9, 20, 0) | {"effectiveDateTime": when}

    assert lines(vague, score(PHQ9, 6, 9)) == lines(score(PHQ9, 6, 9), vague) == [line]
    assert bool(lines(vague)) is (when != "2026-12")


def test_of_each_instrument_only_the_latest_is_shown_and_the_latest_of_all_first():
    found = lines(score(PHQ9, 20, 60), score(PHQ9, 6, 9), score(DAST10, 4, 3), screen("low", 30))

    assert [text for text, _, _ in found] == ["DAST-10: moderate, 4", "PHQ-9: mild, 6", "C-SSRS: low"]


@pytest.mark.parametrize(
    ("code", "total", "said"),
    [
        (AUDIT, 7, "AUDIT: low risk, 7"),
        (AUDIT, 8, "AUDIT: hazardous, 8"),
        (AUDIT, 16, "AUDIT: harmful, 16"),
        (AUDIT, 20, "AUDIT: possible dependence, 20"),
        (DAST10, 2, "DAST-10: low, 2"),
        (DAST10, 3, "DAST-10: moderate, 3"),
        (DAST10, 6, "DAST-10: substantial, 6"),
        (DAST10, 9, "DAST-10: severe, 9"),
        (Code(LOINC, "55758-7"), 2, "PHQ-2: negative, 2"),
        (Code(LOINC, "55758-7"), 3, "PHQ-2: positive, 3"),
        (Code(LOINC, "99046-5"), 13, "EPDS: probable depression, 13"),
        (Code(LOINC, "72106-8"), 23, "MMSE: mild impairment, 23"),
        (Code(LOINC, "72106-8"), 24, "MMSE: normal, 24"),
    ],
)
def test_cut_offs_are_those_that_were_published(code, total, said):
    assert lines(score(code, total, 3))[0][0] == said


def test_the_words_are_those_of_the_instruments_themselves():
    for instrument in find_instruments():
        if instrument.total and instrument.total_form is Form.POINTS and instrument.bands:
            band = instrument.bands[-1]
            said = f"{instrument.title}: {band.word}, {band.at:g}"
            assert lines(score(instrument.total, band.at, 3), gender="female")[0] == (
                said,
                "18 Nov",
                band.tone,
            )


@pytest.mark.parametrize(
    ("title", "number", "unit", "said"),
    [
        ("ISI score", 15, "{score}", ("ISI: moderate, 15", "18 Nov", "watch")),
        ("WHO-5 score", 28, "%", ("WHO-5: very low, 28 %", "18 Nov", "high")),
        ("WHO-5 score", 50, "%", ("WHO-5: not low, 50 %", "18 Nov", "")),
        ("WHO-5 score", 28, "{score}", ("WHO-5: 28", "18 Nov", "")),  # it is not known of how many
    ],
)
def test_a_total_without_a_code_is_known_by_the_title_it_is_written_with(title, number, unit, said):
    total = observed(PHQ9, days_ago(3), value=number, unit=unit) | {"code": {"text": title}}

    assert lines(total) == [said]


def test_the_cut_off_of_audit_c_is_the_patients():
    audit_c = score(Code(LOINC, "75626-2"), 3, 3)

    assert lines(audit_c, gender="female")[0][0] == "AUDIT-C: positive, 3"
    assert lines(audit_c, gender="male")[0][0] == "AUDIT-C: negative, 3"


def test_another_questionnaires_score_is_shown_in_its_own_words():
    survey = [{"coding": [{"system": OBSERVATION_CATEGORY, "code": "survey"}]}]
    total = event(
        "Observation",
        status="final",
        category=survey,
        code={"text": "Zung total score"},
        valueQuantity={"value": 41, "unit": "{score}"},
        effectiveDateTime=days_ago(3),
    )
    item = total | {"id": "i", "code": {"text": "Zung, first question"}}

    assert lines(total, item) == [("Zung total score: 41", "18 Nov", "")]


def test_what_is_dated_in_the_future_or_not_a_score_is_not_called_by_a_severity():
    assert lines(score(PHQ9, 3, -2)) == []
    assert lines(observed(PHQ9, days_ago(2), valueString="declined"))[0][0] == "PHQ-9: declined"
