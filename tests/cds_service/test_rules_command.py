"""`throughline rules check` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smart_app.cli import throughline
from tests.cds_service.test_rules import GOOD

TESTED = (
    GOOD
    + """\
tests:
  - says: seen for diabetes without an A1c
    as_of: 2026-06-30
    born: 1966-04-02
    chart:
      - Condition ICD10CM|E11.9 2020-03-01
      - Encounter SNOMED|185349003 2026-02-01
    expects: card
  - says: with one
    as_of: 2026-06-30
    born: 1966-04-02
    chart:
      - Condition ICD10CM|E11.9 2020-03-01
      - Encounter SNOMED|185349003 2026-02-01
      - Observation LOINC|4548-4 2026-02-01 7.4 %
    expects: no card
"""
)


def check(*arguments: object) -> Result:
    return CliRunner().invoke(throughline, ["rules", "check", *map(str, arguments)])


def test_the_command_lists_the_rules_in_the_order_of_their_cards():
    result = check()

    assert result.exit_code == 0
    assert result.output.splitlines()[0].split()[:2] == ["1", "safety-plan-due"]
    assert result.output.endswith("test patients as expected, nothing to mend\n")


def test_the_command_fails_with_every_problem(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(GOOD.replace("CMS122", "CMS1222").replace("patient-view", "vue"))

    result = check(tmp_path)

    assert result.exit_code == 1
    assert "a.yaml:4: hook: there is no service for 'vue'" in result.output
    assert "a.yaml:6: when.measure: there is no measure 'CMS1222'; did you mean 'CMS122'?" in result.output
    assert "2 to mend; no rule was taken over" in result.output


def test_one_file_is_checked_as_a_folder_is(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(TESTED)
    (tmp_path / "b.yaml").write_text("id: broken\n")

    assert check(tmp_path / "a.yaml").output.endswith(
        "1 rule, 2 test patients as expected, nothing to mend\n"
    )
    assert "b.yaml:1: card: is missing" in check(tmp_path / "b.yaml").output


def test_unknown_keys_wrong_values_and_names_of_nothing_are_told_in_one_round(tmp_path: Path):
    wrong = (
        GOOD.replace("CMS122", "CMS1222")
        .replace("patient-view", "vue")
        .replace("indicator: info", "indicator: red")
    )
    (tmp_path / "a.yaml").write_text(f"{wrong}colour: red\n")

    told = check(tmp_path).output

    for says in ("CMS1222", "'vue'", "card.indicator: is info or warning", "colour: there is no such key"):
        assert says in told


def test_a_dry_run_on_a_folder_without_bulk_fhir_says_so_in_one_line(tmp_path: Path):
    rule, empty = tmp_path / "a.yaml", tmp_path / "empty"
    rule.write_text(GOOD)
    empty.mkdir()

    result = CliRunner().invoke(throughline, ["rules", "dry-run", str(rule), "--ndjson", str(empty)])

    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "holds no Bulk FHIR" in result.output


def test_the_command_without_a_folder_checks_what_this_installation_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "a.yaml").write_text(GOOD)
    monkeypatch.setenv("THROUGHLINE_RULES_DIR", str(tmp_path))

    assert "a1c-due 1  patient-view  CMS122 tested  (a.yaml)" in check().output


def test_the_test_patients_of_a_rule_are_tried(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(TESTED)

    assert check(tmp_path).output.endswith("1 rule, 2 test patients as expected, nothing to mend\n")


def test_a_test_patient_for_whom_a_rule_does_otherwise_is_told_with_its_line(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(TESTED.replace("expects: no card", "expects: card"))

    result = check(tmp_path)

    assert result.exit_code == 1
    assert "a.yaml:18: with one: a card is expected, and none was due: CMS122 is closed-gap" in result.output


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("Condition ICD10CM", "Conditon ICD10CM", "tests.chart: no line can be a 'Conditon'; did you mean"),
        (
            "Encounter SNOMED|",
            "Encounter SNOMDE|",
            "no code system 'SNOMDE'; did you mean 'SNOMED'?",
        ),
        ("2026-02-01 7.4 %", "2026-02-31 7.4 %", "'2026-02-31' is no day such as"),
        ("7.4 %", "high", "'high' is neither a number with its unit nor SYSTEM|code"),
        ("185349003 2026-02-01", "185349003 2026-02-01 7", "only an Observation has a value"),
        ("Condition ICD10CM|E11.9 2020-03-01", "diabetes", "write TYPE SYSTEM|code DAY"),
        (
            "expects: no card",
            "expect: no card",
            "tests.expect: there is no such key; did you mean",
        ),
        ("as_of: 2026-06-30", 'as_of: "2026-06-30"', "should be a day, such as 2026-07-01, without quotes"),
    ],
)
def test_a_mistake_in_a_test_patient_is_told_with_its_line(tmp_path: Path, right: str, wrong: str, told: str):
    (tmp_path / "a.yaml").write_text(TESTED.replace(right, wrong))

    result = check(tmp_path)

    assert result.exit_code == 1
    assert told in result.output


def names(*arguments: str) -> Result:
    return CliRunner().invoke(throughline, ["rules", "names", *arguments])


def test_of_many_names_the_nearest_are_told_and_the_command_that_lists_all(tmp_path: Path):
    rule = tmp_path / "a.yaml"
    wrong = "card:\n  suggestion: {label: Order, draft: a1c}\n  detail: ['{tested.dte}', '{nothing}']\n"
    rule.write_text(GOOD.replace("card:\n", wrong))

    draft, near, nothing = (line.split(": ", 2)[2] for line in check(rule).output.splitlines()[:3])

    assert draft.startswith("there is no draft 'a1c'; known here: a1c_order and ")
    assert draft.endswith(" more, which `throughline rules names` lists")
    assert "did you mean 'tested.date'? (`throughline rules names CMS122` lists all " in near
    assert nothing.endswith(" more, which `throughline rules names CMS122` lists")
    assert max(map(len, (draft, near, nothing))) < 160


def test_every_name_that_a_rule_of_ours_uses_is_listed():
    everything = names().output

    for says in ("  CMS122  Glycemic", "  lithium-monitoring  Lithium", "  any  ", "  a1c_order  "):
        assert f"\n{says}" in everything
    for says in ("  rising\n", "  patient-view\n", "  transition\n", "  another-visit  "):
        assert f"\n{says}" in everything


def test_a_measure_has_its_steps_and_placeholders_listed():
    told = names("CMS122").output

    assert "\n  tested  A1c or GMI measured" in told
    assert "{tested.name} {tested.date} {tested.end} {tested.value} {tested.says}  A1c or GMI" in told
    assert "{measure.id}" in told


@pytest.mark.parametrize(
    ("of", "told"),
    [
        ("lithium-monitoring", "{level.name} {level.date} {level.since} {level.value} {level.says}  lithium"),
        ("any", "{check.says} {check.detail} {check.title}\n"),
        ("risk", "{risk.change} {risk.now}"),
    ],
)
def test_checks_and_risk_have_their_placeholders_listed(of: str, told: str):
    assert told in names(of).output


def test_the_names_of_nothing_are_told_with_the_nearest():
    result = names("cms12")

    assert result.exit_code == 1
    assert "there is no measure or order check 'cms12'; did you mean 'CMS12" in result.output
