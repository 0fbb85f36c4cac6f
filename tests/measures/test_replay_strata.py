"""The strata of the stewards' decks: which of their rows say something, and which contradict themselves."""

import orjson
import pytest

from measures.catalog import Catalog
from measures.criteria import criterion
from measures.measure import Group, Measure
from measures.replay import replay
from measures.terminology import Vocabulary

NOTHING = Vocabulary({}, label="", content_hash="", for_reporting=False)


@criterion("born")
def born(patient, period):
    return patient.birth_date is not None


@criterion("under 50")
def young(patient, period):
    return patient.age_on(period.end) < 50


@criterion("50 or older")
def old(patient, period):
    return patient.age_on(period.end) >= 50


CATALOG = Catalog.of(
    [
        Measure(
            id="M1",
            title="",
            version="",
            steward="",
            groups=(Group(initial_population=born, numerator=born, strata={"young": young, "old": old}),),
        )
    ]
)


def stratum(name, inside, count):
    """As the decks write it: the counts of the stratum where `inside`, and one minus them where not."""
    populations = {"initial-population": count, "initial-population#2": 1 - count}
    return {"id": name, "value": "true" if inside else "false", "populations": populations}


def told(tmp_path, young_count, old_count):
    strata = [stratum("S1", True, young_count), stratum("S1", False, 1 - young_count)]
    strata += [stratum("S2", True, old_count), stratum("S2", False, 1 - old_count)]
    case = {
        "measure": "M1",
        "case": "c1",
        "title": "Aged40",
        "period": {"start": "2026-01-01", "end": "2026-12-31"},
        "patient_bundle": [{"resourceType": "Patient", "id": "p", "birthDate": "1986-01-01"}],
        "expected": [{"id": "G", "populations": {"initial-population": 1}, "stratifiers": strata}],
    }
    deck = tmp_path / "deck.jsonl"
    deck.write_bytes(orjson.dumps(case))
    [tally] = replay(deck, CATALOG, NOTHING).values()
    return [str(disagreement) for disagreement in tally.disagreements]


def test_the_counts_of_each_stratum_are_compared(tmp_path):
    assert told(tmp_path, 1, 0) == []
    assert told(tmp_path, 0, 1) == [
        "Aged40 (c1) G S1: initial-population expected 0, got 1",
        "Aged40 (c1) G S2: initial-population expected 1, got 0",
    ]


@pytest.mark.parametrize("count", [0, 1])
def test_strata_that_hold_more_than_their_group_are_passed_over(tmp_path, count):
    said = told(tmp_path, count, count)
    assert (said == []) is (count == 1)
