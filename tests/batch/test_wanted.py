"""What a batch leaves unread, and that leaving it unread changes nothing."""

from __future__ import annotations

import orjson
import pytest

from measures.batch import wanted
from measures.batch.reading import Wanted, read_lines
from measures.batch.wanted import gathered_for, wanted_by
from measures.catalog import find_measures
from measures.gather import State
from measures.needs import asks_for_every, codes_of, kinds_of
from measures.replay import replay
from measures.shapes import SHAPES
from measures.terminology import LOINC
from measures.vocabulary import read_vocabulary, starter_vocabulary
from tests.batch.export import evaluated, export, hypertensive, job, lines, rows
from tests.clinic import event
from tests.project_files import SHARED

MEASURES = find_measures().measures


def test_a_measure_needs_the_types_it_asks_for_by_question_or_by_name():
    assert kinds_of(MEASURES["CMS165"]) >= {"Condition", "Encounter", "Observation", "Procedure"}
    assert "Task" in kinds_of(MEASURES["CMS50"])
    assert "Task" not in kinds_of(MEASURES["CMS165"])
    assert "AllergyIntolerance" in kinds_of(MEASURES["CMS347"])


def test_some_measure_asks_for_every_encounter_and_none_for_every_observation():
    assert any(asks_for_every(measure, "Encounter") for measure in MEASURES.values())
    assert not any(asks_for_every(measure, "Observation") for measure in MEASURES.values())


def test_a_measure_finds_events_by_the_codes_it_names_and_those_of_its_value_sets():
    codes = codes_of([MEASURES["CMS165"]], starter_vocabulary())

    assert (LOINC, "85354-9") in codes  # named
    assert ("http://hl7.org/fhir/sid/icd-10-cm", "I10") in codes  # in a value set
    assert (LOINC, "73832-8") not in codes  # of CMS2


def test_only_what_is_wanted_is_read(tmp_path):
    def observation(code, system=LOINC):
        return event("Observation", status="final", code={"coding": [{"system": system, "code": code}]})

    several = observation("x")
    several["code"]["coding"].append({"system": LOINC, "code": "wanted"})
    textual = event("Observation", status="final", code="broken")
    held = [observation("wanted"), observation("other"), observation("wanted", "urn:other"), several, textual]
    path = tmp_path / "Observation.ndjson"
    path.write_bytes(lines([*held, event("Goal"), event("Condition")]))
    asked = Wanted(frozenset({"Observation", "Condition"}), frozenset({(LOINC, "wanted")}))

    found = [line.place.line for line in read_lines(path, 0, asked)]

    assert found == [1, 4, 5, 7]


def test_what_was_left_out_is_never_said_to_have_been_looked_for():
    the_job = job("CMS165")

    gathered = gathered_for(the_job)

    assert gathered.state("Condition") is State.GATHERED
    assert gathered.state("Goal") is State.NOT_FETCHED


@pytest.fixture
def without_encounters(monkeypatch):
    """As if the look into the measures had missed that they ask for encounters."""
    monkeypatch.setattr(wanted, "kinds_of", lambda measure: kinds_of(measure) - {"Encounter"})
    forget()
    yield
    forget()


def forget():
    wanted_by.cache_clear()
    gathered_for.cache_clear()


@pytest.mark.usefixtures("without_encounters")
def test_a_measure_that_asks_for_what_was_left_out_says_unknown(tmp_path):
    folder = export(tmp_path / "export", *hypertensive("ann", 130))

    _, out = evaluated(folder, "CMS165")

    assert rows(out)["ann", "CMS165"]["status"] == "unknown"
    assert "not gathered: Encounter" in rows(out)["ann", "CMS165"]["reason"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the official decks in ../shared")
@pytest.mark.parametrize("deck", sorted((SHARED / "decks").glob("*.jsonl")), ids=lambda path: path.stem)
def test_every_official_case_comes_out_the_same_from_what_is_wanted(deck, tmp_path):
    folder = (
        "2025"
        if deck.stem in {"CMS136", "CMS137", "CMS138", "CMS139", "CMS156", "CMS177", "CMS347"}
        else "2026"
    )
    vocabulary = read_vocabulary(SHARED / "vocabulary" / f"ecqm-{folder}.json")
    measure = MEASURES[deck.stem]
    kinds, codes = kinds_of(measure) | {"Patient", "Medication", "Location"}, codes_of([measure], vocabulary)
    less = tmp_path / deck.name
    cases = [orjson.loads(line) for line in deck.read_bytes().splitlines()]
    for case in cases:
        case["patient_bundle"] = [r for r in case["patient_bundle"] if is_wanted(r, kinds, codes)]
    less.write_bytes(lines(cases))

    whole, part = (replay(path, find_measures(), vocabulary)[measure.id] for path in (deck, less))

    assert str(part) == str(whole)


def is_wanted(resource, kinds, codes):
    if resource["resourceType"] not in SHAPES or resource["resourceType"] != "Observation":
        return resource["resourceType"] in kinds
    coded = resource.get("code", {}).get("coding", [])
    return any((coding.get("system"), coding.get("code")) in codes for coding in coded)
