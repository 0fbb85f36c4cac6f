"""Rules about risk in a dry run: scored by what is in use, and nothing kept; else it is said why not."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.risk_models import RiskModels
from cds_service.outside.tables.risk import RiskScoreRow
from cds_service.rules import BUILT_IN
from tests.cds_service.calls import TODAY, patient
from tests.cds_service.test_risk_in_calls import PART_2, RISING
from tests.cds_service.test_studio_commands import rules

RISK = Path(BUILT_IN) / "risk_rising.yaml"


@pytest.fixture
def panel(tmp_path: Path) -> Path:
    """Two patients: the risk of one of them rose."""
    folder = tmp_path / "panel"
    folder.mkdir()
    people = [patient() | {"id": name} for name in ("pat-1", "pat-2")]
    (folder / "all.ndjson").write_text("".join(json.dumps(one) + "\n" for one in (*people, *RISING)))
    return folder


@pytest.fixture
def never(tmp_path: Path) -> Path:
    """The rule about a risk that rose, for nobody any more."""
    file = tmp_path / "never.yaml"
    file.write_text(RISK.read_text().replace("hook:", "effective: {until: 2020-01-01}\nhook:"))
    return file


def dry_run(changed: Path, panel: Path, *more: str) -> str:
    result = rules("dry-run", changed, "--ndjson", panel, "--as-of", TODAY, *more)
    assert result.exit_code == 0, result.output
    return result.output


def test_each_chart_is_scored_as_a_call_would_and_no_score_is_kept(
    installation: Database, panel: Path, never: Path
):
    told = dry_run(never, panel, "--ehr", "riverside", "--patients")

    assert "risk-rising: fires for 1 -> 0 patients; 1 removed" in told
    assert "risk-rising leave at patient-view: pat-1\n" in told
    with installation.reading() as connection:
        assert connection.execute(select(func.count()).select_from(RiskScoreRow)).scalar_one() == 0


def test_what_consent_does_not_allow_moves_no_risk(installation: Database, panel: Path, never: Path):
    lines = map(json.loads, (panel / "all.ndjson").read_text().splitlines())
    labelled = [one if one["resourceType"] == "Patient" else one | {"meta": PART_2} for one in lines]
    (panel / "all.ndjson").write_text("".join(json.dumps(one) + "\n" for one in labelled))

    assert "risk-rising: fires for 0 -> 0 patients" in dry_run(never, panel, "--ehr", "riverside")


def test_a_score_before_the_day_of_the_visits_is_no_rise(installation: Database, panel: Path, never: Path):
    before = (TODAY - timedelta(60)).isoformat()
    told = rules("dry-run", never, "--ndjson", panel, "--as-of", before, "--ehr", "riverside").output

    assert "risk-rising: fires for 0 -> 0 patients" in told


def test_without_a_host_ehr_it_is_said_that_risk_was_not_tried(panel: Path, never: Path):
    told = dry_run(never, panel)

    assert "not tried, since risk is scored at a host EHR; name one with --ehr: risk-rising\n" in told
    assert "risk-rising: fires" not in told


def test_while_risk_is_switched_off_that_is_said(installation: Database, panel: Path, never: Path):
    RiskModels(installation, AuditLog(installation)).turn("off", by="staff/ann")

    assert "not tried, since risk is switched off: risk-rising" in dry_run(never, panel, "--ehr", "riverside")
