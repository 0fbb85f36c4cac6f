"""A chart without the person: nothing of who it is survives, and every measure says what it said."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import orjson
import pytest

from cds_service.recording import answer
from measures.catalog import find_measures
from measures.consent import disclosable
from measures.deidentified import Deidentifier
from measures.library.fill_discharge_medicines import MEASURE as FILL
from measures.measure import GapStatus
from measures.record import PatientRecord, Period
from measures.vocabulary import starter_vocabulary
from measures.whose import owner_of
from smart_app.demo_ehr.loading import load_people
from tests.measures.discharge import fill, for_home, stay
from tests.measures.orders.signing import coded_chart
from tests.measures.orders.test_retold import OURS

CANARY = "Zebulon Quillfeather"
WORD = "Quillfeather"
CODED = {"code", "system", "url", "unit", "status", "resourceType", "gender", "intent", "use", "periodUnit"}
PSEUDONYM = re.compile("[0-9a-f]{20}")


def pseudonym(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def deidentifier(cycles: int = -3) -> Deidentifier:
    return Deidentifier(pseudonym, cycles)


def everywhere() -> dict[str, Any]:
    """An Observation with the person in every place where one was ever seen."""
    concept = {
        "text": CANARY,
        "coding": [{"system": "http://loinc.org", "code": "4548-4", "display": CANARY}],
    }
    return {
        "resourceType": "Observation",
        "id": f"mrn-{WORD}",
        "status": "final",
        "identifier": [{"system": "urn:mrn", "value": WORD}],
        "meta": {"source": WORD, "tag": [{"display": CANARY}], "lastUpdated": "2026-03-05T01:02:03Z"},
        "text": {"status": "generated", "div": f"<div>{CANARY}</div>"},
        "code": concept,
        "category": [concept, {"coding": [{"code": CANARY}]}],
        "subject": {"reference": f"https://ehr.example.org/fhir/Patient/{WORD}", "display": CANARY},
        "encounter": {"reference": f"Encounter/{WORD}", "identifier": {"value": WORD}},
        "basedOn": [{"reference": f"{WORD}/1"}, {"reference": WORD}, {"reference": f"#{WORD}"}],
        "performer": [{"reference": f"Practitioner/{WORD}", "display": CANARY}],
        "effectiveDateTime": "2026-03-05T07:08:09-05:00",
        "issued": CANARY,
        "valueString": CANARY,
        "valueQuantity": {"value": 8.1, "unit": CANARY, "code": "%", "system": "http://unitsofmeasure.org"},
        "note": [{"text": CANARY, "authorString": CANARY, "time": "2026-03-05"}],
        "bodySite": concept,
        "interpretation": [{"text": CANARY}],
        "component": [{"code": concept, "valueString": CANARY, "valueInteger": 3}],
        "extension": [
            {"url": f"http://example.org/{CANARY}", "valueString": CANARY},
            {"url": "http://example.org/reason", "valueCodeableConcept": concept},
        ],
        "contained": [
            {"resourceType": "Patient", "id": WORD, "name": [{"family": WORD}], "birthDate": "1966-04-02"},
            {"resourceType": "Practitioner", "id": WORD, "name": [{"text": CANARY}]},
            {"resourceType": "Medication", "id": WORD, "code": concept, "manufacturer": {"display": CANARY}},
        ],
        "dosageInstruction": [{"text": CANARY, "patientInstruction": CANARY, "timing": {"code": concept}}],
        "content": [{"attachment": {"data": WORD, "title": CANARY, "url": WORD}}],
        "description": CANARY,
        "priority": {"odd": CANARY},
        "valueTime": WORD,
    }


PATIENT = {
    "resourceType": "Patient",
    "id": WORD,
    "identifier": [{"value": WORD}],
    "name": [{"family": WORD, "given": ["Zebulon"]}],
    "telecom": [{"system": "phone", "value": "555-0147"}],
    "address": [{"line": ["12 Larkspur Lane"], "city": "Tarn", "postalCode": "04401"}],
    "contact": [{"name": {"text": CANARY}}],
    "photo": [{"data": WORD}],
    "birthDate": "1966-04-02",
    "gender": "male",
    "deceasedDateTime": "2026-05-06",
    "managingOrganization": {"display": CANARY},
}


def texts(tree: Any, key: str = "") -> Iterator[tuple[str, str]]:
    match tree:
        case dict():
            for name, value in tree.items():
                yield from texts(value, name)
        case list():
            for value in tree:
                yield from texts(value, key)
        case str():
            yield key, tree


def test_no_name_number_address_telephone_note_or_text_survives():
    made = deidentifier()
    left = orjson.dumps([made.patient(PATIENT), made.resources([PATIENT, everywhere()])]).decode()

    for word in (WORD, "Zebulon", "555", "Larkspur", "Tarn", "04401", "urn:mrn", "ehr.example.org"):
        assert word not in left
    for day in ("2026", "1966"):
        assert day not in left


def test_what_a_measure_asks_for_stays():
    made = deidentifier()

    assert made.patient(PATIENT) == {
        "resourceType": "Patient",
        "id": pseudonym(WORD),
        "birthDate": "1954-04-02",
        "gender": "male",
        "deceasedDateTime": "2014-05-06",
    }
    (kept,) = made.resources([everywhere()])
    code = {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]}
    assert kept["code"] == code
    assert kept["subject"] == {"reference": f"Patient/{pseudonym(WORD)}"}
    assert kept["effectiveDateTime"] == "2014-03-05T07:08:09-05:00"
    assert kept["valueQuantity"] == {"value": 8.1, "code": "%", "system": "http://unitsofmeasure.org"}
    assert [one["resourceType"] for one in kept["contained"]] == ["Medication"]
    assert kept["extension"][0] == {"url": "http://example.org/reason", "valueCodeableConcept": code}


@pytest.mark.parametrize(
    "reference", ["Patient/{}", "https://ehr.example.org/fhir/Patient/{}", "urn:uuid:{}"]
)
def test_what_is_the_patients_stays_so_however_it_names_the_patient(reference: str):
    made = deidentifier()
    given = {"resourceType": "Condition", "subject": {"reference": reference.format(WORD)}}
    (kept,) = made.resources([given])

    assert owner_of(given) == WORD
    assert owner_of(kept) == made.patient(PATIENT)["id"]


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("2024-02-29", "2012-02-29"),
        ("2026-03", "2014-03"),
        ("2026", "2014"),
        ("2026-03-05T23:59:59.123Z", "2014-03-05T23:59:59.123Z"),
        ("2026-03-05T23:59:59Z by Zebulon", None),
        ("about 2026", None),
        ("2026-3-5", None),
        ("", None),
    ],
)
def test_a_date_is_moved_as_exactly_as_it_was_written_and_what_is_none_is_dropped(
    given: str, left: str | None
):
    (kept,) = deidentifier().resources([{"resourceType": "Condition", "recordedDate": given}])

    assert kept.get("recordedDate") == left


PEOPLE = load_people(None, date(2026, 11, 22))


@pytest.mark.parametrize("who", PEOPLE.patients)
def test_of_nobody_in_the_demo_anything_is_left_but_codes_moved_dates_and_pseudonyms(who: str):
    held = PEOPLE.resources(who)
    made = deidentifier()

    for key, text in texts([made.patient(held[0]), *made.resources(held)]):
        if key == "id":
            assert PSEUDONYM.fullmatch(text)
        elif key == "reference":
            assert PSEUDONYM.fullmatch(text.rpartition("/")[2].lstrip("#"))
        elif re.fullmatch(r"\d{4}(-\d\d.*)?", text) and key not in CODED:
            assert int(text[:4]) <= 2014
        elif key == "text":
            assert OURS.sub("", text) == ""
        else:
            assert " " not in text
            assert key in CODED


@pytest.mark.parametrize("day", [date(2026, 1, 20), date(2026, 3, 10), date(2026, 11, 22), date(2028, 2, 29)])
@pytest.mark.parametrize("cycles", [-5, 4])
def test_every_measure_says_of_everybody_what_it_said(day: date, cycles: int):
    people, vocabulary = load_people(None, day), starter_vocabulary()
    made = deidentifier(cycles)
    moved = made.day(day)
    told = 0
    for who in people.patients:
        held = disclosable(people.resources(who))
        before = PatientRecord(held[0], held, vocabulary)
        after = PatientRecord(made.patient(held[0]), made.resources(held), vocabulary)
        for measure in find_measures().measures.values():
            said = measure.evaluate(before, Period.year(day.year), day)
            says = measure.evaluate(after, Period.year(moved.year), moved)
            assert answer(says) == answer(said), f"{who} {measure.id}"
            told += bool(said.next_steps)
    assert told > 20


@pytest.mark.parametrize(
    ("brand", "status"), [("Zoloft 100 mg", GapStatus.CLOSED), ("Prozac 20 mg", GapStatus.UNKNOWN)]
)
def test_a_medicine_told_by_its_brand_is_still_told_and_no_other_word_is_left(brand: str, status: GapStatus):
    """Another medicine of the class may stand in for it."""
    made = Deidentifier(pseudonym, 2, starter_vocabulary())
    left, day = date(2026, 10, 20), date(2026, 11, 22)
    prescribed = for_home(f"{left}") | {"medicationCodeableConcept": {"text": "Zoloft 50 mg tablet, daily"}}
    supplied = fill("2026-10-22") | {"medicationCodeableConcept": {"text": f"{brand} tablet"}}
    chart = coded_chart(stay(f"{left}", since="2026-10-10"), prescribed, supplied)
    held = [resource for kind in chart.sources.values() for resource in kind.values()]
    kept = made.resources(held)

    def told(patient: Any, resources: Any, day: date) -> GapStatus:
        record = PatientRecord(patient, resources, starter_vocabulary())
        return FILL.evaluate(record, Period.year(day.year), day).status

    assert told({"resourceType": "Patient", "id": "pat-1", "birthDate": "1980-01-01"}, held, day) is status
    moved = {"resourceType": "Patient", "id": pseudonym("pat-1"), "birthDate": "1980-01-01"}
    assert told(moved, kept, made.day(day)) is status
    assert b"tablet" not in orjson.dumps(kept)
