"""The wheel: what a customer installs has everything the checkout has, and runs without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.project_files import PACKAGES, ROOT, files


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel of this checkout, built with what is installed: nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    built = subprocess.run(
        [*pip, "--wheel-dir", str(folder), str(ROOT)], capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    return next(folder.glob("throughline-*.whl"))


@pytest.fixture(scope="module")
def unpacked(wheel, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(unpacked: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with the unpacked wheel before everything else, away from the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=unpacked,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_holds_every_file_of_the_three_floors(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())

    assert {str(path) for path in files() if path.parts[0] in PACKAGES} - inside == set()


def test_it_holds_the_static_folder_inside_smart_app(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())

    assert {f"smart_app/{path}" for path in files() if path.parts[0] == "static"} - inside == set()


def test_it_holds_nothing_else(wheel):
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_it_runs_away_from_the_checkout(unpacked):
    ran = run(unpacked, "-m", "smart_app.cli", "--version")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("throughline ")


def test_its_application_finds_pages_static_files_rules_and_migrations(unpacked, tmp_path):
    program = f"""
from pathlib import Path

import smart_app
from cds_service.outside.settings import load_settings
from smart_app.app import create_app
from smart_app.static_files import static_folder

installed = Path({str(unpacked)!r})
assert Path(smart_app.__file__).is_relative_to(installed), smart_app.__file__
assert static_folder() == installed / "smart_app/static", static_folder()
database = "sqlite:///{tmp_path / "wheel.sqlite3"}"
app = create_app(load_settings(database_url=database, secret_key="of this test, long enough"))
client = app.test_client()
assert client.get("/cds-services").json["services"], "no service"
assert client.get("/readyz").status_code == 200, client.get("/readyz").data
"""
    ran = run(unpacked, "-c", program)

    assert (ran.returncode, ran.stderr) == (0, "")
