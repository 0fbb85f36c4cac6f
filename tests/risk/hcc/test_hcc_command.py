"""`throughline risk hcc` over a Bulk FHIR folder."""

import csv
import re

import pytest
from click.testing import CliRunner

from measures.terminology import ICD10CM, LOINC, SNOMED, Code
from smart_app.risk_commands.hcc import command
from tests.batch.export import export, of, person
from tests.clinic import diagnosed, event, observed
from tests.risk.hcc.claims import claim


def run(*arguments):
    return CliRunner().invoke(command, [str(one) for one in arguments])


def rows(path):
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def folder(tmp_path):
    depression = diagnosed(Code(ICD10CM, "F33.2"), "2026-03-01", recordedDate="2026-03-01", id="c1")
    made = export(
        tmp_path / "export",
        person("ann", "1950-05-01", gender="female"),
        person("bob", "1950-05-01", gender="unknown"),
        person("cyd", "1981-05-01", gender="male"),
        of(depression, "ann"),
        claim("k1", ["F20.9", "F11.20"], "99213", of="cyd"),
    )
    with (made / "Condition.ndjson").open("ab") as stream:
        stream.write(b"{broken\n")
    return made


def test_each_person_is_scored_with_what_was_assumed_of_them(folder, tmp_path):
    known = tmp_path / "people.csv"
    known.write_text("patient_id,dual,orec\ncyd,02,1\n")

    done = run("--ndjson", folder, "--out", tmp_path / "out", "--service-year", 2026, "--people", known)

    assert done.exit_code == 0, done.output
    ann, cyd = rows(tmp_path / "out" / "hcc.csv")
    assert (ann["patient_id"], ann["assumed"], ann["hccs"][:3]) == ("ann", "dual; orec", "155")
    assert (cyd["patient_id"], cyd["assumed"]) == ("cyd", "")
    assert "0.152" in cyd["interactions"]
    assert "3 patients, 2 scored" in done.output
    assert "1 claims read, 1 counted" in done.output
    assert "LEAD: not computable" in done.output
    assert "$" not in done.output


def test_what_cannot_be_scored_or_read_is_named(folder, tmp_path):
    done = run("--ndjson", folder, "--out", tmp_path / "out", "--service-year", 2026)

    problems = (tmp_path / "out" / "problems.txt").read_text().splitlines()
    assert "2 problems" in done.output
    assert problems[0].startswith("Condition.ndjson:2: ")
    assert (
        problems[1] == "Patient/bob: the model needs female or male, and the record gives neither; not scored"
    )


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ({"birthDate": "2026-12-31"}, ""),
        ({"birthDate": "2027-01-01"}, "not born in 2026; not scored"),
        ({"deceasedDateTime": "2026-01-01"}, ""),
        ({"deceasedDateTime": "2025-12-31"}, "died before 2026; not scored"),
        ({"birthDate": "1950"}, "no full birth date; not scored"),
    ],
)
def test_who_did_not_live_in_the_year_is_not_scored(tmp_path, who, told):
    made = export(tmp_path / "export", person("dee", "1950-05-01", gender="female") | who)

    run("--ndjson", made, "--out", tmp_path / "out", "--service-year", 2026)

    assert (tmp_path / "out" / "problems.txt").read_text() == (f"Patient/dee: {told}\n" if told else "")
    assert len(rows(tmp_path / "out" / "hcc.csv")) == (0 if told else 1)


def test_a_diagnosis_without_an_icd_10_code_is_counted_and_never_taken_for_none(tmp_path):
    snomed = diagnosed(Code(SNOMED, "58214004"), "2026-03-01", id="c1")
    made = export(tmp_path / "export", person("dee", "1950-05-01", gender="female"), of(snomed, "dee"))

    done = run("--ndjson", made, "--out", tmp_path / "out", "--service-year", 2026)

    assert "1 diagnoses carry no ICD-10-CM code" in done.output
    assert [row["diagnoses_without_icd10"] for row in rows(tmp_path / "out" / "hcc.csv")] == ["1"]


def test_only_claims_count_where_asked(folder, tmp_path):
    run("--ndjson", folder, "--out", tmp_path / "out", "--service-year", 2026, "--codes-from", "claims")

    assert [row["hccs"] != "" for row in rows(tmp_path / "out" / "hcc.csv")] == [False, True]


@pytest.mark.parametrize(
    ("content", "says"),
    [("id,dual\nann,02\n", "needs a column patient_id"), ("patient_id\nann\nann\n", ":3: ann stands twice")],
)
def test_a_people_file_that_cannot_be_used_says_why(folder, tmp_path, content, says):
    known = tmp_path / "people.csv"
    known.write_text(content)

    done = run("--ndjson", folder, "--out", tmp_path / "out", "--people", known)

    assert (done.exit_code, says in done.output) == (1, True)


def test_what_the_export_holds_none_of_is_not_judged_and_a_need_that_was_told_is_counted(tmp_path):
    attempt = diagnosed(Code(ICD10CM, "T14.91XA"), "2026-03-01", recordedDate="2026-03-01", id="c1")
    told = observed(Code(LOINC, "71802-3"), "2026-03-04", value=Code(LOINC, "LA31995-6"), id="o1")
    people = [person(one, "1950-05-01", gender="female") for one in ("ann", "bea")]
    without = export(tmp_path / "without", *people, of(attempt, "ann"), of(told, "ann"))
    office = event("Encounter", status="finished", period={"start": "2026-05-01"}, id="e1")
    with_visits = export(tmp_path / "with", *people, of(attempt, "ann"), of(office, "bea"))

    lacking = run("--ndjson", without, "--out", tmp_path / "out", "--service-year", 2026)
    held = run("--ndjson", with_visits, "--out", tmp_path / "more", "--service-year", 2026)

    assert re.search(r"unsupported +0\n +not judged +1\n", lacking.output)
    assert re.search(r"z-code missing +1\n", lacking.output)
    assert [row["evidence"] for row in rows(tmp_path / "out" / "coding-completeness.csv")] == [
        "Condition/c1",
        "Observation/o1",
    ]
    assert re.search(r"unsupported +1\n +not judged +0\n", held.output)
