"""The bill of materials: all that runs, nothing that only tests or develops."""

from __future__ import annotations

import json
import tomllib

import pytest
from click.testing import CliRunner
from cyclonedx.model.bom import Bom
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from smart_app.bill_of_materials import bill_of_materials
from smart_app.cli import throughline
from tests.project_files import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def names(requirements: list[str]) -> set[str]:
    return {str(canonicalize_name(Requirement(line).name)) for line in requirements}


@pytest.fixture(scope="module")
def bill() -> dict:
    return json.loads(bill_of_materials())


@pytest.fixture(scope="module")
def listed(bill) -> set[str]:
    return {str(canonicalize_name(part["name"])) for part in bill["components"]}


def test_everything_the_project_asks_for_is_listed_with_its_version_and_licence(bill, listed):
    assert names(PROJECT["dependencies"]) <= listed
    assert all(part["version"] and part["licenses"] for part in bill["components"])
    assert all(part["purl"].startswith("pkg:pypi/") for part in bill["components"])


def test_what_those_need_in_turn_is_listed_with_what_a_requirement_adds(listed):
    assert {"mako", "jinja2", "psycopg-binary"} <= listed  # alembic's, flask's, and psycopg[binary]'s


def test_what_only_tests_or_develops_is_not(listed):
    extras = PROJECT["optional-dependencies"]

    assert not names(extras["test"]) & listed
    assert not names(extras["spark"]) & listed


def test_who_needs_what_is_told(bill):
    needs = {each["ref"].partition("==")[0]: each.get("dependsOn", []) for each in bill["dependencies"]}

    ours = {ref.partition("==")[0] for ref in needs["throughline"]}
    assert ours == names(PROJECT["dependencies"])
    assert any(ref.startswith("mako==") for ref in needs["alembic"])


def test_it_reads_back_as_cyclonedx(bill):
    read = Bom.from_json(bill)  # type: ignore[attr-defined]

    assert read.metadata.component.name == "throughline"
    assert read.validate()


def test_the_command_prints_it_or_writes_it(tmp_path):
    printed = CliRunner().invoke(throughline, ["sbom"])
    written = CliRunner().invoke(throughline, ["sbom", "--out", str(tmp_path / "x.json")])

    assert json.loads(printed.output)["bomFormat"] == "CycloneDX"
    assert written.output == f"Written to {tmp_path / 'x.json'}\n"
    assert json.loads((tmp_path / "x.json").read_text())["specVersion"] == "1.6"
