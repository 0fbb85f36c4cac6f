"""A server and the commands start without what only some of them need, and which is slow to load."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.project_files import ROOT


@pytest.mark.parametrize("start", ["smart_app.app", "smart_app.cli, smart_app.commands.sbom"])
def test_what_only_training_a_hcc_and_an_sbom_need_is_not_loaded_at_the_start(start: str):
    slow = {"sklearn", "scipy", "hccinfhir", "cyclonedx", "duckdb", "pyspark"}
    code = f"import sys, {start}; print(sorted({slow!r} & set(sys.modules)))"

    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"
