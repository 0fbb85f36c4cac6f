"""The rules of a host EHR written as a folder for Git, and made to hold at another."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cds_service.life_cycle import FOLDERS, Deed, State, Step
from cds_service.outside.audit import AuditLog
from cds_service.outside.clock import today
from cds_service.outside.database import Database
from cds_service.outside.registry import HostEhr, HostEhrs
from cds_service.outside.rule_store import RuleStore
from cds_service.outside.vault import Vault
from smart_app.cli import throughline
from tests.cds_service.test_studio_commands import RULE

ID = "a1c-not-measured"
RETIRED = "phq9-due"
DAY = today() + timedelta(days=30)


def rules(*arguments: object) -> Result:
    return CliRunner().invoke(throughline, ["rules", *map(str, arguments)])


@pytest.fixture
def store(installation: Database, vault: Vault) -> RuleStore:
    HostEhrs(installation, vault).add(HostEhr(name="lakeside", fhir_base="https://lake.example.org/fhir"))
    return RuleStore(installation, AuditLog(installation))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "git"


def of_each_state(tmp_path: Path) -> None:
    """Live, scheduled and shadow revisions of one rule, and another one retired, at riverside."""
    file = tmp_path / "rule.yaml"
    people = ("--ehr", "riverside", "--author", "ann", "--approver", "ben")
    for version, more in (("2", ()), ("3", ("--from", DAY)), ("4", ("--shadow",))):
        file.write_text(RULE.replace('"2"', f'"{version}"'))
        assert rules("release", file, *people, *more).exit_code == 0
    assert rules("retire", RETIRED, "--ehr", "riverside", "--by", "ann", "--approver", "ben").exit_code == 0


def export(folder: Path, ehr: str = "riverside") -> Result:
    told = rules("export", folder, "--ehr", ehr)
    assert told.exit_code == 0, told.output
    return told


def take_in(folder: Path, *more: object) -> Result:
    return rules("import", folder, "--author", "ann", *more)


AT_LAKESIDE = ("--ehr", "lakeside", "--approver", "ben")


def test_an_export_says_what_is_live_scheduled_shadow_and_retired(
    store: RuleStore, folder: Path, tmp_path: Path
):
    of_each_state(tmp_path)

    told = export(folder)

    assert "3 rules written" in told.output
    assert told.output.endswith("(1 live, 1 scheduled, 1 shadow, 1 retired)\n")
    assert (folder / "a1c_not_measured.yaml").read_text() == RULE
    assert '"3"' in (folder / "scheduled" / f"a1c_not_measured_from_{DAY}.yaml").read_text()
    assert '"4"' in (folder / "shadow" / "a1c_not_measured.yaml").read_text()
    states = json.loads((folder / "states.json").read_text())["rules"]
    assert {"rule": RETIRED, "state": "retired"} in states
    assert [one["state"] for one in states if one["rule"] == ID] == ["live", "scheduled", "shadow"]
    assert rules("check", folder).exit_code == 0


def test_an_import_elsewhere_gives_the_same(store: RuleStore, folder: Path, tmp_path: Path):
    of_each_state(tmp_path)
    export(folder)

    told = take_in(folder, *AT_LAKESIDE)

    assert told.exit_code == 0, told.output
    here, there = (store.standing(ehr, ID) for ehr in ("riverside", "lakeside"))
    for revision, state in ((1, State.LIVE), (2, State.SCHEDULED), (3, State.SHADOW)):
        assert here.state_of(revision, today()) is there.state_of(revision, today()) is state
    assert store.standing("lakeside", RETIRED).state_of(FOLDERS, today()) is State.RETIRED
    again = tmp_path / "again"
    export(again, "lakeside")
    for file in (path for path in folder.rglob("*.*") if path.name != "states.json"):
        assert (again / file.relative_to(folder)).read_text() == file.read_text()

    twice = take_in(folder, *AT_LAKESIDE)
    assert twice.exit_code == 0
    assert twice.output.count("already") == 4


def test_what_is_no_longer_in_use_leaves_the_folder_and_other_files_stay(
    store: RuleStore, folder: Path, tmp_path: Path
):
    of_each_state(tmp_path)
    folder.mkdir()
    (folder / "ours.yaml").write_text("not: of an export\n")
    assert "ours.yaml: not of this export; left alone" in export(folder).output

    for _ in range(2):
        assert rules("rollback", ID, "--ehr", "riverside", "--by", "ann").exit_code == 0
    told = export(folder).output

    assert "a1c_not_measured.yaml: removed; no longer in use at riverside" in told
    assert f"scheduled/a1c_not_measured_from_{DAY}.yaml: removed" in told
    assert sorted(str(file.relative_to(folder)) for file in folder.rglob("*.yaml")) == [
        "ours.yaml",
        "shadow/a1c_not_measured.yaml",
    ]


def test_what_stands_otherwise_than_in_the_folder_is_told(store: RuleStore, folder: Path, tmp_path: Path):
    export(folder)
    file = tmp_path / "rule.yaml"
    file.write_text(RULE)
    assert rules("release", file, *AT_LAKESIDE, "--author", "ann").exit_code == 0

    assert f"{ID} is live at lakeside, and not in the folder" in take_in(folder, *AT_LAKESIDE).output


def test_what_waits_for_approval_is_named_and_not_exported(store: RuleStore, folder: Path):
    revision = store.save(ID, "2", "quality", RULE, author="staff/ann").revision
    store.do(ID, Step(Deed.SEND, revision, "staff/ann", State.LIVE), ("riverside",))

    told = export(folder)

    assert f"{ID}: something waits for approval; that is not exported" in told.output
    assert "0 rules written" in told.output


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--ehr", "lakeside"), "--ehr and --approver go together"),
        (("--ehr", "lakeside", "--approver", "ann"), "whoever wrote a rule cannot approve it"),
        (("--ehr", "lakeside", "--approver", "cat"), "permission to approve card rules"),
    ],
)
def test_states_are_taken_over_by_two_people(
    store: RuleStore, folder: Path, tmp_path: Path, more: tuple[str, ...], says: str
):
    of_each_state(tmp_path)
    export(folder)

    told = take_in(folder, *more)

    assert told.exit_code != 0
    assert says in told.output
    assert store.standings("lakeside") == {}


def test_without_a_host_ehr_an_import_makes_drafts_and_says_what_it_left_out(
    store: RuleStore, folder: Path, tmp_path: Path
):
    of_each_state(tmp_path)
    export(folder)

    told = take_in(folder)

    assert told.exit_code == 0
    assert "drafts only" in told.output
    assert store.standings("lakeside") == {}


@pytest.mark.parametrize(
    ("states", "says"),
    [
        ("{", "states.json: file: "),
        ('{"host_ehr": "x", "rules": [{"rule": "y", "state": "asleep"}]}', "rules.0.state"),
        ('{"host_ehr": "x", "rules": [{"rule": "y", "state": "live"}]}', "y is live and names no file"),
        (
            '{"host_ehr": "x", "rules": [{"rule": "y", "state": "live", "file": "../../y.yaml"}]}',
            "is no file of this folder",
        ),
    ],
)
def test_states_that_no_export_wrote_are_told_and_nothing_is_done(
    store: RuleStore, folder: Path, tmp_path: Path, states: str, says: str
):
    (tmp_path.parent / "y.yaml").write_text("kept")
    folder.mkdir()
    (folder / "states.json").write_text(states)

    for told in (take_in(folder, *AT_LAKESIDE), rules("export", folder, "--ehr", "riverside")):
        assert told.exit_code == 1
        assert says in told.output
    assert (tmp_path.parent / "y.yaml").exists()
