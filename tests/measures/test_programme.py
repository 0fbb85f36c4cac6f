"""Programmes: what counts when, and files that cannot be used."""

from __future__ import annotations

import pytest

from measures.catalog import find_measures
from measures.programme import ProgrammeError, built_in, counting_for, read_programmes
from tests.project_files import ROOT

GOOD = """
id: ours
title: Ours
citation: contract
verified: 2026-10-31
first_performance_year: 2025
years:
  - {from: 2025, to: 2026, standing: pay-for-reporting, measures: [CMS2]}
  - {from: 2027, to: 2027, standing: scored, measures: [CMS2, CMS165]}
"""


def read(folder, text, name="ours.yaml"):
    (folder / name).write_text(text)
    return read_programmes(folder)


def test_each_year_has_its_measures_and_its_standing(tmp_path):
    ours = read(tmp_path, GOOD)["ours"]

    assert ours.in_year(2024) is None
    assert ours.in_year(2025).measures == ours.in_year(2026).measures == ("CMS2",)
    assert ours.in_year(2027).standing == "scored"
    assert ours.in_year(2028) is None


def test_a_label_counts_performance_years_where_the_programme_does(tmp_path):
    assert read(tmp_path, GOOD)["ours"].label(2027) == "Ours PY3 (2027)"
    assert built_in()["mssp-app-plus"].label(2026) == "MSSP APP Plus 2026"


def test_a_measure_counts_for_programmes_in_a_year_or_in_any(tmp_path):
    programmes = read(tmp_path, GOOD).values()

    assert counting_for("CMS165", programmes) == ("Ours",)
    assert counting_for("CMS165", programmes, 2026) == ()
    assert counting_for("CMS165", programmes, 2027) == ("Ours",)


def test_of_one_id_the_organisation_s_own_file_stands(tmp_path):
    own = read_programmes(tmp_path, tmp_path) | read(tmp_path, GOOD.replace("title: Ours", "title: New"))

    assert own["ours"].title == "New"


def counted_in(programme, year):
    span = built_in()[programme].in_year(year)
    return span.measures if span else ()


def test_lead_s_ecqms_are_optional_then_reported_then_paid_for():
    lead = built_in()["lead"]

    spans = [lead.in_year(year) for year in (2027, 2028, 2029, 2030, 2031, 2036)]
    assert [span.standing for span in spans if span] == [
        "optional", "optional", "pay-for-reporting", "pay-for-reporting", "pay-for-performance",
        "pay-for-performance",
    ]  # fmt: skip
    assert lead.in_year(2026) is None
    assert lead.in_year(2037) is None


def test_app_plus_grows_year_by_year():
    years = {year: counted_in("mssp-app-plus", year) for year in (2025, 2026, 2027)}

    assert "CMS130" not in years[2025]
    assert "CMS130" in years[2026]
    assert "CMS137" not in years[2026]
    assert "CMS137" in years[2027]


def test_every_measure_that_a_built_in_programme_counts_is_in_the_catalogue():
    named = {
        measure for programme in built_in().values() for span in programme.years for measure in span.measures
    }

    assert named - set(find_measures().measures) == set()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            GOOD.replace("citation: contract\n", ""),
            "a programme needs citation, id, title, verified, years",
        ),
        (GOOD + "colour: blue\n", "nothing is called colour"),
        (GOOD.replace("2026-10-31", "last autumn"), "verified must be a date such as 2026-10-31"),
        (
            GOOD.replace("standing: scored", "standing: maybe"),
            "standing 'maybe' is not one of optional, pay-for-reporting, pay-for-performance, scored",
        ),
        (GOOD.replace("to: 2026", "to: 2024"), "years from 2025 to 2024 run backwards"),
        (GOOD.replace("from: 2027", "from: 2026"), "2026 is given twice"),
        (GOOD.replace("measures: [CMS2]}", "}"), "a span of years has no 'measures'"),
        (GOOD.replace("[CMS2]", "CMS2"), "measures must be a list of ids"),
        ("- a\n- b\n", "a programme needs citation, id, title, verified, years"),
        ("id: [", "while parsing"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_fault(tmp_path, wrong, told):
    with pytest.raises(ProgrammeError) as fault:
        read(tmp_path, wrong)

    assert str(fault.value).startswith(f"{tmp_path / 'ours.yaml'}: ")
    assert told in str(fault.value)


def test_all_faulty_files_are_named_at_once(tmp_path):
    (tmp_path / "a.yaml").write_text("id: a")
    (tmp_path / "b.yaml").write_text("id: b")

    with pytest.raises(ProgrammeError, match=r"(?s)a\.yaml: .*b\.yaml: "):
        read_programmes(tmp_path)


def test_the_documented_example_of_an_organisation_s_own_is_a_programme_of_measures_there_are(tmp_path):
    example = (ROOT / "docs" / "programmes.md").read_text().partition("```yaml\n")[2].partition("```")[0]

    own = read(tmp_path, example)["harbor-health"]

    assert own.in_year(2026) is not None
    assert set(own.in_year(2026).measures) <= set(find_measures().measures)
