"""Which charts of earlier calls are kept, for how long, and to whom they are lent."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from time import monotonic
from typing import Any
from weakref import finalize

import pytest

from cds_service.gathering import Chart
from cds_service.outside.host_ehr import HostEhr
from cds_service.prefetched import Brought, PrefetchedChart, PrefetchedCharts
from measures.criteria import Findings
from measures.gather import EVERYTHING
from measures.record import PatientRecord, Period
from tests.cds_service.calls import TODAY, patient
from tests.clinic import VOCABULARY


def at_once() -> float:
    """A stop-watch that stands."""
    return 0.0


@pytest.fixture
def chart() -> PrefetchedChart:
    """The chart of a patient of whom nothing was found."""
    whole = Chart(patient(), (), EVERYTHING, foreign=0, notes=(), read=())
    record = PatientRecord(whole.patient, whole.resources, VOCABULARY)
    return PrefetchedChart(whole, record, Findings(record, Period.year(TODAY.year)))


def brought(ehr: HostEhr, patient: str = "pat-1", text: bytes = b"{}", server: str | None = None) -> Brought:
    return Brought(ehr, server, patient, TODAY, text)


def test_a_chart_is_lent_to_one_call_at_a_time(riverside: HostEhr, chart: PrefetchedChart):
    charts, known = PrefetchedCharts(100, at_once), brought(riverside)
    charts.give_back(known, chart)

    assert charts.lend(known) is chart
    assert charts.lend(known) is None
    charts.give_back(known, chart)
    assert charts.lend(known) is chart


@pytest.mark.parametrize(
    "other",
    [
        {"patient": "pat-2"},
        {"text": b"{ }"},
        {"server": "https://ehr.riverside.example/fhir"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_whatever_differs_is_another_chart(riverside: HostEhr, chart: PrefetchedChart, other: dict[str, Any]):
    charts = PrefetchedCharts(100, at_once)
    charts.give_back(brought(riverside), chart)

    assert charts.lend(brought(riverside, **other)) is None


@pytest.mark.parametrize(("element", "value"), [("name", "another"), ("fhir_base", "https://new.example")])
def test_another_host_ehr_and_one_that_was_registered_anew_bring_a_new_chart(
    riverside: HostEhr, chart: PrefetchedChart, element: str, value: str
):
    charts = PrefetchedCharts(100, at_once)
    charts.give_back(brought(riverside), chart)

    assert charts.lend(brought(riverside.model_copy(update={element: value}))) is None


def test_a_service_that_hears_no_further_call_lets_its_charts_go(riverside: HostEhr, chart: PrefetchedChart):
    charts, gone = PrefetchedCharts(100, monotonic, kept_seconds=0.05), Event()
    finalize(held := replace(chart), gone.set)
    charts.give_back(brought(riverside), held)
    del held

    assert gone.wait(30)


def test_the_oldest_go_where_the_text_of_all_would_be_too_much(riverside: HostEhr, chart: PrefetchedChart):
    charts = PrefetchedCharts(10, at_once)
    first, second, third = (brought(riverside, f"pat-{n}", b"{   }") for n in range(3))
    for one in (first, second, third):
        charts.give_back(one, chart)

    assert [charts.lend(one) is not None for one in (first, second, third)] == [False, True, True]


def test_a_chart_larger_than_all_there_is_room_for_is_not_kept(riverside: HostEhr, chart: PrefetchedChart):
    charts = PrefetchedCharts(10, at_once)

    for text, is_kept in ((b"{" + b" " * 8 + b"}", True), (b"{" + b" " * 9 + b"}", False)):
        charts.give_back(brought(riverside, text=text), chart)
        assert (charts.lend(brought(riverside, text=text)) is not None) is is_kept
