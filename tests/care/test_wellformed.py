"""A broken resource costs itself, and nothing else: not a page, not a neighbour."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from measures.catalog import find_measures
from measures.record import PatientRecord
from measures.time import Period
from measures.vocabulary import starter_vocabulary
from smart_app.care.appointments import bookings
from smart_app.care.chart import chart
from smart_app.care.material import Material
from smart_app.care.queries import CHART_KINDS
from smart_app.care.resource import describe
from smart_app.care.wellformed import is_wellformed, wellformed
from smart_app.demo_ehr.people import tell_all
from tests.care.desk import PHQ9, TODAY, score

STORIES = [told.chart.resources for told in tell_all(TODAY)]
VOCABULARY = starter_vocabulary()
JUNK: list[Any] = [
    None, 7, -1.5, True, "", "x", [], {}, [None], [7], [[]], [{}], {"coding": None}, {"coding": ["x"]},
    {"coding": [{"code": 7}]}, {"value": "x"}, {"reference": 7}, "2026-13-45", "2026",
]  # fmt: skip


@pytest.mark.parametrize("resources", STORIES, ids=[story[0]["id"] for story in STORIES])
def test_every_resource_of_the_demo_is_wellformed(resources):
    read = [r for r in resources if r["resourceType"] in CHART_KINDS]

    assert [r["id"] for r in read if not is_wellformed(r)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"status": 7},
        {"code": "44261-6"},
        {"code": {"coding": {"code": "44261-6"}}},
        {"code": {"coding": [{"code": {"value": "44261-6"}}]}},
        {"valueQuantity": [17]},
        {"effectiveDateTime": 20261112},
        {"category": "survey"},
        {"category": ["survey"]},
        {"encounter": [{}]},
        {"subject": "Patient/pat-1"},
        {"component": [{"code": "8480-6"}]},
        {"extension": [["nested"]]},
        {"note": [[{"text": "a list in a list"}]]},
    ],
)
def test_a_type_that_fhir_does_not_have_there_is_told(change):
    whole = score(PHQ9, 17, 9)

    assert wellformed([whole, whole | change]) == ([whole], 1)


def test_what_lies_absurdly_deep_is_told():
    deep: dict[str, Any] = {}
    for _ in range(70):
        deep = {"part": deep}

    assert not is_wellformed(score(PHQ9, 17, 9) | deep)


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something could be broken."""
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        if key not in ("resourceType", "id"):
            yield (*path, key)
            if isinstance(value, (dict, list)):
                yield from places(value, (*path, key))


def put(tree: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        tree = tree[key]
    tree[path[-1]] = value


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_broken_resource_brings_the_page_down(data):
    resources = copy.deepcopy(data.draw(st.sampled_from(STORIES)))
    for _ in range(3):
        victim = data.draw(st.sampled_from(resources[1:]))
        put(
            victim,
            data.draw(st.sampled_from(list(places(victim)))),
            copy.deepcopy(data.draw(st.sampled_from(JUNK))),
        )

    kept, _ = wellformed(resources)
    record = PatientRecord(kept[0], kept, VOCABULARY)
    results = find_measures().evaluate(record, Period.year(TODAY.year), TODAY)

    assert chart(Material(record, TODAY, bookings(kept, record.id, TODAY)), results, "all")
    assert all(describe(resource) for resource in kept)
