"""Nothing dated after the day may touch a feature or a score: a record cut off at the day gives the same."""

from __future__ import annotations

import gzip
from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.batch.older_releases import in_r4_shape
from measures.record import PatientRecord
from measures.risk.as_of import Known
from measures.risk.feature import answers, find_features
from measures.risk.points import expert_points
from measures.vocabulary import starter_vocabulary
from tests.risk.charts import (
    DAY,
    PATIENT,
    ago,
    appointment,
    chart,
    emergency,
    measured,
    of,
    office,
    ordered,
    phq9,
    problem,
    stay,
    truncated,
)

PANEL = Path(__file__).resolve().parents[3] / "shared" / "panel"
TIMES = st.integers(-200, 800)


def pair(make):
    return st.tuples(TIMES, st.integers(0, 300)).map(lambda t: make(t[0], t[0] - t[1]))


ANYTHING = st.one_of(
    pair(lambda began, ended: stay(began, ended)),
    TIMES.map(lambda days: stay(days, None)),
    TIMES.map(lambda days: emergency(days, "R45.851")),
    TIMES.map(office),
    pair(lambda began, ended: problem("F11.20", began, ended=ended)),
    pair(lambda began, recorded: problem("F31.9", began, recorded=recorded)),
    TIMES.map(lambda days: problem("Z59.01", days)),
    st.tuples(st.integers(0, 27), TIMES).map(lambda t: phq9(*t)),
    TIMES.map(lambda days: measured("4548-4", 8.1, days)),
    st.tuples(TIMES, st.integers(1, 120)).map(lambda t: ordered("buprenorphine 8 MG", *t)),
    st.tuples(TIMES, st.sampled_from(["noshow", "cancelled", "booked"])).map(lambda t: appointment(*t)),
    pair(
        lambda began, ended: of("CarePlan", status="active", period={"start": ago(began), "end": ago(ended)})
    ),
)


def numbers(record: PatientRecord, day: date) -> dict[str, float | None]:
    return {name: answer.number for name, answer in answers(record, day).items()}


@settings(max_examples=150, deadline=None)
@given(st.lists(ANYTHING, max_size=25))
def test_a_record_cut_off_at_the_day_gives_the_same_features_and_the_same_points(resources):
    whole, cut = chart(*resources), chart(*truncated(resources, DAY))

    assert numbers(cut, DAY) == pytest.approx(numbers(whole, DAY), abs=1e-9)
    assert expert_points().score(cut, DAY).points == expert_points().score(whole, DAY).points


@pytest.mark.skipif(not PANEL.is_dir(), reason="needs the synthetic panel in ../shared")
def test_patients_of_the_panel_cut_off_at_a_day_give_the_same_features():
    resources: dict[str, list] = {}
    people = {}
    with gzip.open(PANEL / "Patient.ndjson.gz") as stream:
        for line in [next(stream) for _ in range(60)]:
            patient = orjson.loads(line)
            people[patient["id"]], resources[patient["id"]] = patient, []
    for kind in ("Encounter", "Condition", "MedicationRequest", "CarePlan"):
        with gzip.open(PANEL / f"{kind}.ndjson.gz") as stream:
            for line in stream:
                resource = orjson.loads(line)
                owner = resource["subject"]["reference"].rpartition("/")[2]
                if owner in people:
                    resources[owner].append(in_r4_shape(resource))
    day = date(2015, 8, 4)

    for owner, held in resources.items():
        whole = PatientRecord(people[owner], held, starter_vocabulary())
        cut = PatientRecord(people[owner], truncated(held, day), starter_vocabulary())
        assert numbers(cut, day) == pytest.approx(numbers(whole, day), abs=1e-9)


def test_a_stay_still_open_on_the_day_has_no_end():
    record = chart(stay(3, -5))

    assert numbers(record, DAY)["in_hospital_now"] == 1
    assert numbers(record, DAY + timedelta(5))["in_hospital_now"] == 0


def test_a_condition_not_yet_abated_is_present_and_gone_after_its_end():
    record = chart(problem("F20.0", 100, ended=-10))

    assert numbers(record, DAY)["smi"] == 1
    assert numbers(record, DAY + timedelta(10))["smi"] == 0


def test_a_diagnosis_counts_from_when_it_was_written_down():
    record = chart(problem("F20.0", 100, recorded=-1))

    assert numbers(record, DAY)["smi"] == 0
    assert numbers(record, DAY + timedelta(1))["smi"] == 1


@pytest.mark.parametrize(("days", "count"), [(0, 1), (29, 1), (30, 0), (-1, 0)])
def test_a_window_of_30_days_holds_the_day_itself_and_the_29_before(days, count):
    assert numbers(chart(emergency(days)), DAY)["ed_visits_30d"] == count


def test_a_type_that_was_not_gathered_is_not_known_rather_than_none():
    from measures.gather import Gathered, State

    nothing = PatientRecord(
        PATIENT, [], starter_vocabulary(), gathered=Gathered({"Condition": State.GATHERED})
    )

    assert numbers(nothing, DAY)["ed_visits_90d"] is None
    assert numbers(nothing, DAY)["smi"] == 0
    assert "Encounter" in expert_points().score(nothing, DAY).abstained


def test_every_feature_says_what_it_is_and_where_it_comes_from():
    for one in find_features():
        assert one.says, one.id
        assert one.unit, one.id
        assert one.sources, one.id
        assert "race" not in one.id
        assert "ethnic" not in one.id


def test_an_event_is_read_once_a_record_however_many_days_are_asked_about():
    record = chart(office(10), office(20))
    asked = []

    def read(event):
        asked.append(event)
        return event.id

    for day in (DAY, DAY - timedelta(5)):
        of_day = Known(record, day)
        identity = of_day.once("identity", read, "")
        assert [identity(fact.event) for fact in of_day.of("Encounter")] == [
            fact.event.id for fact in of_day.of("Encounter")
        ]

    assert len(asked) == 2
