"""`throughline rules dry-run, diff, release, rollback, export, import` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cds_service.life_cycle import State
from cds_service.outside import clock
from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.rule_store import RuleStore
from measures.shared.suicide_risk import CSSRS, HIGH
from smart_app.cli import throughline
from tests.cds_service.test_rules_command import TESTED
from tests.clinic import concept

RULE = TESTED.replace("a1c-due", "a1c-not-measured").replace('"1"', '"2"')
NEVER = RULE[: RULE.index("tests:")].replace("hook:", "effective: {until: 2020-01-01}\nhook:")


def rules(*arguments: object) -> Result:
    return CliRunner().invoke(throughline, ["rules", *map(str, arguments)])


@pytest.fixture
def store(installation: Database) -> RuleStore:
    return RuleStore(installation, AuditLog(installation))


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    file = tmp_path / "rule.yaml"
    file.write_text(RULE)
    return file


def release(rule: Path, approver: str = "ben", *more: str) -> Result:
    return rules("release", rule, "--ehr", "riverside", "--author", "ann", "--approver", approver, *more)


def state(store: RuleStore, revision: int = 1) -> State:
    return store.standing("riverside", "a1c-not-measured").state_of(revision, clock.today())


def test_a_rule_is_released_and_taken_back(store: RuleStore, rule: Path):
    assert "a1c-not-measured 2 (revision 1) is live: riverside" in release(rule).output
    assert state(store) is State.LIVE

    back = rules("rollback", "a1c-not-measured", "--ehr", "riverside", "--by", "ann")

    assert back.output == "a1c-not-measured at riverside: the rule of the folders\n"
    assert state(store) is State.RETIRED
    other = rules("rollback", "a1c-above-9", "--ehr", "riverside", "--by", "ann")
    assert "was never released" in other.output


def test_a_rule_is_released_as_a_shadow_and_from_a_day_on(store: RuleStore, rule: Path):
    assert release(rule, "ben", "--shadow").exit_code == 0
    assert state(store) is State.SHADOW
    assert release(rule, "ben", "--from", "2999-01-01").exit_code == 0
    assert state(store) is State.SCHEDULED


@pytest.mark.parametrize(
    ("approver", "told"),
    [("ann", "second person"), ("cat", "needs the permission to approve"), ("eve", "no staff account")],
)
def test_a_release_needs_a_second_person_who_may(store: RuleStore, rule: Path, approver: str, told: str):
    result = release(rule, approver)

    assert result.exit_code == 1
    assert told in result.output
    assert state(store) is State.DRAFT


def test_a_rule_whose_test_patients_fail_is_not_released(store: RuleStore, rule: Path):
    rule.write_text(RULE.replace("expects: no card", "expects: card"))

    assert "1 to mend" in release(rule).output
    assert store.texts() == ()


def test_what_is_exported_is_imported_as_it_was(store: RuleStore, rule: Path, tmp_path: Path):
    release(rule)
    folder = tmp_path / "git"

    assert rules("export", folder, "--ehr", "riverside").exit_code == 0
    assert (folder / "a1c_not_measured.yaml").read_text() == RULE
    assert rules("import", folder, "--author", "ben").output == "a1c-not-measured 2: revision 1\n"
    (folder / "a1c_not_measured.yaml").write_text(RULE.replace('"2"', '"3"'))
    assert rules("import", folder, "--author", "ben").output == "a1c-not-measured 3: revision 2\n"
    assert state(store, 2) is State.DRAFT


def test_an_unknown_host_ehr_is_told(store: RuleStore, tmp_path: Path):
    assert "no host EHR is called x" in rules("export", tmp_path, "--ehr", "x").output


def test_two_versions_are_compared_in_words(rule: Path, tmp_path: Path):
    other = tmp_path / "other.yaml"
    other.write_text(RULE.replace("priority: 5", "priority: 7").replace("patient-view", "order-sign"))

    assert rules("diff", rule, other).output.splitlines() == [
        "a1c-not-measured: hook: patient-view -> order-sign",
        "a1c-not-measured: priority: 5 -> 7",
    ]
    assert rules("diff", rule, rule).output == "no difference\n"


def person(number: int, *, high: bool) -> list[dict[str, Any]]:
    """Somebody with diabetes, seen, without an A1c; perhaps with a high C-SSRS."""
    about = {"subject": {"reference": f"Patient/p{number}"}}
    codes = {"E11.9": "http://hl7.org/fhir/sid/icd-10-cm", "185349003": "http://snomed.info/sct"}
    diabetes, office = ({"coding": [{"system": system, "code": code}]} for code, system in codes.items())
    screen = {
        "resourceType": "Observation",
        "id": f"o{number}",
        "status": "final",
        "code": concept(CSSRS[0]),
        "effectiveDateTime": "2026-05-01",
        "valueCodeableConcept": concept(HIGH),
    }
    found: list[dict[str, Any]] = [
        {"resourceType": "Patient", "id": f"p{number}", "birthDate": "1966-04-02"},
        {
            "resourceType": "Condition",
            "id": f"c{number}",
            "code": diabetes,
            "category": [{"coding": [{"code": "encounter-diagnosis"}]}],
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "onsetDateTime": "2020-03-01",
            **about,
        },
        {
            "resourceType": "Encounter",
            "id": f"e{number}",
            "status": "finished",
            "type": [office],
            "period": {"start": "2026-02-01", "end": "2026-02-01"},
            **about,
        },
    ]
    return [*found, screen | about] if high else found


@pytest.fixture
def panel(tmp_path: Path) -> Path:
    """Four patients for whom an A1c is due; one of them at high risk."""
    folder = tmp_path / "panel"
    folder.mkdir()
    lines = [one for number in range(4) for one in person(number, high=number == 0)]
    (folder / "all.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def test_a_dry_run_tells_whom_a_change_would_lose(panel: Path, tmp_path: Path):
    changed = tmp_path / "changed.yaml"
    changed.write_text(NEVER)

    result = rules("dry-run", changed, "--ndjson", panel, "--as-of", "2026-06-30", "--patients")

    assert result.exit_code == 0, result.output
    says = "a1c-not-measured: fires for 4 -> 0 patients; 4 removed, 1 with high C-SSRS; 0 added"
    assert says in result.output
    assert "a1c-not-measured leave at patient-view: p0, p1, p2, p3" in result.output
    assert "not tried, since nothing is being ordered, nor anybody discharged: " in result.output
    assert "cards per visit before:" in result.output


def test_a_dry_run_of_no_change_says_so(panel: Path, rule: Path):
    result = rules("dry-run", rule, "--ndjson", panel, "--as-of", "2026-06-30")

    assert "a1c-not-measured: fires for 4 -> 4 patients; the same ones" in result.output


def test_a_dry_run_compares_with_what_is_live_at_a_host_ehr(
    store: RuleStore, panel: Path, rule: Path, tmp_path: Path
):
    never = tmp_path / "never.yaml"
    never.write_text(NEVER)
    release(never)

    result = rules("dry-run", rule, "--ndjson", panel, "--as-of", "2026-06-30", "--ehr", "riverside")

    assert "fires for 0 -> 4 patients; 0 removed, 0 with high C-SSRS; 4 added" in result.output
