"""A chart with something in it that is no FHIR is judged like any other: nothing fails that reads it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cds_service.drafts import load_drafts
from measures.catalog import find_measures
from measures.explain import explain
from measures.orders.catalog import find_order_checks, judge_all
from measures.orders.closing import closings
from measures.orders.drafts import read_drafts
from measures.record import PatientRecord
from measures.risk.feature import answers
from measures.risk.groups import groups_of
from measures.risk.hcc.coded import coded
from measures.risk.outcome import OUTCOMES, labels
from measures.time import Period
from measures.vocabulary import starter_vocabulary
from smart_app.demo_ehr.loading import load_people

DAY = date(2026, 11, 22)
PEOPLE = load_people(None, DAY)
TEMPLATES = {name: draft.template for name, draft in load_drafts().items()}
ODD: tuple[Any, ...] = (
    None,
    7,
    True,
    "",
    "x",
    "2026-99-99",
    [],
    {},
    ["x"],
    [None],
    [[1]],
    {"x": 1},
    {"coding": ["x"]},
)

Step = str | int


def places(tree: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """The way to every element of a resource, its type left out."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        if key != "resourceType":
            yield (*path, key)
            yield from places(value, (*path, key))


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Somebody of the demo, with some elements of one resource replaced by something odd."""
    who = draw(st.sampled_from(sorted(PEOPLE.patients)))
    held = deepcopy(PEOPLE.resources(who))
    one: Any = draw(st.sampled_from(held))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(list(places(one))))
        holder = one
        for step in way:
            holder = holder[step]
        holder[last] = deepcopy(draw(st.sampled_from(ODD)))
    return held[0] | {"resourceType": "Patient", "id": who}, held[1:]


@given(spoiled())
@settings(max_examples=100, derandomize=True)  # the same charts every time
def test_whatever_is_odd_in_a_chart_it_is_judged(chart):
    patient, resources = chart
    record = PatientRecord(patient, resources, starter_vocabulary())
    ordered = [one for one in resources if one["resourceType"] in ("MedicationRequest", "ServiceRequest")]
    drafts = read_drafts(ordered, record, DAY)

    results = find_measures().evaluate(record, Period.year(DAY.year), DAY)

    assert all(explain(result, DAY).sentences() for result in results.values())
    judge_all(find_order_checks().values(), record, drafts, DAY)
    closings(results.values(), record, drafts, TEMPLATES, DAY)
    assert answers(record, DAY)
    assert groups_of(record, DAY)
    coded(record, ())
    for outcome in OUTCOMES.values():
        labels(record, outcome, DAY)
