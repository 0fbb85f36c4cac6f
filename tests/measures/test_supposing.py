"""A record that holds other resources is of the same patient, asked for the same, on the same calendar."""

from datetime import date
from zoneinfo import ZoneInfo

from measures.gather import State
from measures.record import PatientRecord
from measures.supposing import supposing
from measures.terminology import LOINC, Code
from tests.clinic import VOCABULARY, all_but, chart, event, observed, references

A1C = Code(LOINC, "4548-4", "A1c")
PATIENT = {"resourceType": "Patient", "id": "pat-1", "birthDate": "1980-05-01"}


def test_it_holds_what_is_supposed_and_nothing_else():
    record = chart(observed(A1C, "2026-03-10", id="held"))
    more = observed(A1C, "2026-04-10", id="supposed")

    assert references(supposing(record, [more]).every("Observation")) == ["Observation/supposed"]
    both = supposing(record, [more, *record.resources()])
    assert references(both.every("Observation")) == ["Observation/supposed", "Observation/held"]
    assert references(record.every("Observation")) == ["Observation/held"]


def test_it_is_read_as_the_record_is():
    evening = observed(A1C, "2026-03-11T03:00:00Z", id="evening")
    gathered = all_but("Condition", state=State.NOT_PERMITTED)
    zone, read_on = ZoneInfo("America/New_York"), date(2026, 3, 12)
    record = PatientRecord(PATIENT, [evening], VOCABULARY, gathered=gathered, zone=zone, read_on=read_on)
    supposed = supposing(record, record.resources())

    assert [one.day for one in supposed.every("Observation")] == [date(2026, 3, 10)]
    assert (supposed.gathered, supposed.zone, supposed.read_on) == (gathered, zone, read_on)
    assert (supposed.patient, supposed.vocabulary) == (PATIENT, VOCABULARY)


def test_what_was_left_out_of_the_record_stays_out():
    foreign = observed(A1C, "2026-03-10") | {"subject": {"reference": "Patient/pat-2"}}
    record = chart(foreign, event("Observation", subject=7), observed(A1C, "2026-03-10", id="own"))

    assert references(supposing(record, record.resources()).every("Observation")) == ["Observation/own"]
