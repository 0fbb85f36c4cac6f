"""Loading somebody else's export: what is read, what is broken, and a thousand patients."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from measures.export import NAMED_PER_FILE
from smart_app.demo_ehr.loading import People, load_people
from tests.demo_ehr.export import PATIENT, seen, write
from tests.project_files import SHARED

TODAY = date(2026, 11, 22)
OTHER = {"resourceType": "Patient", "id": "p2"}
CLINIC = {"resourceType": "Organization", "id": "c1", "name": "Clinic"}


def load(folder: Path) -> People:
    return load_people(folder, TODAY)


def ids(people: People, patient: str = "p1") -> list[str]:
    return [one["id"] for one in people.resources(patient)]


# What is read


def test_a_folder_of_plain_and_gzipped_ndjson_is_one_set_of_people(tmp_path):
    write(tmp_path / "Observation.ndjson.gz", seen("o1"), seen("o2", patient="p2"))
    write(tmp_path / "Organization.ndjson", CLINIC)
    write(tmp_path / "Patient.ndjson", PATIENT, OTHER)
    people = load(tmp_path)
    assert (ids(people), ids(people, "p2")) == (["p1", "o1"], ["p2", "o2"])
    assert people.patients["p1"].name == "Una Test"
    assert people.patients["p1"].birth_date == date(1980, 5, 1)
    assert people.patients["p2"].name == "p2"
    assert people.shared == (CLINIC,)
    assert (people.problems, people.note) == ((), "")


def test_one_file_is_enough(tmp_path):
    write(tmp_path / "everything.ndjson", seen("o1"), PATIENT)
    assert ids(load(tmp_path / "everything.ndjson")) == ["p1", "o1"]


def test_a_bundle_is_read_and_its_own_links_become_references(tmp_path):
    observation = seen("o1") | {
        "subject": {"reference": "urn:uuid:aaa"},
        "encounter": {"reference": "urn:uuid:bbb"},
    }
    encounter = {"resourceType": "Encounter", "subject": {"reference": "urn:uuid:aaa"}}
    entries = [
        {"fullUrl": "urn:uuid:ccc", "resource": observation},
        {"fullUrl": "urn:uuid:bbb", "resource": encounter},
        {"fullUrl": "urn:uuid:aaa", "resource": PATIENT},
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    (tmp_path / "una.json").write_text(json.dumps(bundle, indent=2))
    patient, read, met = load(tmp_path).resources("p1")
    assert patient["id"] == "p1"
    assert read["subject"]["reference"] == "Patient/p1"
    assert read["encounter"]["reference"] == "Encounter/bbb"
    assert met["id"] == "bbb"


def test_absolute_references_lead_to_the_patient_too(tmp_path):
    far = seen("o1") | {"subject": {"reference": "https://ehr.example.org/fhir/Patient/p1"}}
    write(tmp_path / "all.ndjson", PATIENT, far)
    assert ids(load(tmp_path)) == ["p1", "o1"]


def test_an_appointment_belongs_to_the_patient_who_takes_part(tmp_path):
    actors = [{"actor": {"reference": "Practitioner/d1"}}, {"actor": {"reference": "Patient/p1"}}]
    write(
        tmp_path / "all.ndjson", PATIENT, {"resourceType": "Appointment", "id": "a1", "participant": actors}
    )
    assert ids(load(tmp_path)) == ["p1", "a1"]


@pytest.mark.parametrize("path", ["nowhere", "."])
def test_nothing_to_read_is_said_at_once(tmp_path, path):
    (tmp_path / "notes.txt").write_text("not FHIR")
    with pytest.raises(FileNotFoundError, match=r"no such file|holds no FHIR export"):
        load(tmp_path / path)


# What is broken is named, the rest loads


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"resourceType": "Observation", "id": "o1"', "is not JSON"),
        ("[1, 2]", "is not a JSON object"),
        ('{"id": "o1"}', "has no resourceType"),
        ('{"resourceType": "Observation"}', "this Observation has no id"),
        ('{"resourceType": "Observation", "id": 7}', "this Observation has no id"),
        ('{"resourceType": "Observation", "id": "o1"}', "Observation/o1 names no patient"),
        ('{"resourceType": "Observation", "id": "o1", "subject": "Patient/p1"}', "names no patient"),
        ('{"resourceType": "Observation", "id": "o1", "participant": 7}', "names no patient"),
        (json.dumps(seen("o1", patient="p9")), "Patient/p9 is not in this set; its 1 resources are left out"),
        (json.dumps(seen("good")), "Observation/good was already read"),
        ("[" * 100_000, "is not JSON"),
        ('{"resourceType": "Observation", "id": "\\ud800"}', "is not JSON"),
    ],
)
def test_a_broken_line_is_named_and_the_rest_loads(tmp_path, line, said):
    write(tmp_path / "Observation.ndjson", seen("good"), line, seen("last"))
    write(tmp_path / "Patient.ndjson", PATIENT)
    people = load(tmp_path)
    assert ids(people) == ["p1", "good", "last"]
    assert len(people.problems) == 1
    assert people.problems[0].startswith("Observation.ndjson:2: ")
    assert said in people.problems[0]


def test_a_clinic_that_is_repeated_with_every_patient_is_no_problem(tmp_path):
    write(tmp_path / "all.ndjson", PATIENT, CLINIC, CLINIC)
    people = load(tmp_path)
    assert (people.shared, people.problems) == ((CLINIC,), ())


def test_a_cut_gzip_keeps_what_stood_before_the_cut(tmp_path):
    lines = [PATIENT, *(seen(f"o{n}", note=[{"text": f"{n * n * 7919}"}]) for n in range(2000))]
    write(tmp_path / "all.ndjson.gz", *lines)
    whole = (tmp_path / "all.ndjson.gz").read_bytes()
    (tmp_path / "all.ndjson.gz").write_bytes(whole[: len(whole) // 2])
    people = load(tmp_path)
    assert 100 < len(ids(people)) < 2000
    assert any("the gzip is cut or damaged" in problem for problem in people.problems)


def test_a_file_that_is_no_gzip_is_named(tmp_path):
    (tmp_path / "Observation.ndjson.gz").write_bytes(b"plain text")
    write(tmp_path / "Patient.ndjson", PATIENT)
    people = load(tmp_path)
    assert ids(people) == ["p1"]
    assert "Observation.ndjson.gz: the gzip is cut or damaged" in people.problems[0]


def test_a_flood_of_broken_lines_is_counted(tmp_path):
    write(tmp_path / "all.ndjson", PATIENT, *["nonsense"] * (NAMED_PER_FILE + 5))
    problems = load(tmp_path).problems
    assert len(problems) == NAMED_PER_FILE + 1
    assert problems[-1] == "all.ndjson: 5 more lines left out; mend those above first"


def test_a_broken_entry_of_a_bundle_is_named(tmp_path):
    bundle = {"resourceType": "Bundle", "entry": [{"resource": PATIENT}, {"resource": {"id": "x"}}, "text"]}
    (tmp_path / "una.json").write_text(json.dumps(bundle))
    people = load(tmp_path)
    assert people.problems == ("una.json:entry 2: has no resourceType; it is left out",)
    assert list(people.patients) == ["p1"]


def test_deeply_nested_json_is_loaded_or_named_but_never_fatal(tmp_path):
    deep: Any = 0
    for _ in range(900):
        deep = [deep]
    write(tmp_path / "all.ndjson", PATIENT, seen("o1", "2019-01-01", extension=deep))
    assert ids(load(tmp_path)) == ["p1", "o1"]


# Many patients


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the panel in ../shared")
def test_the_synthetic_panel_loads_whole():
    people = load_people(SHARED / "panel", TODAY)
    assert len(people.patients) == 1097
    assert sum(len(person.lines) for person in people.patients.values()) == 240_429
    assert people.problems == ()
    assert "2,761 days later" in people.note
    some = people.resources(next(iter(people.patients)))
    assert some[0]["resourceType"] == "Patient"
    assert all("context" not in one for one in some)
    assert all("system" in one["class"] for one in some if one["resourceType"] == "Encounter")


def test_a_chart_is_parsed_once_and_handed_out_as_a_list_of_ones_own(tmp_path):
    write(tmp_path / "all.ndjson", PATIENT, seen("o1"))
    people = load(tmp_path)
    first = people.resources("p1")
    kept = deepcopy(first)
    first.clear()
    assert people.resources("p1") == kept
    assert people.resources("p1")[1] is people.resources("p1")[1]


def problem(text: str, patient: str = "p1", **more: Any) -> dict[str, Any]:
    about = {"subject": {"reference": f"Patient/{patient}"}, "code": {"text": text}}
    return {"resourceType": "Condition", "id": text.replace(" ", "-"), **about, **more}


def test_the_line_in_the_list_names_the_last_ongoing_conditions(tmp_path):
    past = problem("Cough", abatementDateTime="2020-01-01")
    names = ["Asthma (disorder)", "Depression", "Diabetes", "Gout", "Depression"]
    conditions = [problem(text) | {"id": f"c{n}"} for n, text in enumerate(names)]
    write(tmp_path / "all.ndjson", PATIENT, OTHER | {"deceasedBoolean": True}, past, *conditions)
    people = load(tmp_path)
    assert people.patients["p1"].story == "Depression, Gout, Diabetes and 1 more"
    assert people.patients["p2"].story == "Died. No ongoing condition recorded"


def test_an_unknown_patient_is_a_key_error(tmp_path):
    write(tmp_path / "all.ndjson", PATIENT)
    with pytest.raises(KeyError):
        load(tmp_path).resources("p2")
