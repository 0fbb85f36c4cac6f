"""One malformed resource costs only itself: it is named and left out, in measures and in risk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from measures.malformed import answered
from measures.record import PatientRecord
from measures.risk.groups import UNKNOWN, groups_of
from measures.risk.outlook import Outlook, outlook
from measures.risk.panel import UnusableExport, opened
from measures.risk.points import expert_points
from measures.vocabulary import starter_vocabulary
from tests.batch.export import evaluated, export, of, person, problems, rows
from tests.risk.charts import DAY, PATIENT, chart, emergency, office, ordered, phq9

BROKEN: dict[str, dict[str, Any]] = {
    "a reason that is a word": {**emergency(9), "reasonCode": "zz"},
    "a reason in a list of words": {**emergency(9), "reasonCode": ["zz"]},
    "a medicine that is a word": {**ordered("sertraline", 5, 30), "medicationCodeableConcept": "sertraline"},
    "a diagnosis that is a number": {**emergency(9), "diagnosis": 5},
}


def points(record: PatientRecord) -> Outlook:
    return outlook(expert_points().score, record, DAY)


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_the_rest_of_the_record_is_scored_as_if_it_were_not_there(broken: dict[str, Any]):
    record = chart(office(400), phq9(21, 3), broken, emergency(30))

    found = answered(record, points)

    assert found is not None
    without = points(chart(office(400), phq9(21, 3), emergency(30)))
    assert found[1].score.points == without.score.points
    [problem] = record.problems
    assert problem.startswith(f"{broken['resourceType']}/{broken['id']}: ")
    assert "cannot be read (" in problem


def first_reasons(record: PatientRecord) -> list[Any]:
    """A question that nobody asks carefully."""
    return [visit.source["reasonCode"][0]["coding"] for visit in record.every("Encounter").sure]


def test_several_are_found_and_each_is_named():
    broken = [{**emergency(9), "reasonCode": ["zz"]} for _ in range(3)]
    record = chart(*(office(day) for day in range(20)), broken[0], phq9(21, 3), broken[1], broken[2])

    found = answered(record, first_reasons)

    assert found is not None
    assert len(found[1]) == 20
    assert len(list(found[0].resources())) == 21
    assert [one.partition(": ")[0] for one in record.problems] == [f"Encounter/{one['id']}" for one in broken]


def test_a_patient_who_cannot_be_read_is_named_and_left_out():
    record = chart(office(3), patient={**PATIENT, "deceasedBoolean": ["en"]})

    assert answered(record, lambda read: read.patient.get("deceasedBoolean", {}).get("no")) is None
    assert record.problems[0].startswith("Patient/p: cannot be read (")


def test_a_language_that_cannot_be_read_is_none_on_record():
    record = chart(office(3), patient={**PATIENT, "communication": ["en"], "extension": "x"})

    groups = groups_of(record, DAY)

    assert (groups["language"], groups["race"], groups["age"]) == (UNKNOWN, UNKNOWN, "45 to 64")


def test_an_error_that_does_not_come_of_the_record_stays_one():
    def wrong(record: PatientRecord) -> None:
        raise TypeError("ours")

    with pytest.raises(TypeError, match="ours"):
        answered(chart(office(3)), wrong)


def two_people(broken: dict[str, Any]) -> list[dict[str, Any]]:
    return [person("ana"), of(office(3), "ana"), of(broken, "ana"), person("ben"), of(office(3), "ben")]


def test_a_panel_goes_on_and_says_where_it_stands(tmp_path: Path):
    broken = {**emergency(9), "reasonCode": "zz"}
    folder = export(tmp_path / "export", *two_people(broken))

    with opened(folder, starter_vocabulary()) as panel:
        scored = [answered(record, points) for record in panel.records()]

    assert all(scored)
    [named] = panel.problems
    assert named.startswith(f"Encounter.ndjson:2: Encounter/{broken['id']}: cannot be read (")
    assert "it is left out" in named


def test_an_appointment_whose_participants_are_words_is_named(tmp_path: Path):
    appointment = {"resourceType": "Appointment", "id": "a", "status": "noshow", "participant": ["x"]}
    folder = export(tmp_path / "export", person("ana"), appointment)

    with opened(folder, starter_vocabulary()) as panel:
        assert [record.id for record in panel.records()] == ["ana"]
    assert panel.problems == ["Appointment.ndjson:1: Appointment/a names no patient; it is left out"]


@pytest.mark.parametrize(
    ("element", "named"),
    [
        ("reasonCode", 1),
        ("class", 0),
        ("type", 1),
        ("diagnosis", 1),
    ],  # no measure asks this visit for its class
)
def test_measures_of_the_others_and_of_the_rest_come_out(element: str, named: int, tmp_path: Path):
    visit = {**emergency(9), element: ["zz"]}
    folder = export(tmp_path / "export", *two_people(visit))

    _, out = evaluated(folder)

    assert {patient for patient, _ in rows(out)} == {"ana", "ben"}
    told = problems(out)
    assert len(told) == named
    assert all(f": Encounter/{visit['id']}: " in line for line in told)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("Patient.ndjson.gz", b"no gzip", r"^Patient\.ndjson\.gz:0: the gzip is cut or damaged"),
        ("Observation.ndjson", b"", "no Patient of this export can be read"),
    ],
)
def test_a_damaged_export_and_one_without_a_patient_are_refused(
    name: str, content: bytes, says: str, tmp_path: Path
):
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / name).write_bytes(content)

    with (
        pytest.raises(UnusableExport, match=says),
        opened(folder, starter_vocabulary()) as panel,
    ):
        list(panel.records())
