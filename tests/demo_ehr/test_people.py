"""The hand-made people: valid FHIR, dated from today, and showing what they say they show."""

from __future__ import annotations

import importlib
import re
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import pytest

from measures.catalog import find_measures
from measures.measure import MeasureResult
from measures.record import PatientRecord
from measures.time import Period
from measures.vocabulary import read_vocabulary, starter_vocabulary
from smart_app.demo_ehr.charting.clinic import PART_2_PROGRAMME, clinic
from smart_app.demo_ehr.loading import load_people
from smart_app.demo_ehr.loading_dates import move
from smart_app.demo_ehr.loading_stu3 import to_r4
from smart_app.demo_ehr.people import Told, tell_all
from tests.project_files import SHARED

TODAY = date(2026, 11, 22)
AWKWARD_DAYS = [date(2027, 1, 1), date(2028, 2, 29), date(2027, 4, 30), date(2026, 12, 31)]
STORIES = tell_all(TODAY)
MEASURES = ("CMS2", "CMS122", "CMS165")

each_person = pytest.mark.parametrize("told", STORIES, ids=lambda told: told.chart.id)


STORIES_BY_ID = {told.chart.id: told for told in STORIES}


def resources(person_id: str, kind: str | None = None) -> list[dict[str, Any]]:
    found = STORIES_BY_ID[person_id].chart.resources
    return [one for one in found if kind in (None, one["resourceType"])]


def scores(person_id: str, loinc: str) -> list[float]:
    """Values of one test or instrument, oldest first."""
    found = [one for one in resources(person_id, "Observation") if one["code"]["coding"][0]["code"] == loinc]
    found.sort(key=lambda one: one["effectiveDateTime"])
    return [one["valueQuantity"]["value"] for one in found]


def levels(person_id: str) -> list[str]:
    """C-SSRS levels on record, oldest first."""
    found = [
        one for one in resources(person_id, "Observation") if one["code"]["coding"][0]["code"] == "93374-7"
    ]
    return [one["valueCodeableConcept"]["text"] for one in found]


def text_of(node: Any) -> str:
    if isinstance(node, dict):
        return " ".join(text_of(part) for part in node.values())
    if isinstance(node, list):
        return " ".join(text_of(part) for part in node)
    return str(node)


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["reference"]] if isinstance(node.get("reference"), str) else []
        return own + [found for part in node.values() for found in references(part)]
    return [found for part in node for found in references(part)] if isinstance(node, list) else []


def test_there_are_enough_stories_and_no_two_people_share_an_id():
    ids = [told.chart.id for told in STORIES]
    assert len(ids) >= 16
    assert len(set(ids)) == len(ids)


@each_person
def test_every_resource_is_valid_r4(told: Told):
    for resource in told.chart.resources:
        kind = resource["resourceType"]
        model = getattr(importlib.import_module(f"fhirclient.models.{kind.lower()}"), kind)
        model(deepcopy(resource), strict=True)


def test_the_clinic_is_valid_r4():
    for resource in clinic():
        kind = resource["resourceType"]
        getattr(importlib.import_module(f"fhirclient.models.{kind.lower()}"), kind)(
            deepcopy(resource), strict=True
        )


@each_person
def test_ids_are_their_own_and_every_reference_leads_somewhere(told: Told):
    names = [f"{one['resourceType']}/{one['id']}" for one in told.chart.resources]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", name.partition("/")[2]) for name in names)
    known = {*names, *(f"{one['resourceType']}/{one['id']}" for one in clinic())}
    assert set(references(told.chart.resources)) <= known


@each_person
def test_what_points_at_an_encounter_is_of_its_days(told: Told):
    met = {
        f"Encounter/{one['id']}": one for one in told.chart.resources if one["resourceType"] == "Encounter"
    }
    for resource in told.chart.resources:
        day = resource.get("effectiveDateTime") or resource.get("authoredOn")
        if day and "encounter" in resource:
            period = met[resource["encounter"]["reference"]]["period"]
            assert period["start"][:10] <= day[:10] <= period["end"][:10], resource


@each_person
def test_the_line_in_the_list_is_short_and_says_something(told: Told):
    assert 20 <= len(told.story) <= 80
    assert not told.story.endswith(".")
    assert set(MEASURES) < set(told.shows), "a story says what each measure makes of it, and what else shows"


@each_person
def test_nothing_but_an_appointment_lies_ahead(told: Told):
    for resource in told.chart.resources:
        if resource["resourceType"] != "Appointment":
            dates = re.findall(r"\b20\d\d-\d\d-\d\d\b", text_of(resource))
            assert all(day <= TODAY.isoformat() for day in dates), resource


@pytest.mark.parametrize("days", [1, 30, 200])
def test_told_later_a_story_is_the_same_with_later_dates(days):
    later = tell_all(TODAY + timedelta(days=days))
    for told, again in zip(STORIES, later, strict=True):
        for one, other in zip(told.chart.resources[1:], again.chart.resources[1:], strict=True):
            if one.get("onsetDateTime") != str(TODAY.year):  # only a year is known: it is this year's
                assert move(deepcopy(one), days) == other


@pytest.mark.parametrize("today", AWKWARD_DAYS, ids=str)
def test_nobody_changes_age_on_an_awkward_day(today):
    for told, again in zip(STORIES, tell_all(today), strict=True):
        assert _age(again.chart.birth_date, today) == _age(told.chart.birth_date, TODAY)


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@each_person
def test_the_measures_say_what_the_story_says(told: Told):
    assert _statuses(told, starter_vocabulary()) == {name: told.shows[name] for name in MEASURES}


