"""What is wrong with a file, a name and a person is told in one answer, and nothing is done."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cds_service.outside.yaml_file import FileProblems
from smart_app.cli import throughline
from smart_app.foreseen import AllAtOnce
from tests.smart_app.risk_product import installed

BAD_RISK_FILE = 'version: "2"\noutcomes: [acut]\nweights: {sdo: 2}\n'
BAD_RULE = "id: Bad\n"
BAD_IDS = "source_id,patient_id\nx,\ny,\n"


@pytest.fixture
def folder(working_folder: Path) -> Path:
    installed(working_folder)
    for name, text in {"risk.yaml": BAD_RISK_FILE, "rule.yaml": BAD_RULE, "ids.csv": BAD_IDS}.items():
        (working_folder / name).write_text(text)
    (working_folder / "model.json").write_text("{}")
    (working_folder / "other.yaml").write_text("name: other\n")
    return working_folder


NO_EHR, NO_ACCOUNT = "no host EHR", "no staff account"
COMMANDS: dict[str, list[str]] = {
    "risk worklist --ehr lakeside --config risk.yaml --dry-run": [
        "risk.yaml:2: outcomes",
        "risk.yaml:3: weights",
        NO_EHR,
    ],
    "risk configure risk.yaml --by nobody": ["risk.yaml:2: outcomes", "risk.yaml:3: weights", NO_ACCOUNT],
    "risk refresh --ehr lakeside --ndjson export --model model.json": ["model.json", NO_EHR],
    "risk train --ndjson export --ehr lakeside --labels ids.csv --out m.json": ["ids.csv", NO_EHR],
    "risk score --ndjson export --ehr lakeside --at ids.csv --out s.csv": ["ids.csv", NO_EHR],
    "risk model add model.json --by nobody": ["model.json", NO_ACCOUNT],
    "rules dry-run rule.yaml --ndjson export --ehr lakeside": ["rule.yaml:1: hook: is missing", NO_EHR],
    "rules dry-run rule.yaml --recorded --ehr riverside": ["rule.yaml:1: hook", "no chart is recorded"],
    "rules release rule.yaml --ehr lakeside --author nobody --approver none": [
        "rule.yaml:1: hook: is missing",
        NO_EHR,
        f"{NO_ACCOUNT} is called 'nobody'",
        f"{NO_ACCOUNT} is called 'none'",
    ],
    "rules import rule.yaml --author nobody": ["rule.yaml:1: hook: is missing", NO_ACCOUNT],
    "panel load --ehr lakeside --source CLAIMS --ids ids.csv export": [
        "--source 'CLAIMS'",
        "ids.csv:2",
        "ids.csv:3",
        NO_EHR,
    ],
    "ehr add other.yaml rule.yaml": ["other.yaml:1: fhir_base", "rule.yaml:1: fhir_base"],
}


@pytest.mark.parametrize(("typed", "told"), COMMANDS.items(), ids=COMMANDS)
def test_a_command_tells_all_at_once(folder: Path, typed: str, told: list[str]):
    done = CliRunner().invoke(throughline, typed.split())

    assert done.exit_code == 1
    for says in told:
        assert says in done.output


def test_one_mistake_is_told_as_it_is():
    wrong = AllAtOnce()
    with wrong.tried():
        raise click.UsageError("give --ehr")

    with pytest.raises(click.UsageError, match="give --ehr"):
        wrong.tell()


def test_of_several_each_has_its_line():
    wrong = AllAtOnce()
    wrong.tell()
    with wrong.tried():
        raise FileProblems(["a.yaml:1: one", "a.yaml:2: two"])
    with wrong.tried():
        raise click.UsageError("give --ehr")

    with pytest.raises(click.ClickException) as found:
        wrong.tell()
    assert found.value.message == "a.yaml:1: one\na.yaml:2: two\ngive --ehr"


def test_a_defect_of_ours_comes_through():
    wrong = AllAtOnce()
    with pytest.raises(KeyError), wrong.tried():
        raise KeyError("x")
