"""`throughline rules check` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smart_app.cli import throughline
from tests.cds_service.test_rules import GOOD


def check(*arguments: object) -> Result:
    return CliRunner().invoke(throughline, ["rules", "check", *map(str, arguments)])


def test_the_command_lists_the_rules_in_the_order_of_their_cards():
    result = check()

    assert result.exit_code == 0
    assert result.output.splitlines()[0].split()[:2] == ["1", "safety-plan-due"]
    assert result.output.endswith("rules, nothing to mend\n")


def test_the_command_fails_with_every_problem(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(GOOD.replace("CMS122", "CMS1222").replace("patient-view", "vue"))

    result = check(tmp_path)

    assert result.exit_code == 1
    assert "a.yaml:4: hook: there is no service for 'vue'" in result.output
    assert "a.yaml:6: when.measure: there is no measure 'CMS1222'; did you mean 'CMS122'?" in result.output
    assert "2 to mend; no rule was taken over" in result.output


def test_the_command_without_a_folder_checks_what_this_installation_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "a.yaml").write_text(GOOD)
    monkeypatch.setenv("THROUGHLINE_RULES_DIR", str(tmp_path))

    assert "a1c-due 1  patient-view  CMS122 tested  (a.yaml)" in check().output