@each_person
def test_every_other_measure_a_story_names_says_so_too(told: Told):
    named = [name for name in find_measures().measures if name in told.shows]
    results = _results(told, starter_vocabulary())

    assert {name: str(results[name].status) for name in named} == {name: told.shows[name] for name in named}


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the official value sets in ../shared")
def test_with_the_official_vocabulary_the_measures_say_the_same():
    official = read_vocabulary(SHARED / "vocabulary" / "ecqm-2026.json")
    for told in STORIES:
        assert _statuses(told, official) == {name: told.shows[name] for name in MEASURES}, told.chart.id


def _results(told: Told, vocabulary: Any) -> dict[str, MeasureResult]:
    record = PatientRecord(told.chart.resources[0], told.chart.resources[1:], vocabulary)
    assert not record.problems
    return find_measures().evaluate(record, Period.year(TODAY.year), TODAY)


def _statuses(told: Told, vocabulary: Any) -> dict[str, str]:
    results = _results(told, vocabulary)
    return {name: str(results[name].status) for name in MEASURES}


def test_hand_made_people_load_with_their_stories():
    people = load_people(None, TODAY)
    dana = people.patients["dana"]
    assert (dana.name, dana.gender, dana.story) == ("Dana Marrowbrook", "female", STORIES_BY_ID["dana"].story)
    assert people.resources("dana") == STORIES_BY_ID["dana"].chart.resources
    assert people.patient("dana") == people.resources("dana")[0]
    assert {one["resourceType"] for one in people.shared} == {"Organization", "Practitioner"}
    assert (people.problems, people.note) == ((), "")


def test_a_person_without_a_birth_date_is_listed_without_one():
    assert load_people(None, TODAY).patients["ash"].birth_date is None


def test_a_long_name_keeps_its_accents():
    name = load_people(None, TODAY).patients["maria-fernanda"].name
    assert name == "María Fernanda de los Ángeles Ñandúpiedra-Öxenstjärna y Łąkowszczyzna"


def test_depression_rises_over_the_last_six_weeks():
    last_four = scores("dana", "44261-6")[-4:]
    assert last_four == sorted(last_four)
    assert (last_four[0], last_four[-1]) == (9, 19)


def test_after_the_psychiatric_discharge_there_is_neither_a_visit_nor_a_booking():
    stay = next(one for one in resources("ines", "Encounter") if one["class"]["code"] == "IMP")
    assert stay["period"]["end"][:10] == (TODAY - timedelta(days=5)).isoformat()
    assert stay["hospitalization"]["dischargeDisposition"]["text"] == "Home"
    assert all(one["period"]["start"] < stay["period"]["end"] for one in resources("ines", "Encounter"))
    assert [one["status"] for one in resources("ines", "Appointment")] == ["noshow"]


def test_on_olanzapine_there_is_weight_but_no_laboratory_result():
    assert scores("otto", "29463-7")[-1] - scores("otto", "29463-7")[0] == 12
    categories = {one["category"][0]["text"] for one in resources("otto", "Observation")}
    assert "laboratory" not in categories


def test_high_suicide_risk_has_no_safety_plan_after_it():
    assert levels("rafe") == ["High"]
    assert resources("rafe", "CarePlan") == []


def test_only_what_the_part_2_programme_sent_is_labelled_and_all_that_names_opioids_is():
    for resource in resources("corin"):
        labels = {label["code"] for label in resource.get("meta", {}).get("security", [])}
        from_programme = resource.get("meta", {}).get("source") == PART_2_PROGRAMME
        assert bool(labels) == from_programme
        assert not from_programme or {"R", "ETH", "42CFRPart2"} <= labels
        assert from_programme or not re.search("opioid|buprenorphine", text_of(resource), re.IGNORECASE)
    assert sum("meta" in resource for resource in resources("corin")) == 6


def test_the_last_buprenorphine_supply_ended_nine_days_ago():
    last = max(resources("maeve", "MedicationDispense"), key=lambda one: one["whenHandedOver"])
    handed_over = date.fromisoformat(last["whenHandedOver"][:10])
    assert (TODAY - handed_over).days - last["daysSupply"]["value"] == 9


def test_the_refused_screen_is_charted_as_cancelled_with_its_reason():
    refused = next(one for one in resources("ezra", "Observation") if one["status"] == "cancelled")
    assert refused["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "720834000"
    assert "valueCodeableConcept" not in refused


def test_there_is_a_year_to_draw_for_the_people_whose_timeline_matters():
    for person in ("dana", "walter", "bram", "ines"):
        days = {one["effectiveDateTime"][:10] for one in resources(person, "Observation")}
        assert min(days) < (TODAY - timedelta(days=280)).isoformat()
        assert len(days) >= 4


def test_between_them_they_use_every_kind_of_resource_a_chart_shows():
    kinds = {one["resourceType"] for told in STORIES for one in told.chart.resources}
    assert kinds >= {
        "Patient", "Encounter", "Condition", "Observation", "MedicationRequest", "MedicationDispense",
        "Procedure", "ServiceRequest", "CareTeam", "CarePlan", "Goal", "DocumentReference",
        "AllergyIntolerance", "Coverage", "Appointment",
    }  # fmt: skip


@each_person
def test_what_is_r4_already_passes_the_stu3_tables_untouched(told: Told):
    for resource in told.chart.resources:
        assert to_r4(deepcopy(resource)) == resource
