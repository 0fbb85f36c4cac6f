"""`throughline panel`, as an administrator types it."""

from __future__ import annotations

import gzip
import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cds_service.outside.database import Database
from cds_service.outside.other_sources import OtherSources
from cds_service.outside.vault import Vault
from smart_app.cli import throughline
from tests.conftest import SECRET
from tests.measures.test_claims import claim, line


@pytest.fixture
def folder(working_folder) -> Path:
    """An export beside the database."""
    (working_folder / "export").mkdir()
    return working_folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(throughline, arguments)


def load(*more: str, path: str = "export") -> Result:
    return run("panel", "load", "--ehr", "riverside", "--source", "claims", path, *more)


def stored(patient_id: str) -> list[str]:
    with closing(Database("sqlite:///throughline.sqlite3")) as database:
        found = OtherSources(database, Vault(SECRET)).for_patient("riverside", patient_id)
    return sorted(one.resource["resourceType"] for one in found)


OBSERVATION = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "subject": {"reference": "Patient/m-7"},
    "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]},
}


def test_claims_and_plain_resources_are_loaded_and_again_without_doubling(folder):
    lines = [claim("professional", line()), OBSERVATION, {"resourceType": "Organization", "id": "x"}]
    (folder / "export" / "all.ndjson.gz").write_bytes(
        gzip.compress("\n".join(map(json.dumps, lines)).encode())
    )

    first, again = load(), load()

    assert first.exit_code == again.exit_code == 0
    assert "claims: 4 facts of 1 patient of riverside" in first.output
    assert "Not used: 1 Organization" in first.output
    assert stored("m-7") == ["Condition", "Encounter", "Observation", "Procedure"]
    assert "claims  4 facts of 1 patient, loaded" in run("panel", "list", "--ehr", "riverside").output


def test_a_bundle_is_read_too(folder):
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": OBSERVATION}]}
    (folder / "export" / "one.json").write_text(json.dumps(bundle))
    load()

    assert stored("m-7") == ["Observation"]


def test_a_broken_line_is_named_and_the_rest_loads(folder):
    nobody = {"resourceType": "Observation", "id": "o2"}
    malformed = claim("professional") | {"id": "c9", "item": "none"}
    lines = [
        "{oops",
        json.dumps(nobody),
        json.dumps(malformed),
        json.dumps(OBSERVATION),
        json.dumps(OBSERVATION),
    ]
    (folder / "export" / "all.ndjson").write_text("\n".join(lines))

    output = load().output

    assert "all.ndjson:1: is not JSON" in output
    assert "all.ndjson:2: Observation/o2 names no patient; it is left out" in output
    assert "all.ndjson:3: ExplanationOfBenefit/c9 is malformed" in output
    assert "all.ndjson:5: Observation/o1 was already read" in output
    assert stored("m-7") == ["Observation"]


def test_a_mapping_file_gives_the_ehrs_patient_and_others_are_left_out(folder):
    stranger = OBSERVATION | {"id": "o2", "subject": {"reference": "Patient/m-8"}}
    (folder / "export" / "all.ndjson").write_text("\n".join(map(json.dumps, (OBSERVATION, stranger))))
    (folder / "ids.csv").write_text("source_id,patient_id\nm-7,ines\n")

    output = load("--ids", "ids.csv").output

    assert "Left out: 1 patient who is not in the mapping file" in output
    assert (stored("ines"), stored("m-7"), stored("m-8")) == (["Observation"], [], [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n", "ids.csv:1: no column source_id and patient_id"),
        ("source_id,patient_id\nm-7,\n", "ids.csv:2: needs a source_id and a patient_id"),
        ("source_id,patient_id\nm-7,ines\nm-7,dana\n", "ids.csv:3: 'm-7' already stands for another patient"),
    ],
)
def test_a_mapping_file_that_cannot_be_used_stops_it_all(folder, content, said):
    (folder / "export" / "all.ndjson").write_text(json.dumps(OBSERVATION))
    (folder / "ids.csv").write_text(content)

    result = load("--ids", "ids.csv")

    assert result.exit_code == 1
    assert said in result.output
    assert stored("m-7") == []


def test_an_unknown_host_ehr_and_a_label_out_of_shape_are_refused(folder):
    unknown = run("panel", "load", "--ehr", "lakeside", "--source", "claims", "export")
    label = run("panel", "load", "--ehr", "riverside", "--source", "<b>", "export")

    assert "there is no host EHR 'lakeside'; registered: riverside" in unknown.output
    assert "small letters" in label.output
    assert unknown.exit_code == label.exit_code == 2


def test_what_was_loaded_can_be_forgotten(folder):
    (folder / "export" / "all.ndjson").write_text(json.dumps(OBSERVATION))
    load()

    assert run("panel", "forget", "--ehr", "riverside", "--source", "claims").exit_code == 0
    assert stored("m-7") == []
    assert run("panel", "forget", "--ehr", "riverside", "--source", "claims").exit_code == 2
    assert "Nothing is loaded" in run("panel", "list", "--ehr", "riverside").output
