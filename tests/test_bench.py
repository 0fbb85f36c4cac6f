"""The benchmark runs, and says what it lacks. What it measures is never a test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project_files import ROOT

SHARED = Path(os.environ.get("THROUGHLINE_SHARED") or ROOT.parent / "shared")


def bench(shared: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench.run", *arguments],
        cwd=ROOT,
        env={**os.environ, "THROUGHLINE_SHARED": str(shared)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_the_shared_folder_it_says_what_is_missing_and_how_to_name_it(tmp_path):
    ran = bench(tmp_path)

    assert ran.returncode == 1
    assert ran.stderr.startswith(f"bench: there is no bench/patient_view.json in {tmp_path}")
    assert "THROUGHLINE_SHARED=FOLDER" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the request in ../shared")
def test_it_prints_every_ratio():
    ran = bench(SHARED, "--repetitions", "2")

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("1.00x") == 10
    assert "a whole patient-view call" in ran.stdout
    assert "a whole order-sign call" in ran.stdout
    assert ran.stdout.count("the same chart again") == 4
    assert ran.stdout.count("by stages") == 4
    assert "risk kept by the nightly refresh" in ran.stdout
    assert "8 clients at once: 0 errors" in ran.stdout
    assert "an EHR that never answers: 200 OK" in ran.stdout
    assert "parse, index and evaluate all measures" in ran.stdout
    assert "times less than 120 ms" in ran.stdout
    assert "files to results, one process" in ran.stdout
    assert "features, logistic score and reasons" in ran.stdout
    assert "until the EHR holds the order: median" in ran.stdout
