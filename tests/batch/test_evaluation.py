"""A folder of Bulk FHIR in, results out: whose line is whose, what is broken, what every file says."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime

import orjson
import pytest

from measures.batch import partition
from measures.batch.evaluation import evaluate_folder
from measures.batch.reading import Line, Problem, Wanted, read_lines
from measures.spreadsheet import cell
from measures.time import Period
from tests.batch.export import (
    ADULT_SCREEN,
    DEPRESSION_VISIT,
    POSITIVE_SCREEN,
    SERTRALINE,
    evaluated,
    export,
    hypertensive,
    job,
    lines,
    of,
    person,
    problems,
    rows,
    zipped,
)
from tests.clinic import concept, event, observed, visit

MADE_AT = datetime(2027, 1, 15, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "export"


def test_each_patient_and_measure_has_one_line_with_its_status_and_what_proves_it(folder):
    export(folder, *hypertensive("ann", 130), *hypertensive("bob", 150))

    done, out = evaluated(folder, "CMS165", "CMS2")

    found = rows(out)
    assert done.patients == 2
    assert set(found) == {(who, what) for who in ("ann", "bob") for what in ("CMS165", "CMS2")}
    closed, open_ = found["ann", "CMS165"], found["bob", "CMS165"]
    assert (closed["status"], open_["status"]) == ("closed-gap", "open-gap")
    assert closed["groups"][0]["populations"]["numerator"] == 1
    assert closed["evidence"]["measured"] == ["Observation/ann-o"]
    assert open_["groups"][0]["next_steps"] == ["systolic_controlled"]
    assert closed["measure_version"] == "1.0.000"
    assert closed["period"] == "2026-01-01/2026-12-31"


def test_plain_and_gzipped_files_in_subfolders_are_one_export(folder):
    export(folder, *hypertensive("ann", 130))
    zipped(folder / "Observation.ndjson")
    (folder / "more").mkdir()
    (folder / "Condition.ndjson").rename(folder / "more" / "Condition.ndjson")

    _, out = evaluated(folder, "CMS165")

    assert rows(out)["ann", "CMS165"]["status"] == "closed-gap"


def test_the_results_are_the_same_whatever_the_number_of_workers(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(partition, "PART_BYTES", 2000)  # many small parts
    people = [hypertensive(f"p{n}", 120 + n) for n in range(40)]
    export(folder, *(resource for person in people for resource in person))
    the_job = job("CMS165", "CMS2", fhir=MADE_AT)
    assert partition.parts_for(list(folder.iterdir())) > 10

    for workers in (1, 3):
        evaluate_folder(folder, tmp_path / str(workers), the_job, workers=workers)

    names = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert "results.ndjson" in names
    assert "Bundle-gaps.ndjson" in names
    for name in names:
        assert (tmp_path / "3" / name).read_bytes() == (tmp_path / "1" / name).read_bytes(), name


def test_a_broken_line_is_named_with_its_line_and_byte_and_the_rest_counts(folder):
    export(folder, *hypertensive("ann", 130))
    conditions = folder / "Condition.ndjson"
    good = conditions.read_bytes()
    conditions.write_bytes(b'{"resourceType": "Condition", "subj\n' + good)

    done, out = evaluated(folder, "CMS165")

    assert rows(out)["ann", "CMS165"]["status"] == "closed-gap"
    assert done.problems == 1
    assert problems(out)[0].startswith("Condition.ndjson:1 (byte 0): is not a FHIR resource in JSON")


def test_the_byte_counts_from_the_start_of_the_unpacked_file(folder):
    export(folder, *hypertensive("ann", 130))
    conditions = folder / "Condition.ndjson"
    size = conditions.stat().st_size
    conditions.write_bytes(conditions.read_bytes() + b"\r\n[1]\n")
    zipped(conditions)

    _, out = evaluated(folder, "CMS165")

    assert problems(out)[0].startswith(f"Condition.ndjson.gz:3 (byte {size + 2}): ")


def test_a_cut_gzip_costs_only_what_stood_after_the_cut(folder):
    export(folder, *hypertensive("ann", 130))
    packed = zipped(folder / "Observation.ndjson")
    packed.write_bytes(packed.read_bytes()[:-12])

    _, out = evaluated(folder, "CMS165")

    assert rows(out)["ann", "CMS165"]["groups"][0]["populations"]["denominator"] == 1
    assert "the gzip is cut or damaged" in problems(out)[0]


def test_a_line_that_names_no_patient_and_a_patient_who_is_not_there_are_named(folder):
    lost = {k: v for k, v in visit(DEPRESSION_VISIT, "2026-03-01", id="e1").items() if k != "subject"}
    stray = of(visit(DEPRESSION_VISIT, "2026-03-01", id="e2"), "nobody")
    export(folder, person("ann"), lost, stray)

    done, out = evaluated(folder, "CMS2")

    assert done.patients == 1
    assert problems(out) == [
        "Encounter.ndjson:1 (byte 0): Encounter/e1 names no patient; it is left out",
        f"Encounter.ndjson:2 (byte {len(lines([lost]))}): "
        "Patient/nobody is not in this export; its 1 lines are left out",
    ]


@pytest.mark.parametrize("participants", ["ann", [7], [{"actor": {"reference": ["Patient/ann"]}}]])
def test_an_appointment_whose_participants_cannot_be_read_costs_only_itself(tmp_path, participants):
    odd = {"resourceType": "Appointment", "id": "a1", "participant": participants}
    (tmp_path / "all.ndjson").write_bytes(lines([odd, person("ann")]))

    broken, whole = read_lines(tmp_path / "all.ndjson", 0, Wanted(frozenset({"Appointment"})))

    assert isinstance(broken, Problem)
    assert broken.what == "Appointment/a1 names no patient; it is left out"
    assert isinstance(whole, Line)


def test_what_the_record_cannot_read_is_named_where_it_stands(folder):
    bad = of(visit(DEPRESSION_VISIT, "2026-13-45", id="e1"), "ann")
    export(folder, person("ann"), bad)

    _, out = evaluated(folder, "CMS2")

    assert problems(out)[0].startswith("Encounter.ndjson:1 (byte 0): Encounter/e1: its date cannot be read")


def screened_positive(identity, medication):
    order = event("MedicationRequest", status="active", intent="order", authoredOn="2026-03-01", **medication)
    found = [
        visit(DEPRESSION_VISIT, "2026-03-01"),
        observed(ADULT_SCREEN, "2026-03-01", value=POSITIVE_SCREEN),
        order,
    ]
    return [person(identity), *(of(resource, identity) for resource in found)]


@pytest.mark.parametrize(
    "reference", ["Medication/m1", "https://ehr.example.org/fhir/Medication/m1"], ids=["relative", "absolute"]
)
def test_a_medicine_given_by_reference_is_looked_up_among_what_all_share(folder, reference):
    medicine = {"resourceType": "Medication", "id": "m1", "code": concept(SERTRALINE)}
    export(folder, *screened_positive("ann", {"medicationReference": {"reference": reference}}), medicine)

    _, out = evaluated(folder, "CMS2")

    assert rows(out)["ann", "CMS2"]["status"] == "closed-gap"


def test_a_medicine_that_is_not_there_closes_nothing(folder):
    export(folder, *screened_positive("ann", {"medicationReference": {"reference": "Medication/m1"}}))

    _, out = evaluated(folder, "CMS2")

    assert rows(out)["ann", "CMS2"]["status"] == "open-gap"


def test_an_older_release_reads_as_what_it_meant(folder):
    resources = hypertensive("ann", 130)
    reading = resources[-1]
    reading["code"] = {"coding": [{"system": "http://loinc.org", "code": "55284-4"}]}
    reading["context"] = {"reference": "Encounter/ann-e"}
    condition = resources[1]
    condition["clinicalStatus"] = "active"
    export(folder, *resources)

    _, out = evaluated(folder, "CMS165")

    assert rows(out)["ann", "CMS165"]["status"] == "closed-gap"


def test_a_starter_vocabulary_marks_every_file_as_not_for_reporting(folder):
    export(folder, *hypertensive("ann", 130))

    _, out = evaluated(folder, "CMS165", fhir=MADE_AT)

    assert rows(out)["ann", "CMS165"]["for_reporting"] is False
    assert orjson.loads((out / "summary.json").read_bytes())["vocabulary"]["for_reporting"] is False
    for name in (
        "summary.csv",
        "MeasureReport-individual.ndjson",
        "MeasureReport-summary.ndjson",
        "Bundle-gaps.ndjson",
    ):
        assert "not for reporting" in (out / name).read_text(), name


def test_the_summary_counts_populations_rates_and_statuses(folder):
    export(folder, *hypertensive("ann", 130), *hypertensive("bob", 150), *hypertensive("cyd", 120))

    _, out = evaluated(folder, "CMS165")

    summary = orjson.loads((out / "summary.json").read_bytes())
    (group,) = summary["measures"][0]["groups"]
    assert summary["patients"] == 3
    assert (group["populations"]["numerator"], group["populations"]["denominator"]) == (2, 3)
    assert group["rate"] == pytest.approx(2 / 3)
    assert group["patients"] == {
        "open-gap": 1, "closed-gap": 2, "prospective-gap": 0, "not-applicable": 0, "unknown": 0
    }  # fmt: skip


def test_the_table_has_a_line_for_each_rate_and_stratum(folder):
    export(folder, *hypertensive("ann", 130))

    _, out = evaluated(folder, "CMS125")

    table = list(csv.DictReader((out / "summary.csv").read_text().splitlines()))
    assert [line["stratum"] for line in table] == ["", "42 to 51", "52 to 74"]


def test_no_cell_of_the_table_is_a_formula_and_a_number_stays_one():
    run, kept = ("=1+1", "+x", "-x", "-1+1", "@x"), ("+1", "-0.511", "CMS2", 5, -5)

    assert [cell(text) for text in run] == [f"'{text}" for text in run]
    assert [cell(value) for value in kept] == list(kept)


def test_until_the_period_ends_a_gap_can_be_prospective(folder):
    export(folder, person("ann"))

    _, out = evaluated(folder, "CMS2", as_of=date(2026, 3, 1))

    assert rows(out)["ann", "CMS2"]["status"] == "prospective-gap"


def test_another_period_is_another_result(folder):
    export(folder, *hypertensive("ann", 130))

    _, out = evaluated(folder, "CMS165", period=Period(date(2026, 7, 1), date(2026, 12, 31)))

    assert rows(out)["ann", "CMS165"]["status"] == "not-applicable"


def test_a_folder_without_an_export_says_what_it_should_hold(folder):
    folder.mkdir()

    with pytest.raises(FileNotFoundError, match=r"holds no Bulk FHIR; give a folder with files such as"):
        evaluated(folder, "CMS165")


def test_an_unknown_measure_is_refused_before_anything_is_read(folder):
    export(folder, person("ann"))

    with pytest.raises(LookupError, match="no measure is called CMS0"):
        evaluated(folder, "CMS0")


def test_nothing_unfinished_is_left_behind(folder):
    export(folder, *hypertensive("ann", 130))

    done, out = evaluated(folder, "CMS165")

    assert sorted(out.iterdir()) == sorted(done.files)
